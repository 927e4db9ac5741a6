#pragma once
// What Alipay's open API writes and signs, read strictly. Readers of a node are called once its signature holds over
// the same bytes.

#include "hall/payment/payments.h"

namespace yinxin::outside::alipay {

constexpr std::size_t max_answer_bytes = 64 * 1024;
constexpr std::size_t max_notify_bytes = 64 * 1024;
constexpr std::size_t max_notify_fields = 64;

using Fields = std::vector<std::pair<std::string, std::string>>;

// Alipay's numbers have letters, digits and '_'; ours have '-' where it wants '_', and no '_' of their own.
bool is_our_number(std::string_view number);               // 6 to 64 of [0-9A-Za-z-]
std::string number_there(std::string_view ours);           // '-' becomes '_'
Result<std::string> number_here(std::string_view theirs);  // invalid_input when it cannot be one of ours

// "name=value" of all fields but those left out, in the order of their names' bytes, '&' between them.
// `drops_empty`: a request leaves out fields without a value, a notification does not.
std::string signed_text(Fields fields, const std::vector<std::string_view>& left_out, bool drops_empty);
// application/x-www-form-urlencoded. invalid_input for a bad encoding, a name that comes twice, or too many fields.
Result<Fields> read_form(BytesView body);
std::string write_form(const Fields& fields);
// The value of that name; empty without one.
std::string_view value_of(const Fields& fields, std::string_view name);

// answer ::= { "<method with '_' for '.'>_response": node, "sign": "<base64>" }, or "error_response" for the first.
struct Answer {
  std::string_view node;  // the node's text as it was received: what the signature is over
  std::string signature;  // base64; empty when it is not signed
  bool is_error = false;  // an error_response
};
// corrupt when it is not JSON of that form, or a name comes twice. Views into `body`.
Result<Answer> read_answer(BytesView body, std::string_view method);

// A node of code 10000 is nothing but ok; else not_found (the trade is not known), outside_uncertain (its own failure),
// declined_by_outside with the provider's code.
Result<void> check_code(std::string_view node);

Result<std::string> read_code_url(std::string_view node, const std::string& order);
// corrupt when it is not about that order, or a field of a paid order lacks. A paid trade that does not say when was
// paid at `asked_at`, as far as we know. `answer` is left to the caller, but for its transaction.
Result<hall::PaymentFact> read_trade(std::string_view node, const std::string& order, Instant asked_at);
// Of a request for a refund: taken, and under way until it is asked for.
Result<hall::RefundFact> read_refund(std::string_view node, const std::string& order, std::int64_t refund_fen);
// not_found: Alipay knows no such refund, or it failed; the same request may be made again.
Result<hall::RefundFact> read_found_refund(std::string_view node, const std::string& order, const std::string& refund);

// What a notification says, once its signature holds.
struct Notice {
  std::string order;  // in our writing
  std::string app;
  std::string seller;
  Instant at;
};
Result<Notice> read_notice(const Fields& fields);

// Yuan with at most two decimals, as fen; "12.34". invalid_input for anything else.
Result<std::int64_t> fen_of_yuan(std::string_view yuan);
std::string yuan_of_fen(std::int64_t fen);
// "2026-11-21 11:46:50", UTC+8.
Result<Instant> time_of(std::string_view text);

}  // namespace yinxin::outside::alipay
