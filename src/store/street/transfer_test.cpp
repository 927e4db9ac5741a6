// Paying by transfer: the slip, the money that comes with and without our number, in parts, from somebody else, never.

#include <algorithm>

#include "store/street/testing_street.h"

namespace yinxin::store::street {
namespace {

using hall::FinanceDeed;
using hall::PaymentState;
using hall::RefundReason;
using hall::RefundState;

constexpr const char* officer = "ab01";

class TransferTest : public StreetTest {
 protected:
  Result<hall::Stand> announce() { return street_->announce_transfer(session_.account, id_, bytes_of("a slip")); }
  void lead_to_transfer() {
    lead_to_payment();
    const auto announced = announce();
    ASSERT_TRUE(announced) << announced.error().describe();
    ASSERT_TRUE(announced->problems.empty()) << announced->problems.front().code;
    ASSERT_EQ(dossier().application.state, CaseState::awaiting_funds);
  }
  [[nodiscard]] std::string first() const { return id_ + "-1"; }
  void book(const std::string& asked, std::int64_t fen, const std::string& payer = "深圳市样例建设有限公司") {
    hall::PaymentFact fact;
    fact.standing = hall::PaymentStanding::paid;
    fact.paid_fen = fen;
    fact.currency = "CNY";
    fact.paid_at = clock_.now();
    fact.answer.transaction = "B1";
    fact.payer_name = payer;
    providers_.payments[asked] = fact;
  }
  void later() {
    clock_.advance(1h);
    const auto watched = street_->watch_money();
    EXPECT_TRUE(watched) << watched.error().describe();
  }
  bool told(const std::string& kind) {
    const auto timeline = dossier().timeline;
    return std::ranges::find(timeline, kind, &hall::TimelineEntry::kind) != timeline.end();
  }
};

TEST_F(TransferTest, TheSlipIsShownAndTheMoneySubmitsTheCaseWithTheSecretByText) {
  lead_to_transfer();
  ASSERT_EQ(dossier().orders.size(), 1U);
  EXPECT_EQ(dossier().orders[0].state, PaymentState::announced);
  EXPECT_EQ(dossier().orders[0].price_fen, 60000);
  const auto awaited = street_->transfers_awaited().value();
  ASSERT_EQ(awaited.size(), 1U);
  EXPECT_EQ(awaited[0].order.number, first());
  EXPECT_EQ(awaited[0].unit, "深圳市样例建设有限公司");
  EXPECT_EQ(text_of(street_->voucher(first()).value()), "a rendition");
  later();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_funds);
  book(first(), 60000);
  later();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(dossier().orders[0].state, PaymentState::paid);
  EXPECT_TRUE(street_->transfers_awaited()->empty());
  EXPECT_TRUE(dossier().deposits.empty()) << "who pays by transfer is asked for no account";
  const auto secrets = store_->claim_errands("requester_secret", 10, 1min).value();
  ASSERT_EQ(secrets.size(), 1U);
  EXPECT_EQ(secrets[0].errand.case_id, id_);
  const auto submission = street_->submission(id_);
  ASSERT_TRUE(submission) << submission.error().describe();
  EXPECT_TRUE(
      std::ranges::any_of(submission->materials, [](const auto& paper) { return paper.slot == hall::voucher_slot; }));
}

TEST_F(TransferTest, ABetterSlipReplacesTheFirstAndMakesNoSecondOrder) {
  lead_to_transfer();
  ASSERT_TRUE(announce());
  EXPECT_EQ(dossier().orders.size(), 1U);
  EXPECT_TRUE(told("voucher_replaced"));
  examiner_.paper.refusal = "upload.encrypted";
  const auto bad = announce();
  ASSERT_TRUE(bad);
  ASSERT_EQ(bad->problems.size(), 1U);
  EXPECT_EQ(bad->problems[0].field, "voucher");
  EXPECT_EQ(bad->problems[0].code, "upload.encrypted");
}

// Paid by a code, and then by transfer as well: whoever does both gets one of them back.
TEST_F(TransferTest, MoneyThatComesBesideAPaidCodeStandsBeforeFinanceOnce) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  book(first(), 60000);
  later();
  ASSERT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  later();
  ASSERT_EQ(dossier().orders.size(), 1U) << "nothing has come";
  book(id_ + "-0", 60000, "深圳市别人有限公司");
  clock_.advance(12h);
  later();
  later();
  ASSERT_EQ(dossier().orders.size(), 2U);
  const hall::OrderRecord order = dossier().orders.at(1);
  EXPECT_EQ(order.number, id_ + "-2");
  EXPECT_EQ(order.way, hall::transfer_way);
  EXPECT_EQ(order.state, PaymentState::void_);
  EXPECT_EQ(order.paid_fen, 60000);
  EXPECT_EQ(order.payer, "深圳市别人有限公司");
  EXPECT_TRUE(told("payment_surplus"));
  const auto waiting = street_->money_to_decide().value();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting[0].refund.reason, hall::RefundReason::duplicate);
  EXPECT_EQ(waiting[0].refund.fen, 60000);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance) << "the case goes on";
  // A process that ended before it let the watch go asks once more.
  hall::DossierChange again;
  again.dossier = dossier();
  again.watches.push_back({.number = id_ + "-0", .due = clock_.now()});
  ASSERT_TRUE(store_->save(again));
  later();
  EXPECT_EQ(dossier().orders.size(), 2U);
  const std::string refund = waiting[0].refund.number;
  const auto settled = street_->decide_refund(refund, hall::FinanceDeed::by_hand, "officer", "已从网上银行退回");
  ASSERT_TRUE(settled) << settled.error().describe();
  EXPECT_TRUE(street_->money_to_decide()->empty());
}

