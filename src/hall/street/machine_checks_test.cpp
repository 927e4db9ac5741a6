#include "hall/street/machine_checks.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hall/street/progress.h"

namespace yinxin::hall {
namespace {

const Instant now = from_rfc3339("2026-11-21T04:00:00Z").value();

const MachineCheck* found(const std::vector<MachineCheck>& checks, std::string_view id) {
  const auto at = std::ranges::find(checks, id, &MachineCheck::id);
  return at == checks.end() ? nullptr : &*at;
}

Dossier dossier() {
  Dossier made;
  made.id = "YX202611210000017";
  made.answers = {{"unit_name", "深圳市样例建设有限公司"},
                  {"unit_document_number", "91370100724250187M"},
                  {"requester_name", "张三"},
                  {"requester_id_number", "11010519900307001X"},
                  {"account_name", "深圳市样例建设有限公司"}};
  made.application.needs.identity = true;
  return made;
}

const programme::Material licence = [] {
  programme::Material made;
  made.id = "licence";
  made.stamp = "unit";
  return made;
}();

Examined scan(const std::optional<std::string>& text) {
  Examined made;
  made.has_red_seal = true;
  made.red_fraction = 0.01;
  made.width_px = 2000;
  made.text = text;
  return made;
}

TEST(MachineChecks, ALicenceThatWasReadIsHeldAgainstWhatWasTyped) {
  const auto good = checks_of_paper(dossier(), licence,
                                    scan("营业执照\n统一社会信用代码 91370100724250187M\n名称 深圳市样例建设有限公司\n"
                                         "营业期限 2010年1月1日至2030年1月1日"),
                                    now);
  for (const char* id :
       {"stamp.seen", "scan.readable", "licence.uscc_agrees", "licence.name_agrees", "licence.in_term"}) {
    ASSERT_NE(found(good, id), nullptr) << id;
    EXPECT_EQ(found(good, id)->level, CheckLevel::good) << id;
    EXPECT_EQ(found(good, id)->subject, "materials.licence");
  }
  EXPECT_EQ(found(good, "licence.uscc_agrees")->compared_with, "unit_document_number");

  const auto bad = checks_of_paper(
      dossier(), licence, scan("代码 91440300MA5XXXXX0A 名称 广州某某贸易行 营业期限 2010年1月1日至2020年1月1日"), now);
  ASSERT_NE(found(bad, "licence.uscc_differs"), nullptr);
  EXPECT_EQ(found(bad, "licence.uscc_differs")->found, "91440300MA5XXXXX0A");
  EXPECT_EQ(found(bad, "licence.name_unlike")->level, CheckLevel::attention);
  EXPECT_EQ(found(bad, "licence.expired")->found, "2020年01月01日");
}

TEST(MachineChecks, ANameWithACharacterMisreadIsStillLikeIt) {
  const auto read = checks_of_paper(dossier(), licence, scan("名 称 深圳市样例建投有限公司"), now);
  EXPECT_NE(found(read, "licence.name_agrees"), nullptr);
  EXPECT_EQ(found(read, "licence.uscc_unread")->level, CheckLevel::not_checked);
}

TEST(MachineChecks, WhereNothingReadsItIsSaidThatNothingWasChecked) {
  const auto checks = checks_of_paper(dossier(), licence, scan(std::nullopt), now);
  ASSERT_NE(found(checks, "licence.not_read"), nullptr);
  EXPECT_EQ(found(checks, "licence.not_read")->level, CheckLevel::not_checked);
  EXPECT_EQ(found(checks, "licence.name_unlike"), nullptr);
}

TEST(MachineChecks, SealsThatAreMissingPaleTiltedOrCoarseAreTold) {
  Examined page = scan(std::nullopt);
  page.red_fraction = 0.0005;
  page.width_px = 1100;
  auto checks = checks_of_paper(dossier(), licence, page, now);
  EXPECT_NE(found(checks, "stamp.pale"), nullptr);
  EXPECT_EQ(found(checks, "scan.coarse")->found, "1100px");
  page.has_red_seal = false;
  checks = checks_of_paper(dossier(), licence, page, now);
  EXPECT_EQ(found(checks, "stamp.not_seen")->level, CheckLevel::attention);
  ExaminedImpression cut;
  cut.tilt_deg = -12;
  cut.scan_dpi = 200;
  checks = checks_of_impression(licence, cut);
  EXPECT_EQ(found(checks, "seal.tilted")->found, "-12°");
  EXPECT_EQ(found(checks, "seal.coarse")->level, CheckLevel::attention);
  cut.tilt_deg = 2;
  cut.scan_dpi = 300;
  checks = checks_of_impression(licence, cut);
  EXPECT_NE(found(checks, "seal.upright"), nullptr);
  EXPECT_EQ(found(checks, "seal.text_not_read")->level, CheckLevel::not_checked);
}

TEST(MachineChecks, TheCardTheCarrierTheFaceAndTheAccountStandBesideWhatWasTyped) {
  Dossier d = dossier();
  auto checks = checks_of_case(d, now);
  EXPECT_NE(found(checks, "card.not_photographed"), nullptr);
  EXPECT_NE(found(checks, "carrier.not_asked"), nullptr);
  EXPECT_EQ(found(checks, "face.not_passed")->level, CheckLevel::attention);
  EXPECT_EQ(found(checks, "account.name_agrees")->level, CheckLevel::good);

  CardReading portrait;
  portrait.name = "李四";
  portrait.resident_id = "440524188001010014";
  CardReading emblem;
  emblem.valid_to = "20261201";
  d.identity.portrait_side = portrait;
  d.identity.emblem_side = emblem;
  d.answers["account_name"] = "别的公司";
  checks = checks_of_case(d, now);
  EXPECT_EQ(found(checks, "card.name_unlike")->found, "李*");
  ASSERT_NE(found(checks, "card.id_unlike"), nullptr);
  EXPECT_EQ(found(checks, "card.id_unlike")->found.find("440524188001010014"), std::string::npos) << "masked";
  EXPECT_EQ(found(checks, "card.ends_soon")->level, CheckLevel::attention);
  EXPECT_EQ(found(checks, "account.name_unlike")->level, CheckLevel::attention);
}

TEST(MachineChecks, GoThroughTheirBytesAndHaveBounds) {
  const std::vector<MachineCheck> checks{{"stamp.seen", CheckLevel::good, "materials.licence", "", ""},
                                         {"card.name_unlike", CheckLevel::attention, "card", "requester_name", "李*"}};
  EXPECT_EQ(machine_checks_of(to_der(checks)).value(), checks);
  EXPECT_TRUE(check_bounds(checks));
  EXPECT_FALSE(check_bounds({{"a", CheckLevel::good, std::string(max_check_text_bytes + 1, 'x'), "", ""}}));
  EXPECT_FALSE(check_bounds({{"", CheckLevel::good, "", "", ""}}));
  EXPECT_FALSE(check_bounds({{"a", CheckLevel::good, "\xff", "", ""}}));
  EXPECT_FALSE(check_bounds(std::vector<MachineCheck>(max_machine_checks + 1, checks.front())));
  EXPECT_FALSE(machine_checks_of(bytes_of("nothing of ours")));
}

TEST(Progress, TheChainOfTheGuidesHasOneStepThatIsNow) {
  Dossier d = dossier();
  d.application.needs.delivery = true;
  const auto now_step = [&] {
    std::string code;
    for (const ChainStep& step : chain_of(d)) {
      code += step.is_now ? std::string(step.code) : "";
    }
    return code;
  };
  EXPECT_EQ(now_step(), "entry");
  d.forms.push_back({.number = 1, .answers = {}, .made_at = now, .printed_at = now});
  EXPECT_EQ(now_step(), "uploaded");
  d.application.state = CaseState::proving_identity;
  EXPECT_EQ(now_step(), "identity");
  d.application.progress.identity_proven = true;
  d.application.state = CaseState::awaiting_payment;
  EXPECT_EQ(now_step(), "paid");
  d.application.progress.paid = true;
  d.application.progress.submitted = true;
  d.application.state = CaseState::awaiting_acceptance;
  EXPECT_EQ(now_step(), "approved");
  d.application.state = CaseState::returned;
  EXPECT_EQ(now_step(), "submitted") << "a correction is handed in again";
  d.application.state = CaseState::in_production;
  EXPECT_EQ(now_step(), "made");
  d.application.state = CaseState::shipped;
  EXPECT_EQ(now_step(), "delivered");
  d.application.state = CaseState::handed_over;
  EXPECT_EQ(now_step(), "completed");
  d.application.state = CaseState::completed;
  EXPECT_EQ(now_step(), "");
  d.application.needs.delivery = false;
  EXPECT_TRUE(std::ranges::none_of(chain_of(d), [](const ChainStep& step) { return step.code == "shipped"; }));
}

TEST(Progress, SaysUntilWhenWeOrTheRequesterMustAct) {
  Dossier d = dossier();
  d.application.state = CaseState::awaiting_payment;
  d.application.act_by = now + std::chrono::days(15);
  auto limit = standing_limit(d, WorkingDays());
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->kind, LimitKind::requester);
  EXPECT_EQ(limit->at, *d.application.act_by);
  d.application.state = CaseState::awaiting_review;
  EXPECT_FALSE(standing_limit(d, WorkingDays())) << "this programme promised nothing";
  d.promised_by = now + std::chrono::days(2);
  limit = standing_limit(d, WorkingDays());
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->kind, LimitKind::review);
  EXPECT_TRUE(limit->is_assumed) << "no calendar was given";
  d.application.state = CaseState::completed;
  EXPECT_FALSE(standing_limit(d, WorkingDays()));
}

}  // namespace
}  // namespace yinxin::hall
