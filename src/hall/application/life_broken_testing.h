#pragma once
// Planted broken tables, each wrong in one thing. The unit test expects every check to refuse its own;
// tests/hall/ expects the compiler to refuse a few of them.

#include "hall/application/life.h"

namespace yinxin::hall::broken {

enum class P : std::uint8_t { start, middle, end };
enum class Q : std::uint8_t { go, stop, timeout };
using Row = Move<P, Q>;

inline constexpr std::array<StateRow<P>, 3> states{{
    {P::start, "start", "始", "start", By::requester},
    {P::middle, "middle", "中", "middle", By::requester, {1, Unit::days}},
    {P::end, "end", "终", "end", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<Q>, 3> events{
    {{Q::go, "go", "进"}, {Q::stop, "stop", "止"}, {Q::timeout, "timeout", "到期"}}};

inline constexpr Row first{P::start, Q::go, By::requester, Only::always, P::middle};
inline constexpr Row last{P::middle, Q::go, By::requester, Only::always, P::end};
inline constexpr Row late{P::middle, Q::timeout, By::clock, Only::always, P::end};

constexpr Life<P, Q> with(std::span<const Row> moves, std::span<const StateRow<P>> rows = states) {
  return {"broken", "坏表", rows, events, moves, P::start, Q::timeout};
}

inline constexpr std::array<Row, 3> small_moves{first, last, late};
inline constexpr auto small = with(small_moves);

inline constexpr std::array<Row, 4> ambiguous_moves{first, last, late,
                                                    Row{P::start, Q::go, By::requester, Only::paid, P::end}};
inline constexpr auto ambiguous = with(ambiguous_moves);

inline constexpr std::array<Row, 4> overlapping_moves{Row{P::start, Q::go, By::requester, Only::paid, P::middle}, last,
                                                      late,
                                                      Row{P::start, Q::go, By::requester, Only::to_deliver, P::end}};
inline constexpr auto overlapping_guards = with(overlapping_moves);

inline constexpr std::array<Row, 3> fact_moves{Row{P::start, Q::go, By::house, Only::paid, P::middle}, last, late};
inline constexpr auto fact_without_row = with(fact_moves);

inline constexpr std::array<Row, 4> exit_moves{first, last, late,
                                               Row{P::end, Q::stop, By::requester, Only::always, P::start}};
inline constexpr auto final_with_exit = with(exit_moves);

inline constexpr std::array<Row, 3> unreachable_moves{Row{P::start, Q::go, By::requester, Only::always, P::end}, last,
                                                      late};
inline constexpr auto unreachable = with(unreachable_moves);

inline constexpr std::array<Row, 2> dead_end_moves{first, Row{P::start, Q::stop, By::requester, Only::always, P::end}};
inline constexpr auto dead_end = with(dead_end_moves);

inline constexpr std::array<Row, 4> clock_moves{first, last, late,
                                                Row{P::start, Q::timeout, By::clock, Only::always, P::end}};
inline constexpr auto clock_without_term = with(clock_moves);

inline constexpr std::array<StateRow<P>, 3> nobody_states{{
    {P::start, "start", "始", "start", By::nobody},
    states[1],
    states[2],
}};
inline constexpr auto nobodys_turn = with(small_moves, nobody_states);

inline constexpr std::array<StateRow<P>, 3> twice_states{{
    states[0],
    {P::middle, "start", "中", "middle", By::requester, {1, Unit::days}},
    states[2],
}};
inline constexpr auto named_twice = with(small_moves, twice_states);

// The real case with one more row.
using CaseRow = Move<CaseState, CaseEvent>;
template <std::size_t N>
constexpr auto plus(const std::array<CaseRow, N>& table, CaseRow row) {
  std::array<CaseRow, N + 1> more{};
  for (std::size_t i = 0; i < N; ++i) {
    more[i] = table[i];
  }
  more[N] = row;
  return more;
}
constexpr Life<CaseState, CaseEvent> case_with(std::string_view name, std::span<const CaseRow> moves) {
  return {name, "坏表", life::case_states, life::case_events, moves, CaseState::draft, CaseEvent::timeout};
}

using S = CaseState;
using E = CaseEvent;
inline constexpr auto same_officer_moves =
    plus(life::case_moves, {S::awaiting_review, E::approve, By::registration_officer, Only::always, S::approved});
inline constexpr auto shortcut_moves = plus(
    life::case_moves, {S::awaiting_acceptance, E::approve, By::review_officer, Only::not_the_acceptor, S::approved});
inline constexpr auto kept_after_return_moves =
    plus(life::case_moves, {S::returned, E::resubmit, By::finance_officer, Only::always, S::awaiting_review});
inline constexpr auto payment_approves_moves =
    plus(life::case_moves, {S::awaiting_payment, E::approve, By::house, Only::always, S::approved});
inline constexpr auto holder_waived_moves =
    plus(life::case_moves, {S::draft, E::approve, By::holder, Only::always, S::approved});
inline constexpr std::array one_officer{
    case_with("the same officer twice", same_officer_moves),
    case_with("review without acceptance", shortcut_moves),
    case_with("an acceptance that outlives the edit", kept_after_return_moves),
    case_with("approved by a payment", payment_approves_moves),
    case_with("approved by an unverified holder", holder_waived_moves),
};
inline constexpr auto made_unapproved_moves =
    plus(life::case_moves,
         {S::awaiting_review, E::start_making, By::production_officer, Only::not_the_approver, S::in_production});
inline constexpr auto made_unapproved = case_with("made unapproved", made_unapproved_moves);
inline constexpr auto approver_produces_moves =
    plus(life::case_moves, {S::approved, E::start_making, By::review_officer, Only::always, S::in_production});
inline constexpr auto approver_produces = case_with("the approver produces", approver_produces_moves);
inline constexpr auto leaves_unpaid_moves =
    plus(life::case_moves, {S::ready, E::dispatch, By::finance_officer, Only::always, S::shipped});
inline constexpr auto leaves_unpaid = case_with("leaves unpaid", leaves_unpaid_moves);

template <class Change>
constexpr auto kinds_with(Business business, Change change) {
  auto table = kinds;
  change(table[static_cast<std::size_t>(business)]);
  return table;
}
inline constexpr auto holder_gets_new_medium =
    kinds_with(Business::renew, [](Kind& kind) { kind.medium = Medium::new_; });
inline constexpr auto holder_releases_key = kinds_with(Business::renew, [](Kind& kind) { kind.releases_key = true; });
inline constexpr auto holder_revokes_another =
    kinds_with(Business::revoke, [](Kind& kind) { kind.revokes = Revokes::any; });
inline constexpr auto holder_modifies =
    kinds_with(Business::modify, [](Kind& kind) { kind.settlement = Settlement::holder_or_two_officers; });

}  // namespace yinxin::hall::broken
