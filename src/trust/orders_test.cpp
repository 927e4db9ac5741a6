// What the checker says of seals, of a token's own word, of status orders and of manifests: each good one passes, and
// each changed in one fact is refused for that fact.

#include <gtest/gtest.h>

#include "base/clock.h"
#include "trust/testing/office.h"

namespace yinxin::trust {
namespace {

using testing::Holder;
using testing::Office;
using testing::Story;
using namespace std::chrono_literals;

Office& office() {
  static Office one(SystemClock().now());
  return one;
}

template <class T>
std::vector<Reason> reasons(const Checked<T>& checked) {
  EXPECT_EQ(checked.value.has_value(), checked.report.holds());
  std::vector<Reason> all;
  for (const CheckFinding& finding : checked.report.findings) {
    all.push_back(finding.reason);
  }
  return all;
}

using Only = std::vector<Reason>;

void break_signature(Bytes& der) { der.back() ^= 1; }

class Orders : public ::testing::Test {
 protected:
  Orders() : story_(office()) {
    story_.tell();
    signing_ = office().issuing_ca.issue_for(x509::PublicKey::of(story_.new_key->public_key()), x509::Name::build({}),
                                             bit(x509::KeyUsage::digital_signature));
    encryption_ = office().issuing_ca.issue_for(
        x509::PublicKey::of(crypto::Sm2PrivateKey::generate(office().random).public_key()), x509::Name::build({}),
        bit(x509::KeyUsage::key_encipherment));
    receipt_ = {.second_approval = statement_hash(story_.bundle.second_approval),
                .line = 1,
                .device_serial = "DEV-0001",
                .signing_certificate = signing_.fingerprint(),
                .encryption_certificate = encryption_.fingerprint(),
                .at = office().at};
    word_ = {.kind = TokenWord::Kind::written,
             .signing_certificate = signing_.fingerprint(),
             .encryption_certificate = encryption_.fingerprint(),
             .seal = std::nullopt,
             .device_serial = "DEV-0001",
             .at = office().at};
    order_ = {.deed = StatusStatement::Deed::revoke,
              .ca_key_hash = story_.pinned.ca_key_hash,
              .environment = "test",
              .serials = {signing_.serial()},
              .reason = 1,
              .explanation = "密钥泄露",
              .officer_certificate = {},
              .at = office().at,
              .nonce = Bytes(16, 1),
              .first = std::nullopt};
  }
  [[nodiscard]] Checker checker() const { return {story_.pinned, story_.answers}; }

  // The picture whose hash the story's approval names.
  const BytesView picture_ = bytes_of("seal picture");

  std::vector<Reason> seal(const IssueReceipt& receipt, const std::function<void(Bytes&)>& change, const Holder& by,
                           BytesView picture, const x509::Certificate& owner) {
    Bytes der = *sign_issue_receipt(receipt, by.certificate, *by.signer);
    change(der);
    return reasons(checker().check_seal(story_.bundle, 1, der, owner, picture));
  }
  std::vector<Reason> word(
      const TokenWord& said, const std::function<void(Bytes&)>& change = [](Bytes&) {}) {
    Bytes der = *sign_token_word(said, signing_, *story_.new_key);
    change(der);
    return reasons(checker().check_token_word(der, said.kind, signing_, encryption_, "DEV-0001"));
  }
  Bytes signed_order(StatusStatement order, const Holder& by) {
    order.officer_certificate = by.certificate.fingerprint();
    return *sign_status(order, by.certificate, *by.signer);
  }
  // Signs the order as first and, unless changed away, as second.
  std::vector<Reason> both(const StatusStatement& order, const std::function<void(StatusStatement&)>& change_second,
                           const Holder& second_by) {
    const Bytes first = signed_order(order, office().registration);
    StatusStatement second = order;
    second.first = statement_hash(first);
    change_second(second);
    return reasons(checker().check_status_order(first, signed_order(second, second_by)));
  }

