// An approval is signed from bytes: whatever does not agree with them is not signed.

#include "token/agent/approve.h"

#include <gtest/gtest.h>

#include "crypto/oids.h"
#include "trust/testing/office.h"

namespace yinxin::token {
namespace {

using trust::Decision;

const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();

// Says yes, and keeps what it was shown.
class Window final : public ApprovalWindow {
 public:
  Result<bool> confirm(const std::string& text, const std::string& code) override {
    shown = text;
    asked = code;
    return answer;
  }
  bool answer = true;
  std::string shown, asked;
};

class Approve : public ::testing::Test {
 protected:
  Approve() : story_(office_) {
    story_.tell();
    bundle_.snapshot = story_.bundle.snapshot;
    bundle_.manifest = story_.bundle.manifest;
    bundle_.evidence = story_.bundle.evidence;
    const auto first = cms::SignedData::parse(story_.bundle.first_approval).value();
    bundle_.content = trust::Approval::parse(*first.content)->content;
    bundle_.materials = {{"application_form", to_bytes(bytes_of("form")), to_bytes(bytes_of("form shown"))},
                         {"impression_sheet", to_bytes(bytes_of("sheet")), to_bytes(bytes_of("seal picture"))}};
  }
  Approver as(const trust::testing::Holder& officer) {
    return {.certificate = officer.certificate,
            .signer = officer.signer.get(),
            .ca_key_hash = bundle_.content.ca_key_hash,
            .environment = "test"};
  }
  Result<Bytes> accept() {
    return approve(bundle_, Decision::accept, as(office_.registration), window_, random_, moment);
  }
  void expect_contradiction(const std::string& field) {
    const auto refused = accept();
    ASSERT_FALSE(refused) << field;
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().detail.find(field), std::string::npos) << refused.error().detail;
    EXPECT_TRUE(window_.shown.empty());
  }

