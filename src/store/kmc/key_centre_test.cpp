// The key management centre over its real store: hand-over, crash, rotation, escrow and both recoveries.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/testing/kill.h"
#include "crypto/cms/pinned.h"
#include "crypto/enveloped_key.h"
#include "crypto/oids.h"
#include "crypto/x509/build.h"
#include "kmc/hand_over.h"
#include "kmc/recovery/recovery.h"
#include "store/kmc/sqlite_key_store.h"

namespace yinxin::store {
namespace {

namespace fs = std::filesystem;
using namespace kmc;
using crypto::Sm2PrivateKey;

const Instant today = from_rfc3339("2026-11-21T03:00:00Z").value();

struct Identity {
  Sm2PrivateKey key;
  x509::Certificate certificate;
};

Identity identity(std::string_view name, Random& random) {
  auto key = Sm2PrivateKey::generate(random);
  crypto::SoftSigner signer(key.clone());
  x509::CertificateContent content;
  content.serial = {0x11};
  content.issuer = content.subject = x509::Name::build({{oid::common_name(), std::string(name)}});
  content.not_before = today - std::chrono::hours(24);
  content.not_after = today + std::chrono::hours(24 * 365);
  content.public_key = x509::PublicKey::of(key.public_key());
  const Bytes der = x509::sign_and_assemble(x509::to_be_signed(content), signer).value();
  return {std::move(key), x509::Certificate::parse(der).value()};
}

// Keeps what it was told; refuses from a chosen deed on.
class Recorder final : public audit::Recorder {
 public:
  Result<audit::Receipt> record(const audit::Deed& deed) override {
    if (fails) {
      return fail(ErrorCode::internal, "disk full");
    }
    deeds.push_back(deed.action + " " + deed.result);
    return audit::Receipt{"kmc", deeds.size(), {}};
  }
  std::vector<std::string> deeds;
  bool fails = false;
};

class KeyCentreTest : public ::testing::Test {
 protected:
  KeyCentreTest()
      : folder_(fs::temp_directory_path() / ("key_centre_test_" + std::to_string(getpid()))),
        vault_(identity("vault", random_)),
        stranger_(identity("stranger", random_)),
        centre_(identity("kmc", random_)),
        officers_{identity("officer 1", random_), identity("officer 2", random_)},
        keys_(crypto::WrappingKeys::generate("kmc", random_)),
        signer_(centre_.key.clone()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::vector<Custodian> custodians;
    for (int n = 0; n < 5; ++n) {
      custodians_.push_back(identity("custodian " + std::to_string(n), random_));
      custodian_boxes_.push_back(Sm2PrivateKey::generate(random_));
      custodians.push_back({custodians_.back().certificate, custodian_boxes_.back().public_key()});
    }
    escrow_ = EscrowRecord::parse(make_escrow(custodians, random_).value().to_der()).value();
    start();
  }
  ~KeyCentreTest() override {
    stop();
    fs::remove_all(folder_);
  }
  void start() {
    Options options;
    options.domain = "kmc";
    options.migrations = kmc_migrations();
    options.clock = &clock_;
    options.on_calling_thread = true;
    engine_ = Engine::open(folder_ / "kmc.db", std::move(options)).value();
    store_ = std::make_unique<SqliteKeyStore>(*engine_);
    const Parts parts{*store_, keys_, audit_, clock_, random_, signer_};
    const Pinned pinned{
        centre_.certificate, {vault_.certificate}, {officers_[0].certificate, officers_[1].certificate}, {*escrow_}};
    pool_ = std::make_unique<Pool>(parts, PoolLevels{2, 4});
    hand_over_ = std::make_unique<HandOver>(parts, pinned, *pool_);
    recovery_ = std::make_unique<Recovery>(parts, pinned);
  }
  void stop() {
    recovery_.reset();
    hand_over_.reset();
    pool_.reset();
    store_.reset();
    engine_.reset();
  }
  KeyRequest request(std::uint8_t number, const crypto::Sm2PublicKey& recipient) {
    KeyRequest out{{},        {{}, {0x01, number}}, {},
                   recipient, whole_seconds(today), whole_seconds(today + std::chrono::hours(24 * 365))};
    out.request_id.fill(number);
    out.name.issuer.fill(0x77);
    return out;
  }
  Bytes sign(BytesView content, const asn1::ObjectId& type, const Identity& who) {
    crypto::SoftSigner signer(who.key.clone());
    return cms::sign_pinned(content, type, who.certificate, signer, clock_.now()).value();
  }
  Bytes signed_request(const KeyRequest& asked) { return sign(asked.to_der(), oid::message_key_request(), vault_); }
  // What the token gets: the key, after every check a caller makes.
  Sm2PrivateKey opened(BytesView answer, const Sm2PrivateKey& token) {
    const std::vector<x509::Certificate> centre{centre_.certificate};
    const auto content = cms::open_pinned(answer, oid::message_key_answer(), centre, clock_.now()).value();
    const auto parsed = KeyAnswer::parse(content.content).value();
    auto key = crypto::open_enveloped_key(crypto::EnvelopedKey::parse(parsed.enveloped_key).value(), token).value();
    EXPECT_EQ(key.public_key(), parsed.public_key);
    return key;
  }
  Bytes contribution(const RecoveryOpened& session, std::size_t index, const Identity& signer) {
    auto share = crypto::sm2_decrypt(custodian_boxes_[index], escrow_->shares[index].sealed).value();
    const ShareContribution given{session.session, session.request_hash, static_cast<std::uint8_t>(index + 1),
                                  crypto::sm2_encrypt(session.session_key, share.expose()).value()};
    return sign(given.to_der(), oid::message_share_contribution(), signer);
  }
  RecoveryOpened session_of(BytesView message) {
    const std::vector<x509::Certificate> centre{centre_.certificate};
    const auto content = cms::open_pinned(message, oid::message_recovery_opened(), centre, clock_.now()).value();
    return RecoveryOpened::parse(content.content).value();
  }
  std::string files() {
    std::string all;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      std::ostringstream content;
      content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      all += content.str();
    }
    return all;
  }

