// The CA on its real journal: SQLite, the audit file, officers' signatures through the checker.

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
namespace {

namespace fs = std::filesystem;
using pki::IssuanceState;
using namespace std::chrono_literals;

std::string profiles_folder() {
  for (auto folder = fs::current_path(); folder != folder.root_path(); folder = folder.parent_path()) {
    if (fs::exists(folder / "profiles" / "root.yaml")) {
      return folder / "profiles";
    }
  }
  return "profiles";
}

const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();
const pki::Surroundings around{.environment = "test",
                               .crl_address = "http://127.0.0.1:8443/crl/issuing.crl",
                               .ocsp_address = "http://127.0.0.1:8443/ocsp",
                               .issuer_address = "http://127.0.0.1:8443/ca/issuing.cer",
                               .cps_address = {}};
const pki::Facts house_facts{{"authority.organization", "样例认证有限公司"},
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

TEST_F(VaultTest, AnApprovedLineBecomesAPairOnHold) {
  auto ca = issuing();
  const auto pair = ca.issue(order());
  ASSERT_TRUE(pair) << pair.error().describe();
  ASSERT_EQ(pair->certificates.size(), 2U);
  EXPECT_FALSE(pair->repeated);
  EXPECT_EQ(text_of(pair->envelope), "envelope");
  EXPECT_EQ(pair->certificates[0].public_key(), of(*key_));
  EXPECT_TRUE(pair->certificates[0].subject() == pair->certificates[1].subject());
  for (const auto& certificate : pair->certificates) {
    EXPECT_EQ(certificate.serial().size(), pki::serial_bytes);
    EXPECT_EQ(certificate.find_extension(oid::basic_constraints()), nullptr);
    EXPECT_TRUE(book().find(certificate.serial())->on_hold());
    const auto report = x509::validate_path(
        certificate, {.anchors = {root_}, .intermediates = {issuing_}, .crls = {}, .ocsp_responses = {}},
        {.at = moment, .require_status = false, .status_not_older_than = {}});
    EXPECT_TRUE(report.valid());
    EXPECT_TRUE(same(store_->find_certificate(issuer(), certificate.serial()).value().der, certificate.der()));
  }
  EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE kind='pki.publish'"), 6);  // root, issuing, roles, ocsp, the pair
}

TEST_F(VaultTest, OneRequestTwiceGivesTheSamePairAndNoSecondSignature) {
  auto ca = issuing();
  const auto wanted = order();
  const auto first = ca.issue(wanted).value();
  const int signatures = issuing_key_.calls;
  const auto again = ca.issue(wanted).value();
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.certificates, first.certificates);
  EXPECT_EQ(again.envelope, first.envelope);
  EXPECT_EQ(issuing_key_.calls, signatures);
  // In one batch too.
  const auto other = order();
  const auto both = ca.issue(std::vector{other, other});
  EXPECT_EQ(count("SELECT count(*) FROM issuance WHERE state=2"), 6);
  EXPECT_TRUE(both[0]);
  EXPECT_EQ(both[1].error().code, ErrorCode::conflict);  // its twin was under way
}

TEST_F(VaultTest, ABatchSharesItsCommits) {
  std::vector<pki::IssueOrder> orders;
  for (int i = 0; i < 8; ++i) {
    orders.push_back(order());
  }
  auto ca = issuing();
  const auto before = engine_->counters().commits;
  for (const auto& pair : ca.issue(orders)) {
    EXPECT_TRUE(pair) << pair.error().describe();
  }
  EXPECT_EQ(engine_->counters().commits - before, 3U);  // intent, linted bytes, certificates
}

TEST_F(VaultTest, WithoutAuditKeysOrSignatureNothingIsIssuedAndTheSerialsAreBurned) {
  auto ca = issuing();
  const auto expect_burned = [&](ErrorCode code, std::int64_t burned) {
    const int before = issuing_key_.calls;
    const auto pair = ca.issue(order());
    ASSERT_FALSE(pair);
    EXPECT_EQ(pair.error().code, code);
    EXPECT_EQ(count("SELECT count(*) FROM issuance WHERE state=3"), burned);
    EXPECT_EQ(count("SELECT count(*) FROM issuance WHERE state<2"), 0);
    EXPECT_LE(issuing_key_.calls - before, issuing_key_.down ? 1 : 0);
  };
  audit_.full = true;
  expect_burned(ErrorCode::internal, 1);
  audit_.full = false;
  centre_.down = true;
  expect_burned(ErrorCode::outside_unreachable, 2);
  centre_.down = false;
  issuing_key_.down = true;
  expect_burned(ErrorCode::token_absent, 3);
  issuing_key_.down = false;
  const auto entries = book().crl_entries();
  EXPECT_EQ(entries.size(), 6U);  // both serial numbers of each, revoked
  EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE kind='kmc.discard'"), 3);
  // The same line can be made after that.
  audit_.full = true;
  const auto wanted = order();
  EXPECT_FALSE(ca.issue(wanted));
  audit_.full = false;
  EXPECT_TRUE(ca.issue(wanted));
}

TEST_F(VaultTest, ACrashAtEveryWriteLeavesNothingThatRecoveryDoesNotResolve) {
  int crashes = 0;
  for (std::uint64_t at = 1; at < 400; ++at) {
    testing::FaultVfs disk;
    open(disk.name());
    const auto wanted = order();
    disk.cut_power_at(at);
    std::optional<Bytes> handed_out;
    {
      auto ca = issuing();
      const auto pair = ca.issue(wanted);
      if (pair) {
        handed_out = pair->certificates[0].der();
      }
    }
    const bool fired = disk.fired();
    if (fired) {
      store_.reset();
      engine_.reset();
      ASSERT_TRUE(disk.power_on());
      open(disk.name());
    }
    auto ca = issuing();
    ASSERT_TRUE(ca.recover());
    EXPECT_EQ(count("SELECT count(*) FROM issuance WHERE state<2"), 0);
    const auto pair = ca.issue(wanted);
    ASSERT_TRUE(pair) << at << pair.error().describe();
    if (handed_out) {
      EXPECT_EQ(pair->certificates[0].der(), *handed_out) << at;
    }
    // One live pair, and every other serial number of it revoked.
    EXPECT_EQ(count("SELECT count(*) FROM (SELECT order_hash FROM issuance WHERE state<3 GROUP BY order_hash HAVING "
                    "count(*)>1)"),
              0);
    ASSERT_FALSE(book().broken());
    store_.reset();
    engine_.reset();
    open();
    if (!fired) {
      break;
    }
    ++crashes;
  }
  EXPECT_GT(crashes, 10);
}

TEST_F(VaultTest, AProcessThatDiesAtAnyStepIsRecoveredFromWhatIsStored) {
  struct Died {};
  const auto wanted = order();
  centre_.on_take = [] { throw Died{}; };
  auto ca = issuing();
  EXPECT_THROW((void)ca.issue(wanted), Died);
  EXPECT_EQ(store_->dangling(issuer()).value().front().state, IssuanceState::intended);
  // Until recovery the order is neither made nor made twice.
  centre_.on_take = nullptr;
  EXPECT_EQ(ca.issue(wanted).error().code, ErrorCode::conflict);
  EXPECT_EQ(ca.recover().value(), 1U);
  issuing_key_.on_sign = [] { throw Died{}; };
  EXPECT_THROW((void)ca.issue(wanted), Died);
  EXPECT_EQ(store_->dangling(issuer()).value().front().state, IssuanceState::prepared);
  issuing_key_.on_sign = nullptr;
  EXPECT_EQ(ca.recover().value(), 1U);
  EXPECT_EQ(ca.recover().value(), 0U);
  EXPECT_TRUE(ca.issue(wanted));
}

TEST_F(VaultTest, OcspAndCrlAgreeThroughAWholeLife) {
  auto ca = issuing();
  const auto pair = ca.issue(order()).value();
  const Bytes serial = pair.certificates[0].serial();
  std::vector<Bytes> alarms;
  pki::OcspResponder responder(*store_, heads_, clock_,
                               [&](const pki::IssuerId&, BytesView s) { alarms.push_back(to_bytes(s)); });
  ASSERT_TRUE(responder.serve(issuing_, responder_, responder_key_));
  pki::CrlPublisher publisher(issuing_, issuing_key_, *store_, heads_, audit_, clock_);
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  const auto expect = [&](x509::CertStatus status, std::optional<x509::RevocationReason> reason) {
    clock_.advance(1min);
    ASSERT_TRUE(responder.refresh());
    EXPECT_EQ(ask(responder, serial), status);
    const auto list = publisher.publish();
    ASSERT_TRUE(list) << list.error().describe();
    const auto* entry = list->find(serial);
    ASSERT_EQ(entry != nullptr, reason.has_value());
    if (entry != nullptr) {
      EXPECT_EQ(entry->reason, *reason);
    }
  };
  expect(x509::CertStatus::revoked, x509::RevocationReason::certificate_hold);
  const trust::TokenWord word{.kind = trust::TokenWord::Kind::activated,
                              .signing_certificate = pair.certificates[0].fingerprint(),
                              .encryption_certificate = pair.certificates[1].fingerprint(),
                              .seal = {},
                              .device_serial = "DEV-0001",
                              .at = clock_.now()};
  const Bytes said = trust::sign_token_word(word, pair.certificates[0], *key_).value();
  trust::testing::Story story(office_);
  story.tell();
  story.pinned.now = clock_.now() + 1min;
  const auto heard = trust::Checker(story.pinned, story.answers)
                         .check_token_word(said, word.kind, pair.certificates[0], pair.certificates[1], "DEV-0001");
  ASSERT_TRUE(heard.value) << trust::code_of(heard.report.findings.front().reason);
  ASSERT_TRUE(revocations.activate(*heard.value));
  expect(x509::CertStatus::good, std::nullopt);
  ASSERT_TRUE(revocations.suspend_by_rule({serial}, "no S6"));
  expect(x509::CertStatus::revoked, x509::RevocationReason::certificate_hold);
  ASSERT_TRUE(revocations.activate(*heard.value));  // the same word again lifts nothing
  expect(x509::CertStatus::revoked, x509::RevocationReason::certificate_hold);
  ASSERT_TRUE(revocations.revoke_by_rule({serial}, x509::RevocationReason::key_compromise, "device stolen"));
  expect(x509::CertStatus::revoked, x509::RevocationReason::key_compromise);
  // Final, in the store and in the chain.
  EXPECT_EQ(revocations.suspend_by_rule({serial}, "x").error().code, ErrorCode::wrong_state);
  const std::vector<pki::StatusChange> resume{{serial, pki::StatusDeed::resume, {}, clock_.now(), pki::Digest{1}}};
  EXPECT_EQ(store_->change_status(issuer(), resume).error().code, ErrorCode::wrong_state);

  EXPECT_TRUE(alarms.empty());
  EXPECT_EQ(ask(responder, Bytes(18, 0x22)), x509::CertStatus::unknown);
  ASSERT_EQ(alarms.size(), 1U);
  // A foreign issuer, an old status, nonsense.
  const auto status_of = [&](const Bytes& request) {
    return x509::OcspResponse::parse(responder.answer(request)).value().status();
  };
  EXPECT_EQ(status_of(x509::build_ocsp_request({x509::CertId::of(roles_, serial)}, std::nullopt)),
            x509::OcspResponseStatus::unauthorized);
  EXPECT_EQ(status_of({0x30, 0x00}), x509::OcspResponseStatus::malformed_request);
  clock_.advance(16min);
  EXPECT_EQ(status_of(x509::build_ocsp_request({x509::CertId::of(issuing_, serial)}, std::nullopt)),
            x509::OcspResponseStatus::try_later);
}

TEST_F(VaultTest, OcspCopiesTheNonceAndItsCacheFollowsTheStatus) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  pki::OcspResponder responder(*store_, heads_, clock_, {});
  ASSERT_TRUE(responder.serve(issuing_, responder_, responder_key_));
  ASSERT_TRUE(responder.refresh());
  const Bytes plain = x509::build_ocsp_request({x509::CertId::of(issuing_, serial)}, std::nullopt);
  const Bytes first = responder.answer(plain);
  EXPECT_EQ(responder.answer(plain), first);
  EXPECT_EQ(responder.cache_hits(), 1U);
  const Bytes nonce = asn1::Writer().octet_string(Bytes(16, 7)).take();
  const auto with = x509::OcspResponse::parse(
      responder.answer(x509::build_ocsp_request({x509::CertId::of(issuing_, serial)}, nonce)));
  EXPECT_EQ(with->nonce(), nonce);
  EXPECT_EQ(responder.cache_hits(), 1U);
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  ASSERT_TRUE(revocations.revoke_by_rule({serial}, x509::RevocationReason::key_compromise, "test"));
  ASSERT_TRUE(responder.refresh());
  const auto after = x509::OcspResponse::parse(responder.answer(plain)).value();
  EXPECT_EQ(after.responses().front().reason, x509::RevocationReason::key_compromise);
  // A delegate of somebody else is refused.
  EXPECT_EQ(responder.serve(roles_, responder_, responder_key_).error().code, ErrorCode::conflict);
}