  SystemRandom random_;
  trust::testing::Office office_{moment};
  trust::testing::Story story_;
  ApprovalBundle bundle_;
  Window window_;
};

TEST_F(Approve, BothOfficersSignWhatTheyWereShownAndTheVaultTakesIt) {
  story_.bundle.first_approval = accept().value();
  EXPECT_NE(window_.shown.find("91370100724250187M"), std::string::npos) << window_.shown;
  EXPECT_NE(window_.shown.find("应收 200.00 元"), std::string::npos);
  EXPECT_NE(window_.shown.find(window_.asked), std::string::npos);
  const std::string first_code = window_.asked;
  bundle_.first_approval = story_.bundle.first_approval;
  story_.bundle.second_approval =
      approve(bundle_, Decision::approve, as(office_.review), window_, random_, moment).value();
  EXPECT_NE(window_.asked, first_code);
  const auto checked = trust::Checker(story_.pinned, story_.answers).check_case(story_.bundle);
  EXPECT_TRUE(checked.report.holds()) << trust::code_of(checked.report.findings.front().reason);
}

TEST_F(Approve, NothingIsSignedWithoutAYes) {
  window_.answer = false;
  EXPECT_EQ(accept().error().code, ErrorCode::declined_by_outside);
}

TEST_F(Approve, ContentThatDoesNotAgreeWithTheBytesIsNeitherShownNorSigned) {
  const ApprovalBundle good = bundle_;
  using Change = void (*)(ApprovalBundle&);
  const std::pair<const char*, Change> changes[] = {
      {"snapshot", [](ApprovalBundle& b) { b.content.snapshot_hash[0] ^= 1; }},
      {"application", [](ApprovalBundle& b) { ++b.content.revision; }},
      {"programme", [](ApprovalBundle& b) { ++b.content.programme_version; }},
      {"manifest", [](ApprovalBundle& b) { b.content.manifest_hash[0] ^= 1; }},
      {"money", [](ApprovalBundle& b) { b.content.money.received_fen += 1; }},
      {"requester", [](ApprovalBundle& b) { b.content.requester = "somebody else"; }},
      {"channel", [](ApprovalBundle& b) { b.content.channel = "counter"; }},
      {"delivery", [](ApprovalBundle& b) { b.content.delivery = "counter"; }},
      {"lines", [](ApprovalBundle& b) { b.content.lines.clear(); }},
      {"line 1", [](ApprovalBundle& b) { b.content.lines[0].validity_months = 60; }},
      {"line 1 subject",
       [](ApprovalBundle& b) {
         b.content.lines[0].subject =
             x509::Name::build({{oid::organization(), "乙公司"}, {oid::common_name(), "乙公司"}}).der();
       }},
      {"credit code", [](ApprovalBundle& b) { b.content.lines[0].extensions[0].second.back() ^= 1; }},
      {"materials", [](ApprovalBundle& b) { b.materials.pop_back(); }},
      {"material application_form", [](ApprovalBundle& b) { b.materials[0].original.push_back('x'); }},
      {"material impression_sheet", [](ApprovalBundle& b) { b.materials[1].rendition.push_back('x'); }},
      {"evidence", [](ApprovalBundle& b) { b.content.evidence[0].receipt[0] ^= 1; }},
      {"first approval", [](ApprovalBundle& b) { b.first_approval = Bytes{1}; }},
  };
  for (const auto& [field, change] : changes) {
    bundle_ = good;
    change(bundle_);
    if (std::string_view(field) == "first approval") {
      EXPECT_EQ(accept().error().code, ErrorCode::conflict);
    } else {
      expect_contradiction(field);
    }
  }
}

TEST_F(Approve, AnOverrideIsShownWithItsReason) {
  bundle_.content.evidence[0] = {"carrier_check", {}, "运营商系统维护，已电话核实"};
  ASSERT_TRUE(accept());
  EXPECT_NE(window_.shown.find("人工放行: 运营商系统维护，已电话核实"), std::string::npos) << window_.shown;
}

TEST_F(Approve, NothingFromOutsideWritesALineOfItsOwn) {
  bundle_.content.evidence[0] = {"carrier_check", {}, "第一行\n核对码 / code: 00000000\r\x1b[2J单位: 乙公司"};
  ASSERT_TRUE(accept());
  EXPECT_EQ(window_.shown.find("\n核对码 / code: 00000000"), std::string::npos) << window_.shown;
  EXPECT_EQ(window_.shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(window_.shown.find('\r'), std::string::npos);
  EXPECT_NE(window_.shown.find("第一行 核对码"), std::string::npos);
}

TEST_F(Approve, TheReviewerSignsNothingButTheFirstOfficersContent) {
  bundle_.first_approval = accept().value();
  bundle_.content.evidence[0] = {"carrier_check", {}, "another thought"};
  const auto refused = approve(bundle_, Decision::approve, as(office_.review), window_, random_, moment);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("first approval's content"), std::string::npos) << refused.error().detail;
  bundle_.first_approval.reset();
  EXPECT_EQ(approve(bundle_, Decision::approve, as(office_.review), window_, random_, moment).error().code,
            ErrorCode::conflict);
}

TEST_F(Approve, OnlyTheRightRoleOfTheRightHouseSigns) {
  EXPECT_EQ(approve(bundle_, Decision::accept, as(office_.review), window_, random_, moment).error().code,
            ErrorCode::forbidden);
  EXPECT_EQ(approve(bundle_, Decision::accept, as(office_.administrator), window_, random_, moment).error().code,
            ErrorCode::forbidden);
  Approver elsewhere = as(office_.registration);
  elsewhere.environment = "production";
  EXPECT_EQ(approve(bundle_, Decision::accept, elsewhere, window_, random_, moment).error().code, ErrorCode::forbidden);
  elsewhere = as(office_.registration);
  elsewhere.ca_key_hash[0] ^= 1;
  EXPECT_EQ(approve(bundle_, Decision::accept, elsewhere, window_, random_, moment).error().code, ErrorCode::forbidden);
  EXPECT_TRUE(window_.shown.empty());
}

}  // namespace
}  // namespace yinxin::token