  SystemRandom random_;
  SetClock clock_{today};
  fs::path folder_;
  Identity vault_;
  Identity stranger_;
  Identity centre_;
  Identity officers_[2];
  std::vector<Identity> custodians_;
  std::vector<Sm2PrivateKey> custodian_boxes_;
  std::optional<EscrowRecord> escrow_;
  crypto::WrappingKeys keys_;
  crypto::SoftSigner signer_;
  Recorder audit_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<SqliteKeyStore> store_;
  std::unique_ptr<Pool> pool_;
  std::unique_ptr<HandOver> hand_over_;
  std::unique_ptr<Recovery> recovery_;
};

TEST_F(KeyCentreTest, ThePoolIsFilledToItsTargetAndNotFurther) {
  EXPECT_TRUE(pool_->is_low().value());
  EXPECT_EQ(pool_->refill().value(), 4U);
  EXPECT_EQ(pool_->refill().value(), 0U);
  EXPECT_FALSE(pool_->is_low().value());
}

TEST_F(KeyCentreTest, TheSameRequestGetsTheSameBytesAlsoAfterARestart) {
  const auto token = Sm2PrivateKey::generate(random_);
  const auto asked = request(1, token.public_key());
  const Bytes first = hand_over_->hand_over(signed_request(asked)).value();
  const auto key = opened(first, token);
  EXPECT_EQ(hand_over_->hand_over(signed_request(asked)).value(), first);
  stop();
  start();
  EXPECT_EQ(hand_over_->hand_over(signed_request(asked)).value(), first);
  const auto other = opened(hand_over_->hand_over(signed_request(request(2, token.public_key()))).value(), token);
  EXPECT_NE(other.public_key(), key.public_key());
}

TEST_F(KeyCentreTest, AReplayWithOtherContentIsRefusedFieldByField) {
  const auto token = Sm2PrivateKey::generate(random_);
  const auto asked = request(1, token.public_key());
  ASSERT_TRUE(hand_over_->hand_over(signed_request(asked)));
  std::vector<KeyRequest> changed(5, asked);
  changed[0].recipient = stranger_.key.public_key();
  changed[1].name.serial = {0x02};
  changed[2].name.issuer.fill(0x78);
  changed[3].subject.fill(1);
  changed[4].not_after += std::chrono::seconds(1);
  for (const auto& one : changed) {
    EXPECT_EQ(hand_over_->hand_over(signed_request(one)).error().code, ErrorCode::conflict);
  }
  auto second_key_for_certificate = asked;
  second_key_for_certificate.request_id.fill(9);
  EXPECT_EQ(hand_over_->hand_over(signed_request(second_key_for_certificate)).error().code, ErrorCode::conflict);
}

TEST_F(KeyCentreTest, OnlyThePinnedVaultIsHeardAndOnlyWhatItSigned) {
  const auto asked = request(1, stranger_.key.public_key());
  const auto refused = [&](const Bytes& message) { return hand_over_->hand_over(message).error().code; };
  EXPECT_EQ(refused(sign(asked.to_der(), oid::message_key_request(), stranger_)), ErrorCode::forbidden);
  // The vault's certificate with another key's signature.
  crypto::SoftSigner forger(stranger_.key.clone());
  const auto forged = cms::sign_pinned(asked.to_der(), oid::message_key_request(), vault_.certificate, forger, today);
  EXPECT_TRUE(!forged || refused(*forged) == ErrorCode::forbidden);
  EXPECT_EQ(refused(sign(asked.to_der(), oid::message_user_recovery(), vault_)), ErrorCode::invalid_input);
  Bytes message = signed_request(asked);
  const auto needle = asked.request_id;
  const auto at = std::search(message.begin(), message.end(), needle.begin(), needle.end());
  ASSERT_NE(at, message.end());
  *at ^= 1;
  EXPECT_EQ(refused(message), ErrorCode::forbidden);
  for (std::size_t size = 0; size < message.size(); size += 7) {
    EXPECT_FALSE(hand_over_->hand_over(BytesView(message).first(size)));
  }
  clock_.advance(std::chrono::hours(24 * 366));
  EXPECT_EQ(refused(signed_request(asked)), ErrorCode::forbidden);
  EXPECT_EQ(store_->count_spares().value(), 0U);
  EXPECT_TRUE(audit_.deeds.empty());
}

TEST_F(KeyCentreTest, WithoutAnAuditLineNothingHappens) {
  ASSERT_TRUE(pool_->refill());
  audit_.fails = true;
  EXPECT_FALSE(hand_over_->hand_over(signed_request(request(1, stranger_.key.public_key()))));
  EXPECT_FALSE(pool_->destroy());
  EXPECT_EQ(store_->count_spares().value(), 4U);
}

TEST_F(KeyCentreTest, AHandOverCutInTheMiddleIsFinishedWithTheKeyThatWasReserved) {
  ASSERT_TRUE(pool_->refill());
  const auto token = Sm2PrivateKey::generate(random_);
  const auto asked = request(1, token.public_key());
  const auto reserved =
      store_->reserve({asked.request_id, crypto::sm3(asked.to_der()), asked.name}, clock_.now()).value();
  stop();
  start();
  EXPECT_EQ(recovery_->finish(asked.request_id).error().code, ErrorCode::not_found);
  const auto key = opened(hand_over_->hand_over(signed_request(asked)).value(), token);
  EXPECT_TRUE(same(key.public_key().point(), reserved.public_key));
}

TEST_F(KeyCentreTest, AfterRotationOldSparesAreGoneAndWhatWasReservedIsStillHandedOver) {
  ASSERT_TRUE(pool_->refill());
  const auto token = Sm2PrivateKey::generate(random_);
  const auto asked = request(1, token.public_key());
  ASSERT_TRUE(store_->reserve({asked.request_id, crypto::sm3(asked.to_der()), asked.name}, clock_.now()));
  ASSERT_TRUE(keys_.rotate(random_));
  EXPECT_EQ(pool_->leave_old_keys().value(), 3U);
  ASSERT_TRUE(keys_.forget(1));
  EXPECT_TRUE(hand_over_->hand_over(signed_request(asked)));
  EXPECT_EQ(store_->count_spares().value(), 0U);
}

TEST_F(KeyCentreTest, ASealedKeyMovedToAnotherRowDoesNotOpen) {
  ASSERT_TRUE(pool_->refill());
  ASSERT_TRUE(engine_->write([](Transaction& t) {
    return t.run("UPDATE key SET sealed_private=(SELECT sealed_private FROM key ORDER BY id DESC LIMIT 1)");
  }));
  int refused = 0;
  for (std::uint8_t n = 1; n <= 4; ++n) {
    refused += hand_over_->hand_over(signed_request(request(n, stranger_.key.public_key()))).has_value() ? 0 : 1;
  }
  EXPECT_EQ(refused, 3);
}

TEST_F(KeyCentreTest, TheStoreItselfRefusesWhatTheLifeDoesNotKnow) {
  ASSERT_TRUE(hand_over_->hand_over(signed_request(request(1, stranger_.key.public_key()))));
  for (const char* sql :
       {"UPDATE key SET state='reserved', sealed_private=x'00'", "DELETE FROM key", "UPDATE key SET answer=x'00'",
        "UPDATE key SET serial=x'05'", "UPDATE key SET public_key=zeroblob(65)"}) {
    EXPECT_FALSE(engine_->write([&](Transaction& t) { return t.run(sql); })) << sql;
  }
}

TEST_F(KeyCentreTest, EveryMoveOfTheTableAndNoOtherPassesTheStore) {
  const KeyState all[] = {KeyState::spare, KeyState::reserved, KeyState::in_use, KeyState::history,
                          KeyState::destroyed};
  for (const KeyState from : all) {
    for (const KeyState to : all) {
      const bool allowed =
          std::ranges::any_of(key_moves, [&](const KeyMove& move) { return move.from == from && move.to == to; });
      const auto moved = engine_->read([&](Snapshot& s) -> Result<bool> {
        YX_TRY(auto rows, s.query("SELECT sql LIKE ?1 FROM sqlite_schema WHERE name='key_moves'",
                                  "%'" + std::string(name_of(from)) + ">" + std::string(name_of(to)) + "'%"));
        YX_TRY(const bool found, rows.next());
        return found && rows.boolean(0);
      });
      EXPECT_EQ(moved.value(), allowed) << name_of(from) << ">" << name_of(to);
    }
  }
}

TEST_F(KeyCentreTest, NoTwoRequestsEverShareAKeyWhateverTheOrder) {
  const auto token = Sm2PrivateKey::generate(random_);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SeededRandom choice(seed);
    std::map<std::uint8_t, Bytes> answers;
    std::set<Bytes> keys;
    for (int step = 0; step < 40; ++step) {
      const auto number = static_cast<std::uint8_t>(seed * 16 + choice.below(6));
      const auto asked = request(number, token.public_key());
      switch (choice.below(6)) {
        case 0: ASSERT_TRUE(pool_->refill()); break;
        case 1: ASSERT_TRUE(pool_->destroy()); break;
        case 2:
          stop();
          start();
          break;
        case 3:
          // A crash right after the reservation.
          ASSERT_TRUE(pool_->refill());
          ASSERT_TRUE(store_->reserve({asked.request_id, crypto::sm3(asked.to_der()), asked.name}, clock_.now()));
          break;
        default: {
          const Bytes answer = hand_over_->hand_over(signed_request(asked)).value();
          const auto [known, first] = answers.emplace(number, answer);
          EXPECT_EQ(known->second, answer);
          if (first) {
            EXPECT_TRUE(keys.insert(to_bytes(opened(answer, token).public_key().point())).second);
          }
        }
      }
    }
    EXPECT_EQ(keys.size(), answers.size());
  }
}