TEST_F(VaultTest, CrlNumbersRiseAndTheStoreRefusesAListThatGoesBack) {
  pki::CrlPublisher publisher(issuing_, issuing_key_, *store_, heads_, audit_, clock_);
  EXPECT_TRUE(publisher.is_due().value());
  const auto first = publisher.publish().value();
  EXPECT_FALSE(publisher.is_due().value());
  clock_.advance(12h);
  EXPECT_TRUE(publisher.is_due().value());
  issuing_key_.down = true;
  EXPECT_FALSE(publisher.publish());  // its number is gone for good
  issuing_key_.down = false;
  const auto second = publisher.publish().value();
  EXPECT_GT(to_hex(*second.number()), to_hex(*first.number()));
  const auto stored = store_->latest_crl(issuer()).value().value();
  EXPECT_EQ(stored.number, 3);
  EXPECT_EQ(store_->store_crl(issuer(), stored).error().code, ErrorCode::conflict);
  auto older = stored;
  older.number = store_->next_crl_number(issuer()).value();
  older.this_update -= 1h;
  EXPECT_EQ(store_->store_crl(issuer(), older).error().code, ErrorCode::conflict);
  older.number = 1000;  // never given out
  older.this_update += 2h;
  EXPECT_EQ(store_->store_crl(issuer(), older).error().code, ErrorCode::conflict);
  clock_.advance(-24h);
  EXPECT_EQ(publisher.publish().error().code, ErrorCode::conflict);
}

