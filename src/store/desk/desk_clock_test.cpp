// What the desk promises, when its clock acts, and what becomes of parcels.

#include <fstream>

#include "store/desk/testing_desk.h"

namespace yinxin::store::desk {
namespace {

using hall::By;

class DeskClock : public DeskTest {
 protected:
  void SetUp() override {
    std::ifstream in("programmes/calendar/china.yaml");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    desk_->use_calendar(hall::WorkingDays::parse(text).value());
  }
  [[nodiscard]] CaseState state() { return desk_->find(id_)->application.state; }
  [[nodiscard]] std::string due() {
    const auto due_by = desk_->find(id_)->due_by;
    return due_by ? to_beijing_date(*due_by) : std::string();
  }
  static hall::Actor registrar() { return {By::registration_officer, "aa"}; }
};

TEST_F(DeskClock, TellsUntilWhenItWillBeReviewedAndSentOut) {
  lead_to_acceptance();
  // The moment of the tests is a Saturday: one working day after it is Monday.
  EXPECT_EQ(due(), "2026年11月23日");
  const auto listed = desk_->list(10, hall::CaseOrder::due_first).value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().due_by, desk_->find(id_)->due_by);
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  EXPECT_EQ(due(), "2026年11月23日") << "both officers share the limit";
  ASSERT_TRUE(desk_->approve(id_, story_.bundle.second_approval));
  EXPECT_EQ(due(), "2026年11月25日") << "three working days until it is sent";
  ASSERT_TRUE(desk_->return_for_correction(id_, registrar(), "营业执照不清晰"));
  EXPECT_EQ(due(), "") << "it is the requester's turn";
}

TEST_F(DeskClock, ActsWhenTheTimeOfAStateIsOverAndNotBefore) {
  lead_to_approved();
  EXPECT_TRUE(desk_->ripe(10)->empty());
  clock_.advance(29 * 24h);
  ASSERT_TRUE(desk_->time_out(id_));
  EXPECT_EQ(state(), CaseState::approved) << "a day is left";
  clock_.advance(24h);
  EXPECT_EQ(desk_->ripe(10).value(), std::vector<std::string>{id_});
  ASSERT_TRUE(desk_->time_out(id_));
  EXPECT_EQ(state(), CaseState::awaiting_acceptance) << "approvals live for thirty days";
  EXPECT_TRUE(desk_->find(id_)->application.accepted_by.empty());
  EXPECT_TRUE(desk_->ripe(10)->empty());
  const auto before = desk_->find(id_)->version;
  ASSERT_TRUE(desk_->time_out(id_));
  EXPECT_EQ(desk_->find(id_)->version, before);
}

TEST_F(DeskClock, AReturnedCaseThatNobodyCorrectsIsClosed) {
  lead_to_acceptance();
  ASSERT_TRUE(desk_->return_for_correction(id_, registrar(), "营业执照不清晰"));
  clock_.advance(90 * 24h);
  ASSERT_TRUE(desk_->time_out(id_));
  EXPECT_EQ(state(), CaseState::expired);
  EXPECT_EQ(desk_->timeline(id_)->back().actor, "clock");
}

TEST_F(DeskClock, AParcelThatComesBackIsSentAnewAndALostOneIsMadeAnew) {
  lead_to_ready();
  ASSERT_TRUE(desk_->dispatch(id_, registrar(), "SF1"));
  ASSERT_TRUE(desk_->parcel_seen(id_, "on_the_way", "快件已收取"));
  const auto told = desk_->timeline(id_)->size();
  ASSERT_TRUE(desk_->parcel_seen(id_, "on_the_way", "快件已收取"));
  EXPECT_EQ(desk_->timeline(id_)->size(), told) << "said once";
  ASSERT_TRUE(desk_->parcel_returned(id_, {By::outside, ""}));
  EXPECT_EQ(state(), CaseState::ready);
  EXPECT_EQ(due(), "2026年11月25日") << "the limit of shipping begins anew";
  ASSERT_TRUE(desk_->parcel_returned(id_, {By::outside, ""}));
  ASSERT_TRUE(desk_->dispatch(id_, registrar(), "SF2"));
  EXPECT_EQ(desk_->parcel_lost(id_, {By::outside, ""}).error().code, ErrorCode::forbidden) << "an officer says so";
  ASSERT_TRUE(desk_->parcel_lost(id_, registrar()));
  EXPECT_EQ(state(), CaseState::in_production);
  EXPECT_EQ(desk_->find(id_)->find_line(1)->state, LineState::checked);
  ASSERT_TRUE(desk_->parcel_lost(id_, registrar()));
  EXPECT_EQ(desk_->line_activated(id_, 1, activated_).error().code, ErrorCode::wrong_state)
      << "what was in the parcel counts no more";
}

TEST_F(DeskClock, ACaseOfBeforeTheLimitsIsReadAndPromisedNothing) {
  lead_to_acceptance();
  ASSERT_TRUE(store_.engine->write([&](Transaction& t) {
    return t.run("UPDATE desk_case SET review_days=0, shipping_days=0, due_by_ms=NULL, version=version+1 WHERE id=?1",
                 id_);
  }));
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  EXPECT_EQ(due(), "");
}

TEST_F(DeskClock, WhatMachinesFoundComesWithItsRevisionAndIsSealed) {
  auto handed_in = submission();
  handed_in.checks = {{"stamp.pale", hall::CheckLevel::attention, "materials.licence", "", "0.1%"}};
  ASSERT_TRUE(desk_->submit(handed_in));
  EXPECT_EQ(desk_->checks(id_).value(), handed_in.checks);
  close();
  std::ifstream file(folder_ / "desk.db", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_FALSE(bytes.empty());
  EXPECT_EQ(bytes.find("stamp.pale"), std::string::npos);
  open();
  handed_in.checks.assign(hall::max_machine_checks + 1, handed_in.checks.front());
  EXPECT_EQ(desk_->submit(handed_in).error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace yinxin::store::desk