TEST_F(KeyCentreTest, ThreeCustodiansBringAUsersKeyBackForTheNewToken) {
  const auto token = Sm2PrivateKey::generate(random_);
  const auto next_token = Sm2PrivateKey::generate(random_);
  const auto asked = request(1, token.public_key());
  const auto key = opened(hand_over_->hand_over(signed_request(asked)).value(), token);
  const KeyRetirement retirement{asked.name, RetireReason::revoked, whole_seconds(today)};
  for (int n = 0; n < 2; ++n) {
    ASSERT_TRUE(hand_over_->retire(sign(retirement.to_der(), oid::message_key_retirement(), vault_)));
  }
  EXPECT_EQ(store_->find(asked.name).value().state, KeyState::history);

  const UserRecovery wanted{{5}, asked.name, next_token.public_key(), {}};
  EXPECT_FALSE(recovery_->open_for_user(sign(wanted.to_der(), oid::message_user_recovery(), stranger_)));
  const Bytes message = recovery_->open_for_user(sign(wanted.to_der(), oid::message_user_recovery(), vault_)).value();
  EXPECT_EQ(recovery_->open_for_user(sign(wanted.to_der(), oid::message_user_recovery(), vault_)).value(), message);
  const auto session = session_of(message);
  EXPECT_EQ(recovery_->contribute(contribution(session, 4, custodians_[4])).value(), 1U);
  EXPECT_EQ(recovery_->contribute(contribution(session, 4, custodians_[4])).value(), 1U);
  EXPECT_EQ(recovery_->contribute(contribution(session, 0, custodians_[4])).error().code, ErrorCode::forbidden);
  EXPECT_EQ(recovery_->contribute(contribution(session, 0, stranger_)).error().code, ErrorCode::forbidden);
  EXPECT_EQ(recovery_->contribute(contribution(session, 1, custodians_[1])).value(), 2U);
  EXPECT_EQ(recovery_->finish(session.session).error().code, ErrorCode::precondition);
  EXPECT_EQ(recovery_->contribute(contribution(session, 2, custodians_[2])).value(), 3U);
  audit_.fails = true;
  EXPECT_FALSE(recovery_->finish(session.session));
  audit_.fails = false;
  const Bytes released = recovery_->finish(session.session).value();
  EXPECT_EQ(recovery_->finish(session.session).value(), released);
  const std::vector<x509::Certificate> centre{centre_.certificate};
  const auto answer =
      RecoveryAnswer::parse(cms::open_pinned(released, oid::message_recovery_answer(), centre, clock_.now())->content)
          .value();
  const auto envelope = crypto::EnvelopedKey::parse(answer.enveloped_key).value();
  EXPECT_TRUE(crypto::open_enveloped_key(envelope, next_token).value().scalar().equals(key.scalar()));
  EXPECT_FALSE(crypto::open_enveloped_key(envelope, token));
  EXPECT_TRUE(std::ranges::count(audit_.deeds, "user_recovery.release intended") == 1);
  // Finished is finished, also for the same words again.
  EXPECT_EQ(recovery_->open_for_user(sign(wanted.to_der(), oid::message_user_recovery(), vault_)).error().code,
            ErrorCode::wrong_state);
}

