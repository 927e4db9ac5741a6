#pragma once
// Until when the house has promised to have reviewed an application, or to have sent it out: the programme's limits in
// working days, counted from the day on which the case came to be ours.

#include <optional>

#include "hall/application/life.h"
#include "hall/calendar/working_days.h"

namespace yinxin::hall {

// Working days; 0: nothing is promised.
struct ServiceLimits {
  std::int64_t review_working_days = 0;
  std::int64_t shipping_working_days = 0;
  bool operator==(const ServiceLimits&) const = default;
};

enum class Promise : std::uint8_t { none, review, shipping };
// What is owed in this state.
Promise promise_of(CaseState state);

// What is promised after a move from `from` to `to` at `now`, where `standing` was promised before: a limit that runs
// goes on, one that begins is counted anew, and nothing is owed while it is the requester's turn.
std::optional<Instant> promised_by(CaseState from, CaseState to, std::optional<Instant> standing,
                                   const ServiceLimits& limits, const WorkingDays& days, Instant now);

}  // namespace yinxin::hall
