// Money beside the straight road: another way of paying, sums that differ, late and double payments, cases given up;
// and what goes back, asked for once and asked about until it is definite.

#include <algorithm>

#include "store/street/testing_street.h"

namespace yinxin::store::street {
namespace {

using hall::FinanceDeed;
using hall::PaymentState;
using hall::RefundReason;
using hall::RefundState;

constexpr const char* officer = "ab01";

class MoneyTest : public StreetTest {
 protected:
  hall::PaymentFact paid(std::int64_t fen, const std::string& currency = "CNY") {
    hall::PaymentFact fact;
    fact.standing = hall::PaymentStanding::paid;
    fact.paid_fen = fen;
    fact.currency = currency;
    fact.paid_at = clock_.now();
    fact.answer.transaction = "4200001";
    return fact;
  }
  // The provider's books say so from now on, and we ask.
  void pay_order(const std::string& order, std::int64_t fen, const std::string& currency = "CNY") {
    providers_.payments[order] = paid(fen, currency);
    const auto asked = street_->ask_payment(order);
    ASSERT_TRUE(asked) << asked.error().describe();
  }
  void lead_to_desk() {
    lead_to_payment();
    ASSERT_TRUE(open_payment());
    pay_order(first(), 60000);
    ASSERT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  }
  [[nodiscard]] std::string first() const { return id_ + "-1"; }
  [[nodiscard]] std::string refund() const { return first() + "R1"; }
  hall::RefundRecord refund_now() { return dossier().refunds.at(0); }
  void expect_refund(RefundReason reason, RefundState state, std::int64_t fen) {
    ASSERT_EQ(dossier().refunds.size(), 1U);
    EXPECT_EQ(refund_now().reason, reason);
    EXPECT_EQ(refund_now().state, state);
    EXPECT_EQ(refund_now().fen, fen);
  }
  std::size_t to_decide() { return street_->money_to_decide().value().size(); }
  // The jobs run once, a while later.
  void later(std::chrono::milliseconds pause = 1h) {
    clock_.advance(pause);
    const auto watched = street_->watch_money();
    EXPECT_TRUE(watched) << watched.error().describe();
  }
};

TEST_F(MoneyTest, AnotherWayClosesTheFirstOrderAtItsProviderBeforeItsOwnIsOpened) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  const auto other = street_->open_payment(session_.account, id_, "alipay");
  ASSERT_TRUE(other) << other.error().describe();
  EXPECT_EQ(providers_.closed, std::vector<std::string>{first()});
  ASSERT_EQ(other->dossier.orders.size(), 2U);
  EXPECT_EQ(other->dossier.orders[0].state, PaymentState::void_);
  EXPECT_EQ(other->dossier.orders[1].way, "alipay");
  EXPECT_EQ(other->dossier.orders[1].state, PaymentState::under_way);
  pay_order(id_ + "-2", 60000);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(street_->submission(id_)->progress.paid, true);
  // The first one is paid all the same: it goes back by itself, and the case keeps its money.
  pay_order(first(), 60000);
  expect_refund(RefundReason::late, RefundState::granted, 60000);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(to_decide(), 0U);
}

TEST_F(MoneyTest, WhoHasPaidBeforeChangingTheWayHasPaid) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  providers_.payments[first()] = paid(60000);
  const auto other = street_->open_payment(session_.account, id_, "alipay");
  ASSERT_TRUE(other) << other.error().describe();
  EXPECT_EQ(other->dossier.application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(other->dossier.orders.size(), 1U);
  EXPECT_TRUE(providers_.closed.empty());
}

TEST_F(MoneyTest, ASumThatDiffersWaitsForFinanceAndNeverSubmits) {
  struct Wrong {
    std::int64_t fen;
    const char* currency;
    RefundReason reason;
  };
  lead_to_payment();
  std::size_t count = 0;
  for (const Wrong& wrong : {Wrong{59999, "CNY", RefundReason::under}, Wrong{60001, "CNY", RefundReason::over},
                             Wrong{60000, "USD", RefundReason::currency}}) {
    ASSERT_TRUE(open_payment());
    const std::string order = id_ + "-" + std::to_string(++count);
    pay_order(order, wrong.fen, wrong.currency);
    const auto now = dossier();
    EXPECT_EQ(now.application.state, CaseState::awaiting_payment) << wrong.fen;
    EXPECT_EQ(now.orders.back().state, PaymentState::in_question);
    EXPECT_EQ(now.refunds.back().reason, wrong.reason);
    EXPECT_EQ(now.refunds.back().state, RefundState::asked);
    EXPECT_EQ(to_decide(), count);
    ASSERT_TRUE(street_->ask_payment(order));
    EXPECT_EQ(dossier().refunds.size(), count) << "said twice, taken once";
    EXPECT_EQ(street_->decide_refund(order + "R1", FinanceDeed::decline, officer, "留下").error().detail,
              "refund.must_go_back");
  }
  // Only what is more than the price can be taken for it.
  EXPECT_EQ(street_->decide_refund(id_ + "-1R1", FinanceDeed::match, officer, "").error().detail, "refund.no_match");
  EXPECT_EQ(street_->decide_refund(id_ + "-3R1", FinanceDeed::match, officer, "").error().detail, "refund.no_match");
  const auto granted = street_->decide_refund(id_ + "-1R1", FinanceDeed::grant, officer, "少付，退回");
  ASSERT_TRUE(granted) << granted.error().describe();
  EXPECT_EQ(granted->refund.state, RefundState::granted);
  EXPECT_EQ(granted->refund.decided_by, officer);
  EXPECT_EQ(granted->order.state, PaymentState::void_);
  EXPECT_TRUE(std::ranges::any_of(audit_.deeds, [&](const auto& deed) {
    return deed.role == "finance_officer" && deed.subject == officer && deed.action == "case.refund.grant";
  }));
  EXPECT_EQ(street_->decide_refund(id_ + "-1R1", FinanceDeed::grant, officer, "").error().code, ErrorCode::wrong_state);
  const auto by_hand = street_->decide_refund(id_ + "-3R1", FinanceDeed::by_hand, officer, "银行回单 20261121-77");
  ASSERT_TRUE(by_hand) << by_hand.error().describe();
  EXPECT_EQ(by_hand->refund.state, RefundState::settled);
  EXPECT_EQ(street_->decide_refund(id_ + "-2R1", FinanceDeed::by_hand, officer, "").error().detail, "refund.words");
}

TEST_F(MoneyTest, OfTooMuchThePriceIsTakenAndTheRestGoesBack) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay_order(first(), 60005);
  const auto matched = street_->decide_refund(refund(), FinanceDeed::match, officer, "多付五分");
  ASSERT_TRUE(matched) << matched.error().describe();
  EXPECT_EQ(matched->refund.fen, 5);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(dossier().orders.front().state, PaymentState::paid);
  EXPECT_EQ(store_->claim_errands("submit", 10, 1min)->size(), 1U);
  later();
  EXPECT_EQ(providers_.refunds_asked, std::vector<std::string>{first() + " " + refund() + " 5"});
}

