// What comes in at the callback's door and what answers hold: the first byte chooses the reader. Nothing may crash, and
// what is read keeps the limits that later code relies on.
#include "base/ensure.h"
#include "outside/emulator/callback_sender.h"
#include "outside/payment/wechat_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::outside;
  if (size == 0) {
    return 0;
  }
  const wechat::Merchant merchant{"1900007291", "wxd678efh567hg6787"};
  const std::string order = "YX20261121_1";
  const BytesView body(data + 1, size - 1);
  switch (data[0] % 7) {
    case 0:
      if (const auto callback = wechat::read_callback(body)) {
        ensure(callback->nonce.size() == 12 && callback->cipher_text.size() > 16, "a seal can be tried");
        ensure(callback->cipher_text.size() < body.size(), "nothing grows");
      }
      break;
    case 1:
      for (const char* event : {"TRANSACTION.SUCCESS", "REFUND.SUCCESS"}) {
        if (const auto number = wechat::read_resource(body, event, merchant)) {
          ensure(wechat::is_order_number(*number), "only a number of ours");
        }
      }
      break;
    case 2:
      if (const auto fact = wechat::read_transaction(body, merchant, order)) {
        ensure(fact->order == order && fact->paid_fen >= 0, "about the order that was asked for");
        ensure(fact->standing != hall::PaymentStanding::paid || !fact->answer.transaction.empty(), "paid by something");
      }
      break;
    case 3:
      if (const auto refund = wechat::read_refund(body, "R1")) {
        ensure(refund->fact.refunded_fen >= 0 && wechat::is_order_number(refund->order), "a refund of an order");
      }
      break;
    case 4:
      if (const auto url = wechat::read_code_url(body)) {
        ensure(url->starts_with("weixin://"), "a code leads to WeChat only");
      }
      break;
    case 5: ensure(wechat::code_of_refusal(body).size() <= 64, "a code is short"); break;
    default:
      if (const auto place = callback_place_of(text_of(body))) {
        ensure(place->port != 0 && place->target.starts_with('/'), "a place to send to");
      }
  }
  return 0;
}