TEST_F(VaultTest, AStatusChainThatSomebodyEditedIsNeitherListedNorAnswered) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  ASSERT_TRUE(revocations.revoke_by_rule({serial}, x509::RevocationReason::key_compromise, "test"));
  const auto as_intruder = [&](std::string_view sql) {
    return engine_->write([&](Transaction& t) { return t.run(sql); });
  };
  EXPECT_FALSE(as_intruder("UPDATE status_row SET deed=1 WHERE deed=4"));  // the store's own guard
  EXPECT_FALSE(as_intruder("DELETE FROM status_row WHERE deed=4"));
  ASSERT_TRUE(as_intruder("DROP TRIGGER status_row_no_update"));
  ASSERT_TRUE(as_intruder("UPDATE status_row SET deed=1 WHERE deed=4"));
  pki::CrlPublisher publisher(issuing_, issuing_key_, *store_, heads_, audit_, clock_);
  EXPECT_EQ(publisher.publish().error().code, ErrorCode::corrupt);
  pki::OcspResponder responder(*store_, heads_, clock_, {});
  ASSERT_TRUE(responder.serve(issuing_, responder_, responder_key_));
  EXPECT_EQ(responder.refresh().error().code, ErrorCode::corrupt);
  const auto answer = x509::OcspResponse::parse(
      responder.answer(x509::build_ocsp_request({x509::CertId::of(issuing_, serial)}, std::nullopt)));
  EXPECT_EQ(answer->status(), x509::OcspResponseStatus::try_later);
}

