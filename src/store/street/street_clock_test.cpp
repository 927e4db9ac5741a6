// The clock's turn in the street: reminders, and cases that nobody carries on.

#include <algorithm>

#include "store/street/testing_street.h"
#include "store/street/wish_der.h"
#include "trust/snapshot.h"

namespace yinxin::store::street {
namespace {

using std::chrono::days;

class StreetClock : public StreetTest {
 protected:
  // Everything that the clock has to do now, as the job does it.
  void tick() {
    const auto ripe = street_->ripe(100);
    ASSERT_TRUE(ripe) << ripe.error().describe();
    for (const std::string& id : *ripe) {
      const auto kept = street_->keep_time(id);
      ASSERT_TRUE(kept) << kept.error().describe();
    }
  }
  // Names of the programme's texts that wait in the outbox, taken out of it.
  std::vector<std::string> messages() {
    std::vector<std::string> texts;
    const auto waiting = store_->claim_messages(100, 1min);
    for (const auto& message : *waiting) {
      if (message.wish.text != "code") {  // of the login
        texts.push_back(message.wish.text);
        newest_ = message.wish;
      }
      EXPECT_TRUE(store_->finish(message.claimed));
    }
    return texts;
  }
  hall::SmsWish newest_;
};

using Texts = std::vector<std::string>;

TEST_F(StreetClock, RemindsOfThePaymentOnDaysThreeAndSevenAndClosesAfterFifteen) {
  lead_to_payment();
  messages();
  tick();
  EXPECT_EQ(messages(), Texts{});
  clock_.advance(days(3));
  tick();
  EXPECT_EQ(messages(), Texts{"payment_due"});
  EXPECT_EQ(newest_.mobile, answers_["requester_mobile"]);
  EXPECT_EQ(newest_.parameters.at("case"), id_);
  EXPECT_EQ(newest_.parameters.at("date"), "2026年12月06日");
  tick();
  EXPECT_EQ(messages(), Texts{}) << "once";
  clock_.advance(days(4));
  tick();
  EXPECT_EQ(messages(), Texts{"payment_due"});
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_payment);
  clock_.advance(days(8));
  tick();
  EXPECT_EQ(dossier().application.state, CaseState::expired);
  EXPECT_EQ(messages(), Texts{"closed"});
  clock_.advance(days(400));
  tick();
  EXPECT_EQ(messages(), Texts{});
}

TEST_F(StreetClock, AClockThatStoodStillSendsOneReminderNotAll) {
  lead_to_payment();
  messages();
  clock_.advance(days(10));
  tick();
  EXPECT_EQ(messages(), Texts{"payment_due"});
  tick();
  EXPECT_EQ(messages(), Texts{});
}

TEST_F(StreetClock, AnOrderThatIsOpenIsClosedAtTheProviderBeforeTheCaseIs) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  clock_.advance(days(15));
  providers_.closing_fails = true;
  EXPECT_EQ(street_->keep_time(id_).error().code, ErrorCode::outside_unreachable);
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_payment) << "it might still be paid";
  ASSERT_EQ(street_->ripe(10).value(), Texts{id_}) << "tried again";
  providers_.closing_fails = false;
  tick();
  EXPECT_EQ(providers_.closed, Texts{id_ + "-1"});
  EXPECT_EQ(dossier().application.state, CaseState::expired);
  EXPECT_EQ(dossier().orders.front().state, hall::PaymentState::void_);
}

TEST_F(StreetClock, AnOrderThatWasPaidAtTheLastMomentSubmitsTheCase) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  clock_.advance(days(15));
  pay(60000);
  tick();
  EXPECT_EQ(dossier().application.state, CaseState::awaiting_acceptance);
  EXPECT_TRUE(providers_.closed.empty());
}

TEST_F(StreetClock, ADraftIsClosedAfterNinetyDaysAndRemindedOfBefore) {
  begin();
  messages();
  clock_.advance(days(30));
  tick();
  EXPECT_EQ(messages(), Texts{"draft_waiting"});
  EXPECT_EQ(newest_.mobile, session_.mobile) << "no other number is known yet";
  clock_.advance(days(53));
  tick();
  EXPECT_EQ(messages(), Texts{"draft_waiting"});
  clock_.advance(days(7));
  tick();
  EXPECT_EQ(dossier().application.state, CaseState::expired);
  EXPECT_EQ(messages(), Texts{"closed"});
}

TEST_F(StreetClock, AReturnedCaseIsRemindedOfHereAndClosedByTheDesk) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  EXPECT_EQ(to_beijing_date(dossier().promised_by.value()), "2026年11月23日");
  ASSERT_TRUE(
      street_->hear_desk({id_, CaseState::returned, "申请表未加盖公章", {{"materials.application_form", "未盖章"}}}));
  EXPECT_FALSE(dossier().promised_by);
  messages();
  clock_.advance(days(7));
  tick();
  EXPECT_EQ(messages(), Texts{"correction_due"});
  clock_.advance(days(90));
  tick();
  EXPECT_EQ(dossier().application.state, CaseState::returned) << "the desk owns it";
}

