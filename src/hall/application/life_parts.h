#pragma once
// The small lives beside a case: money and its way back, identity, the account check, parcels out and in,
// the invoice. Each waits and fails on its own; the case only hears its word. A refund outlives a closed case.

#include "hall/application/life_model.h"

namespace yinxin::hall {

enum class PaymentState : std::uint8_t { due, under_way, announced, paid, void_, in_question };
enum class PaymentEvent : std::uint8_t {
  start,
  proven,
  fell_short,
  announce,
  deny,
  waive,
  cancel,
  timeout,
  differs,
  match,
  give_back
};
enum class RefundState : std::uint8_t { asked, granted, sent, uncertain, settled, declined };
enum class RefundEvent : std::uint8_t {
  grant,
  decline,
  accepted,
  unclear,
  found,
  not_found,
  settled,
  bounced,
  timeout,
  by_hand
};
enum class IdentityState : std::uint8_t { open, running, manual, passed, failed };
enum class IdentityEvent : std::uint8_t { start, passed, failed, ask_for_person, confirm, deny, timeout };
enum class DepositState : std::uint8_t { asked, sent, uncertain, settled, returned, proven, replaced };
enum class DepositEvent : std::uint8_t {
  accepted,
  unclear,
  not_found,
  settled,
  came_back,
  prove,
  refill,
  replace,
  timeout
};
enum class DeliveryState : std::uint8_t { packed, on_the_way, delivered, came_back, lost };
enum class DeliveryEvent : std::uint8_t { hand_to_courier, signed_for, sent_back, lost, repack, collect, timeout };
enum class ParcelState : std::uint8_t { announced, arrived, incomplete, in_custody, sent_back, never_came };
enum class ParcelEvent : std::uint8_t { arrive, found_complete, found_incomplete, more_arrived, give_back, timeout };
enum class InvoiceState : std::uint8_t { due, uncertain, issued, reversed, kept, none };
enum class InvoiceEvent : std::uint8_t { issued, unclear, not_found, reverse, renounce, timeout };

namespace life {

inline constexpr std::array<StateRow<PaymentState>, 6> payment_states{{
    {PaymentState::due, "due", "待支付", "due", By::requester},
    {PaymentState::under_way, "under_way", "支付中", "under way", By::outside, {30, Unit::minutes}},
    {PaymentState::announced, "announced", "待到账", "transfer announced", By::finance_officer},
    {PaymentState::paid, "paid", "已支付", "paid", By::nobody, {}, true},
    {PaymentState::void_, "void", "已作废", "void", By::nobody, {}, true},
    {PaymentState::in_question, "in_question", "款项待核对", "in question", By::finance_officer},
}};
inline constexpr std::array<EventRow<PaymentEvent>, 11> payment_events{{
    {PaymentEvent::start, "start", "发起支付"},
    {PaymentEvent::proven, "proven", "查证到账"},
    {PaymentEvent::fell_short, "fell_short", "金额不足"},
    {PaymentEvent::announce, "announce", "上传凭证"},
    {PaymentEvent::deny, "deny", "凭证不符"},
    {PaymentEvent::waive, "waive", "无需付费"},
    {PaymentEvent::cancel, "cancel", "订单作废"},
    {PaymentEvent::timeout, "timeout", "到期"},
    {PaymentEvent::differs, "differs", "金额或币种不符"},
    {PaymentEvent::match, "match", "核对入账"},
    {PaymentEvent::give_back, "give_back", "退回款项"},
}};
inline constexpr std::array<Move<PaymentState, PaymentEvent>, 16> payment_moves{{
    {PaymentState::due, PaymentEvent::start, By::requester, Only::always, PaymentState::under_way},
    {PaymentState::due, PaymentEvent::announce, By::requester, Only::always, PaymentState::announced},
    {PaymentState::due, PaymentEvent::waive, By::house, Only::always, PaymentState::paid},
    {PaymentState::due, PaymentEvent::cancel, By::house, Only::always, PaymentState::void_},
    {PaymentState::under_way, PaymentEvent::proven, By::outside, Only::always, PaymentState::paid},
    {PaymentState::under_way, PaymentEvent::cancel, By::house, Only::always, PaymentState::void_},
    {PaymentState::due, PaymentEvent::differs, By::outside, Only::always, PaymentState::in_question},
    {PaymentState::under_way, PaymentEvent::differs, By::outside, Only::always, PaymentState::in_question},
    {PaymentState::in_question, PaymentEvent::match, By::finance_officer, Only::always, PaymentState::paid},
    {PaymentState::in_question, PaymentEvent::give_back, By::finance_officer, Only::always, PaymentState::void_},
    {PaymentState::under_way, PaymentEvent::timeout, By::clock, Only::always, PaymentState::due},
    {PaymentState::announced, PaymentEvent::proven, By::outside, Only::always, PaymentState::paid},
    {PaymentState::announced, PaymentEvent::differs, By::outside, Only::always, PaymentState::in_question},
    {PaymentState::announced, PaymentEvent::cancel, By::house, Only::always, PaymentState::void_},
    {PaymentState::announced, PaymentEvent::fell_short, By::outside, Only::always, PaymentState::due},
    {PaymentState::announced, PaymentEvent::deny, By::finance_officer, Only::always, PaymentState::due},
}};
inline constexpr Life<PaymentState, PaymentEvent> payment_life{
    "payment", "支付", payment_states, payment_events, payment_moves, PaymentState::due, PaymentEvent::timeout};

inline constexpr std::array<StateRow<RefundState>, 6> refund_states{{
    {RefundState::asked, "asked", "退款待审", "refund asked", By::finance_officer},
    {RefundState::granted, "granted", "退款待汇", "granted", By::house},
    {RefundState::sent, "sent", "退款中", "sent", By::outside},
    {RefundState::uncertain, "uncertain", "退款待查", "uncertain", By::house},
    {RefundState::settled, "settled", "已退款", "settled", By::nobody, {}, true},
    {RefundState::declined, "declined", "不予退款", "declined", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<RefundEvent>, 10> refund_events{{
    {RefundEvent::grant, "grant", "同意退款"},
    {RefundEvent::decline, "decline", "不予退款"},
    {RefundEvent::accepted, "accepted", "已受理"},
    {RefundEvent::unclear, "unclear", "结果不明"},
    {RefundEvent::found, "found", "查到记录"},
    {RefundEvent::not_found, "not_found", "查无记录"},
    {RefundEvent::settled, "settled", "退款到账"},
    {RefundEvent::bounced, "bounced", "退款被退回"},
    {RefundEvent::timeout, "timeout", "到期"},
    {RefundEvent::by_hand, "by_hand", "线下退回"},
}};
// Before anything was issued the house gives back by itself; afterwards, and where sums differ, a finance officer does.
inline constexpr std::array<Move<RefundState, RefundEvent>, 11> refund_moves{{
    {RefundState::asked, RefundEvent::grant, By::house, Only::always, RefundState::granted},
    {RefundState::asked, RefundEvent::by_hand, By::finance_officer, Only::always, RefundState::settled},
    {RefundState::granted, RefundEvent::bounced, By::outside, Only::always, RefundState::asked},
    {RefundState::asked, RefundEvent::grant, By::finance_officer, Only::always, RefundState::granted},
    {RefundState::asked, RefundEvent::decline, By::finance_officer, Only::always, RefundState::declined},
    {RefundState::granted, RefundEvent::accepted, By::outside, Only::always, RefundState::sent},
    {RefundState::granted, RefundEvent::unclear, By::outside, Only::always, RefundState::uncertain},
    {RefundState::uncertain, RefundEvent::found, By::outside, Only::always, RefundState::sent},
    {RefundState::uncertain, RefundEvent::not_found, By::outside, Only::always, RefundState::granted},
    {RefundState::sent, RefundEvent::settled, By::outside, Only::always, RefundState::settled},
    {RefundState::sent, RefundEvent::bounced, By::outside, Only::always, RefundState::asked},
}};
inline constexpr Life<RefundState, RefundEvent> refund_life{
    "refund", "退款", refund_states, refund_events, refund_moves, RefundState::asked, RefundEvent::timeout};

inline constexpr std::array<StateRow<IdentityState>, 5> identity_states{{
    {IdentityState::open, "open", "待核验", "open", By::requester},
    {IdentityState::running, "running", "核验中", "running", By::requester, {5, Unit::minutes}},
    {IdentityState::manual, "manual", "人工核验", "checked by a person", By::registration_officer},
    {IdentityState::passed, "passed", "已通过", "passed", By::nobody, {}, true},
    {IdentityState::failed, "failed", "未通过", "failed", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<IdentityEvent>, 7> identity_events{{
    {IdentityEvent::start, "start", "扫码"},
    {IdentityEvent::passed, "passed", "通过"},
    {IdentityEvent::failed, "failed", "未通过"},
    {IdentityEvent::ask_for_person, "ask_for_person", "申请人工核验"},
    {IdentityEvent::confirm, "confirm", "人工确认"},
    {IdentityEvent::deny, "deny", "人工否认"},
    {IdentityEvent::timeout, "timeout", "到期"},
}};
inline constexpr std::array<Move<IdentityState, IdentityEvent>, 8> identity_moves{{
    {IdentityState::open, IdentityEvent::start, By::requester, Only::always, IdentityState::running},
    {IdentityState::open, IdentityEvent::ask_for_person, By::requester, Only::always, IdentityState::manual},
    {IdentityState::running, IdentityEvent::passed, By::outside, Only::always, IdentityState::passed},
    {IdentityState::running, IdentityEvent::failed, By::outside, Only::tries_left, IdentityState::open},
    {IdentityState::running, IdentityEvent::failed, By::outside, Only::no_tries_left, IdentityState::manual},
    {IdentityState::running, IdentityEvent::timeout, By::clock, Only::always, IdentityState::open},
    {IdentityState::manual, IdentityEvent::confirm, By::registration_officer, Only::always, IdentityState::passed},
    {IdentityState::manual, IdentityEvent::deny, By::registration_officer, Only::always, IdentityState::failed},
}};
inline constexpr Life<IdentityState, IdentityEvent> identity_life{
    "identity",     "身份核验",          identity_states,       identity_events,
    identity_moves, IdentityState::open, IdentityEvent::timeout};

// Settled is not proof: a deposit that the bank calls settled may come back days later.
inline constexpr std::array<StateRow<DepositState>, 7> deposit_states{{
    {DepositState::asked, "asked", "待打款", "asked", By::house},
    {DepositState::sent, "sent", "已打款", "sent", By::outside},
    {DepositState::uncertain, "uncertain", "打款待查", "uncertain", By::house},
    {DepositState::settled, "settled", "打款成功", "settled", By::requester, {10, Unit::days}},
    {DepositState::returned, "returned", "未通过", "returned", By::requester},
    {DepositState::proven, "proven", "已通过", "proven", By::nobody, {}, true},
    {DepositState::replaced, "replaced", "改用法人认证", "replaced by another check", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<DepositEvent>, 9> deposit_events{{
    {DepositEvent::accepted, "accepted", "银行受理"},
    {DepositEvent::unclear, "unclear", "结果不明"},
    {DepositEvent::not_found, "not_found", "查无记录"},
    {DepositEvent::settled, "settled", "打款成功"},
    {DepositEvent::came_back, "came_back", "退汇"},
    {DepositEvent::prove, "prove", "填对验证码"},
    {DepositEvent::refill, "refill", "重填账户"},
    {DepositEvent::replace, "replace", "改用法人认证"},
    {DepositEvent::timeout, "timeout", "到期"},
}};
inline constexpr std::array<Move<DepositState, DepositEvent>, 11> deposit_moves{{
    {DepositState::asked, DepositEvent::accepted, By::outside, Only::always, DepositState::sent},
    {DepositState::asked, DepositEvent::unclear, By::outside, Only::always, DepositState::uncertain},
    {DepositState::uncertain, DepositEvent::accepted, By::outside, Only::always, DepositState::sent},
    {DepositState::uncertain, DepositEvent::not_found, By::outside, Only::always, DepositState::asked},
    {DepositState::sent, DepositEvent::settled, By::outside, Only::always, DepositState::settled},
    {DepositState::sent, DepositEvent::came_back, By::outside, Only::always, DepositState::returned},
    {DepositState::settled, DepositEvent::came_back, By::outside, Only::always, DepositState::returned},
    {DepositState::settled, DepositEvent::prove, By::requester, Only::always, DepositState::proven},
    {DepositState::settled, DepositEvent::timeout, By::clock, Only::always, DepositState::proven},
    {DepositState::returned, DepositEvent::refill, By::requester, Only::always, DepositState::asked},
    {DepositState::returned, DepositEvent::replace, By::house, Only::always, DepositState::replaced},
}};
inline constexpr Life<DepositState, DepositEvent> deposit_life{"micro_deposit",      "小额打款",    deposit_states,
                                                               deposit_events,       deposit_moves, DepositState::asked,
                                                               DepositEvent::timeout};

inline constexpr std::array<StateRow<DeliveryState>, 5> delivery_states{{
    {DeliveryState::packed, "packed", "待寄出", "packed", By::registration_officer},
    {DeliveryState::on_the_way, "on_the_way", "运送中", "on the way", By::outside},
    {DeliveryState::delivered, "delivered", "已签收", "delivered", By::nobody, {}, true},
    {DeliveryState::came_back, "came_back", "已退回", "came back", By::registration_officer},
    {DeliveryState::lost, "lost", "已丢失", "lost", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<DeliveryEvent>, 7> delivery_events{{
    {DeliveryEvent::hand_to_courier, "hand_to_courier", "交快递"},
    {DeliveryEvent::signed_for, "signed_for", "签收"},
    {DeliveryEvent::sent_back, "sent_back", "退回"},
    {DeliveryEvent::lost, "lost", "丢失"},
    {DeliveryEvent::repack, "repack", "重新寄出"},
    {DeliveryEvent::collect, "collect", "当面领取"},
    {DeliveryEvent::timeout, "timeout", "到期"},
}};
inline constexpr std::array<Move<DeliveryState, DeliveryEvent>, 6> delivery_moves{{
    {DeliveryState::packed, DeliveryEvent::hand_to_courier, By::registration_officer, Only::always,
     DeliveryState::on_the_way},
    {DeliveryState::packed, DeliveryEvent::collect, By::registration_officer, Only::always, DeliveryState::delivered},
    {DeliveryState::on_the_way, DeliveryEvent::signed_for, By::outside, Only::always, DeliveryState::delivered},
    {DeliveryState::on_the_way, DeliveryEvent::sent_back, By::outside, Only::always, DeliveryState::came_back},
    {DeliveryState::on_the_way, DeliveryEvent::lost, By::registration_officer, Only::always, DeliveryState::lost},
    {DeliveryState::came_back, DeliveryEvent::repack, By::registration_officer, Only::always, DeliveryState::packed},
}};
inline constexpr Life<DeliveryState, DeliveryEvent> delivery_life{"delivery",
                                                                  "寄送",
                                                                  delivery_states,
                                                                  delivery_events,
                                                                  delivery_moves,
                                                                  DeliveryState::packed,
                                                                  DeliveryEvent::timeout};

inline constexpr std::array<StateRow<ParcelState>, 6> parcel_states{{
    {ParcelState::announced, "announced", "待收件", "announced", By::requester, {60, Unit::days}},
    {ParcelState::arrived, "arrived", "已收件", "arrived", By::registration_officer},
    {ParcelState::incomplete, "incomplete", "缺件", "incomplete", By::requester},
    {ParcelState::in_custody, "in_custody", "保管中", "in custody", By::registration_officer},
    {ParcelState::sent_back, "sent_back", "已寄回", "sent back", By::nobody, {}, true},
    {ParcelState::never_came, "never_came", "未收到", "never came", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<ParcelEvent>, 6> parcel_events{{
    {ParcelEvent::arrive, "arrive", "收件"},
    {ParcelEvent::found_complete, "found_complete", "核对齐全"},
    {ParcelEvent::found_incomplete, "found_incomplete", "核对缺件"},
    {ParcelEvent::more_arrived, "more_arrived", "补件到达"},
    {ParcelEvent::give_back, "give_back", "寄回"},
    {ParcelEvent::timeout, "timeout", "到期"},
}};
inline constexpr std::array<Move<ParcelState, ParcelEvent>, 7> parcel_moves{{
    {ParcelState::announced, ParcelEvent::arrive, By::registration_officer, Only::always, ParcelState::arrived},
    {ParcelState::announced, ParcelEvent::timeout, By::clock, Only::always, ParcelState::never_came},
    {ParcelState::arrived, ParcelEvent::found_complete, By::registration_officer, Only::always,
     ParcelState::in_custody},
    {ParcelState::arrived, ParcelEvent::found_incomplete, By::registration_officer, Only::always,
     ParcelState::incomplete},
    {ParcelState::incomplete, ParcelEvent::more_arrived, By::registration_officer, Only::always, ParcelState::arrived},
    {ParcelState::incomplete, ParcelEvent::give_back, By::registration_officer, Only::always, ParcelState::sent_back},
    {ParcelState::in_custody, ParcelEvent::give_back, By::registration_officer, Only::always, ParcelState::sent_back},
}};
inline constexpr Life<ParcelState, ParcelEvent> parcel_life{
    "parcel", "来件", parcel_states, parcel_events, parcel_moves, ParcelState::announced, ParcelEvent::timeout};

inline constexpr std::array<StateRow<InvoiceState>, 6> invoice_states{{
    {InvoiceState::due, "due", "待开票", "due", By::house},
    {InvoiceState::uncertain, "uncertain", "开票待查", "uncertain", By::house},
    {InvoiceState::issued, "issued", "已开票", "issued", By::house, {3650, Unit::days}},
    {InvoiceState::reversed, "reversed", "已红冲", "reversed", By::nobody, {}, true},
    {InvoiceState::kept, "kept", "已归档", "kept", By::nobody, {}, true},
    {InvoiceState::none, "none", "不开票", "none", By::nobody, {}, true},
}};
inline constexpr std::array<EventRow<InvoiceEvent>, 6> invoice_events{{
    {InvoiceEvent::issued, "issued", "开票成功"},
    {InvoiceEvent::unclear, "unclear", "结果不明"},
    {InvoiceEvent::not_found, "not_found", "查无记录"},
    {InvoiceEvent::reverse, "reverse", "红冲"},
    {InvoiceEvent::renounce, "renounce", "不开票"},
    {InvoiceEvent::timeout, "timeout", "到期"},
}};
inline constexpr std::array<Move<InvoiceState, InvoiceEvent>, 7> invoice_moves{{
    {InvoiceState::due, InvoiceEvent::issued, By::outside, Only::always, InvoiceState::issued},
    {InvoiceState::due, InvoiceEvent::unclear, By::outside, Only::always, InvoiceState::uncertain},
    {InvoiceState::due, InvoiceEvent::renounce, By::requester, Only::always, InvoiceState::none},
    {InvoiceState::uncertain, InvoiceEvent::issued, By::outside, Only::always, InvoiceState::issued},
    {InvoiceState::uncertain, InvoiceEvent::not_found, By::outside, Only::always, InvoiceState::due},
    {InvoiceState::issued, InvoiceEvent::reverse, By::finance_officer, Only::always, InvoiceState::reversed},
    {InvoiceState::issued, InvoiceEvent::timeout, By::clock, Only::always, InvoiceState::kept},
}};
inline constexpr Life<InvoiceState, InvoiceEvent> invoice_life{
    "invoice", "发票", invoice_states, invoice_events, invoice_moves, InvoiceState::due, InvoiceEvent::timeout};

}  // namespace life
}  // namespace yinxin::hall