TEST_F(VaultTest, AChainThatSomebodyHashedAnewDoesNotRunThroughTheHeadKeptOutside) {
  auto ca = issuing();
  const auto pair = ca.issue(order()).value();
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  ASSERT_TRUE(
      revocations.revoke_by_rule({pair.certificates[0].serial()}, x509::RevocationReason::key_compromise, "test"));
  const auto rows = store_->status_rows(issuer(), 0, 1000).value();
  const auto rewrite = [&](bool cut) {
    return engine_->write([&](Transaction& t) -> Result<void> {
      (void)t.run("DROP TRIGGER IF EXISTS status_row_no_update");
      (void)t.run("DROP TRIGGER IF EXISTS status_row_no_delete");
      if (cut) {
        return t.run("DELETE FROM status_row WHERE deed=4");
      }
      // The revocation becomes an activation, with the right hash for what it then says.
      pki::StatusRow last = rows.back();
      last.change.deed = pki::StatusDeed::activate;
      last.change.reason = x509::RevocationReason::unspecified;
      return t.run("UPDATE status_row SET deed=1, reason=0, hash=?1 WHERE sequence=?2 AND issuer=?3",
                   pki::chained_hash(rows[rows.size() - 2].hash, issuer(), last.sequence, last.change), last.sequence,
                   issuer());
    });
  };
  for (const bool cut : {false, true}) {
    ASSERT_TRUE(rewrite(cut));
    if (!cut) {
      EXPECT_TRUE(book().find(pair.certificates[0].serial())->good());  // by itself it looks right
    }
    pki::CrlPublisher publisher(issuing_, issuing_key_, *store_, heads_, audit_, clock_);
    EXPECT_EQ(publisher.publish().error().code, ErrorCode::corrupt);
    pki::OcspResponder responder(*store_, heads_, clock_, {});
    ASSERT_TRUE(responder.serve(issuing_, responder_, responder_key_));
    EXPECT_EQ(responder.refresh().error().code, ErrorCode::corrupt);
  }
}

