#include "api/session/paper_tickets.h"

#include <charconv>

#include "crypto/asn1/der.h"
#include "crypto/sm3.h"

namespace yinxin::api {

namespace {

constexpr std::size_t key_size = 32;

}  // namespace

PaperTickets::PaperTickets(const Clock& clock, Random& random) : clock_(clock), key_(random.secret(key_size)) {}

std::string PaperTickets::text_of_ticket(std::string_view case_id, std::string_view slot, Instant until) const {
  const Bytes said = asn1::sequence(
      [&](asn1::Writer& out) { out.utf8("yinxin.paper").utf8(case_id).utf8(slot).integer(to_unix_ms(until)); });
  return std::to_string(to_unix_ms(until)) + "-" + to_hex(crypto::hmac_sm3(key_.expose(), said));
}

PaperTickets::Ticket PaperTickets::make(std::string_view case_id, std::string_view slot) const {
  const Instant until = clock_.now() + paper_ticket_life;
  return {.text = text_of_ticket(case_id, slot, until), .expires_at = until};
}

Result<void> PaperTickets::check(std::string_view case_id, std::string_view slot, std::string_view text) const {
  std::int64_t until_ms = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), until_ms);
  const bool is_number = failed == std::errc() && until_ms > 0 && end != text.data() + text.size() && *end == '-';
  if (!is_number ||
      !equal_in_constant_time(bytes_of(text_of_ticket(case_id, slot, from_unix_ms(until_ms))), bytes_of(text))) {
    return fail(ErrorCode::forbidden, "ticket.false");
  }
  return clock_.now() < from_unix_ms(until_ms) ? Result<void>() : Result<void>(fail(ErrorCode::expired, "ticket.late"));
}

}  // namespace yinxin::api
