// The vault as one service over its real store: permits, issuing, tokens' words, what it refuses, what it carries on.

#include "pki/vault/vault.h"

#include <algorithm>

#include "store/vault/testing_house.h"
#include "store/vault/vault_book_store.h"

namespace yinxin::store::vault {
namespace {

const std::string device = "DEV-0001";

// Hears what the vault tells, in order; can be out of reach.
class Secrets final : public pki::TokenSecrets {
 public:
  Result<Bytes> draw_for_keying(const pki::Digest&, const std::string& line, const std::string&,
                                const crypto::Sm2PublicKey&) override {
    YX_CHECK(hear("draw " + line));
    return to_bytes(bytes_of("sealed"));
  }
  Result<void> open_gate(const pki::Digest&, const std::string& line) override { return hear("gate " + line); }
  Result<void> written(const pki::Digest&, const std::string& line, const std::string&, BytesView) override {
    return hear("written " + line);
  }
  Result<void> activated(const pki::Digest&, const std::string& line, const std::string&, BytesView) override {
    return hear("activated " + line);
  }
  Result<void> abandon(const pki::Digest&, const std::string& line, const std::string&) override {
    return hear("abandon " + line);
  }
  bool down = false;
  std::vector<std::string> heard;

 private:
  Result<void> hear(std::string what) {
    if (down) {
      return fail(ErrorCode::outside_unreachable, "the PIN domain is down");
    }
    heard.push_back(std::move(what));
    return {};
  }
};

class Workshop final : public pki::SealWorkshop {
 public:
  Result<Bytes> make_seal(const trust::Bundle&, std::int64_t, BytesView, const x509::Certificate&,
                          BytesView picture) override {
    ++made;
    return to_bytes(picture);
  }
  int made = 0;
};

class VaultServiceTest : public VaultTest {
 protected:
  VaultServiceTest() : station_(office_.make(machine("station", oid::eku_station()))), story_(office_) {
    book_ = std::make_unique<VaultBookStore>(*engine_);
    head_ = std::make_unique<pki::HeadSigner>(issuing_key_, *store_, heads_, clock_);
    revocations_ = std::make_unique<pki::Revocations>(issuer(), *store_, *head_, audit_, clock_);
    authority_ = std::make_unique<pki::CertificateAuthority>(issuing());
    start();
    tell();
    trust::SignedManifest manifest = *trust::SignedManifest::parse(story_.bundle.manifest);
    for (const trust::testing::Holder* one : {&office_.administrator, &office_.second_administrator}) {
      manifest.signatures.push_back(
          *trust::sign_manifest(manifest.content, one->certificate, *one->signer, clock_.now()));
    }
    EXPECT_TRUE(vault_->adopt(manifest.to_der()));
    EXPECT_TRUE(vault_->register_device({device, "soft", "1.0", "batch", false, {}}));
  }
  trust::testing::OfficerWish machine(std::string name, asn1::ObjectId purpose) const {
    return {.name = std::move(name),
            .role = std::nullopt,
            .resident_id = {},
            .purpose = std::move(purpose),
            .not_before = office_.at - 24h,
            .not_after = office_.at + 24h};
  }
  void start() {
    vault_.emplace(pki::Vault::Parts{
        .authority = authority_.get(),
        .journal = store_.get(),
        .book = book_.get(),
        .heads = head_.get(),
        .revocations = revocations_.get(),
        .secrets = &secrets_,
        .seals = &workshop_,
        .audit = &audit_,
        .clock = &clock_,
        .random = &random_,
        .profiles = &profiles_,
        .permit_signer = office_.permit.signer.get(),
        .permit_certificate = office_.permit.certificate,
        .issuing = issuing_,
        .roles_ca = office_.roles_ca.certificate(),
        .roster_key = office_.roster_key,
        .around = around,
        .roles_list = [this] { return Result<x509::CertificateList>(office_.roles_ca.crl({}, clock_.now())); }});
  }
  // The story's case, for our profiles and this issuing CA.
  void tell() {
    const pki::ProfilePair pair = profiles_.find_pair("organization").value();
    story_.pinned.ca_key_hash = issuer();
    story_.on_policy = [pair](trust::ProgrammePolicy& policy) { policy.profiles = {pair.hash()}; };
    story_.on_content = [this, pair](trust::ApprovalContent& content) {
      const auto shot = trust::Snapshot::parse(story_.bundle.snapshot).value();
      for (trust::ApprovedLine& line : content.lines) {
        const auto made =
            pki::answer_template(profiles_, around, shot, *shot.find_line(line.number), pair.hash()).value();
        line.profile_hash = pair.hash();
        line.template_hash = made.hash;
        line.subject = made.subject;
        line.extensions = made.extensions;
      }
    };
    story_.tell();
  }
  Result<pki::Vault::Permitted> permit(const std::string& on = device) {
    return vault_->permit(story_.bundle, 1, on, station_.certificate, office_.production.certificate);
  }
  // What the station makes under a permit.
  trust::KeyingBundle keying(BytesView permit_der) {
    trust::KeyingBundle made{.line = 1, .permit = to_bytes(permit_der), .key_binding = {}, .request = {}};
    made.request = *x509::make_request(
        x509::Name::build({}), *story_.new_key,
        {{oid::permit_hash(), asn1::Writer().octet_string(trust::statement_hash(permit_der)).take()}});
    made.key_binding = *trust::sign_key_binding({.permit = trust::statement_hash(permit_der),
                                                 .second_approval = second_approval(),
                                                 .line = 1,
                                                 .device_serial = device,
                                                 .device_model = "soft",
                                                 .device_firmware = "1.0",
                                                 .public_key = x509::PublicKey::of(story_.new_key->public_key()).der(),
                                                 .request = crypto::sm3(made.request),
                                                 .officer_certificate = office_.production.certificate.fingerprint(),
                                                 .at = clock_.now()},
                                                office_.production.certificate, *office_.production.signer);
    return made;
  }
  [[nodiscard]] pki::Digest second_approval() const { return trust::statement_hash(story_.bundle.second_approval); }
  pki::IssuedLine issued() {
    const auto permitted = permit().value();
    auto line = vault_->issue(story_.bundle, keying(permitted.permit));
    EXPECT_TRUE(line) << line.error().describe();
    EXPECT_TRUE(vault_->make_seal(story_.bundle, 1, bytes_of("seal picture")));
    return *line;
  }
  Bytes word(const pki::IssuedLine& line, trust::TokenWord::Kind kind, bool with_seal = true) {
    const auto signing = *x509::Certificate::parse(line.signing);
    return *trust::sign_token_word(
        {.kind = kind,
         .signing_certificate = signing.fingerprint(),
         .encryption_certificate = crypto::sm3(line.encryption),
         .seal = with_seal ? std::optional(crypto::sm3(bytes_of("seal picture"))) : std::nullopt,
         .device_serial = device,
         .at = clock_.now()},
        signing, *story_.new_key);
  }
  x509::CertStatus status_of(const pki::IssuedLine& line) {
    pki::OcspResponder responder(*store_, heads_, clock_, [](const auto&, BytesView) {});
    EXPECT_TRUE(responder.serve(issuing_, responder_, responder_key_));
    EXPECT_TRUE(responder.refresh());
    return ask(responder, x509::Certificate::parse(line.signing)->serial());
  }

