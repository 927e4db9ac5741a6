#pragma once
// The life of a case (业务单) and of its lines, and what each kind of business needs. Three tables; the
// picture in docs/lives, the labels and the SQL checks are generated from them, and life.cpp makes the
// compiler prove what life_check.h says about them.

#include "hall/application/life_model.h"

namespace yinxin::hall {

enum class CaseState : std::uint8_t {
  draft,
  proving_identity,
  awaiting_payment,
  awaiting_funds,
  awaiting_account_proof,
  awaiting_paper,
  awaiting_acceptance,
  awaiting_review,
  approved,
  in_production,
  ready,
  shipped,
  handed_over,
  returned,
  completed,
  withdrawn,
  expired,
  refused,
};

enum class CaseEvent : std::uint8_t {
  complete_entry,
  edit,
  identity_passed,
  announce_transfer,
  funds_proven,
  deny_voucher,
  account_proven,
  paper_complete,
  accept,
  approve,
  return_for_correction,
  refuse,
  resubmit,
  withdraw,
  start_making,
  production_finished,
  production_failed,
  dispatch,
  hand_over,
  delivered,
  parcel_returned,
  parcel_lost,
  lines_ended,
  timeout,
};

// Street owns a case until it is submitted, desk from then on. A case opened at a counter is the desk's
// from its first day, so the early states belong to whoever opened it.
enum class Owner : std::uint8_t { opener, desk };

namespace life {
using S = CaseState;
using E = CaseEvent;

inline constexpr std::array<StateRow<S>, 18> case_states{{
    {S::draft, "draft", "草稿", "draft", By::requester, {90, Unit::days}},
    {S::proving_identity, "proving_identity", "身份核验中", "proving identity", By::requester, {30, Unit::days}},
    {S::awaiting_payment, "awaiting_payment", "待支付", "awaiting payment", By::requester, {15, Unit::days}},
    {S::awaiting_funds, "awaiting_funds", "待到账", "awaiting funds", By::finance_officer, {15, Unit::days}},
    {S::awaiting_account_proof,
     "awaiting_account_proof",
     "待验证",
     "awaiting account proof",
     By::requester,
     {30, Unit::days}},
    {S::awaiting_paper, "awaiting_paper", "待收件", "awaiting papers", By::requester, {60, Unit::days}},
    {S::awaiting_acceptance, "awaiting_acceptance", "审核中", "in review", By::registration_officer},
    {S::awaiting_review, "awaiting_review", "待复核", "awaiting second review", By::review_officer},
    {S::approved, "approved", "待制证", "awaiting production", By::production_officer, {30, Unit::days}},
    {S::in_production, "in_production", "制证中", "in production", By::production_officer},
    {S::ready, "ready", "待寄出/待领取", "ready", By::registration_officer, {30, Unit::days}},
    {S::shipped, "shipped", "已寄出", "shipped", By::outside},
    {S::handed_over, "handed_over", "已领取", "handed over", By::holder},
    {S::returned, "returned", "已驳回", "returned for correction", By::requester, {90, Unit::days}},
    {S::completed, "completed", "已办结", "completed", By::nobody, {}, true},
    {S::withdrawn, "withdrawn", "已取消", "withdrawn", By::nobody, {}, true},
    {S::expired, "expired", "逾期关闭", "closed after its time limit", By::nobody, {}, true},
    {S::refused, "refused", "不予受理", "refused", By::nobody, {}, true},
}};

struct CaseTraits {
  Owner owner;
  bool approvals_fall;  // on entering it, both officers' signatures (and the holder's) are void
  bool after_approval;  // may only be reached through `approved`
};
constexpr CaseTraits traits_of(S state) {
  constexpr auto between = [](S from, S s, S to) { return from <= s && s <= to; };
  return {
      .owner = state <= S::awaiting_funds || state == S::withdrawn || state == S::expired ? Owner::opener : Owner::desk,
      .approvals_fall = state == S::draft || state == S::returned || state == S::awaiting_acceptance,
      .after_approval = between(S::approved, state, S::handed_over) || state == S::completed};
}

inline constexpr std::array<EventRow<E>, 24> case_events{{
    {E::complete_entry, "complete_entry", "填写完成"},
    {E::edit, "edit", "返回修改"},
    {E::identity_passed, "identity_passed", "身份核验通过"},
    {E::announce_transfer, "announce_transfer", "上传汇款凭证"},
    {E::funds_proven, "funds_proven", "款项到账"},
    {E::deny_voucher, "deny_voucher", "凭证不符"},
    {E::account_proven, "account_proven", "账户验证通过"},
    {E::paper_complete, "paper_complete", "资料收齐"},
    {E::accept, "accept", "受理"},
    {E::approve, "approve", "复核通过"},
    {E::return_for_correction, "return_for_correction", "驳回"},
    {E::refuse, "refuse", "不予受理"},
    {E::resubmit, "resubmit", "重新提交"},
    {E::withdraw, "withdraw", "取消申请"},
    {E::start_making, "start_making", "开始制证"},
    {E::production_finished, "production_finished", "制证完成"},
    {E::production_failed, "production_failed", "制证失败"},
    {E::dispatch, "dispatch", "寄出"},
    {E::hand_over, "hand_over", "当面领取"},
    {E::delivered, "delivered", "签收"},
    {E::parcel_returned, "parcel_returned", "快递退回"},
    {E::parcel_lost, "parcel_lost", "快递丢失"},
    {E::lines_ended, "lines_ended", "全部证书激活或终止"},
    {E::timeout, "timeout", "到期"},
}};

// Where the road goes on: to the first thing still open. Every `onward` row becomes one move for each line here.
struct Station {
  Only open;
  S state;
};
inline constexpr std::array<Station, 7> road{{
    {Only::identity_open, S::proving_identity},
    {Only::payment_open, S::awaiting_payment},
    {Only::account_open, S::awaiting_account_proof},
    {Only::paper_open, S::awaiting_paper},
    {Only::acceptance_open, S::awaiting_acceptance},
    {Only::review_open, S::awaiting_review},
    {Only::settled_by_holder, S::approved},
}};

struct Onward {
  S from;
  E event;
  By by;
};
inline constexpr std::array<Onward, 14> case_onward{{
    {S::draft, E::complete_entry, By::requester},
    {S::draft, E::complete_entry, By::holder},
    {S::draft, E::complete_entry, By::registration_officer},
    {S::proving_identity, E::identity_passed, By::outside},
    {S::proving_identity, E::identity_passed, By::registration_officer},
    {S::awaiting_payment, E::funds_proven, By::house},
    {S::awaiting_payment, E::funds_proven, By::finance_officer},
    {S::awaiting_funds, E::funds_proven, By::house},
    {S::awaiting_funds, E::funds_proven, By::finance_officer},
    {S::awaiting_account_proof, E::account_proven, By::house},
    {S::awaiting_paper, E::paper_complete, By::registration_officer},
    {S::awaiting_acceptance, E::accept, By::registration_officer},
    {S::returned, E::resubmit, By::requester},
    {S::returned, E::resubmit, By::registration_officer},
}};

inline constexpr std::array<Move<S, E>, 53> case_straight{{
    {S::draft, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::draft, E::timeout, By::clock, Only::always, S::expired},
    {S::proving_identity, E::edit, By::requester, Only::still_editable, S::draft},
    {S::proving_identity, E::return_for_correction, By::registration_officer, Only::always, S::returned},
    {S::proving_identity, E::refuse, By::registration_officer, Only::always, S::refused},
    {S::proving_identity, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::proving_identity, E::timeout, By::clock, Only::always, S::expired},
    {S::awaiting_payment, E::edit, By::requester, Only::still_editable, S::draft},
    {S::awaiting_payment, E::announce_transfer, By::requester, Only::always, S::awaiting_funds},
    {S::awaiting_payment, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::awaiting_payment, E::timeout, By::clock, Only::always, S::expired},
    {S::awaiting_funds, E::deny_voucher, By::finance_officer, Only::always, S::awaiting_payment},
    {S::awaiting_funds, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::awaiting_funds, E::timeout, By::clock, Only::always, S::expired},
    {S::awaiting_account_proof, E::return_for_correction, By::registration_officer, Only::always, S::returned},
    {S::awaiting_account_proof, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::awaiting_account_proof, E::timeout, By::clock, Only::always, S::expired},
    {S::awaiting_paper, E::return_for_correction, By::registration_officer, Only::always, S::returned},
    {S::awaiting_paper, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::awaiting_paper, E::timeout, By::clock, Only::always, S::expired},
    {S::awaiting_acceptance, E::return_for_correction, By::registration_officer, Only::always, S::returned},
    {S::awaiting_acceptance, E::refuse, By::registration_officer, Only::always, S::refused},
    {S::awaiting_acceptance, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::awaiting_review, E::approve, By::review_officer, Only::not_the_acceptor, S::approved},
    {S::awaiting_review, E::return_for_correction, By::review_officer, Only::not_the_acceptor, S::returned},
    {S::awaiting_review, E::refuse, By::review_officer, Only::not_the_acceptor, S::refused},
    {S::awaiting_review, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::approved, E::start_making, By::production_officer, Only::not_the_approver, S::in_production},
    {S::approved, E::start_making, By::holder, Only::signed_by_holder, S::in_production},
    {S::approved, E::return_for_correction, By::registration_officer, Only::always, S::returned},
    {S::approved, E::return_for_correction, By::review_officer, Only::always, S::returned},
    {S::approved, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::approved, E::timeout, By::clock, Only::signed_by_officers, S::awaiting_acceptance},
    {S::approved, E::timeout, By::clock, Only::signed_by_holder, S::expired},
    {S::in_production, E::production_finished, By::house, Only::to_deliver, S::ready},
    {S::in_production, E::production_finished, By::house, Only::nothing_to_deliver, S::completed},
    {S::in_production, E::production_failed, By::house, Only::always, S::returned},
    {S::in_production, E::return_for_correction, By::production_officer, Only::always, S::returned},
    {S::ready, E::dispatch, By::registration_officer, Only::paid, S::shipped},
    {S::ready, E::dispatch, By::production_officer, Only::paid, S::shipped},
    {S::ready, E::hand_over, By::registration_officer, Only::paid, S::handed_over},
    {S::ready, E::timeout, By::clock, Only::paid, S::ready},
    {S::ready, E::timeout, By::clock, Only::unpaid, S::expired},
    {S::shipped, E::delivered, By::outside, Only::always, S::handed_over},
    {S::shipped, E::delivered, By::registration_officer, Only::always, S::handed_over},
    {S::shipped, E::parcel_returned, By::outside, Only::always, S::ready},
    {S::shipped, E::parcel_returned, By::registration_officer, Only::always, S::ready},
    {S::shipped, E::parcel_lost, By::registration_officer, Only::always, S::in_production},
    {S::shipped, E::lines_ended, By::house, Only::always, S::completed},
    {S::handed_over, E::lines_ended, By::house, Only::always, S::completed},
    {S::returned, E::withdraw, By::requester, Only::always, S::withdrawn},
    {S::returned, E::refuse, By::registration_officer, Only::always, S::refused},
    {S::returned, E::timeout, By::clock, Only::always, S::expired},
}};

consteval auto expand_case_moves() {
  std::array<Move<S, E>, case_straight.size() + case_onward.size() * road.size()> all{};
  std::size_t at = 0;
  for (const auto& row : case_straight) {
    all[at++] = row;
  }
  for (const auto& row : case_onward) {
    for (const auto& station : road) {
      all[at++] = {row.from, row.event, row.by, station.open, station.state};
    }
  }
  return all;
}
inline constexpr auto case_moves = expand_case_moves();

inline constexpr Life<S, E> case_life{"case", "业务单", case_states, case_events, case_moves, S::draft, E::timeout};

}  // namespace life

// One line of a case: one certificate, or one deed on a certificate.
enum class LineState : std::uint8_t { checked, struck_out, keying, issuing, writing, written, activated, done, failed };
enum class LineEvent : std::uint8_t {
  strike_out,
  permit,
  approvals_fell,
  bind_key,
  issued,
  not_issued,
  read_back,
  activate,
  remake,
  ended_by_revocation,
  act_done,
  timeout,
};

namespace life {
inline constexpr std::array<StateRow<LineState>, 9> line_states{{
    {LineState::checked, "checked", "已核对", "checked", By::vault},
    {LineState::struck_out, "struck_out", "已划去", "struck out", By::nobody, {}, true},
    {LineState::keying, "keying", "生成密钥", "keying", By::production_officer, {30, Unit::minutes}},
    {LineState::issuing, "issuing", "签发中", "issuing", By::vault},
    {LineState::writing, "writing", "写入中", "writing", By::production_officer, {60, Unit::minutes}},
    {LineState::written, "written", "已写入", "written", By::holder},
    {LineState::activated, "activated", "已激活", "activated", By::nobody, {}, true},
    {LineState::done, "done", "已办理", "done", By::nobody, {}, true},
    {LineState::failed, "failed", "失败", "failed", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<LineEvent>, 12> line_events{{
    {LineEvent::strike_out, "strike_out", "划去"},
    {LineEvent::permit, "permit", "发放制证许可"},
    {LineEvent::approvals_fell, "approvals_fell", "审批作废"},
    {LineEvent::bind_key, "bind_key", "密钥绑定"},
    {LineEvent::issued, "issued", "证书签发"},
    {LineEvent::not_issued, "not_issued", "签发被拒"},
    {LineEvent::read_back, "read_back", "写入并回读"},
    {LineEvent::activate, "activate", "激活"},
    {LineEvent::remake, "remake", "重新制作"},
    {LineEvent::ended_by_revocation, "ended_by_revocation", "证书注销"},
    {LineEvent::act_done, "act_done", "办理完成"},
    {LineEvent::timeout, "timeout", "到期"},
}};
inline constexpr std::array<Move<LineState, LineEvent>, 16> line_moves{{
    {LineState::checked, LineEvent::strike_out, By::registration_officer, Only::always, LineState::struck_out},
    {LineState::checked, LineEvent::permit, By::vault, Only::always, LineState::keying},
    {LineState::checked, LineEvent::act_done, By::vault, Only::always, LineState::done},
    {LineState::keying, LineEvent::bind_key, By::production_officer, Only::not_the_approver, LineState::issuing},
    {LineState::keying, LineEvent::bind_key, By::holder, Only::signed_by_holder, LineState::issuing},
    {LineState::keying, LineEvent::approvals_fell, By::house, Only::always, LineState::checked},
    {LineState::keying, LineEvent::timeout, By::clock, Only::always, LineState::checked},
    {LineState::issuing, LineEvent::issued, By::vault, Only::always, LineState::writing},
    {LineState::issuing, LineEvent::not_issued, By::vault, Only::always, LineState::failed},
    {LineState::issuing, LineEvent::remake, By::house, Only::always, LineState::checked},
    {LineState::writing, LineEvent::read_back, By::vault, Only::always, LineState::written},
    {LineState::writing, LineEvent::timeout, By::clock, Only::always, LineState::failed},
    {LineState::writing, LineEvent::remake, By::house, Only::always, LineState::checked},
    {LineState::written, LineEvent::activate, By::vault, Only::always, LineState::activated},
    {LineState::written, LineEvent::remake, By::house, Only::always, LineState::checked},
    {LineState::written, LineEvent::ended_by_revocation, By::vault, Only::always, LineState::failed},
}};
inline constexpr Life<LineState, LineEvent> line_life{"line",     "证书行",           line_states,       line_events,
                                                      line_moves, LineState::checked, LineEvent::timeout};
}  // namespace life

// What each kind of business needs. A programme's data fills this in and may only narrow it.
enum class Business : std::uint8_t {
  new_,
  add,
  renew,
  replace,
  modify,
  change_requester,
  unlock,
  revoke,
  recover_key,
};
enum class Settlement : std::uint8_t { two_officers, holder_or_two_officers };
enum class Act : std::uint8_t { issue, record, unlock, revoke, recover };
enum class Medium : std::uint8_t { none, own, new_ };
enum class Revokes : std::uint8_t { nothing, own, any };  // own: the certificate whose key signed the request

struct Kind {
  Business business;
  std::string_view code;
  std::string_view zh;
  std::string_view en;
  Settlement settlement;
  bool proves_identity;
  bool may_cost;
  Act act;
  Medium medium;
  Revokes revokes;
  bool releases_key;
  bool delivers;
};
inline constexpr std::array<Kind, 9> kinds{{
    {Business::new_, "new", "新办", "new", Settlement::two_officers, true, true, Act::issue, Medium::new_,
     Revokes::nothing, false, true},
    {Business::add, "add", "增加", "add", Settlement::two_officers, true, true, Act::issue, Medium::new_,
     Revokes::nothing, false, true},
    {Business::renew, "renew", "续期", "renewal", Settlement::holder_or_two_officers, false, true, Act::issue,
     Medium::own, Revokes::own, false, false},
    {Business::replace, "replace", "补办", "replacement", Settlement::two_officers, true, true, Act::issue,
     Medium::new_, Revokes::any, false, true},
    {Business::modify, "modify", "变更", "modification", Settlement::two_officers, true, true, Act::issue, Medium::own,
     Revokes::any, false, true},
    {Business::change_requester, "change_requester", "经办人变更", "change of requester", Settlement::two_officers,
     true, true, Act::record, Medium::none, Revokes::nothing, false, false},
    {Business::unlock, "unlock", "解锁", "unlock", Settlement::two_officers, true, true, Act::unlock, Medium::own,
     Revokes::nothing, false, true},
    {Business::revoke, "revoke", "注销", "revocation", Settlement::holder_or_two_officers, false, true, Act::revoke,
     Medium::none, Revokes::own, false, false},
    {Business::recover_key, "recover_key", "密钥恢复", "key recovery", Settlement::two_officers, true, true,
     Act::recover, Medium::own, Revokes::nothing, true, true},
}};
constexpr const Kind& kind_of(Business business) { return kinds[static_cast<std::size_t>(business)]; }

}  // namespace yinxin::hall
