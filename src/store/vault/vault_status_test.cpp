// Status, lists, answers and time stamps on the real journal.

#include "store/vault/testing_house.h"

namespace yinxin::store::vault {
namespace {

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

}  // namespace
}  // namespace yinxin::store::vault
