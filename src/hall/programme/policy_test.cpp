#include "hall/programme/policy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace yinxin::hall::programme {
namespace {

Programme load(const std::string& code) {
  std::ifstream file(std::string(YX_SOURCE_DIR) + "/programmes/" + code + ".yaml");
  std::ostringstream text;
  text << file.rdbuf();
  auto checked = check(text.str(), code);
  EXPECT_TRUE(checked.programme) << code;
  return std::move(*checked.programme);
}

const crypto::Digest some_profile = crypto::sm3(bytes_of("profile"));

// R-088…R-093: the works programme's online application needs form and licence, and the sheet when there is a seal.
TEST(Policy, DemandsOfAnApplicationWhatTheProgrammeSays) {
  const auto policy = policy_of(load("sz-works"), "demo", {{"organization", some_profile}});
  ASSERT_TRUE(policy);
  const trust::BusinessRule* rule = policy->find_rule(trust::Business::new_, "online");
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->evidence, (Set{"liveness_check", "carrier_check", "payment"}));
  EXPECT_EQ(rule->overridable_evidence, (Set{"liveness_check", "carrier_check"})) << "money is never a matter of looks";
  EXPECT_EQ(rule->materials, (Set{"application_form", "licence"}));
  EXPECT_EQ(rule->seal_materials, (Set{"impression_sheet"}));
  EXPECT_TRUE(rule->paid_before_making);
  EXPECT_EQ(policy->find_rule(trust::Business::new_, "counter"), nullptr);
  EXPECT_EQ(policy->validity_months.front(), 12);
  EXPECT_EQ(policy->kinds, (std::vector{trust::SubjectKind::organization}));
  EXPECT_EQ(trust::ProgrammePolicy::parse(policy->to_der())->to_der(), policy->to_der());
}

// where the counter takes money at hand-over, making does not wait for it.
TEST(Policy, KnowsWhereMakingDoesNotWaitForTheMoney) {
  const auto policy = policy_of(load("sz-eseal"), "demo", {{"organization", some_profile}});
  ASSERT_TRUE(policy);
  const trust::BusinessRule* counter = policy->find_rule(trust::Business::new_, "counter");
  const trust::BusinessRule* online = policy->find_rule(trust::Business::new_, "online");
  ASSERT_NE(counter, nullptr);
  ASSERT_NE(online, nullptr);
  EXPECT_FALSE(counter->paid_before_making);
  EXPECT_TRUE(online->paid_before_making);
}

TEST(Policy, IsRefusedWithoutAProfile) {
  const auto policy = policy_of(load("sz-works"), "demo", {});
  ASSERT_FALSE(policy);
  EXPECT_EQ(policy.error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace yinxin::hall::programme
