// What stands inside a bank's answer once it is decrypted. What is sorted once is sorted, the signed text does not
// depend on the order in which the bank wrote, and a cursor that is given out is taken back.
#include "base/ensure.h"
#include "base/text.h"
#include "outside/bank/direct_link_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::outside;
  using namespace yinxin::outside::direct_link;
  const std::string_view text = text_of(BytesView(data, size));
  if (const auto json = SignedJson::parse(text)) {
    std::string sorted;
    json->write_sorted(sorted);
    const auto again = SignedJson::parse(sorted);
    ensure(again.has_value() && sorted.size() <= text.size(), "what is sorted is the same JSON");
    std::string twice;
    again->write_sorted(twice);
    ensure(sorted == twice, "what is sorted once is sorted");
    ensure(is_utf8(json->text()), "texts are UTF-8");
    if (const auto answer = Answer::parse(text)) {
      const auto of_sorted = Answer::parse(sorted);
      ensure(of_sorted.has_value() && answer->signed_text().equals(of_sorted->signed_text()), "one signed text");
      ensure(answer->signature().size() == 64, "r and s");
      (void)read_payment(*answer);
      if (const auto fact = read_deposit(*answer, "D1")) {
        ensure(fact->reason.size() <= max_reason_bytes && is_utf8(fact->reason), "a reason can be shown");
      }
      if (const auto page = read_returned(*answer)) {
        ensure(page->continuation.empty() || SignedJson::parse(page->continuation), "a continuation can be sent back");
      }
      if (const auto page = read_incoming(*answer, {.begin = "20261121", .next_account = {}, .breaks = {}})) {
        const auto cursor = Cursor::parse(page->cursor);
        ensure(cursor && cursor->to_text() == page->cursor, "a cursor that is given out is taken back");
        for (const auto& credit : page->credits) {
          ensure(credit.amount_fen > 0 && !credit.id.empty(), "a credit has an amount and a number");
        }
      }
    }
  }
  if (const auto fen = fen_of(text); fen && *fen >= 0) {
    ensure(fen_of(yuan_of(*fen)) == *fen, "an amount is written as it was read");
  }
  (void)Cursor::parse(text);
  ensure(plain_code(text).size() <= 32, "a code is short");
  return 0;
}