TEST_F(MoneyTest, ACaseGivenUpBeforeItIsMadeGetsItsMoneyBackOnce) {
  lead_to_desk();
  const auto asked = street_->withdraw(session_.account, id_);
  ASSERT_TRUE(asked) << asked.error().describe();
  EXPECT_TRUE(asked->dossier.withdrawal_asked_at);
  EXPECT_EQ(asked->dossier.application.state, CaseState::awaiting_acceptance) << "the desk owns it";
  ASSERT_TRUE(street_->withdraw(session_.account, id_));
  const auto errands = store_->claim_errands("withdraw", 10, 1min).value();
  ASSERT_EQ(errands.size(), 1U) << "asked twice, told once";
  EXPECT_EQ(errands.front().errand.case_id, id_);
  ASSERT_TRUE(street_->hear_desk({id_, CaseState::withdrawn}));
  ASSERT_TRUE(street_->hear_desk({id_, CaseState::withdrawn}));
  expect_refund(RefundReason::withdrawn, RefundState::granted, 60000);
  EXPECT_FALSE(dossier().withdrawal_asked_at);
  // Sent, under way, settled: asked for once, by one number.
  later(1s);
  EXPECT_EQ(refund_now().state, RefundState::sent);
  later();
  EXPECT_EQ(refund_now().state, RefundState::sent);
  providers_.refund_standing = hall::RefundStanding::settled;
  later();
  EXPECT_EQ(refund_now().state, RefundState::settled);
  EXPECT_EQ(refund_now().transaction, "5000001");
  EXPECT_EQ(providers_.refunds_asked, std::vector<std::string>{first() + " " + refund() + " 60000"});
  const auto messages = store_->claim_messages(10, 1min).value();
  ASSERT_FALSE(messages.empty());
  EXPECT_EQ(messages.back().wish.text, "refunded");
  EXPECT_EQ(messages.back().wish.parameters.at("amount"), "600.00");
  EXPECT_EQ(messages.back().wish.mobile, answers_["requester_mobile"]);
  const auto version = dossier().version;
  later(24h);
  EXPECT_EQ(dossier().version, version) << "what is definite is asked about no more";
  EXPECT_EQ(street_->withdraw(session_.account, id_)->dossier.version, version);
}

