// Every hostile bundle (testing/hostile.h) is refused for its own reason; taking any one rule away lets exactly its own
// bundle through.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "base/clock.h"
#include "trust/checks.h"
#include "trust/testing/hostile.h"

namespace yinxin::trust {
namespace {

using testing::all_hostile;
using testing::Hostile;
using testing::Office;
using testing::Story;

Office& office() {
  static Office one(SystemClock().now());
  return one;
}

// What the production checker says, rule by rule removed: only the report, never an approval.
std::set<Reason> refusals(const Story& story, std::optional<Reason> removed) {
  const auto facts = read_request(story.bundle, story.keying, story.pinned, story.answers);
  if (!facts) {
    ADD_FAILURE() << facts.error().describe();
    return {Reason::malformed};
  }
  std::set<Reason> reasons;
  for (const CheckReport& report :
       {run_checks(case_checks(), facts->of_case, removed), run_checks(request_checks(), *facts, removed)}) {
    for (const CheckFinding& finding : report.findings) {
      reasons.insert(finding.reason);
    }
  }
  return reasons;
}

std::string codes(const std::set<Reason>& reasons) {
  std::string text;
  for (const Reason reason : reasons) {
    text += std::string(code_of(reason)) + " ";
  }
  return text;
}

TEST(Checker, LetsTheGoodBundleThrough) {
  Story story(office());
  story.tell();
  const auto checked = Checker(story.pinned, story.answers).check_request(story.bundle, story.keying);
  EXPECT_TRUE(checked.report.holds()) << codes(refusals(story, std::nullopt));
  ASSERT_TRUE(checked.value);
  EXPECT_EQ(checked.value->line().number, 1);
  EXPECT_EQ(checked.value->public_key().sm2(), story.new_key->public_key());
  EXPECT_TRUE(Checker(story.pinned, story.answers).check_case(story.bundle).value);
}

TEST(Checker, RefusesEachHostileBundleForExactlyItsOwnReason) {
  for (const Hostile& hostile : all_hostile()) {
    Story story(office());
    hostile.change(story);
    story.tell();
    const auto checked = Checker(story.pinned, story.answers).check_request(story.bundle, story.keying);
    EXPECT_FALSE(checked.value) << code_of(hostile.reason);
    ASSERT_EQ(checked.report.findings.size(), 1U)
        << code_of(hostile.reason) << " was refused for: " << codes(refusals(story, std::nullopt));
    EXPECT_EQ(checked.report.findings.front().reason, hostile.reason)
        << code_of(checked.report.findings.front().reason);
  }
}

TEST(Checker, HasAHostileBundleForEveryRule) {
  std::set<Reason> shown;
  for (const Hostile& hostile : all_hostile()) {
    EXPECT_TRUE(shown.insert(hostile.reason).second) << "twice: " << code_of(hostile.reason);
  }
  for (const auto& check : case_checks()) {
    EXPECT_TRUE(shown.contains(check.reason)) << code_of(check.reason);
  }
  for (const auto& check : request_checks()) {
    EXPECT_TRUE(shown.contains(check.reason)) << code_of(check.reason);
  }
  EXPECT_EQ(shown.size(), case_checks().size() + request_checks().size());
  EXPECT_GE(shown.size(), 40U);
}

// The mutation run: with one rule removed, its own bundle passes and every other is still refused.
TEST(Checker, NeedsEachOfItsRules) {
  std::map<Reason, Story> stories;
  for (const Hostile& hostile : all_hostile()) {
    Story story(office());
    hostile.change(story);
    story.tell();
    stories.emplace(hostile.reason, std::move(story));
  }
  // Facts are read once for each bundle: reading does not depend on the rules.
  std::map<Reason, RequestFacts> facts;
  for (const auto& [reason, story] : stories) {
    auto read = read_request(story.bundle, story.keying, story.pinned, story.answers);
    ASSERT_TRUE(read) << code_of(reason);
    RequestFacts& kept = facts.emplace(reason, std::move(*read)).first->second;
    kept.line = &kept.of_case.second.content.lines.front();
  }
  std::size_t mutants = 0;
  for (const auto& [removed, own_story] : stories) {
    for (const auto& [reason, fact] : facts) {
      const std::size_t findings = run_checks(case_checks(), fact.of_case, removed).findings.size() +
                                   run_checks(request_checks(), fact, removed).findings.size();
      EXPECT_EQ(findings, reason == removed ? 0U : 1U)
          << "without " << code_of(removed) << ", the bundle of " << code_of(reason);
    }
    ++mutants;
  }
  std::cout << "rules removed one by one: " << mutants << "; bundles tried against each: " << facts.size() << '\n';
}

TEST(Checker, RefusesWhatItCannotRead) {
  Story story(office());
  story.tell();
  const Checker checker(story.pinned, story.answers);
  for (Bytes Bundle::*part :
       {&Bundle::snapshot, &Bundle::manifest, &Bundle::first_approval, &Bundle::second_approval}) {
    for (const std::size_t keep : {std::size_t{0}, (story.bundle.*part).size() / 2, (story.bundle.*part).size() - 1}) {
      Bundle cut = story.bundle;
      (cut.*part).resize(keep);
      const auto checked = checker.check_request(cut, story.keying);
      ASSERT_FALSE(checked.value);
      EXPECT_EQ(checked.report.findings.front().reason, Reason::malformed);
    }
  }
  KeyingBundle no_line = story.keying;
  no_line.line = 7;
  EXPECT_EQ(checker.check_request(story.bundle, no_line).report.findings.front().reason, Reason::malformed);
}

// An approval is not an evidence receipt, whoever signed it: types are not interchangeable.
TEST(Checker, TakesNoStatementForAnother) {
  Story story(office());
  story.tell();
  const Checker checker(story.pinned, story.answers);
  Bundle mixed = story.bundle;
  mixed.evidence.front() = mixed.first_approval;
  EXPECT_EQ(checker.check_case(mixed).report.findings.front().reason, Reason::malformed);
  KeyingBundle keying = story.keying;
  keying.permit = story.bundle.second_approval;
  EXPECT_EQ(checker.check_request(story.bundle, keying).report.findings.front().reason, Reason::malformed);
}

// What no signature covers is in one form: a statement has one message, and its hash is the statement's.
TEST(Checker, TakesAStatementInOneFormOnly) {
  Story story(office());
  story.tell();
  const Checker checker(story.pinned, story.answers);
  ASSERT_TRUE(checker.check_request(story.bundle, story.keying).value);
  constexpr std::size_t head_bytes = 80;  // version, digest, type, and where the content begins
  for (std::size_t i = 0; i < head_bytes; ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      KeyingBundle flipped = story.keying;
      flipped.key_binding[i] ^= static_cast<std::uint8_t>(1U << bit);
      EXPECT_FALSE(checker.check_request(story.bundle, flipped).value) << "octet " << i << " bit " << bit;
    }
  }
}

}  // namespace
}  // namespace yinxin::trust
