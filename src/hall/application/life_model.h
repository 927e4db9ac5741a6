#pragma once
// What every life is made of: states, moves, and the words of their columns. The tables stand in life.h
// and life_parts.h, the proofs over them in life_check.h.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace yinxin::hall {

// Who makes a move, and whose turn it is.
enum class By : std::uint8_t {
  requester,
  holder,
  registration_officer,
  review_officer,
  production_officer,
  finance_officer,
  house,    // our own process, on a fact that it has proven
  vault,    // the certification authority's answer
  outside,  // a provider's answer, asked for and stored by us
  clock,
  nobody,  // only in "whose turn": the life is over
};

// The "only if" column. Guards come in families; within one family exactly one guard holds at a time.
enum class Only : std::uint8_t {
  always,
  // what is the first open thing on the case's road
  identity_open,
  payment_open,
  account_open,
  paper_open,
  acceptance_open,
  review_open,
  settled_by_holder,
  // whether the price has been paid
  paid,
  unpaid,
  // whose signatures settled it
  signed_by_holder,
  signed_by_officers,
  // whether anything goes out to the customer
  to_deliver,
  nothing_to_deliver,
  // whether another try is allowed
  tries_left,
  no_tries_left,
  // conditions on a request; when they do not hold the request is refused
  not_the_acceptor,
  not_the_approver,
  still_editable,
};

enum class Family : std::uint8_t { none, road, money, signatures, delivery, tries, person, editing };

struct OnlyRow {
  Only only;
  Family family;
  std::string_view code;
  std::string_view zh;
};
inline constexpr std::array only_rows{
    OnlyRow{Only::always, Family::none, "always", ""},
    OnlyRow{Only::identity_open, Family::road, "identity_open", "身份待核验"},
    OnlyRow{Only::payment_open, Family::road, "payment_open", "费用待付"},
    OnlyRow{Only::account_open, Family::road, "account_open", "账户待验证"},
    OnlyRow{Only::paper_open, Family::road, "paper_open", "纸质资料待收"},
    OnlyRow{Only::acceptance_open, Family::road, "acceptance_open", "待受理"},
    OnlyRow{Only::review_open, Family::road, "review_open", "已受理待复核"},
    OnlyRow{Only::settled_by_holder, Family::road, "settled_by_holder", "持有人签名办结"},
    OnlyRow{Only::paid, Family::money, "paid", "已付清"},
    OnlyRow{Only::unpaid, Family::money, "unpaid", "未付清"},
    OnlyRow{Only::signed_by_holder, Family::signatures, "signed_by_holder", "持有人签名"},
    OnlyRow{Only::signed_by_officers, Family::signatures, "signed_by_officers", "两名人员签名"},
    OnlyRow{Only::to_deliver, Family::delivery, "to_deliver", "需交付"},
    OnlyRow{Only::nothing_to_deliver, Family::delivery, "nothing_to_deliver", "无需交付"},
    OnlyRow{Only::tries_left, Family::tries, "tries_left", "可再试"},
    OnlyRow{Only::no_tries_left, Family::tries, "no_tries_left", "次数用尽"},
    OnlyRow{Only::not_the_acceptor, Family::person, "not_the_acceptor", "非受理人"},
    OnlyRow{Only::not_the_approver, Family::person, "not_the_approver", "非复核人"},
    OnlyRow{Only::still_editable, Family::editing, "still_editable", "尚可修改"},
};
constexpr Family family_of(Only only) { return only_rows[static_cast<std::size_t>(only)].family; }
// Families of which always one guard holds; the others are conditions that may simply fail.
constexpr bool is_complete(Family family) { return family != Family::person && family != Family::editing; }

// Facts cannot be refused: who reports one must always find a row.
constexpr bool reports_facts(By by) {
  return by == By::house || by == By::vault || by == By::outside || by == By::clock;
}

enum class Unit : std::uint8_t { none, minutes, hours, days, working_days };
// How long until the clock acts; a programme's data may shorten or lengthen it.
struct Term {
  int amount = 0;
  Unit unit = Unit::none;
};

template <class State>
struct StateRow {
  State state;
  std::string_view code;
  std::string_view zh;
  std::string_view en;
  By turn;
  Term term{};
  bool is_final = false;
};

template <class Event>
struct EventRow {
  Event event;
  std::string_view code;
  std::string_view zh;
};

// One row, one fact.
template <class State, class Event>
struct Move {
  State from;
  Event event;
  By by;
  Only only;
  State to;
};

template <class State, class Event>
struct Life {
  std::string_view name;
  std::string_view zh;
  std::span<const StateRow<State>> states;
  std::span<const EventRow<Event>> events;
  std::span<const Move<State, Event>> moves;
  State start;
  Event timeout;  // the clock's event
};

struct ByRow {
  By by;
  std::string_view code;
  std::string_view zh;
};
inline constexpr std::array by_rows{
    ByRow{By::requester, "requester", "经办人"},
    ByRow{By::holder, "holder", "持有人"},
    ByRow{By::registration_officer, "registration_officer", "受理员"},
    ByRow{By::review_officer, "review_officer", "复核员"},
    ByRow{By::production_officer, "production_officer", "制证员"},
    ByRow{By::finance_officer, "finance_officer", "财务"},
    ByRow{By::house, "house", "系统"},
    ByRow{By::vault, "vault", "签发系统"},
    ByRow{By::outside, "outside", "外部机构"},
    ByRow{By::clock, "clock", "时限"},
    ByRow{By::nobody, "nobody", "无"},
};

}  // namespace yinxin::hall