TEST_F(TransferTest, MoneyOfAnotherOrderIsNotTakenForThisOne) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  book(first(), 60000);
  providers_.mistaken_for = "YX202611210000022-1";
  EXPECT_EQ(street_->ask_payment(first()).error().code, ErrorCode::corrupt);
  providers_.mistaken_for.clear();
  later();
  ASSERT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  book(id_ + "-0", 60000);
  providers_.mistaken_for = "YX202611210000022-0";
  clock_.advance(12h);
  EXPECT_EQ(street_->watch_money().error().code, ErrorCode::corrupt);
  EXPECT_EQ(dossier().orders.size(), 1U);
}

TEST_F(TransferTest, WhatMayComeBesideAPaidCodeIsAskedAboutForSeventeenDays) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  book(first(), 60000);
  later();
  clock_.advance(24h * 16);
  later();
  EXPECT_EQ(store_->due_money(clock_.now() + 13h, 10)->size(), 1U);
  clock_.advance(24h);
  later();
  EXPECT_TRUE(store_->due_money(clock_.now() + 13h, 10)->empty());
}

TEST_F(TransferTest, ATransferThatWasAnnouncedIsAskedAboutByItsOwnNumberAlone) {
  lead_to_transfer();
  book(first(), 60000);
  book(id_ + "-0", 60000);
  later();
  ASSERT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  clock_.advance(12h);
  later();
  EXPECT_EQ(dossier().orders.size(), 1U);
  EXPECT_TRUE(street_->money_to_decide()->empty());
}

TEST_F(TransferTest, AnOpenCodeIsClosedBeforeATransferIsAnnounced) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  ASSERT_TRUE(announce());
  EXPECT_EQ(providers_.closed, std::vector<std::string>{first()});
  EXPECT_EQ(dossier().orders.at(0).state, PaymentState::void_);
  EXPECT_EQ(dossier().orders.at(1).state, PaymentState::announced);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_funds);
}

TEST_F(TransferTest, APartIsToldAndWaitedForUntilTheRestCame) {
  lead_to_transfer();
  book(first(), 20000);
  later();
  later();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_funds);
  const auto timeline = dossier().timeline;
  EXPECT_EQ(std::ranges::count(timeline, "transfer_short", &hall::TimelineEntry::kind), 1);
  EXPECT_EQ(std::ranges::find(timeline, "transfer_short", &hall::TimelineEntry::kind)->detail, "200.00");
  book(first(), 60000);
  later();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
}

TEST_F(TransferTest, SomebodyElsesMoneyWaitsForFinanceWhoMayTakeItWithAReason) {
  lead_to_transfer();
  book(first(), 60000, "张三");
  later();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_funds);
  EXPECT_EQ(dossier().orders[0].state, PaymentState::in_question);
  EXPECT_TRUE(told("transfer_payer"));
  ASSERT_EQ(dossier().refunds.size(), 1U);
  EXPECT_EQ(dossier().refunds[0].reason, RefundReason::payer);
  const std::string refund = dossier().refunds[0].number;
  EXPECT_EQ(street_->decide_refund(refund, FinanceDeed::grant, officer, "退").error().detail, "transfer.by_hand");
  EXPECT_EQ(street_->decide_refund(refund, FinanceDeed::match, officer, "").error().detail, "refund.words");
  const auto taken = street_->decide_refund(refund, FinanceDeed::match, officer, "法定代表人代付,已收到说明");
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(taken->refund.state, RefundState::declined);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  EXPECT_EQ(dossier().refunded_fen(first()), 0);
}