  Story story_;
  x509::Certificate signing_, encryption_;
  IssueReceipt receipt_;
  TokenWord word_;
  StatusStatement order_;
};

void unchanged(Bytes&) {}
void same_as_first(StatusStatement&) {}

TEST_F(Orders, ASealIsMadeOfTheApprovedPictureForTheReceiptsCertificateOnly) {
  EXPECT_EQ(seal(receipt_, unchanged, office().permit, picture_, signing_), Only{});
  EXPECT_EQ(seal(receipt_, break_signature, office().permit, picture_, signing_), Only{Reason::receipt_signature});
  EXPECT_EQ(seal(receipt_, unchanged, office().evidence, picture_, signing_), Only{Reason::receipt_signer});
  EXPECT_EQ(seal(receipt_, unchanged, office().permit, bytes_of("another"), signing_), Only{Reason::seal_picture});
  EXPECT_EQ(seal(receipt_, unchanged, office().permit, picture_, encryption_), Only{Reason::receipt_certificate});
  IssueReceipt other = receipt_;
  other.second_approval = {};
  EXPECT_EQ(seal(other, unchanged, office().permit, picture_, signing_), Only{Reason::receipt_approval});
  other = receipt_;
  other.line = 2;
  EXPECT_EQ(seal(other, unchanged, office().permit, picture_, signing_), Only{Reason::receipt_line});
}

TEST_F(Orders, ALineWithoutAnApprovedSealGetsNone) {
  Story plain(office());
  plain.on_snapshot = [](Snapshot& s) { s.lines.front().seal.reset(); };
  plain.tell();
  IssueReceipt receipt = receipt_;
  receipt.second_approval = statement_hash(plain.bundle.second_approval);
  const Bytes der = *sign_issue_receipt(receipt, office().permit.certificate, *office().permit.signer);
  EXPECT_EQ(reasons(Checker(plain.pinned, plain.answers).check_seal(plain.bundle, 1, der, signing_, picture_)),
            Only{Reason::seal_wanted});
}

TEST_F(Orders, ATokensWordIsItsOwnAndAboutItsCertificates) {
  EXPECT_EQ(word(word_), Only{});
  EXPECT_EQ(word(word_, break_signature), Only{Reason::word_signature});
  TokenWord other = word_;
  other.device_serial = "DEV-0002";
  EXPECT_EQ(word(other), Only{Reason::word_device});
  other = word_;
  other.encryption_certificate = {};
  EXPECT_EQ(word(other), Only{Reason::word_certificates});
  // Signed by another certificate's key about these ones.
  const Holder& stranger = office().registration;
  const Bytes foreign = *sign_token_word(word_, stranger.certificate, *stranger.signer);
  EXPECT_EQ(reasons(checker().check_token_word(foreign, TokenWord::Kind::written, signing_, encryption_, "DEV-0001")),
            Only{Reason::word_signer});
  // "Written" is never taken for "activated".
  const Bytes written = *sign_token_word(word_, signing_, *story_.new_key);
  EXPECT_EQ(reasons(checker().check_token_word(written, TokenWord::Kind::activated, signing_, encryption_, "DEV-0001")),
            Only{Reason::malformed});
}

TEST_F(Orders, ARevocationNeedsTwoPersonsWhoMeantTheSame) {
  const Holder& review = office().review;
  EXPECT_EQ(both(order_, same_as_first, review), Only{});
  EXPECT_EQ(reasons(checker().check_status_order(signed_order(order_, office().registration), {})),
            Only{Reason::order_two_persons});
  EXPECT_EQ(both(order_, same_as_first, office().registration), Only{Reason::order_two_persons});
  EXPECT_EQ(both(
                order_, [](StatusStatement& s) { s.serials.push_back({9}); }, review),
            Only{Reason::order_same});
  EXPECT_EQ(both(
                order_, [](StatusStatement& s) { s.first = Digest{}; }, review),
            Only{Reason::order_first});
  EXPECT_EQ(both(
                order_, [](StatusStatement& s) { s.environment = "demo"; }, review),
            Only{Reason::order_environment});
  EXPECT_EQ(both(
                order_, [](StatusStatement& s) { s.ca_key_hash = {}; }, review),
            Only{Reason::order_ca_key});
  EXPECT_EQ(both(
                order_, [](StatusStatement& s) { s.at += 6min; }, review),
            Only{Reason::order_time});
  EXPECT_EQ(both(order_, same_as_first, office().production), Only{Reason::order_role});
}

TEST_F(Orders, OnePersonSuspendsAndResumes) {
  for (const auto deed : {StatusStatement::Deed::suspend, StatusStatement::Deed::resume}) {
    StatusStatement order = order_;
    order.deed = deed;
    const auto checked = checker().check_status_order(signed_order(order, office().review), {});
    EXPECT_EQ(reasons(checked), Only{});
    ASSERT_TRUE(checked.value);
    EXPECT_EQ(checked.value->deed(), deed);
    EXPECT_EQ(checked.value->serials(), order_.serials);
  }
}

TEST_F(Orders, AnOrderOfSomebodyElseOrNoLongerEntitledIsRefused) {
  StatusStatement order = order_;
  order.deed = StatusStatement::Deed::suspend;
  Bytes broken = signed_order(order, office().review);
  break_signature(broken);
  EXPECT_EQ(reasons(checker().check_status_order(broken, {})), Only{Reason::order_signature});
  const Holder rogue = office().make(office().approving("r", Role::review_officer, testing::ids::review), true);
  EXPECT_EQ(reasons(checker().check_status_order(signed_order(order, rogue), {})), Only{Reason::order_issuer});
  order.officer_certificate = {};
  const Bytes unnamed = *sign_status(order, office().review.certificate, *office().review.signer);
  EXPECT_EQ(reasons(checker().check_status_order(unnamed, {})), Only{Reason::order_officer});
  story_.pinned.roles_crl = office().roles_ca.crl({office().review.certificate.serial()}, office().at);
  EXPECT_EQ(reasons(checker().check_status_order(signed_order(order, office().review), {})),
            Only{Reason::order_revoked});
}

TEST_F(Orders, AManifestTakesEffectByTwoAdministrators) {
  const SignedManifest story_manifest = *SignedManifest::parse(story_.bundle.manifest);
  const auto signed_by = [&](const std::vector<const Holder*>& administrators) {
    SignedManifest manifest{.content = story_manifest.content, .signatures = {}};
    for (const Holder* one : administrators) {
      manifest.signatures.push_back(*sign_manifest(manifest.content, one->certificate, *one->signer, office().at));
    }
    return manifest.to_der();
  };
  const Holder& a = office().administrator;
  const Holder& b = office().second_administrator;
  const auto good = checker().check_manifest(signed_by({&a, &b}));
  EXPECT_EQ(reasons(good), Only{});
  ASSERT_TRUE(good.value);
  EXPECT_EQ(good.value->policy().programme, "programme-a");
  EXPECT_EQ(reasons(checker().check_manifest(signed_by({&a}))), Only{Reason::admin_two_persons});
  EXPECT_EQ(reasons(checker().check_manifest(signed_by({&a, &a}))), Only{Reason::admin_two_persons});
  const Holder auditor =
      office().make(office().approving("u", Role::audit_administrator, testing::ids::second_administrator));
  EXPECT_EQ(reasons(checker().check_manifest(signed_by({&a, &auditor}))), Only{Reason::admin_role});
  // An officer's certificate is of our roles CA, but not for this purpose.
  EXPECT_EQ(reasons(checker().check_manifest(signed_by({&a, &office().review}))),
            (Only{Reason::admin_issuer, Reason::admin_role}));
  const Holder rogue =
      office().make(office().approving("r", Role::security_administrator, testing::ids::second_administrator), true);
  EXPECT_EQ(reasons(checker().check_manifest(signed_by({&a, &rogue}))), Only{Reason::admin_issuer});
  SignedManifest changed = *SignedManifest::parse(signed_by({&a, &b}));
  ProgrammePolicy policy = *ProgrammePolicy::parse(changed.content);
  policy.acceptor_may_produce = true;
  changed.content = policy.to_der();
  EXPECT_EQ(reasons(checker().check_manifest(changed.to_der())),
            (Only{Reason::admin_signature, Reason::admin_signature}));
  story_.pinned.roles_crl = office().roles_ca.crl({b.certificate.serial()}, office().at);
  EXPECT_EQ(reasons(checker().check_manifest(signed_by({&a, &b}))), Only{Reason::admin_revoked});
}

}  // namespace
}  // namespace yinxin::trust
