#pragma once
// For tests: a whole vault — root, roles and issuing CA made by the ceremony on a real journal — and orders that went
// through the real checker.

#include "store/vault/vault_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "audit/log.h"
#include "crypto/oids.h"
#include "pki/ca/ceremony.h"
#include "pki/ocsp/responder.h"
#include "pki/revocation/revocations.h"
#include "store/testing/fault_vfs.h"
#include "trust/testing/office.h"

namespace yinxin::store::vault {

namespace fs = std::filesystem;
using pki::IssuanceState;
using namespace std::chrono_literals;

inline std::string profiles_folder() {
  for (auto folder = fs::current_path(); folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / "profiles" / "root.yaml")) {
      return folder / "profiles";
    }
  }
  return "profiles";
}

inline const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();
inline const pki::Surroundings around{.environment = "test",
                                      .crl_address = "http://127.0.0.1:8443/crl/issuing.crl",
                                      .ocsp_address = "http://127.0.0.1:8443/ocsp",
                                      .issuer_address = "http://127.0.0.1:8443/ca/issuing.cer",
                                      .cps_address = {}};
inline const pki::Facts house_facts{{"authority.organization", "样例认证有限公司"},
                                    {"root.name", "样例根"},
                                    {"issuing.name", "样例签发"},
                                    {"roles.name", "样例角色"},
                                    {"service.name", "样例服务"},
                                    {"officer.name", "张三"},
                                    {"officer.role", "review_officer"},
                                    {"officer.person", std::string(64, 'a')}};

// Keys by serial number, as the key centre promises: asked again, the same again.
class KeyCentre final : public pki::EncryptionKeys {
 public:
  Result<pki::EncryptionKey> take(const pki::EncryptionKeyWish& wish) override {
    ++calls;
    if (on_take) {
      on_take();
    }
    if (down) {
      return fail(ErrorCode::outside_unreachable, "the key centre is down");
    }
    auto found = keys_.find(wish.serial);
    if (found == keys_.end()) {
      found = keys_.emplace(wish.serial, crypto::Sm2PrivateKey::generate(random_)).first;
    }
    return pki::EncryptionKey{x509::PublicKey::of(found->second.public_key()), to_bytes(bytes_of("envelope"))};
  }
  bool down = false;
  int calls = 0;
  std::function<void()> on_take{};

 private:
  SystemRandom random_;
  std::map<Bytes, crypto::Sm2PrivateKey> keys_;
};

class FailingSigner final : public crypto::Signer {
 public:
  explicit FailingSigner(crypto::Sm2PrivateKey key) : inner_(std::move(key)) {}
  [[nodiscard]] const crypto::Sm2PublicKey& public_key() const override { return inner_.public_key(); }
  Result<crypto::Sm2Signature> sign(BytesView message) override {
    ++calls;
    if (on_sign) {
      on_sign();
    }
    if (down) {
      return fail(ErrorCode::token_absent, "the device is gone");
    }
    return inner_.sign(message);
  }
  bool down = false;
  int calls = 0;
  std::function<void()> on_sign{};

 private:
  crypto::SoftSigner inner_;
};

// Refuses when told to; otherwise counts.
class Recorder final : public audit::Recorder {
 public:
  Result<audit::Receipt> record(const audit::Deed& deed) override {
    if (full) {
      return fail(ErrorCode::internal, "the audit's disk is full");
    }
    deeds.push_back(deed);
    return audit::Receipt{};
  }
  bool full = false;
  std::vector<audit::Deed> deeds;
};