TEST_F(KeyCentreTest, ATamperedShareAndAnOldSessionAreRefused) {
  const auto asked = request(1, stranger_.key.public_key());
  ASSERT_TRUE(hand_over_->hand_over(signed_request(asked)));
  const UserRecovery wanted{{5}, asked.name, stranger_.key.public_key(), {}};
  const auto session =
      session_of(recovery_->open_for_user(sign(wanted.to_der(), oid::message_user_recovery(), vault_)).value());
  const ShareContribution wrong{session.session, session.request_hash, 1,
                                crypto::sm2_encrypt(session.session_key, Bytes(32, 1)).value()};
  EXPECT_EQ(recovery_->contribute(sign(wrong.to_der(), oid::message_share_contribution(), custodians_[0])).error().code,
            ErrorCode::corrupt);
  auto other_request = session;
  other_request.request_hash.fill(0);
  EXPECT_EQ(recovery_->contribute(contribution(other_request, 0, custodians_[0])).error().code, ErrorCode::forbidden);
  auto changed = wanted;
  changed.recipient = vault_.key.public_key();
  EXPECT_EQ(recovery_->open_for_user(sign(changed.to_der(), oid::message_user_recovery(), vault_)).error().code,
            ErrorCode::conflict);
  clock_.advance(max_recovery_age + std::chrono::seconds(1));
  EXPECT_EQ(recovery_->contribute(contribution(session, 0, custodians_[0])).error().code, ErrorCode::expired);
}

