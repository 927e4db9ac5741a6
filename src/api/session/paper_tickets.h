#pragma once
// Tickets by which an officer's page is shown a rendition of a stranger's paper on an origin that knows no sessions:
// what a paper might do to a page, it does where there is nothing to take.

#include "base/clock.h"
#include "base/random.h"
#include "base/secret_bytes.h"

namespace yinxin::api {

constexpr std::chrono::minutes paper_ticket_life{2};

// Thread-safe: it changes nothing.
class PaperTickets {
 public:
  // `clock` outlives it. Tickets of another life of this process are false.
  PaperTickets(const Clock& clock, Random& random);
  struct Ticket {
    std::string text;  // for a path: digits, '-' and hexadecimal
    Instant expires_at;
  };
  [[nodiscard]] Ticket make(std::string_view case_id, std::string_view slot) const;
  // forbidden "ticket.false"; expired "ticket.late".
  [[nodiscard]] Result<void> check(std::string_view case_id, std::string_view slot, std::string_view text) const;

 private:
  [[nodiscard]] std::string text_of_ticket(std::string_view case_id, std::string_view slot, Instant until) const;
  const Clock& clock_;
  SecretBytes key_;
};

}  // namespace yinxin::api
