#include "hall/calendar/promise.h"

namespace yinxin::hall {

Promise promise_of(CaseState state) {
  switch (state) {
    case CaseState::awaiting_acceptance:
    case CaseState::awaiting_review: return Promise::review;
    case CaseState::approved:
    case CaseState::in_production:
    case CaseState::ready: return Promise::shipping;
    default: return Promise::none;
  }
}

std::optional<Instant> promised_by(CaseState from, CaseState to, std::optional<Instant> standing,
                                   const ServiceLimits& limits, const WorkingDays& days, Instant now) {
  const Promise owed = promise_of(to);
  if (owed == promise_of(from) && standing) {
    return standing;
  }
  const std::int64_t counted = owed == Promise::review     ? limits.review_working_days
                               : owed == Promise::shipping ? limits.shipping_working_days
                                                           : 0;
  return counted > 0 ? std::optional(days.end_of(now, counted).at) : std::nullopt;
}

}  // namespace yinxin::hall
