#pragma once
// What the bank writes over its direct link, once it is decrypted.

#include "hall/payment/bank.h"
#include "outside/bank/signed_json.h"

namespace yinxin::outside::direct_link {

constexpr std::size_t max_answer_bytes = 4 * 1024 * 1024;
constexpr std::size_t max_page_records = 200;
constexpr std::size_t max_cursor_bytes = 4 * 1024;
constexpr std::size_t max_continuations = 20;
constexpr std::size_t max_reason_bytes = 400;
constexpr std::string_view accepted = "SUC0000";
constexpr std::string_view placeholder = "\"__signature_sigdat__\"";

// {"response": {"body": …, "head": …}, "signature": {"sigdat": …, "sigtim": …}}
class Answer {
 public:
  // invalid_input for another form. `plain` must outlive it.
  static Result<Answer> parse(std::string_view plain);
  // What the bank has signed: members sorted, the placeholder in place of the signature. May hold a remark.
  [[nodiscard]] SecretBytes signed_text() const;
  [[nodiscard]] const Bytes& signature() const { return signature_; }  // r || s
  [[nodiscard]] std::string head(std::string_view name) const;
  // The records of a list of the body.
  [[nodiscard]] std::vector<const SignedJson*> records(std::string_view list) const;

 private:
  SignedJson whole_;
  Bytes signature_;
};

// At most 32 of [0-9A-Za-z_]; else "?". For an error's detail.
std::string plain_code(std::string_view code);
// "123.45" as fen, with at most two decimals and perhaps a sign.
std::optional<std::int64_t> fen_of(std::string_view yuan);
std::string yuan_of(std::int64_t fen);
// yyyyMMdd in UTC+8.
std::string date_of(Instant at);

// BB1PAYOP: the bank's number of the payment; declined_by_outside with the record's errCod, which alone says yes.
Result<std::string> read_payment(const Answer& answer);
// BB1PAYQR; not_found when the bank knows no such id.
Result<hall::DepositFact> read_deposit(const Answer& answer, const std::string& id);

// BB1PAYQB
struct ReturnedPage {
  std::vector<std::pair<std::string, hall::DepositFact>> deposits;
  std::string continuation;  // bb1payqby1 of the next request, as JSON with sorted members; "" at the end
};
Result<ReturnedPage> read_returned(const Answer& answer);

// Where the next page of trsQryByBreakPoint begins.
struct Cursor {
  struct Break {
    std::string account;
    std::string date;
    std::string sequence;
  };
  std::string begin;         // yyyyMMdd
  std::string next_account;  // queryAcctNbr
  std::vector<Break> breaks;
  [[nodiscard]] std::string to_text() const;
  static Result<Cursor> parse(std::string_view text);  // invalid_input
};
// The credits of a page, and `cursor` moved behind it.
Result<hall::IncomingPage> read_incoming(const Answer& answer, Cursor cursor);

}  // namespace yinxin::outside::direct_link
