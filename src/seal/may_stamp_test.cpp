#include "seal/may_stamp.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "seal/find_seals.h"
#include "seal/test_workshop.h"

namespace yinxin::seal {
namespace {

using verify::Level;

class MayStamp : public ::testing::Test {
 protected:
  [[nodiscard]] StampVerdict ask(const Bytes& seal, const x509::Certificate& certificate) const {
    return may_stamp(seal, certificate, workshop_.context);
  }
  [[nodiscard]] StampVerdict ask(const Bytes& seal) const { return ask(seal, workshop_.owner->certificate); }
  static void expect_refused(const StampVerdict& verdict, StampAnswer answer, std::string_view id) {
    EXPECT_EQ(verdict.answer, answer) << name_of(verdict.answer);
    EXPECT_FALSE(verdict.permission);
    EXPECT_TRUE(std::ranges::any_of(verdict.findings, [&](const verify::Finding& finding) {
      return finding.check->id == id && finding.effect != verify::Effect::none;
    })) << id;
  }
  void revoke_owner(x509::RevocationReason reason, Instant at) {
    workshop_.revoke({{workshop_.owner->certificate.serial(), at, reason}});
  }

  Workshop workshop_;
};

TEST_F(MayStamp, AnOwnerWithAGoodCertificateMayAndTheStampIsValid) {
  const StampVerdict verdict = ask(workshop_.seal());
  ASSERT_EQ(verdict.answer, StampAnswer::may);
  ASSERT_TRUE(verdict.permission);
  const auto package = ofd::Package::open(document());
  ASSERT_TRUE(package);
  const StampWish wish{.places = {{"1", {50, 60.5, 42, 42}, std::nullopt}}};
  const auto stamped = stamp(*package, *verdict.permission, wish, workshop_.owner->signer);
  ASSERT_TRUE(stamped) << stamped.error().describe();
  EXPECT_EQ(workshop_.verify(*stamped).verdict, verify::Verdict::valid);

  // Another's key cannot sign for that certificate, whatever the permission says.
  const auto wrong_key = stamp(*package, *verdict.permission, wish, workshop_.maker->signer);
  ASSERT_FALSE(wrong_key);
  EXPECT_EQ(wrong_key.error().code, ErrorCode::forbidden);
}

TEST_F(MayStamp, NoSealOutsideItsOwnTime) {
  const Bytes seal = workshop_.seal();
  workshop_.context.now = day(2027, 1, 2);
  expect_refused(ask(seal), StampAnswer::may_not, "ses.seal.period");
  ses::v4::SealOrder order = workshop_.order();
  order.valid_from = day(2026, 7, 1);
  workshop_.context.now = day(2026, 6, 1);
  expect_refused(ask(workshop_.seal(order)), StampAnswer::may_not, "ses.seal.period");
}

TEST_F(MayStamp, NobodyWhoIsNotAmongTheOwners) {
  expect_refused(ask(workshop_.seal(), workshop_.maker->certificate), StampAnswer::may_not, "ses.owner_list");
}

TEST_F(MayStamp, NoSealThatWasChangedAndNothingThatIsNone) {
  Bytes seal = workshop_.seal();
  seal[seal.size() - 1] ^= 1U;
  EXPECT_EQ(ask(seal).answer, StampAnswer::may_not);
  expect_refused(ask(to_bytes(bytes_of("no seal"))), StampAnswer::may_not, "ses.format");
}

TEST_F(MayStamp, NobodyWithACertificateThatIsRevokedOrOnHoldOrOutOfTime) {
  const Bytes seal = workshop_.seal();
  revoke_owner(x509::RevocationReason::key_compromise, day(2026, 5, 30));
  expect_refused(ask(seal), StampAnswer::may_not, "certificate.revoked");
  revoke_owner(x509::RevocationReason::certificate_hold, day(2026, 5, 30));
  expect_refused(ask(seal), StampAnswer::may_not, "certificate.revoked");
  revoke_owner(x509::RevocationReason::superseded, day(2026, 6, 2));  // from tomorrow on
  expect_refused(ask(seal), StampAnswer::may_not, "certificate.revoked");
  workshop_.revoke({});
  EXPECT_EQ(ask(seal).answer, StampAnswer::may);

  const auto old =
      workshop_.make_holder("测试单位有限公司", workshop_.root.get(), false, {}, day(2025, 1, 1), day(2026, 5, 1));
  ses::v4::SealOrder order = workshop_.order();
  order.owner_certificates = {old->certificate.der()};
  expect_refused(ask(workshop_.seal(order), old->certificate), StampAnswer::may_not, "certificate.period");
}

TEST_F(MayStamp, NoSealWhoseMakerWasRevoked) {
  const Bytes seal = workshop_.seal();
  workshop_.revoke({{workshop_.maker->certificate.serial(), day(2026, 5, 1), x509::RevocationReason::key_compromise}});
  EXPECT_EQ(ask(seal).answer, StampAnswer::may_not);
}

TEST_F(MayStamp, AStatusThatIsMissingOrOutOfDateIsNoStatus) {
  const Bytes seal = workshop_.seal();
  const auto crls = workshop_.context.store.crls;
  workshop_.context.store.crls.clear();
  expect_refused(ask(seal), StampAnswer::unknown, "certificate.revoked");
  workshop_.context.store.crls = crls;
  workshop_.context.now = day(2026, 12, 31) - std::chrono::seconds(1);
  ses::v4::SealOrder order = workshop_.order();
  order.valid_until = day(2027, 1, 1);
  const Bytes longer = workshop_.seal(order);
  EXPECT_EQ(ask(longer).answer, StampAnswer::may);
  workshop_.context.now = day(2026, 12, 31) + std::chrono::seconds(1);  // the list's nextUpdate is past
  expect_refused(ask(longer), StampAnswer::unknown, "certificate.revoked");
}

TEST_F(MayStamp, AnAnswerWithoutNextUpdateIsBelievedForTenMinutes) {
  workshop_.context.store.crls.clear();
  const Bytes seal = workshop_.seal();
  const Instant now = workshop_.context.now;
  const auto answer_made = [&](Instant at) {
    std::vector<x509::SingleResponse> singles;
    for (const Holder* one : {workshop_.owner.get(), workshop_.maker.get()}) {
      singles.push_back({.id = x509::CertId::of(workshop_.root->certificate, one->certificate.serial()),
                         .status = x509::CertStatus::good,
                         .revoked_at = {},
                         .reason = x509::RevocationReason::unspecified,
                         .this_update = at,
                         .next_update = std::nullopt});
    }
    const Bytes data = x509::to_be_signed_response(workshop_.root->signer.public_key(), at, singles, std::nullopt);
    const Bytes der = x509::assemble_ocsp_response(data, *workshop_.root->signer.sign(data), {});
    workshop_.context.store.ocsp_responses = {x509::OcspResponse::parse(der).value()};
  };
  answer_made(now - std::chrono::minutes(9));
  EXPECT_EQ(ask(seal).answer, StampAnswer::may);
  answer_made(now - std::chrono::minutes(11));
  EXPECT_EQ(ask(seal).answer, StampAnswer::unknown);
  answer_made(now + std::chrono::minutes(11));
  EXPECT_EQ(ask(seal).answer, StampAnswer::unknown);
}

TEST_F(MayStamp, WithoutAnAnchorNothingIsKnown) {
  workshop_.context.store.anchors.clear();
  expect_refused(ask(workshop_.seal()), StampAnswer::unknown, "certificate.chain");
}

TEST(FindSeals, FindsTheSealInWhateverCarriesIt) {
  Workshop workshop;
  const Bytes seal = workshop.seal();
  const auto alone = find_seals(seal);
  ASSERT_TRUE(alone);
  ASSERT_EQ(alone->size(), 1U);
  EXPECT_EQ(alone->front().signature, 0U);
  EXPECT_EQ(alone->front().seal.der, seal);
  const Bytes once = workshop.stamp(document(), workshop.request()).value();
  ofd::StampRequest second = workshop.request();
  second.seal = seal;
  const auto both = find_seals(workshop.stamp(once, second).value());
  ASSERT_TRUE(both) << both.error().describe();
  ASSERT_EQ(both->size(), 2U);
  EXPECT_EQ(both->back().signature, 2U);
  EXPECT_EQ(both->back().seal.der, seal);
  EXPECT_EQ(both->back().where, "/Doc_0/Signs/Sign_1/SignedValue.dat");
  const auto package = ofd::Package::open(once);
  const auto from_signature = find_seals(package->read("Doc_0/Signs/Sign_0/SignedValue.dat").value());
  ASSERT_TRUE(from_signature);
  EXPECT_EQ(from_signature->front().seal.property.name, "测试单位公章");
  EXPECT_TRUE(find_seals(document())->empty());
  const auto none = find_seals(to_bytes(bytes_of("no seal")));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace yinxin::seal
