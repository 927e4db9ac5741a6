// Issuing on the real journal: twice, in batches, crashed at every write, without audit, judged by openssl.

#include "store/vault/testing_house.h"

namespace yinxin::store::vault {
namespace {

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
