// Taking a case in hand, giving it back with what may be changed, refusing it, sending it out.

#include "store/desk/testing_desk.h"

namespace yinxin::store::desk {
namespace {

using hall::Actor;
using hall::By;

class Handling : public DeskTest {
 protected:
  Actor reviewer() { return {By::review_officer, person(office_.review)}; }
  Actor colleague() { return {By::registration_officer, std::string(64, 'c')}; }
};

TEST_F(Handling, AClaimKeepsOthersAwayUntilTheCaseMovesOnOrTheClaimRunsOut) {
  lead_to_acceptance();
  EXPECT_FALSE(desk_->find_claim(id_).value());
  ASSERT_TRUE(desk_->claim(id_, registrar()));
  const auto before = rows();
  ASSERT_TRUE(desk_->claim(id_, registrar()));  // again: nothing changes
  EXPECT_EQ(rows(), before);
  const auto claim = desk_->find_claim(id_).value();
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->person, registrar().person);
  EXPECT_EQ(claim->role, "registration_officer");
  EXPECT_EQ(claim->at, moment);
  EXPECT_EQ(desk_->claim(id_, colleague()).error().code, ErrorCode::conflict);
  EXPECT_EQ(desk_->return_for_correction(id_, colleague(), "why").error().code, ErrorCode::conflict);
  EXPECT_EQ(desk_->refuse(id_, colleague(), "why").error().code, ErrorCode::conflict);
  EXPECT_EQ(rows(), before);
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  EXPECT_FALSE(desk_->find_claim(id_).value());  // it moved on
  ASSERT_TRUE(desk_->claim(id_, reviewer()));
}

TEST_F(Handling, AClaimRunsOutAndAColleagueMayThenTakeTheCase) {
  lead_to_acceptance();
  ASSERT_TRUE(desk_->claim(id_, colleague()));
  EXPECT_EQ(desk_->accept(id_, story_.bundle.first_approval).error().code, ErrorCode::conflict);
  clock_.set(moment + hall::claim_life - 1min);
  EXPECT_EQ(desk_->claim(id_, registrar()).error().code, ErrorCode::conflict);
  clock_.set(moment + hall::claim_life);
  ASSERT_TRUE(desk_->claim(id_, registrar()));
  EXPECT_EQ(desk_->find_claim(id_).value()->person, registrar().person);
}

TEST_F(Handling, OnlyAnOfficerWhoseTurnItIsMayClaim) {
  lead_to_acceptance();
  EXPECT_EQ(desk_->claim(id_, reviewer()).error().code, ErrorCode::forbidden);
  EXPECT_EQ(desk_->claim(id_, {By::registration_officer, ""}).error().code, ErrorCode::forbidden);
  const std::string concerned = desk_->find(id_).value().application.concerned.front();
  EXPECT_EQ(desk_->claim(id_, {By::registration_officer, concerned}).error().code, ErrorCode::forbidden);
  ASSERT_TRUE(desk_->accept(id_, story_.bundle.first_approval));
  // Who accepted it is no reviewer of it.
  EXPECT_EQ(desk_->claim(id_, {By::review_officer, registrar().person}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(desk_->claim("YX0", registrar()).error().code, ErrorCode::not_found);
}

TEST_F(Handling, AReturnSaysWhatMayBeChangedAndMayBeRepeated) {
  lead_to_acceptance();
  const hall::Reopened reopened{{"materials.application_form", "申请表未加盖公章"}, {"unit_name", "与执照\n不一致"}};
  EXPECT_TRUE(desk_->reopened(id_).value().empty());
  ASSERT_TRUE(desk_->return_for_correction(id_, registrar(), "申请表未加盖公章", reopened));
  EXPECT_EQ(state(), CaseState::returned);
  EXPECT_EQ(desk_->reopened(id_).value(), reopened);
  const auto before = rows();
  ASSERT_TRUE(desk_->return_for_correction(id_, registrar(), "申请表未加盖公章", reopened));
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(desk_->return_for_correction(id_, registrar(), "申请表未加盖公章", {}).error().code,
            ErrorCode::wrong_state);
  EXPECT_EQ(rows(), before);
}

TEST_F(Handling, AReturnWithFieldsThatAreNoneIsRefused) {
  lead_to_acceptance();
  const auto before = rows();
  const auto refused = [&](const hall::Reopened& reopened) {
    EXPECT_EQ(desk_->return_for_correction(id_, registrar(), "why", reopened).error().code, ErrorCode::invalid_input);
  };
  refused({{"", "words"}});
  refused({{"Unit Name", "words"}});
  refused({{"unit\nname", "words"}});
  refused({{"unit_name", ""}});
  refused({{"unit_name", "\xFF"}});
  refused({{std::string(hall::max_field_name_bytes + 1, 'a'), "words"}});
  hall::Reopened many;
  for (std::size_t i = 0; i <= hall::max_reopened_fields; ++i) {
    many["field" + std::to_string(i)] = "words";
  }
  refused(many);
  EXPECT_EQ(desk_->refuse(id_, registrar(), "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(rows(), before);
}

TEST_F(Handling, ARefusalEndsTheCaseOnce) {
  lead_to_acceptance();
  EXPECT_EQ(desk_->refuse(id_, reviewer(), "why").error().code, ErrorCode::forbidden);
  ASSERT_TRUE(desk_->refuse(id_, registrar(), "资料不实"));
  EXPECT_EQ(state(), CaseState::refused);
  const auto before = rows();
  ASSERT_TRUE(desk_->refuse(id_, registrar(), "资料不实"));
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(desk_->refuse(id_, registrar(), "别的原因").error().code, ErrorCode::wrong_state);
  EXPECT_EQ(desk_->accept(id_, story_.bundle.first_approval).error().code, ErrorCode::wrong_state);
}

TEST_F(Handling, WhatWasMadeIsSentOutUnderTheCouriersNumberAndCompletesWhenEveryLineHasEnded) {
  lead_to_ready();
  for (const char* bad : {"", "SF 1", "SF\n1", "单号"}) {
    EXPECT_EQ(desk_->dispatch(id_, registrar(), bad).error().code, ErrorCode::invalid_input) << bad;
  }
  EXPECT_EQ(desk_->dispatch(id_, registrar(), std::string(hall::max_waybill_bytes + 1, '1')).error().code,
            ErrorCode::invalid_input);
  EXPECT_EQ(desk_->dispatch(id_, reviewer(), "SF1").error().code, ErrorCode::forbidden);
  EXPECT_EQ(desk_->delivered(id_, {By::outside, ""}).error().code, ErrorCode::wrong_state);
  ASSERT_TRUE(desk_->dispatch(id_, producer(), "SF1234567890"));
  EXPECT_EQ(state(), CaseState::shipped);
  const auto before = rows();
  ASSERT_TRUE(desk_->dispatch(id_, producer(), "SF1234567890"));
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(desk_->dispatch(id_, producer(), "SF2").error().code, ErrorCode::wrong_state);
  EXPECT_EQ(desk_->timeline(id_).value().back().detail, "SF1234567890");
  ASSERT_TRUE(desk_->delivered(id_, {By::outside, ""}));
  EXPECT_EQ(state(), CaseState::handed_over);
  ASSERT_TRUE(desk_->delivered(id_, {By::outside, ""}));
  ASSERT_TRUE(desk_->line_activated(id_, 1, activated_));
  EXPECT_EQ(state(), CaseState::completed);
}

TEST_F(Handling, AHolderWhoActivatedOnTheWayCompletesTheCaseWithTheDelivery) {
  lead_to_ready();
  ASSERT_TRUE(desk_->dispatch(id_, registrar(), "SF1"));
  ASSERT_TRUE(desk_->line_activated(id_, 1, activated_));
  if (state() == CaseState::shipped) {
    ASSERT_TRUE(desk_->delivered(id_, registrar()));
  }
  EXPECT_EQ(state(), CaseState::completed);
}

}  // namespace
}  // namespace yinxin::store::desk
