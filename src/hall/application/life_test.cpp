#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"
#include "hall/application/life_parts.h"
#include "hall/application/life_render.h"
#include "hall/application/move.h"

namespace yinxin::hall {
namespace {

const Instant at = from_unix_ms(1'800'000'000'000);

Application a_case(CaseState state) {
  Application application;
  application.state = state;
  application.lines = {{.number = 1}};
  application.concerned = {"requester", "legal"};
  return application;
}

// Takes over what a move said, as the caller's transaction does.
void take_over(Application& application, const Moved& moved) {
  application.state = moved.state;
  application.act_by = moved.act_by;
  application.progress.submitted = moved.submitted;
  application.progress.holder_signed = moved.holder_signed;
  application.accepted_by = moved.accepted_by;
  application.approved_by = moved.approved_by;
}

void go(Application& application, CaseEvent event, const Actor& actor, CaseState expected) {
  const auto moved = move(application, event, actor, at);
  ASSERT_TRUE(moved) << moved.error().describe();
  ASSERT_EQ(moved->state, expected);
  take_over(application, *moved);
}

const Actor requester{By::requester, "requester"};
const Actor accepts{By::registration_officer, "li"};
const Actor approves{By::review_officer, "wang"};
const Actor makes{By::production_officer, "zhao"};
const Actor house{By::house, ""};
const Actor outside{By::outside, ""};

TEST(Life, AnOnlineCasePaidFirstGoesItsWholeRoad) {
  Application application = a_case(CaseState::draft);
  application.needs = {.identity = true, .delivery = true, .gate = PaymentGate::submit};
  go(application, CaseEvent::complete_entry, requester, CaseState::proving_identity);
  application.progress.identity_proven = true;
  go(application, CaseEvent::identity_passed, outside, CaseState::awaiting_payment);
  EXPECT_FALSE(application.progress.submitted);
  application.progress.paid = true;
  go(application, CaseEvent::funds_proven, house, CaseState::awaiting_acceptance);
  EXPECT_TRUE(application.progress.submitted);
  go(application, CaseEvent::accept, accepts, CaseState::awaiting_review);
  EXPECT_EQ(application.accepted_by, "li");
  go(application, CaseEvent::approve, approves, CaseState::approved);
  go(application, CaseEvent::start_making, makes, CaseState::in_production);
  go(application, CaseEvent::production_finished, house, CaseState::ready);
  go(application, CaseEvent::dispatch, accepts, CaseState::shipped);
  go(application, CaseEvent::delivered, outside, CaseState::handed_over);
  go(application, CaseEvent::lines_ended, house, CaseState::completed);
}

TEST(Life, ACounterCasePaidBeforeMakingGoesFromAcceptanceToTheTillAndKeepsTheAcceptance) {
  Application application = a_case(CaseState::draft);
  application.needs = {.delivery = true, .gate = PaymentGate::make};
  go(application, CaseEvent::complete_entry, accepts, CaseState::awaiting_acceptance);
  go(application, CaseEvent::accept, accepts, CaseState::awaiting_payment);
  application.progress.paid = true;
  go(application, CaseEvent::funds_proven, house, CaseState::awaiting_review);
  go(application, CaseEvent::approve, approves, CaseState::approved);
  EXPECT_EQ(application.accepted_by, "li");
}

TEST(Life, AnUnpaidMediumIsNotHandedOver) {
  Application application = a_case(CaseState::ready);
  application.needs = {.delivery = true, .gate = PaymentGate::hand_over};
  const auto moved = move(application, CaseEvent::hand_over, accepts, at);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::precondition);
  application.progress.paid = true;
  go(application, CaseEvent::hand_over, accepts, CaseState::handed_over);
}

TEST(Life, MoneyMissingAtTheCounterUntilTheClockActsRevokesWhatIsOnHold) {
  Application application = a_case(CaseState::ready);
  application.act_by = at + std::chrono::days(1);
  const Actor clock{By::clock, ""};
  EXPECT_EQ(move(application, CaseEvent::timeout, clock, at).error().code, ErrorCode::precondition);
  const auto moved = move(application, CaseEvent::timeout, clock, at + std::chrono::days(1));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->state, CaseState::expired);
  EXPECT_NE(std::find(moved->intents.begin(), moved->intents.end(), Intent{IntentKind::revoke_held_certificates}),
            moved->intents.end());
}

