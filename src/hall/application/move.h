#pragma once
// One pure function moves a case: it reads the tables of life.h and changes nothing by itself.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "hall/application/life.h"

namespace yinxin::hall {

// Which step of a case the money must have come before.
enum class PaymentGate : std::uint8_t { submit, accept, make, hand_over };

// What this case needs: the union of its lines' needs under its programme.
struct CaseNeeds {
  bool identity = false;
  bool account_before_review = false;
  bool paper = false;
  bool delivery = false;
  PaymentGate gate = PaymentGate::submit;
};

// What the small lives have reported so far.
struct CaseProgress {
  bool submitted = false;
  bool identity_proven = false;
  bool paid = false;  // or nothing to pay
  bool payment_under_way = false;
  bool account_proven = false;
  bool paper_complete = false;
  bool holder_signed = false;  // statement H over this revision, verified
};

struct CaseLine {
  int number = 0;
  Business business = Business::new_;
  Medium medium = Medium::new_;
  LineState state = LineState::checked;
};

struct Actor {
  By role = By::requester;
  std::string person;  // opaque person id; empty for the house, the vault, the outside and the clock
};

struct Application {
  CaseState state = CaseState::draft;
  std::optional<Instant> act_by;  // when the clock acts in this state
  CaseNeeds needs;
  CaseProgress progress;
  std::vector<CaseLine> lines;
  std::vector<std::string> concerned;  // person ids of requester, holders, legal representative
  std::string accepted_by;             // person id of the standing acceptance
  std::string approved_by;
};

// What a move asks of somebody who is not there: a row in the outbox, until he has done it. What a state itself says
// (an order to open, a queue to stand in, a permit to write, money to give back) is read from the state.
enum class IntentKind : std::uint8_t {
  send_sms,  // parameter: name of the programme's text
  revoke_held_certificates,
};
struct Intent {
  IntentKind kind;
  std::string parameter{};
  bool operator==(const Intent&) const = default;
};

struct Moved {
  CaseState state = CaseState::draft;
  std::optional<Instant> act_by;
  bool submitted = false;
  bool holder_signed = false;
  std::string accepted_by;
  std::string approved_by;
  std::vector<Intent> intents;
};

// The first open thing on the road of this case; one guard of Family::road.
Only open_thing(const Application& application);
// Whether the holder's verified signature alone may settle it: every line a kind that allows it, no new medium.
bool may_holder_settle(const Application& application);

// When the clock acts in a state that was entered at `now`; nullopt where it never does.
std::optional<Instant> act_by_in(CaseState state, Instant now);

// What becomes of the case. wrong_state: no such row from here; forbidden: not this actor's move (wrong
// role, a person concerned acting as an officer, or the same officer twice); precondition: the row's
// condition does not hold, or the clock is early. Terms in working days are counted by the caller.
Result<Moved> move(const Application& application, CaseEvent event, const Actor& actor, Instant now);

// One step of any life; `holds` says whether a guard holds. Errors as move().
template <class State, class Event, class Holds>
Result<State> step(const Life<State, Event>& life, State from, Event event, By by, Holds&& holds) {
  bool row_seen = false;
  bool mine_seen = false;
  bool other_person = false;
  const auto describe = [&](std::string_view why) {
    return std::string(life.name) + " " + std::string(life.states[static_cast<std::size_t>(from)].code) + ", " +
           std::string(life.events[static_cast<std::size_t>(event)].code) + ": " + std::string(why);
  };
  for (const auto& row : life.moves) {
    if (row.from != from || row.event != event) {
      continue;
    }
    row_seen = true;
    if (row.by != by) {
      continue;
    }
    mine_seen = true;
    if (row.only == Only::always || holds(row.only)) {
      return row.to;
    }
    other_person = other_person || family_of(row.only) == Family::person;
  }
  if (!row_seen) {
    return fail(ErrorCode::wrong_state, describe("no such move from here"));
  }
  if (!mine_seen || other_person) {
    return fail(ErrorCode::forbidden, describe(mine_seen ? "needs a different officer" : "not this role's move"));
  }
  return fail(ErrorCode::precondition, describe("its condition does not hold"));
}

}  // namespace yinxin::hall
