#pragma once
// How many values each choice has that travels between street and desk.

#include "hall/street/street.h"
#include "net/wire.h"

namespace yinxin::net {

template <>
struct WireChoices<hall::CaseState> : Choices<hall::life::case_states.size()> {};
template <>
struct WireChoices<hall::By> : Choices<hall::by_rows.size()> {};
template <>
struct WireChoices<hall::PaymentGate> : Choices<4> {};
template <>
struct WireChoices<hall::CheckLevel> : Choices<3> {};
template <>
struct WireChoices<hall::PaymentState> : Choices<hall::life::payment_states.size()> {};
template <>
struct WireChoices<hall::RefundState> : Choices<hall::life::refund_states.size()> {};
template <>
struct WireChoices<hall::RefundReason> : Choices<hall::refund_reasons.size()> {};
template <>
struct WireChoices<hall::FinanceDeed> : Choices<4> {};

}  // namespace yinxin::net