TEST(Life, OnePersonCannotAcceptAndApprove) {
  Application application = a_case(CaseState::awaiting_review);
  application.progress.paid = true;
  application.accepted_by = "li";
  const auto moved = move(application, CaseEvent::approve, {By::review_officer, "li"}, at);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::forbidden);
}

TEST(Life, WhoApprovedDoesNotProduce) {
  Application application = a_case(CaseState::approved);
  application.accepted_by = "li";
  application.approved_by = "wang";
  EXPECT_EQ(move(application, CaseEvent::start_making, {By::production_officer, "wang"}, at).error().code,
            ErrorCode::forbidden);
  EXPECT_TRUE(move(application, CaseEvent::start_making, {By::production_officer, "li"}, at));
}

TEST(Life, NobodyHandlesACaseThatConcernsThem) {
  Application application = a_case(CaseState::awaiting_acceptance);
  application.progress.paid = true;
  EXPECT_EQ(move(application, CaseEvent::accept, {By::registration_officer, "legal"}, at).error().code,
            ErrorCode::forbidden);
  EXPECT_EQ(move(application, CaseEvent::accept, {By::registration_officer, ""}, at).error().code,
            ErrorCode::forbidden);
}

TEST(Life, AReturnVoidsBothSignaturesAndTheRoadStartsWhereSomethingIsOpen) {
  Application application = a_case(CaseState::approved);
  application.accepted_by = "li";
  application.approved_by = "wang";
  application.progress.paid = true;
  const auto moved = move(application, CaseEvent::return_for_correction, approves, at);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->state, CaseState::returned);
  EXPECT_TRUE(moved->accepted_by.empty());
  EXPECT_TRUE(moved->approved_by.empty());
  EXPECT_EQ(moved->intents, (std::vector<Intent>{{IntentKind::send_sms, "returned"}}));
  take_over(application, *moved);
  application.needs.paper = true;
  go(application, CaseEvent::resubmit, requester, CaseState::awaiting_paper);
  application.progress.paper_complete = true;
  go(application, CaseEvent::paper_complete, accepts, CaseState::awaiting_acceptance);
}

TEST(Life, OnlyARenewalInPlaceIsSettledByTheHolder) {
  for (const Kind& kind : kinds) {
    for (const Medium medium : {Medium::none, Medium::own, Medium::new_}) {
      Application application = a_case(CaseState::draft);
      application.lines = {{.number = 1, .business = kind.business, .medium = medium}};
      application.progress.holder_signed = true;
      application.progress.paid = true;
      const auto moved = move(application, CaseEvent::complete_entry, {By::holder, "requester"}, at);
      ASSERT_TRUE(moved);
      const bool alone =
          (kind.business == Business::renew || kind.business == Business::revoke) && medium != Medium::new_;
      EXPECT_EQ(moved->state, alone ? CaseState::approved : CaseState::awaiting_acceptance) << kind.code;
    }
  }
}

TEST(Life, ARenewalInPlaceWaitsForItsMoneyAndEndsWithoutDelivery) {
  Application application = a_case(CaseState::draft);
  application.lines = {{.number = 1, .business = Business::renew, .medium = Medium::own}};
  application.progress.holder_signed = true;
  const Actor holder{By::holder, "requester"};
  go(application, CaseEvent::complete_entry, holder, CaseState::awaiting_payment);
  application.progress.paid = true;
  go(application, CaseEvent::funds_proven, house, CaseState::approved);
  go(application, CaseEvent::start_making, holder, CaseState::in_production);
  go(application, CaseEvent::production_finished, house, CaseState::completed);
  EXPECT_TRUE(application.progress.paid);
}