TEST_F(StreetClock, CasesOfBeforeTheClockAreLookedAtOnce) {
  begin();
  ASSERT_TRUE(engine_->write([&](Transaction& t) { return t.run("UPDATE dossier_clock SET look_ms=0"); }));
  EXPECT_EQ(street_->ripe(10).value(), Texts{id_});
  tick();
  EXPECT_TRUE(street_->ripe(10)->empty());
}

TEST_F(StreetClock, WhatWasSentIsKeptUntilTheCarrierHasSaidItsWord) {
  const hall::SmsWish wish{
      .id = "m1", .mobile = "13800138000", .text = "closed", .programme = "sz-works", .parameters = {{"case", "x"}}};
  const Instant sent = clock_.now();
  ASSERT_TRUE(store_->note_sent(wish, sent));
  ASSERT_TRUE(store_->note_sent(wish, sent + 1min)) << "kept once";
  ASSERT_TRUE(store_->note_sent({.id = "m2", .mobile = "13800138000", .text = "code", .programme = {}}, sent));
  EXPECT_EQ(store_->sent_message("m2").error().code, ErrorCode::not_found) << "no code is kept";
  auto waiting = store_->unsaid_messages(sent, 10).value();
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(waiting.front().wish, wish);
  EXPECT_EQ(waiting.front().sent_at, sent);
  ASSERT_TRUE(store_->note_standing("m1", hall::SmsStanding::failed, "MOBILE_NOT_ON_SERVICE"));
  ASSERT_TRUE(store_->note_standing("m1", hall::SmsStanding::delivered, ""));
  EXPECT_EQ(store_->sent_message("m1")->standing, hall::SmsStanding::failed) << "once said, it stands";
  EXPECT_TRUE(store_->unsaid_messages(sent, 10)->empty());
}

TEST_F(StreetClock, AMessageThatIsInTheOutboxIsNotPutTwiceAndAResendCounts) {
  hall::SmsWish wish{.id = "m1", .mobile = "13800138000", .text = "closed", .programme = "sz-works"};
  ASSERT_TRUE(store_->put_messages({wish}));
  ASSERT_TRUE(store_->put_messages({wish}));
  EXPECT_EQ(messages(), Texts{"closed"});
  wish.id = resend_id(wish.id, 1);
  EXPECT_EQ(wish.id, "m1-r1");
  EXPECT_EQ(resend_id(wish.id, 2), "m1-r2");
  ASSERT_TRUE(store_->note_sent(wish, clock_.now()));
  EXPECT_EQ(store_->sent_message("m1-r1")->resends, 1);
  EXPECT_EQ(resends_of("YX2026-r"), 0);
}

TEST_F(StreetClock, PhotographsOfTheCardAreEvidenceThatTheSnapshotNames) {
  lead_to_payment();
  ASSERT_TRUE(open_payment());
  pay(60000);
  ASSERT_TRUE(street_->ask_payment(id_ + "-1"));
  const auto submission = street_->submission(id_);
  ASSERT_TRUE(submission) << submission.error().describe();
  const auto shot = trust::Snapshot::parse(submission->snapshot).value();
  for (const char* slot : {"requester_card_portrait", "requester_card_emblem"}) {
    const auto named = std::ranges::find(shot.materials, slot, &trust::SlotHash::slot);
    ASSERT_NE(named, shot.materials.end()) << slot;
    const auto kept = std::ranges::find(submission->materials, slot, &hall::CaseMaterial::slot);
    ASSERT_NE(kept, submission->materials.end());
    EXPECT_EQ(crypto::sm3(kept->original), named->original);
    EXPECT_EQ(crypto::sm3(kept->rendition), named->rendition);
    EXPECT_EQ(text_of(kept->original), slot == std::string("requester_card_portrait") ? "p" : "e");
  }
  EXPECT_TRUE(std::ranges::any_of(submission->checks, [](const auto& each) { return each.id == "card.id_agrees"; }));
  EXPECT_EQ(submission->limits, (hall::ServiceLimits{.review_working_days = 1, .shipping_working_days = 3}));
}

TEST_F(StreetClock, WhatIsNoPictureIsNoPhotographOfACard) {
  lead_to_entry();
  print_and_upload();
  const auto link = street_->open_phone_link(session_.account, id_);
  const Bytes token = from_hex(*link).value();
  ASSERT_TRUE(street_->phone_open(token, "phone"));
  examiner_.paper.refusal = "upload.not_a_picture";
  const auto view = street_->phone_card(token, "phone", hall::CardSide::portrait, bytes_of("p"));
  ASSERT_TRUE(view) << view.error().describe();
  EXPECT_EQ(view->identity.reason, "card.unreadable");
  EXPECT_FALSE(dossier().identity.portrait_photo);
}

}  // namespace
}  // namespace yinxin::store::street