TEST_F(VaultTest, OfficersRevokeByTwoAndSuspendByOneAndAReplayedResumptionLiftsNothing) {
  auto ca = issuing();
  const auto pair = ca.issue(order()).value();
  const Bytes serial = pair.certificates[0].serial();
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  trust::testing::Story story(office_);
  story.tell();
  const trust::Checker checker(story.pinned, story.answers);
  using Deed = trust::StatusStatement::Deed;
  const auto say = [&](const trust::testing::Holder& officer, Deed deed, std::optional<trust::Digest> first) {
    trust::StatusStatement statement{.deed = deed,
                                     .ca_key_hash = story.pinned.ca_key_hash,
                                     .environment = "test",
                                     .serials = {serial},
                                     .reason = deed == Deed::revoke    ? 1
                                               : deed == Deed::suspend ? 6
                                                                       : 0,
                                     .explanation = "asked by the unit",
                                     .officer_certificate = officer.certificate.fingerprint(),
                                     .at = office_.at - 1min,
                                     .nonce = random_.bytes(16),
                                     .first = first};
    return trust::sign_status(statement, officer.certificate, *officer.signer).value();
  };
  const auto check = [&](const Bytes& first, const Bytes& second) {
    auto checked = checker.check_status_order(first, second);
    EXPECT_TRUE(checked.value) << (checked.report.findings.empty()
                                       ? ""
                                       : trust::code_of(checked.report.findings.front().reason));
    return checked.value;
  };
  const auto& officer = office_.review;
  const auto suspend = check(say(officer, Deed::suspend, {}), {});
  const auto resume = check(say(officer, Deed::resume, {}), {});
  const auto suspend_again = check(say(officer, Deed::suspend, {}), {});
  ASSERT_TRUE(suspend && resume && suspend_again);
  ASSERT_TRUE(revocations.apply(*suspend));
  EXPECT_TRUE(book().find(serial)->suspended);
  ASSERT_TRUE(revocations.apply(*resume));
  EXPECT_FALSE(book().find(serial)->suspended);
  ASSERT_TRUE(revocations.apply(*suspend_again));
  ASSERT_TRUE(revocations.apply(*resume));
  EXPECT_TRUE(book().find(serial)->suspended);
  const Bytes first = say(office_.registration, Deed::revoke, {});
  EXPECT_FALSE(checker.check_status_order(first, {}).value);
  const auto revoke = check(first, say(office_.review, Deed::revoke, trust::statement_hash(first)));
  ASSERT_TRUE(revoke);
  ASSERT_TRUE(revocations.apply(*revoke));
  EXPECT_TRUE(book().find(serial)->revoked);
}

