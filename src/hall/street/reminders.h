#pragma once
// What the clock does with a case that waits for its requester: which messages remind him, and when it looks again.
// Counted from the day on which the state was entered; no guide names these days.

#include <array>

#include "hall/street/dossier.h"

namespace yinxin::hall {

struct Reminder {
  CaseState state;
  int day;                // after the state was entered
  std::string_view text;  // of the programme
};
inline constexpr std::array reminders{
    Reminder{CaseState::draft, 30, "draft_waiting"},           Reminder{CaseState::draft, 83, "draft_waiting"},
    Reminder{CaseState::proving_identity, 7, "draft_waiting"}, Reminder{CaseState::awaiting_payment, 3, "payment_due"},
    Reminder{CaseState::awaiting_payment, 7, "payment_due"},   Reminder{CaseState::awaiting_funds, 3, "payment_due"},
    Reminder{CaseState::awaiting_funds, 7, "payment_due"},     Reminder{CaseState::returned, 7, "correction_due"},
    Reminder{CaseState::returned, 30, "correction_due"},       Reminder{CaseState::returned, 83, "correction_due"},
};
// As it stands in the timeline of a case that was reminded.
inline constexpr std::string_view reminded = "reminded";

// The newest reminder that should have been sent by now and was not; null when there is none.
const Reminder* due_reminder(const Dossier& dossier, Instant now);
// Whether the street closes it now: its time is over, and nobody but the street has it.
bool is_timed_out(const Dossier& dossier, Instant now);
// When one of these two is due next; nullopt: never, as the case stands.
std::optional<Instant> next_look(const Dossier& dossier);

}  // namespace yinxin::hall
