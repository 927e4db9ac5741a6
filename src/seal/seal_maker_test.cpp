#include "seal/seal_maker.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "seal/ses/v4/reader.h"
#include "seal/test_workshop.h"
#include "trust/testing/office.h"

namespace yinxin::seal {
namespace {

using namespace std::chrono_literals;

// A case whose seal has a real picture, approved by the real checker.
class SealMakerTest : public ::testing::Test {
 protected:
  SealMakerTest() : office_(SystemClock().now()), story_(office_), picture_(small_png()) {
    story_.on_snapshot = [this](trust::Snapshot& snapshot) {
      snapshot.lines.front().seal->picture_hash = crypto::sm3(picture_);
      snapshot.materials.back().rendition = crypto::sm3(picture_);
    };
    story_.tell();
    owner_ = office_.issuing_ca.issue_for(x509::PublicKey::of(story_.new_key->public_key()),
                                          x509::Name::build({{oid::common_name(), "甲公司"}}),
                                          bit(x509::KeyUsage::digital_signature));
    const trust::IssueReceipt receipt{.second_approval = trust::statement_hash(story_.bundle.second_approval),
                                      .line = 1,
                                      .device_serial = "DEV-0001",
                                      .signing_certificate = owner_.fingerprint(),
                                      .encryption_certificate = {},
                                      .at = office_.at};
    const Bytes signed_receipt =
        *trust::sign_issue_receipt(receipt, office_.permit.certificate, *office_.permit.signer);
    approved_ = trust::Checker(story_.pinned, story_.answers)
                    .check_seal(story_.bundle, 1, signed_receipt, owner_, picture_)
                    .value;
  }
  [[nodiscard]] SealMaker maker() const { return {office_.registration.certificate, *office_.registration.signer}; }

  trust::testing::Office office_;
  trust::testing::Story story_;
  Bytes picture_;
  x509::Certificate owner_;
  std::optional<trust::ApprovedSeal> approved_;
};

TEST_F(SealMakerTest, MakesTheApprovedSealAndNoOther) {
  ASSERT_TRUE(approved_);
  const auto made = maker().make(*approved_, picture_, "44030000000017", office_.at);
  ASSERT_TRUE(made) << made.error().describe();
  const auto read = ses::v4::parse_seal(*made);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->property.name, "甲公司公章");
  EXPECT_EQ(read->picture.data, picture_);
  EXPECT_EQ(read->property.valid_until, owner_.not_after());
  Bytes other = small_png(43);
  EXPECT_EQ(maker().make(*approved_, other, "44030000000017", office_.at).error().code, ErrorCode::forbidden);
}

TEST_F(SealMakerTest, MakesNothingForAnOwnerWhoseCertificateIsOver) {
  ASSERT_TRUE(approved_);
  const auto late = maker().make(*approved_, picture_, "44030000000017", owner_.not_after() + 1s);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::precondition);
}

}  // namespace
}  // namespace yinxin::seal
