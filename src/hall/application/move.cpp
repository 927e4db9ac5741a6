#include "hall/application/move.h"

#include <algorithm>

namespace yinxin::hall {
namespace {

struct Consequence {
  CaseState entered;
  IntentKind kind;
  std::string_view parameter;
};
// What follows from entering a state. Goes into the outbox in the same transaction as the move.
constexpr std::array consequences{
    Consequence{CaseState::approved, IntentKind::send_sms, "approved"},
    Consequence{CaseState::shipped, IntentKind::send_sms, "shipped"},
    Consequence{CaseState::returned, IntentKind::send_sms, "returned"},
    Consequence{CaseState::refused, IntentKind::send_sms, "refused"},
    Consequence{CaseState::expired, IntentKind::revoke_held_certificates, ""},
};

bool is_officer(By by) {
  return by == By::registration_officer || by == By::review_officer || by == By::production_officer ||
         by == By::finance_officer;
}

bool holds(const Application& application, const Actor& actor, Only only) {
  const CaseProgress& progress = application.progress;
  switch (family_of(only)) {
    case Family::none: return true;
    case Family::road: return open_thing(application) == only;
    case Family::money: return (only == Only::paid) == progress.paid;
    case Family::signatures: return (only == Only::signed_by_holder) == may_holder_settle(application);
    case Family::delivery: return (only == Only::to_deliver) == application.needs.delivery;
    case Family::person:
      return !actor.person.empty() &&
             actor.person != (only == Only::not_the_acceptor ? application.accepted_by : application.approved_by);
    case Family::editing: return !progress.submitted && !progress.payment_under_way && application.accepted_by.empty();
    case Family::tries: return false;  // no case row asks; the small lives answer for themselves
  }
  ensure_unreachable("a guard of no family");
}

std::optional<Instant> due(Term term, Instant now) {
  switch (term.unit) {
    case Unit::minutes: return now + std::chrono::minutes(term.amount);
    case Unit::hours: return now + std::chrono::hours(term.amount);
    case Unit::days: return now + std::chrono::days(term.amount);
    case Unit::none:
    case Unit::working_days: return std::nullopt;
  }
  ensure_unreachable("a term of no unit");
}

std::vector<Intent> intents_of(const Application& before, CaseEvent event, CaseState to) {
  std::vector<Intent> intents;
  if (event == CaseEvent::parcel_lost) {
    intents.push_back({IntentKind::revoke_held_certificates});
  }
  if (to == before.state) {
    return intents;
  }
  for (const Consequence& row : consequences) {
    if (row.entered == to) {
      intents.push_back({row.kind, std::string(row.parameter)});
    }
  }
  return intents;
}

// Once one of these is entered, the case is the desk's.
bool is_submission(CaseState to) { return life::traits_of(to).owner == Owner::desk; }

}  // namespace

bool may_holder_settle(const Application& application) {
  return application.progress.holder_signed && !application.lines.empty() &&
         std::all_of(application.lines.begin(), application.lines.end(), [](const CaseLine& line) {
           return kind_of(line.business).settlement == Settlement::holder_or_two_officers &&
                  line.medium != Medium::new_;
         });
}

Only open_thing(const Application& application) {
  const CaseNeeds& needs = application.needs;
  const CaseProgress& progress = application.progress;
  if (needs.identity && !progress.identity_proven) {
    return Only::identity_open;
  }
  if (needs.gate == PaymentGate::submit && !progress.paid) {
    return Only::payment_open;
  }
  if (needs.account_before_review && !progress.account_proven) {
    return Only::account_open;
  }
  if (needs.paper && !progress.paper_complete) {
    return Only::paper_open;
  }
  if (needs.gate == PaymentGate::accept && !progress.paid) {
    return Only::payment_open;
  }
  if (may_holder_settle(application)) {
    return progress.paid ? Only::settled_by_holder : Only::payment_open;
  }
  if (application.accepted_by.empty()) {
    return Only::acceptance_open;
  }
  if (needs.gate == PaymentGate::make && !progress.paid) {
    return Only::payment_open;
  }
  return Only::review_open;
}

std::optional<Instant> act_by_in(CaseState state, Instant now) {
  return due(life::case_states[static_cast<std::size_t>(state)].term, now);
}

Result<Moved> move(const Application& application, CaseEvent event, const Actor& actor, Instant now) {
  if (is_officer(actor.role)) {
    if (actor.person.empty()) {
      return fail(ErrorCode::forbidden, "an officer without a person");
    }
    const auto& concerned = application.concerned;
    if (std::find(concerned.begin(), concerned.end(), actor.person) != concerned.end()) {
      return fail(ErrorCode::forbidden, "an officer may not handle a case that concerns them");
    }
  }
  if (event == CaseEvent::timeout && (!application.act_by || now < *application.act_by)) {
    return fail(ErrorCode::precondition, "the clock is early");
  }
  Application told = application;  // as it stands once the event's own word is taken in
  if (event == CaseEvent::accept && actor.role == By::registration_officer) {
    told.accepted_by = actor.person;
  }
  YX_TRY(const CaseState to, step(life::case_life, application.state, event, actor.role,
                                  [&](Only only) { return holds(told, actor, only); }));
  Moved moved{.state = to,
              .act_by = act_by_in(to, now),
              .submitted = application.progress.submitted || is_submission(to),
              .holder_signed = application.progress.holder_signed,
              .accepted_by = told.accepted_by,
              .approved_by = event == CaseEvent::approve ? actor.person : application.approved_by,
              .intents = intents_of(application, event, to)};
  if (life::traits_of(to).approvals_fall) {
    moved.accepted_by.clear();
    moved.approved_by.clear();
    moved.holder_signed = false;
  }
  return moved;
}

}  // namespace yinxin::hall
