// What comes in at Alipay's callback door and what its answers hold: the first byte chooses the reader. Nothing may
// crash, and what is read keeps the limits that later code relies on.
#include "base/ensure.h"
#include "outside/payment/alipay_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::outside;
  if (size == 0) {
    return 0;
  }
  const std::string order = "YX20261121-1";
  const BytesView body(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      if (const auto fields = alipay::read_form(body)) {
        ensure(fields->size() <= alipay::max_notify_fields, "no more fields than a limit");
        const auto again = alipay::read_form(bytes_of(alipay::write_form(*fields)));
        ensure(again && *again == *fields, "what is written is read as it was");
        ensure(alipay::signed_text(*fields, {}, false) == alipay::signed_text(*again, {}, false), "one text is signed");
        if (const auto notice = alipay::read_notice(*fields)) {
          ensure(alipay::is_our_number(notice->order), "only a number of ours");
        }
      }
      break;
    case 1:
      if (const auto answer = alipay::read_answer(body, "alipay.trade.query")) {
        ensure(answer->node.starts_with('{') && answer->node.ends_with('}'), "a node is an object");
        ensure(answer->node.data() >= text_of(body).data() &&
                   answer->node.data() + answer->node.size() <= text_of(body).data() + body.size(),
               "the very bytes that were received");
        if (const auto fact = alipay::read_trade(answer->node, order, Instant())) {
          ensure(fact->order == order && fact->paid_fen >= 0, "about the order that was asked for");
          ensure(fact->standing != hall::PaymentStanding::paid || !fact->answer.transaction.empty(),
                 "paid by something");
        }
        (void)alipay::check_code(answer->node).has_value();
      }
      break;
    case 2:
      if (const auto refund = alipay::read_found_refund(text_of(body), order, order + "R1")) {
        ensure(refund->refunded_fen >= 0, "a refund of a sum");
      }
      break;
    case 3:
      if (const auto url = alipay::read_code_url(text_of(body), order)) {
        ensure(url->starts_with("https://"), "a code leads to a page");
      }
      break;
    case 4:
      if (const auto fen = alipay::fen_of_yuan(text_of(body))) {
        ensure(*fen >= 0 && alipay::fen_of_yuan(alipay::yuan_of_fen(*fen)).value() == *fen, "one sum, one number");
      }
      break;
    default:
      if (const auto refund = alipay::read_refund(text_of(body), order, 1)) {
        ensure(refund->standing == hall::RefundStanding::under_way, "taken is not done");
      }
  }
  return 0;
}