TEST_F(KeyCentreTest, AJudicialRecoveryTakesTwoOfficersOverOneOrder) {
  const auto asked = request(1, stranger_.key.public_key());
  ASSERT_TRUE(hand_over_->hand_over(signed_request(asked)));
  const auto carrier = Sm2PrivateKey::generate(random_);
  const JudicialRecovery wanted{{6}, asked.name, carrier.public_key(), {}, "Court, order 12"};
  auto other = wanted;
  other.authority = "Court, order 13";
  const auto by = [&](const JudicialRecovery& what, const Identity& who) {
    return sign(what.to_der(), oid::message_judicial_recovery(), who);
  };
  const auto refused = [&](const Bytes& one, const Bytes& two) {
    return recovery_->open_on_order(one, two).error().code;
  };
  EXPECT_EQ(refused(by(wanted, officers_[0]), by(wanted, officers_[0])), ErrorCode::forbidden);
  EXPECT_EQ(refused(by(wanted, officers_[0]), by(other, officers_[1])), ErrorCode::forbidden);
  EXPECT_EQ(refused(by(wanted, officers_[0]), by(wanted, vault_)), ErrorCode::forbidden);
  const auto session = session_of(recovery_->open_on_order(by(wanted, officers_[0]), by(wanted, officers_[1])).value());
  for (const std::size_t index : {0U, 2U, 3U}) {
    ASSERT_TRUE(recovery_->contribute(contribution(session, index, custodians_[index])));
  }
  EXPECT_TRUE(recovery_->finish(session.session));
  EXPECT_EQ(std::ranges::count(audit_.deeds, "judicial_recovery.release intended"), 1);
}