class VaultTest : public ::testing::Test {
 protected:
  VaultTest() : folder_(fs::temp_directory_path() / ("vault_test_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open();
    profiles_ = pki::ProfileSet::load(profiles_folder()).value();
    auto ceremony = pki::Ceremony::open(*store_, profiles_).value();
    auto root_ca = authority("root", std::nullopt, root_key_);
    root_ = ceremony.make_root(root_ca, house_facts, around, x509::PublicKey::of(root_key_.public_key())).value();
    auto root_again = authority("root", root_, root_key_);
    issuing_ = ceremony.make(root_again, "issuing", house_facts, around, of(issuing_key_)).value();
    roles_ = ceremony.make(root_again, "roles", house_facts, around, of(roles_key_)).value();
    auto issuing_ca = authority("issuing", issuing_, issuing_key_);
    responder_ = ceremony.make(issuing_ca, "ocsp", house_facts, around, of(responder_key_)).value();
  }
  ~VaultTest() override {
    store_.reset();
    engine_.reset();
    fs::remove_all(folder_);
  }

  static x509::PublicKey of(const crypto::Signer& signer) { return x509::PublicKey::of(signer.public_key()); }
  void open(const std::string& vfs = {}) {
    store_.reset();
    engine_.reset();
    engine_ =
        Engine::open(
            folder_ / "vault.db",
            {.domain = "vault", .migrations = migrations(), .vfs = vfs, .clock = &clock_, .on_calling_thread = true})
            .value();
    store_ = std::make_unique<VaultStore>(*engine_);
  }
  pki::CertificateAuthority authority(const std::string& profile, std::optional<x509::Certificate> certificate,
                                      crypto::Signer& signer) {
    return pki::CertificateAuthority::make({.certificate = std::move(certificate),
                                            .profile = profile,
                                            .signer = &signer,
                                            .journal = store_.get(),
                                            .audit = &audit_,
                                            .encryption_keys = &centre_,
                                            .clock = &clock_,
                                            .profiles = &profiles_},
                                           pki::SerialNumbers::make(1, 0, random_).value())
        .value();
  }
  pki::CertificateAuthority issuing() { return authority("issuing", issuing_, issuing_key_); }
  [[nodiscard]] pki::IssuerId issuer() const { return pki::issuer_id(issuing_.public_key()); }

  // A line that both officers signed, for a new key, through the real checker.
  pki::IssueOrder order() {
    trust::testing::Story story(office_);
    const pki::ProfilePair pair = profiles_.find_pair("organization").value();
    story.on_policy = [&](trust::ProgrammePolicy& policy) { policy.profiles = {pair.hash()}; };
    const auto make = [this](const trust::Snapshot& shot, const trust::SnapshotLine& line, const trust::Digest& hash) {
      return pki::answer_template(profiles_, around, shot, line, hash);
    };
    story.on_content = [&](trust::ApprovalContent& content) {
      const auto shot = trust::Snapshot::parse(story.bundle.snapshot).value();
      for (trust::ApprovedLine& line : content.lines) {
        const auto made = make(shot, *shot.find_line(line.number), pair.hash()).value();
        line.profile_hash = pair.hash();
        line.template_hash = made.hash;
        line.subject = made.subject;
        line.extensions = made.extensions;
      }
    };
    story.on_answers = [&](trust::VaultAnswers& answers) { answers.make_template = make; };
    story.tell();
    key_ = story.new_key;
    const auto checked = trust::Checker(story.pinned, story.answers).check_request(story.bundle, story.keying);
    EXPECT_TRUE(checked.report.holds()) << (checked.report.findings.empty()
                                                ? ""
                                                : trust::code_of(checked.report.findings.front().reason));
    return pki::IssueOrder::of(*checked.value, profiles_, around).value();
  }
  x509::CertStatus ask(pki::OcspResponder& responder, BytesView serial) {
    const Bytes answer = responder.answer(x509::build_ocsp_request({x509::CertId::of(issuing_, serial)}, std::nullopt));
    const auto response = x509::OcspResponse::parse(answer).value();
    EXPECT_EQ(response.status(), x509::OcspResponseStatus::successful);
    EXPECT_TRUE(response.is_authorised(issuing_, clock_.now()));
    return response.find(issuing_, serial)->status;
  }
  pki::StatusBook book() {
    pki::StatusBook made(issuer());
    EXPECT_TRUE(pki::catch_up(made, *store_));
    return made;
  }
  std::int64_t count(const std::string& sql) {
    return engine_
        ->read([&](Snapshot& s) -> Result<std::int64_t> {
          YX_TRY(auto rows, s.query(sql));
          YX_TRY(const bool found, rows.next());
          return found ? rows.int64(0) : -1;
        })
        .value();
  }

  fs::path folder_;
  SystemRandom random_;
  SetClock clock_{moment};
  Recorder audit_;
  KeyCentre centre_;
  trust::testing::Office office_{moment};
  FailingSigner root_key_{crypto::Sm2PrivateKey::generate(random_)};
  FailingSigner issuing_key_{crypto::Sm2PrivateKey::generate(random_)};
  FailingSigner roles_key_{crypto::Sm2PrivateKey::generate(random_)};
  FailingSigner responder_key_{crypto::Sm2PrivateKey::generate(random_)};
  pki::HeadFolder heads_{(folder_).string()};
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<VaultStore> store_;
  pki::ProfileSet profiles_;
  x509::Certificate root_, issuing_, roles_, responder_;
  std::shared_ptr<crypto::SoftSigner> key_;
};

}  // namespace yinxin::store::vault