TEST_F(MoneyTest, BeforeThePaymentAWithdrawalClosesTheOrderAndNothingIsOwed) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  const auto gone = street_->withdraw(session_.account, id_);
  ASSERT_TRUE(gone) << gone.error().describe();
  EXPECT_EQ(gone->dossier.application.state, CaseState::withdrawn);
  EXPECT_EQ(gone->dossier.orders.front().state, PaymentState::void_);
  EXPECT_EQ(providers_.closed, std::vector<std::string>{first()});
  EXPECT_TRUE(gone->dossier.refunds.empty());
  // Money that comes after all goes back by itself, though the case is closed.
  providers_.payments[first()] = paid(60000);
  later();
  expect_refund(RefundReason::late, RefundState::granted, 60000);
}

TEST_F(MoneyTest, WhatTheDeskHasMadeIsNotWithdrawnAndItsMoneyIsForFinanceAlone) {
  lead_to_desk();
  EXPECT_EQ(street_->give_back(first(), 60000, officer, "错收").error().detail, "refund.withdraw_first");
  ASSERT_TRUE(street_->withdraw(session_.account, id_));
  ASSERT_TRUE(street_->hear_withdrawal_refused(id_));
  EXPECT_FALSE(dossier().withdrawal_asked_at);
  ASSERT_TRUE(street_->hear_desk({id_, CaseState::in_production}));
  EXPECT_EQ(street_->withdraw(session_.account, id_).error().detail, "case.cannot_withdraw");
  EXPECT_EQ(street_->give_back(first(), 60001, officer, "错收").error().detail, "refund.sum");
  EXPECT_EQ(street_->give_back(first(), 1, officer, "").error().detail, "refund.words");
  const auto given = street_->give_back(first(), 10000, officer, "服务补偿");
  ASSERT_TRUE(given) << given.error().describe();
  EXPECT_EQ(given->refund.reason, RefundReason::officer);
  EXPECT_EQ(given->refund.state, RefundState::granted);
  EXPECT_EQ(street_->give_back(first(), 50001, officer, "再退").error().detail, "refund.sum");
  EXPECT_TRUE(street_->give_back(first(), 50000, officer, "再退"));
}

TEST_F(MoneyTest, ACaseRefusedAfterACertificateWasMadeWaitsForFinance) {
  lead_to_desk();
  ASSERT_TRUE(street_->hear_desk({id_, CaseState::refused, "资料不实", {}, {}, true}));
  expect_refund(RefundReason::refused, RefundState::asked, 60000);
  EXPECT_EQ(to_decide(), 1U);
  later();
  EXPECT_TRUE(providers_.refunds_asked.empty());
  const auto kept = street_->decide_refund(refund(), FinanceDeed::decline, officer, "证书已签发");
  ASSERT_TRUE(kept) << kept.error().describe();
  EXPECT_EQ(kept->refund.state, RefundState::declined);
  EXPECT_EQ(to_decide(), 0U);
}