class SetTime final : public pki::TimeSource {
 public:
  explicit SetTime(Instant now) : time{now, true} {}
  pki::SoundTime read() override { return time; }
  pki::SoundTime time;
};

TEST_F(VaultTest, TimeStampsCountUpAndTheirTimeNeverFalls) {
  auto ceremony = pki::Ceremony::open(*store_, profiles_).value();
  crypto::SoftSigner key(crypto::Sm2PrivateKey::generate(random_));
  auto ca = issuing();
  const auto certificate = ceremony.make(ca, "tsa", house_facts, around, of(key)).value();
  const auto open_tsa = [&] {
    return Engine::open(folder_ / "tsa.db",
                        {.domain = "tsa", .migrations = tsa_migrations(), .clock = &clock_, .on_calling_thread = true})
        .value();
  };
  auto engine = open_tsa();
  auto counter = std::make_unique<TsaStore>(*engine);
  const Instant start = moment + 1h;
  SetTime time(start);
  auto tsa = pki::TimeStampAuthority::make(certificate, oid::policy_time_stamp(), key, *counter, time).value();
  const Bytes data = to_bytes(bytes_of("data"));
  const auto request = [&] {
    return tsp::TimeStampRequest{
        .imprint = tsp::Imprint::sm3_of(data), .policy = {}, .nonce = Bytes{0x12, 0x34}, .want_certificate = true};
  };
  const auto stamp = [&]() -> Result<tsp::TimeStampToken> {
    YX_TRY(const Bytes token, tsp::token_of_response(tsa.answer(request().to_der())));
    return tsp::TimeStampToken::parse(token);
  };
  const auto first = stamp().value();
  EXPECT_TRUE(tsp::check_token(first, data).problems.empty());
  EXPECT_EQ(first.info.nonce, (Bytes{0x12, 0x34}));
  EXPECT_EQ(first.info.time, start);
  time.time.now = start - 900ms;
  const auto second = stamp().value();
  EXPECT_GE(second.info.time, first.info.time);
  EXPECT_GT(to_hex(second.info.serial), to_hex(first.info.serial));
  time.time.now = start - 1001ms;
  EXPECT_FALSE(stamp());
  // A restart keeps count and time.
  counter.reset();
  engine.reset();
  engine = open_tsa();
  TsaStore again(*engine);
  auto restarted = pki::TimeStampAuthority::make(certificate, oid::policy_time_stamp(), key, again, time).value();
  EXPECT_FALSE(tsp::token_of_response(restarted.answer(request().to_der())));
  time.time.now = start + 1s;
  const auto third =
      tsp::TimeStampToken::parse(tsp::token_of_response(restarted.answer(request().to_der())).value()).value();
  EXPECT_GT(to_hex(third.info.serial), to_hex(second.info.serial));
  EXPECT_EQ(third.info.time, start + 1s);

  const auto refused = [&](const Bytes& asked) { return !tsp::token_of_response(restarted.answer(asked)).has_value(); };
  auto other = request();
  other.policy = oid::policy_demo();
  EXPECT_TRUE(refused(other.to_der()));
  other = request();
  other.imprint.algorithm = oid::sha1();
  other.imprint.digest.resize(20);
  EXPECT_TRUE(refused(other.to_der()));
  other = request();
  other.imprint.digest.pop_back();
  EXPECT_TRUE(refused(other.to_der()));
  EXPECT_TRUE(refused({0x30, 0x00}));
  EXPECT_TRUE(refused({}));
  time.time.sound = false;
  EXPECT_TRUE(refused(request().to_der()));
  EXPECT_FALSE(pki::TimeStampAuthority::make(responder_, oid::policy_time_stamp(), responder_key_, again, time));
}