TEST_F(KeyCentreTest, NoPrivateKeyStandsInTheFilesInAnyForm) {
  const auto token = Sm2PrivateKey::generate(random_);
  std::vector<Sm2PrivateKey> keys;
  for (std::uint8_t n = 1; n <= 3; ++n) {
    keys.push_back(opened(hand_over_->hand_over(signed_request(request(n, token.public_key()))).value(), token));
  }
  const std::string all = files();
  // The search itself works: public keys are there.
  EXPECT_NE(all.find(text_of(keys[0].public_key().point())), std::string::npos);
  for (const auto& key : keys) {
    const BytesView scalar = key.scalar().expose();
    for (const std::string& form : {std::string(text_of(scalar)), std::string(text_of(scalar.first(16))),
                                    to_hex(scalar), to_base64(scalar.first(30)), to_base64(scalar)}) {
      EXPECT_EQ(all.find(form), std::string::npos);
    }
  }
}

TEST_F(KeyCentreTest, AfterTheHandOverThePoolCopyIsGoneFromTheDatabase) {
  ASSERT_TRUE(pool_->refill());
  const auto sealed = engine_
                          ->read([](Snapshot& s) -> Result<Bytes> {
                            YX_TRY(auto rows, s.query("SELECT sealed_private FROM key ORDER BY made_at, id LIMIT 1"));
                            YX_TRY(const bool found, rows.next());
                            return found ? rows.blob(0) : Bytes{};
                          })
                          .value();
  ASSERT_FALSE(sealed.empty());
  EXPECT_NE(files().find(text_of(sealed)), std::string::npos);
  ASSERT_TRUE(hand_over_->hand_over(signed_request(request(1, stranger_.key.public_key()))));
  stop();  // closing folds the log into the file
  EXPECT_EQ(files().find(text_of(sealed)), std::string::npos);
  start();
}

TEST_F(KeyCentreTest, KilledAtEveryPointTheAnswerIsStillOneAndTheKeysAreStillDifferent) {
  const auto token = Sm2PrivateKey::generate(random_);
  const Bytes first = signed_request(request(1, token.public_key()));
  const Bytes second = signed_request(request(2, token.public_key()));
  stop();
  const std::string list = folder_ / "points";
  const auto run = [&](const char* variable, const std::string& value) {
    const pid_t child = fork();
    if (child == 0) {
      setenv(variable, value.c_str(), 1);
      yinxin::testing::arm_kill_points();
      start();
      const bool done = pool_->refill() && hand_over_->hand_over(first) && hand_over_->hand_over(second);
      _exit(done ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  };
  ASSERT_EQ(run("YX_KILL_LIST", list), 0);
  std::vector<std::string> points;
  std::ifstream lines(list);
  for (std::string line; std::getline(lines, line);) {
    points.push_back(line);
  }
  ASSERT_GE(points.size(), 10U);
  std::cout << points.size() << " kill points\n";
  for (const auto& point : points) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const int status = run("YX_KILL_AT", point);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << point;
    start();
    const Bytes answer = hand_over_->hand_over(first).value();
    const Bytes other = hand_over_->hand_over(second).value();
    EXPECT_EQ(hand_over_->hand_over(first).value(), answer);
    EXPECT_NE(opened(answer, token).public_key(), opened(other, token).public_key());
    stop();
  }
  start();
}

}  // namespace
}  // namespace yinxin::store