TEST_F(MoneyTest, ACasePaidTwiceKeepsOneAndGivesBackTheOther) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  clock_.advance(31min);
  // The first order's time is over, and its closing gets lost: a second one is opened.
  ASSERT_TRUE(open_payment());
  pay_order(id_ + "-2", 60000);
  ASSERT_TRUE(street_->hear_desk({id_, CaseState::approved}));
  pay_order(first(), 60000);
  expect_refund(RefundReason::late, RefundState::granted, 60000);
  EXPECT_EQ(refund_now().order, first());
}

TEST_F(MoneyTest, AProvidersNoUncertaintyAndSilenceLeadToADefiniteEnd) {
  lead_to_desk();
  ASSERT_TRUE(street_->hear_desk({id_, CaseState::refused, "资料不实"}));
  expect_refund(RefundReason::refused, RefundState::granted, 60000);
  // Nothing has left us: it stays granted. Then nobody knows: it is looked for, not found, and asked for again.
  providers_.refund_answer = fail(ErrorCode::outside_unreachable, "no way there");
  clock_.advance(1h);
  EXPECT_FALSE(street_->watch_money());
  EXPECT_EQ(refund_now().state, RefundState::granted);
  providers_.refund_answer = fail(ErrorCode::outside_uncertain, "lost");
  later();
  EXPECT_EQ(refund_now().state, RefundState::uncertain);
  providers_.find_refund_answer = fail(ErrorCode::outside_uncertain, "lost");
  clock_.advance(1h);
  EXPECT_FALSE(street_->watch_money());
  EXPECT_EQ(refund_now().state, RefundState::uncertain);
  providers_.find_refund_answer = fail(ErrorCode::not_found, "no such refund");
  later();
  EXPECT_EQ(refund_now().state, RefundState::granted);
  // A no goes to finance, who grants it again under the same number.
  providers_.refund_answer = fail(ErrorCode::declined_by_outside, "NOT_ENOUGH");
  later();
  EXPECT_EQ(refund_now().state, RefundState::asked);
  EXPECT_EQ(refund_now().words, "NOT_ENOUGH");
  EXPECT_EQ(to_decide(), 1U);
  ASSERT_TRUE(street_->decide_refund(refund(), FinanceDeed::grant, officer, "余额已补"));
  providers_.refund_answer.reset();
  later();
  EXPECT_EQ(refund_now().state, RefundState::sent);
  // The provider forgets it: asked for again, by the same number. At last it comes back.
  later();
  EXPECT_EQ(refund_now().state, RefundState::sent);
  providers_.find_refund_answer.reset();
  providers_.refund_standing = hall::RefundStanding::abnormal;
  later();
  EXPECT_EQ(refund_now().state, RefundState::asked);
  ASSERT_TRUE(street_->decide_refund(refund(), FinanceDeed::by_hand, officer, "银行回单 20261121-78"));
  EXPECT_EQ(refund_now().state, RefundState::settled);
  for (const std::string& asked : providers_.refunds_asked) {
    EXPECT_EQ(asked, first() + " " + refund() + " 60000") << "one number for ever";
  }
}

TEST_F(MoneyTest, AnOrderIsAskedAboutAlsoWhenNobodyCallsBackAndForTwoDaysOnly) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  later(59s);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_payment);
  providers_.payments[first()] = paid(60000);
  later(1min);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance) << "no callback, no click";
  const auto due = store_->due_money(clock_.now() + 240h, 10).value();
  ASSERT_EQ(due.size(), 1U) << "the order is definite; a transfer may still come beside it";
  EXPECT_EQ(due[0].number, id_ + "-0");
}

TEST_F(MoneyTest, AClosedOrderIsVoidAndItsCaseMayBePaidAnew) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  providers_.payments[first()].standing = hall::PaymentStanding::closed;
  ASSERT_TRUE(street_->ask_payment(first()));
  EXPECT_EQ(dossier().orders.front().state, PaymentState::void_);
  const auto again = street_->open_payment(session_.account, id_, "wechat");
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->dossier.orders.size(), 2U);
}

}  // namespace
}  // namespace yinxin::store::street