TEST(Life, WhatIsNotInTheTableIsAWrongStateAndTheWrongRoleIsForbidden) {
  EXPECT_EQ(move(a_case(CaseState::completed), CaseEvent::withdraw, requester, at).error().code,
            ErrorCode::wrong_state);
  EXPECT_EQ(move(a_case(CaseState::draft), CaseEvent::withdraw, house, at).error().code, ErrorCode::forbidden);
}

// Whatever has been reported, no fact is ever refused in a state that waits for it.
TEST(Life, EveryReportedFactLandsWhateverElseIsTheCase) {
  int tried = 0;
  for (unsigned bits = 0; bits < 1024; ++bits) {
    Application application = a_case(CaseState::draft);
    const auto bit = [&](unsigned n) { return ((bits >> n) & 1U) != 0; };
    application.needs = {.identity = bit(0),
                         .account_before_review = bit(1),
                         .paper = bit(2),
                         .delivery = bit(3),
                         .gate = static_cast<PaymentGate>(bits >> 8)};
    application.progress = {
        .identity_proven = bit(4), .paid = bit(5), .account_proven = bit(6), .paper_complete = bit(7)};
    for (const auto& row : life::case_moves) {
      if (!reports_facts(row.by)) {
        continue;
      }
      application.state = row.from;
      application.act_by = at;
      const auto moved = move(application, row.event, {row.by, ""}, at);
      ++tried;
      ASSERT_TRUE(moved) << moved.error().describe();
    }
  }
  EXPECT_GT(tried, 10'000);
}

TEST(Life, ADepositThatTheBankCallsSettledMayStillComeBack) {
  const auto never = [](Only) { return false; };
  const auto back = step(life::deposit_life, DepositState::settled, DepositEvent::came_back, By::outside, never);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, DepositState::returned);
  EXPECT_EQ(step(life::deposit_life, DepositState::uncertain, DepositEvent::refill, By::requester, never).error().code,
            ErrorCode::wrong_state);
}

TEST(Life, EachPlantedFlawIsRefusedByItsOwnCheck) {
  EXPECT_TRUE(check::is_sound(broken::small));
  EXPECT_FALSE(check::rows_are_unambiguous(broken::ambiguous));
  EXPECT_FALSE(check::rows_are_unambiguous(broken::overlapping_guards));
  EXPECT_FALSE(check::facts_always_land(broken::fact_without_row));
  EXPECT_FALSE(check::finals_have_no_exit(broken::final_with_exit));
  EXPECT_FALSE(check::every_state_is_reachable(broken::unreachable));
  EXPECT_FALSE(check::no_state_is_a_dead_end(broken::dead_end));
  EXPECT_FALSE(check::clocks_act(broken::clock_without_term));
  EXPECT_FALSE(check::turns_are_named(broken::nobodys_turn));
  EXPECT_FALSE(check::names_are_whole(broken::named_twice));
  for (const auto& life : broken::one_officer) {
    EXPECT_FALSE(check::approved_takes_two_officers(life)) << life.name;
  }
  EXPECT_FALSE(check::nothing_is_made_unapproved(broken::made_unapproved));
  EXPECT_FALSE(check::production_is_a_third_hand(broken::approver_produces));
  EXPECT_FALSE(check::nothing_leaves_unpaid(broken::leaves_unpaid));
  EXPECT_FALSE(check::one_signature_is_harmless(broken::holder_gets_new_medium));
  EXPECT_FALSE(check::one_signature_is_harmless(broken::holder_releases_key));
  EXPECT_FALSE(check::one_signature_is_harmless(broken::holder_revokes_another));
  EXPECT_FALSE(check::hard_floor_stands(broken::holder_modifies));
  EXPECT_FALSE(check::kinds_are_whole(std::span(kinds).first(3)));
}

TEST(Life, GeneratedFilesAreWhatTheTablesSay) {
  for (const auto& file : render_lives()) {
    const std::filesystem::path path = std::filesystem::path(YX_SOURCE_DIR) / file.path;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    EXPECT_EQ(text.str(), file.text) << file.path << " is stale: run yinxin-lives";
  }
}

}  // namespace
}  // namespace yinxin::hall