TEST_F(VaultTest, OnARealAuditFileABatchSharesOneSync) {
  auto log =
      audit::AuditLog::open(audit::open_for_appending(folder_ / "vault.audit").value(), {"vault", "test"}, clock_)
          .value();
  auto ca = pki::CertificateAuthority::make({.certificate = issuing_,
                                             .profile = "issuing",
                                             .signer = &issuing_key_,
                                             .journal = store_.get(),
                                             .audit = log.get(),
                                             .encryption_keys = &centre_,
                                             .clock = &clock_,
                                             .profiles = &profiles_},
                                            pki::SerialNumbers::make(1, 0, random_).value())
                .value();
  const std::vector<pki::IssueOrder> orders{order(), order(), order()};
  const auto syncs = log->syncs();
  const auto entries = log->head().sequence;
  for (const auto& pair : ca.issue(orders)) {
    EXPECT_TRUE(pair);
  }
  EXPECT_EQ(log->syncs() - syncs, 1U);
  EXPECT_EQ(log->head().sequence - entries, 6U);
}

TEST(SerialNumberTest, AHundredThousandArePositiveDistinctAndFull) {
  SystemRandom random;
  const auto serials = pki::SerialNumbers::make(127, 255, random).value();
  std::set<Bytes> seen;
  std::array<std::array<int, 2>, 128> bits{};
  constexpr int draws = 100000;
  for (int i = 0; i < draws; ++i) {
    const Bytes serial = serials.draw();
    ASSERT_EQ(serial.size(), pki::serial_bytes);
    ASSERT_EQ(serial[0], 127);
    ASSERT_EQ(serial[1], 255);
    for (std::size_t bit = 0; bit < bits.size(); ++bit) {
      ++bits[bit][(serial[2 + bit / 8] >> (bit % 8)) & 1U];
    }
    ASSERT_TRUE(seen.insert(serial).second);
  }
  // Every one of the 128 bits is drawn: ten standard deviations around one half.
  for (const auto& bit : bits) {
    EXPECT_NEAR(bit[0], draws / 2, 1600);
  }
  for (const auto& [instance, epoch] : {std::pair{0, 0}, {128, 0}, {1, -1}, {1, 256}}) {
    EXPECT_FALSE(pki::SerialNumbers::make(instance, epoch, random));
  }
}