  trust::testing::Holder station_;
  trust::testing::Story story_;
  Secrets secrets_;
  Workshop workshop_;
  std::unique_ptr<VaultBookStore> book_;
  std::unique_ptr<pki::HeadSigner> head_;
  std::unique_ptr<pki::Revocations> revocations_;
  std::unique_ptr<pki::CertificateAuthority> authority_;
  std::optional<pki::Vault> vault_;
};

#define EXPECT_REFUSED(result, error_code, words)                                               \
  do {                                                                                          \
    const auto& refused = (result);                                                             \
    ASSERT_FALSE(refused);                                                                      \
    EXPECT_EQ(refused.error().code, error_code) << refused.error().describe();                  \
    EXPECT_NE(refused.error().detail.find(words), std::string::npos) << refused.error().detail; \
  } while (false)

TEST_F(VaultServiceTest, AManifestNeedsTwoAdministrators) {
  trust::SignedManifest manifest = *trust::SignedManifest::parse(story_.bundle.manifest);
  manifest.signatures = {*trust::sign_manifest(manifest.content, office_.administrator.certificate,
                                               *office_.administrator.signer, clock_.now())};
  EXPECT_REFUSED(vault_->adopt(manifest.to_der()), ErrorCode::forbidden, "admin.two_persons");
  EXPECT_EQ(book_->manifests()->size(), 1U);
}

TEST_F(VaultServiceTest, OnePermitALineLivesAtATime) {
  const auto first = permit().value();
  EXPECT_EQ(permit()->permit, first.permit);
  ASSERT_TRUE(vault_->register_device({"DEV-0002", "soft", "1.0", "batch", false, {}}));
  EXPECT_REFUSED(permit("DEV-0002"), ErrorCode::conflict, "live permit");
  clock_.advance(pki::permit_life + 1min);
  const auto second = permit("DEV-0002");
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_NE(second->permit, first.permit);
  const std::string line = "YX20261121000017/1";
  EXPECT_EQ(secrets_.heard, (std::vector<std::string>{"draw " + line, "gate " + line, "draw " + line, "gate " + line,
                                                      "abandon " + line, "draw " + line, "gate " + line}));
  EXPECT_REFUSED(vault_->issue(story_.bundle, keying(first.permit)), ErrorCode::forbidden, "permit.live");
}

TEST_F(VaultServiceTest, NoPermitForAStrangersDeviceStationOrLine) {
  EXPECT_REFUSED(permit("DEV-0009"), ErrorCode::forbidden, "device.ready");
  ASSERT_TRUE(book_->quarantine(device));
  EXPECT_REFUSED(permit(), ErrorCode::forbidden, "device.ready");
  EXPECT_REFUSED(vault_->permit(story_.bundle, 7, device, station_.certificate, office_.production.certificate),
                 ErrorCode::not_found, "line");
  const auto rogue = office_.make(machine("station", oid::eku_station()), true);
  ASSERT_TRUE(vault_->register_device({"DEV-0002", "soft", "1.0", "batch", false, {}}));
  for (const auto* station : {&std::as_const(rogue), &std::as_const(office_.evidence)}) {
    EXPECT_REFUSED(vault_->permit(story_.bundle, 1, "DEV-0002", station->certificate, office_.production.certificate),
                   ErrorCode::forbidden, "station");
  }
  EXPECT_TRUE(secrets_.heard.empty());
}

TEST_F(VaultServiceTest, IssuingAgainGivesTheSamePair) {
  const auto permitted = permit().value();
  const auto bundle = keying(permitted.permit);
  const auto line = vault_->issue(story_.bundle, bundle).value();
  EXPECT_EQ(vault_->issue(story_.bundle, bundle)->signing, line.signing);
  EXPECT_EQ(status_of(line), x509::CertStatus::revoked);  // on hold
  EXPECT_REFUSED(permit(), ErrorCode::wrong_state, "certificates");
  // The same approval with another key gets nothing.
  story_.new_key = std::make_shared<crypto::SoftSigner>(crypto::Sm2PrivateKey::generate(random_));
  EXPECT_REFUSED(vault_->issue(story_.bundle, keying(permitted.permit)), ErrorCode::forbidden, "line.unissued");
}

TEST_F(VaultServiceTest, APairWithoutItsReceiptIsNotMadeASecondTime) {
  const auto bundle = keying(permit()->permit);
  // The journal is complete, and the book has lost the line, as a crash between the two leaves it.
  const auto whole = vault_->issue(story_.bundle, bundle);
  ASSERT_TRUE(whole);
  ASSERT_TRUE(engine_->write([](Transaction& t) { return t.run("DELETE FROM issued_line"); }));
  const int signed_so_far = issuing_key_.calls;
  const auto again = vault_->issue(story_.bundle, bundle);
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->signing, whole->signing);
  EXPECT_EQ(count("SELECT COUNT(*) FROM issuance WHERE state=2 AND order_hash=x'" +
                  to_hex(pki::order_of_line(second_approval(), 1)) + "'"),
            1);
  EXPECT_EQ(issuing_key_.calls, signed_so_far);
}

TEST_F(VaultServiceTest, ATokensWordMustNameTheSealAndBeOne) {
  const auto line = issued();
  EXPECT_REFUSED(vault_->hear_written(second_approval(), 1, word(line, trust::TokenWord::Kind::written, false)),
                 ErrorCode::forbidden, "seal");
  EXPECT_REFUSED(vault_->hear_activated(second_approval(), 1, word(line, trust::TokenWord::Kind::activated)),
                 ErrorCode::wrong_state, "never written");
  const Bytes said = word(line, trust::TokenWord::Kind::written);
  ASSERT_TRUE(vault_->hear_written(second_approval(), 1, said));
  ASSERT_TRUE(vault_->hear_written(second_approval(), 1, said));
  EXPECT_REFUSED(vault_->hear_written(second_approval(), 1, word(line, trust::TokenWord::Kind::written)),
                 ErrorCode::conflict, "other bytes");
  EXPECT_EQ(status_of(line), x509::CertStatus::revoked);
  ASSERT_TRUE(vault_->hear_activated(second_approval(), 1, word(line, trust::TokenWord::Kind::activated)));
  EXPECT_EQ(status_of(line), x509::CertStatus::good);
  const auto in_use = book_->activated(0, 10).value();
  ASSERT_EQ(in_use.size(), 1U);
  EXPECT_EQ(in_use.front().signing, line.signing);
  EXPECT_TRUE(book_->activated(in_use.front().id, 10)->empty());
  EXPECT_EQ(secrets_.heard, (std::vector<std::string>{"draw " + line.name(), "gate " + line.name(),
                                                      "written " + line.name(), "activated " + line.name()}));
  EXPECT_EQ(workshop_.made, 1);
}

TEST_F(VaultServiceTest, ThePinDomainIsToldLaterWhenItWasOutOfReach) {
  const auto line = issued();
  secrets_.down = true;
  EXPECT_FALSE(vault_->hear_written(second_approval(), 1, word(line, trust::TokenWord::Kind::written)));
  EXPECT_FALSE(book_->find_issued(second_approval(), 1).value()->written.empty());  // the word is kept
  secrets_.down = false;
  EXPECT_EQ(vault_->resume().value(), 0U);
  EXPECT_EQ(secrets_.heard.back(), "written " + line.name());
  EXPECT_EQ(vault_->resume().value(), 0U);
  EXPECT_EQ(std::ranges::count(secrets_.heard, "written " + line.name()), 1);
}

TEST_F(VaultServiceTest, WithoutAWordWithinTheHourTheLineIsGivenUp) {
  const auto line = issued();
  clock_.advance(pki::writing_time);
  EXPECT_EQ(vault_->resume().value(), 0U);
  clock_.advance(1min);
  EXPECT_EQ(vault_->resume().value(), 1U);
  EXPECT_TRUE(book_->find_device(device).value()->quarantined);
  EXPECT_EQ(secrets_.heard.back(), "abandon " + line.name());
  EXPECT_FALSE(book_->find_issued(second_approval(), 1)->has_value());
  EXPECT_EQ(status_of(line), x509::CertStatus::revoked);
  EXPECT_REFUSED(vault_->hear_written(second_approval(), 1, word(line, trust::TokenWord::Kind::written)),
                 ErrorCode::not_found, "no certificates");
}

TEST_F(VaultServiceTest, WithoutItsAuditNothingIsPermittedOrRegistered) {
  audit_.full = true;
  EXPECT_FALSE(permit());
  EXPECT_FALSE(vault_->register_device({"DEV-0002", "soft", "1.0", "batch", false, {}}));
  audit_.full = false;
  EXPECT_EQ(count("SELECT COUNT(*) FROM permit"), 0);
  EXPECT_EQ(count("SELECT COUNT(*) FROM device"), 1);
}

}  // namespace
}  // namespace yinxin::store::vault
