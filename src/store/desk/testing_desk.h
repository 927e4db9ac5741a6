#pragma once
// For tests: a desk over its real store, and a case that is right in every fact, ready to be led through its life.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crypto/oids.h"
#include "hall/desk/desk.h"
#include "store/desk/sqlite_case_store.h"
#include "store/testing/fault_vfs.h"
#include "trust/open.h"
#include "trust/testing/office.h"

namespace yinxin::store::desk {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hall::CaseState;
using hall::LineState;
using hall::Paper;

inline const Instant moment = from_rfc3339("2026-11-21T04:00:00Z").value();

// Refuses when told to; otherwise keeps what it was told.
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

// The store's whole set-up, as a main makes it.
struct OpenStore {
  std::unique_ptr<Engine> engine;
  std::unique_ptr<StoredKeyUse> use;
  std::optional<FieldCipher> cipher;
  std::optional<BlobStore> blobs;
  std::optional<SqliteCaseStore> cases;
};

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() : folder_(fs::temp_directory_path() / ("desk_test_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open();
    story_.tell();
    make_certificates();
  }
  ~DeskTest() override {
    close();
    fs::remove_all(folder_);
  }

  void close() {
    desk_.reset();
    store_.cases.reset();
    store_.blobs.reset();
    store_.cipher.reset();
    store_.use.reset();
    store_.engine.reset();
  }
  void open(const std::string& vfs = {}) {
    close();
    store_.engine = Engine::open(folder_ / "desk.db", {.domain = "desk",
                                                       .migrations = desk_migrations(),
                                                       .vfs = vfs,
                                                       .clock = &clock_,
                                                       .on_calling_thread = true})
                        .value();
    store_.use = StoredKeyUse::open(*store_.engine, {1}).value();
    const auto ring = [this] {
      KeyRing keys{.current = 1, .keys = {}};
      keys.keys.emplace(1, SecretBytes(BytesView(key_)));
      return keys;
    };
    store_.cipher.emplace(FieldCipher::make(ring(), SecretBytes(BytesView(index_key_)), random_, *store_.use).value());
    store_.blobs.emplace(
        BlobStore::open(folder_ / "blobs", ring(), SecretBytes(BytesView(index_key_)), random_).value());
    store_.cases.emplace(*store_.engine, *store_.cipher, *store_.blobs);
    desk_.emplace(hall::Desk::Parts{.store = *store_.cases,
                                    .audit = audit_,
                                    .clock = clock_,
                                    .roster_key = office_.roster_key,
                                    .roles_ca = office_.roles_ca.certificate()});
  }

  // Certificates for the line, the receipt, S4 and S5, for the story as it was told last.
  void make_certificates() {
    signing_ = office_.issuing_ca.issue_for(x509::PublicKey::of(story_.new_key->public_key()), x509::Name::build({}),
                                            bit(x509::KeyUsage::digital_signature));
    encryption_ =
        office_.issuing_ca.issue_for(x509::PublicKey::of(crypto::Sm2PrivateKey::generate(random_).public_key()),
                                     x509::Name::build({}), bit(x509::KeyUsage::key_encipherment));
    receipt_ = sign_receipt({.second_approval = trust::statement_hash(story_.bundle.second_approval),
                             .line = 1,
                             .device_serial = "DEV-0001",
                             .signing_certificate = signing_.fingerprint(),
                             .encryption_certificate = encryption_.fingerprint(),
                             .at = office_.at});
    written_ = sign_word(word(trust::TokenWord::Kind::written));
    activated_ = sign_word(word(trust::TokenWord::Kind::activated));
  }
  Bytes sign_receipt(const trust::IssueReceipt& receipt) {
    return trust::sign_issue_receipt(receipt, office_.permit.certificate, *office_.permit.signer).value();
  }
  trust::TokenWord word(trust::TokenWord::Kind kind) {
    return {.kind = kind,
            .signing_certificate = signing_.fingerprint(),
            .encryption_certificate = encryption_.fingerprint(),
            .seal = crypto::sm3(seal_),
            .device_serial = "DEV-0001",
            .at = office_.at};
  }
  Bytes sign_word(const trust::TokenWord& word) {
    return trust::sign_token_word(word, signing_, *story_.new_key).value();
  }

  // The story's case as the street hands it in: paid, identity proven, to be delivered.
  hall::Submission submission() {
    const auto bytes = [](const char* text) { return to_bytes(bytes_of(text)); };
    return {.snapshot = story_.bundle.snapshot,
            .manifest = story_.bundle.manifest,
            .needs = {.identity = true, .account_before_review = true, .paper = false, .delivery = true},
            .progress = {.submitted = false,
                         .identity_proven = true,
                         .paid = true,
                         .payment_under_way = false,
                         .account_proven = true,
                         .paper_complete = true,
                         .holder_signed = false},
            .limits = {.review_working_days = 1, .shipping_working_days = 3},
            .materials = {{"application_form", bytes("form"), bytes("form shown")},
                          {"impression_sheet", bytes("sheet"), bytes("seal picture")}}};
  }
  Result<void> add_evidence() {
    for (const Bytes& receipt : story_.bundle.evidence) {
      YX_CHECK(desk_->add_evidence(id_, receipt));
    }
    return {};
  }
  void lead_to_acceptance() {
    const auto made = desk_->submit(submission());
    ASSERT_TRUE(made) << made.error().describe();
    const auto added = add_evidence();
    ASSERT_TRUE(added) << added.error().describe();
  }
  void lead_to_approved() {
    lead_to_acceptance();
    const auto accepted = desk_->accept(id_, story_.bundle.first_approval);
    ASSERT_TRUE(accepted) << accepted.error().describe();
    const auto approved = desk_->approve(id_, story_.bundle.second_approval);
    ASSERT_TRUE(approved) << approved.error().describe();
  }
  void lead_to_ready() {
    lead_to_approved();
    for (const auto& step : {permit(), bind(), issue(), seal(), desk_->line_written(id_, 1, written_)}) {
      ASSERT_TRUE(step) << step.error().describe();
    }
    ASSERT_EQ(desk_->find(id_)->application.state, CaseState::ready);
  }
  Result<void> permit() { return desk_->line_permitted(id_, 1, story_.keying.permit, producer()); }
  Result<void> bind() { return desk_->line_bound(id_, 1, story_.keying.key_binding, story_.keying.request); }
  Result<void> issue() {
    return desk_->line_issued(id_, 1, receipt_, signing_.der(), encryption_.der(), bytes_of("envelope"));
  }
  Result<void> seal() { return desk_->line_sealed(id_, 1, seal_); }

  [[nodiscard]] std::string person(const trust::testing::Holder& holder) const {
    return to_hex(trust::officer_of(holder.certificate).value().person.value);
  }
  hall::Actor producer() { return {hall::By::production_officer, person(office_.production)}; }
  hall::Actor registrar() { return {hall::By::registration_officer, person(office_.registration)}; }
  CaseState state() { return desk_->find(id_).value().application.state; }
  LineState line_state() { return desk_->find(id_).value().application.lines.front().state; }
  std::int64_t version() { return desk_->find(id_).value().version; }

  std::int64_t count(const std::string& sql) {
    return store_.engine
        ->read([&](Snapshot& s) -> Result<std::int64_t> {
          YX_TRY(auto rows, s.query(sql));
          YX_TRY(const bool found, rows.next());
          return found ? rows.int64(0) : -1;
        })
        .value();
  }
  // Everything that the desk has written, counted.
  std::vector<std::int64_t> rows() {
    std::vector<std::int64_t> all;
    for (const char* table : {"desk_case", "case_line", "submission", "material", "paper", "event", "outbox"}) {
      all.push_back(count("SELECT count(*) FROM " + std::string(table)));
    }
    all.push_back(count("SELECT coalesce(sum(version), 0) FROM desk_case"));
    return all;
  }

  const std::string id_ = "YX20261121000017";
  const Bytes seal_ = to_bytes(bytes_of("a seal"));
  fs::path folder_;
  SystemRandom random_;
  Bytes key_ = random_.bytes(16);
  Bytes index_key_ = random_.bytes(32);
  SetClock clock_{moment};
  Recorder audit_;
  trust::testing::Office office_{moment};
  trust::testing::Story story_{office_};
  OpenStore store_;
  std::optional<hall::Desk> desk_;
  x509::Certificate signing_, encryption_;
  Bytes receipt_, written_, activated_;
};

}  // namespace yinxin::store::desk