TEST_F(VaultTest, TheCeremonyHappensOnceAndAuthoritiesIssueOnlyWhatIsTheirs) {
  auto ceremony = pki::Ceremony::open(*store_, profiles_).value();
  crypto::SoftSigner key(crypto::Sm2PrivateKey::generate(random_));
  auto ca = issuing();
  auto roles = authority("roles", roles_, roles_key_);
  EXPECT_EQ(ceremony.make(ca, "officer-approval", house_facts, around, of(key)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(ceremony.make(ca, "issuing", house_facts, around, of(key)).error().code, ErrorCode::forbidden);
  const auto officer = ceremony.make(roles, "officer-approval", house_facts, around, of(key)).value();
  EXPECT_EQ(officer, ceremony.make(roles, "officer-approval", house_facts, around, of(key)).value());
  EXPECT_EQ(trust::officer_of(officer).value().role, trust::Role::review_officer);
  EXPECT_TRUE(officer.find_extension(oid::extended_key_usage())->critical);
  // A key is certified for one thing.
  EXPECT_EQ(ceremony.make(roles, "officer-login", house_facts, around, of(key)).error().code, ErrorCode::conflict);
  ASSERT_TRUE(ceremony.close(clock_.now()));
  crypto::SoftSigner another(crypto::Sm2PrivateKey::generate(random_));
  EXPECT_EQ(ceremony.make(roles, "station", house_facts, around, of(another)).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(pki::Ceremony::open(*store_, profiles_).error().code, ErrorCode::wrong_state);
  // Responders renew themselves, and nothing else does.
  const auto renewed =
      pki::IssueOrder::for_responder(*profiles_.find("ocsp").value(), house_facts, around, of(another));
  EXPECT_TRUE(ca.issue(renewed.value()));
  EXPECT_EQ(pki::IssueOrder::for_responder(*profiles_.find("tsa").value(), house_facts, around, of(key)).error().code,
            ErrorCode::forbidden);
}

TEST_F(VaultTest, AnAuthorityNearItsEndIssuesNothingMore) {
  auto ca = issuing();
  EXPECT_TRUE(ca.may_issue_at(moment));
  clock_.set(issuing_.not_after() - std::chrono::days(6 * 365));
  EXPECT_FALSE(ca.may_issue_at(clock_.now()));
  const auto late = ca.issue(order());
  EXPECT_EQ(late.error().code, ErrorCode::wrong_state);
}

TEST_F(VaultTest, TheSameLineCanBeMadeAgainOnlyWhenBothItsCertificatesAreRevoked) {
  auto ca = issuing();
  const auto wanted = order();
  const auto pair = ca.issue(wanted).value();
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  ASSERT_TRUE(revocations.revoke_by_rule({pair.certificates[0].serial()}, x509::RevocationReason::superseded, "no S4"));
  EXPECT_TRUE(ca.issue(wanted).value().repeated);
  ASSERT_TRUE(revocations.revoke_by_rule({pair.certificates[1].serial()}, x509::RevocationReason::superseded, "no S4"));
  const auto again = ca.issue(wanted).value();
  EXPECT_FALSE(again.repeated);
  EXPECT_NE(again.certificates[0].serial(), pair.certificates[0].serial());
  EXPECT_TRUE(store_->is_key_known(crypto::sm3(of(*key_).der())).value());
}

TEST_F(VaultTest, AFullAuditDiskStopsStatusChangesAndLists) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  audit_.full = true;
  pki::HeadSigner heads(issuing_key_, *store_, heads_, clock_);
  pki::Revocations revocations(issuer(), *store_, heads, audit_, clock_);
  EXPECT_FALSE(revocations.revoke_by_rule({serial}, x509::RevocationReason::superseded, "x"));
  EXPECT_FALSE(book().find(serial)->revoked);
  pki::CrlPublisher publisher(issuing_, issuing_key_, *store_, heads_, audit_, clock_);
  const int before = issuing_key_.calls;
  EXPECT_FALSE(publisher.publish());
  EXPECT_EQ(issuing_key_.calls, before);
}

// Each link by itself: openssl's own path building cannot be told the SM2 id of every certificate.
TEST_F(VaultTest, OpensslAgreesWithEveryLink) {
  if (std::system("command -v openssl >/dev/null 2>&1") != 0) {
    ASSERT_EQ(std::getenv("CI"), nullptr) << "CI needs the openssl command";
    GTEST_SKIP() << "no openssl command here";
  }
  auto ca = issuing();
  const auto pair = ca.issue(order()).value();
  const auto file = [&](const std::string& name, const x509::Certificate& certificate) {
    std::ofstream(folder_ / name) << x509::to_pem("CERTIFICATE", certificate.der());
    return (folder_ / name).string();
  };
  const std::string root = file("root.pem", root_);
  const std::string issuing_file = file("issuing.pem", issuing_);
  const auto verify = [&](const std::string& trusted, const std::string& one) {
    const std::string command = "openssl verify -no_check_time -partial_chain -trusted '" + trusted +
                                "' -vfyopt distid:1234567812345678 '" + one + "' >'" + (folder_ / "out").string() +
                                "' 2>&1";
    return std::system(command.c_str());
  };
  EXPECT_EQ(verify(root, root), 0);
  EXPECT_EQ(verify(root, issuing_file), 0);
  EXPECT_EQ(verify(root, file("roles.pem", roles_)), 0);
  EXPECT_EQ(verify(issuing_file, file("sign.pem", pair.certificates[0])), 0);
  EXPECT_EQ(verify(issuing_file, file("encrypt.pem", pair.certificates[1])), 0);
  EXPECT_EQ(verify(issuing_file, file("ocsp.pem", responder_)), 0);
  EXPECT_NE(verify(file("roles.pem", roles_), file("sign.pem", pair.certificates[0])), 0);
}

}  // namespace
}  // namespace yinxin::store::vault