TEST_F(TransferTest, SomebodyElsesMoneyMayGoBackByHand) {
  lead_to_transfer();
  book(first(), 60000, "张三");
  later();
  ASSERT_TRUE(street_->decide_refund(dossier().refunds.at(0).number, FinanceDeed::by_hand, officer, "网银退回 2026"));
  EXPECT_EQ(dossier().orders[0].state, PaymentState::void_);
  EXPECT_EQ(dossier().application.progress.paid, false);
}

// Brackets and blanks are written by banks as they like.
TEST_F(TransferTest, ThePayersNameIsComparedAsItIsMeant) {
  answers_["unit_name"] = "样例(深圳)有限公司";
  lead_to_transfer();
  book(first(), 60000, "样例（深圳） 有限公司");
  later();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
}

TEST_F(TransferTest, ADeniedSlipLetsTheRequesterChooseAnew) {
  lead_to_transfer();
  EXPECT_EQ(street_->deny_voucher(first(), officer, "").error().detail, "refund.words");
  ASSERT_TRUE(street_->deny_voucher(first(), officer, "凭证是另一笔汇款"));
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_payment);
  EXPECT_EQ(dossier().orders[0].state, PaymentState::void_);
  EXPECT_EQ(street_->deny_voucher(first(), officer, "再一次").error().detail, "transfer.not_awaited");
  const auto again = announce();
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(dossier().orders.at(1).state, PaymentState::announced);
  // What came for the first all the same is not lost.
  book(first(), 60000);
  ASSERT_TRUE(street_->ask_payment(first()));
  ASSERT_EQ(dossier().refunds.size(), 1U);
  EXPECT_EQ(dossier().refunds[0].reason, RefundReason::late);
  EXPECT_EQ(dossier().refunds[0].state, RefundState::asked) << "by hand";
}

TEST_F(TransferTest, ABookingWithoutOurNumberIsNamedOnceAndForOneOrder) {
  lead_to_transfer();
  book(first() + "/B77", 60000);
  EXPECT_EQ(street_->name_booking(first(), "B 77", officer, "附言未写").error().detail, "transfer.booking");
  EXPECT_EQ(street_->name_booking(first(), "B78", officer, "附言未写").error().detail, "transfer.no_such_booking");
  const auto named = street_->name_booking(first(), "B77", officer, "附言未写");
  ASSERT_TRUE(named) << named.error().describe();
  EXPECT_EQ(dossier().orders[0].booking, "B77");
  EXPECT_EQ(dossier().orders[0].state, PaymentState::paid);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  // Another case cannot be paid by it.
  const std::string paid_case = id_;
  session_ = sign_in("13700137000");
  const auto stand = street_->begin(session_, project(), "key-2");
  ASSERT_TRUE(stand);
  id_ = stand->dossier.id;
  agree();
  ASSERT_TRUE(save(answers_));
  ASSERT_TRUE(street_->finish_entry(session_.account, id_));
  print_and_upload();
  prove_identity();
  ASSERT_TRUE(announce());
  book(first() + "/B77", 60000);
  EXPECT_EQ(street_->name_booking(first(), "B77", officer, "附言未写").error().detail, "transfer.booking_used");
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_funds);
  EXPECT_EQ(dossier().orders[0].booking, "");
}

TEST_F(TransferTest, WhatNeverComesIsClosedByTheClockAndMayBeGivenUp) {
  lead_to_transfer();
  const auto given_up = street_->withdraw(session_.account, id_);
  ASSERT_TRUE(given_up) << given_up.error().describe();
  EXPECT_EQ(dossier().application.state, CaseState::withdrawn);
  EXPECT_EQ(dossier().orders[0].state, PaymentState::void_);
  EXPECT_TRUE(street_->transfers_awaited()->empty());
}

TEST_F(TransferTest, TheClockClosesItAfterFifteenDaysAndAPartGoesBack) {
  lead_to_transfer();
  book(first(), 20000);
  later();
  clock_.advance(hall::transfer_life + 1h);
  const auto kept = street_->keep_time(id_);
  ASSERT_TRUE(kept) << kept.error().describe();
  EXPECT_EQ(dossier().application.state, CaseState::expired);
  EXPECT_EQ(dossier().orders[0].state, PaymentState::void_);
  ASSERT_EQ(dossier().refunds.size(), 1U);
  EXPECT_EQ(dossier().refunds[0].fen, 20000);
  EXPECT_EQ(dossier().refunds[0].state, RefundState::asked);
}

TEST_F(TransferTest, NothingIsAnnouncedBeforeItIsDue) {
  lead_to_entry();
  EXPECT_EQ(announce().error().detail, "payment.not_now");
}

}  // namespace
}  // namespace yinxin::store::street
