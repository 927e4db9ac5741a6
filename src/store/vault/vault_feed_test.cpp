// A responder that has no store and is fed: by the vault's own journal, and by somebody who would like it to believe
// something else.

#include "pki/ocsp/fed_responder.h"
#include "pki/ocsp/status_feeder.h"
#include "store/vault/testing_house.h"

namespace yinxin::store::vault {
namespace {

using pki::StatusBatch;
using pki::StatusPlaces;
using x509::OcspResponseStatus;

// The doors of a responder that is gone and comes back empty, and everything that went through them.
class Fed final : public pki::StatusDoors {
 public:
  Result<Bytes> where() override { return responder->where().to_der(); }
  Result<Bytes> feed(BytesView batch) override {
    if (batches_before_death == 0) {
      return fail(ErrorCode::outside_unreachable, "edge.closed");
    }
    --batches_before_death;
    batches.push_back(to_bytes(batch));
    YX_CHECK(responder->feed(batch));
    return Bytes();
  }
  std::unique_ptr<pki::FedResponder> responder;
  std::vector<Bytes> batches;
  int batches_before_death = 1000;
};

class VaultFeed : public VaultTest {
 protected:
  VaultFeed() {
    auto ceremony = pki::Ceremony::open(*store_, profiles_).value();
    auto roles_ca = authority("roles", roles_, roles_key_);
    roles_delegate_ = ceremony.make(roles_ca, "ocsp-roles", house_facts, around, of(roles_responder_key_)).value();
    feeder_.add(issuing_heads_);
    feeder_.add(roles_heads_);
    start();
  }
  void start() {
    fed_.responder = std::make_unique<pki::FedResponder>(clock_);
    EXPECT_TRUE(fed_.responder->serve(issuing_, responder_, responder_key_));
    EXPECT_TRUE(fed_.responder->serve(roles_, roles_delegate_, roles_responder_key_));
  }
  [[nodiscard]] pki::IssuerId roles_id() const { return pki::issuer_id(roles_.public_key()); }
  [[nodiscard]] pki::StatusPlace place(const pki::IssuerId& issuer) const {
    return *fed_.responder->where().find(issuer);
  }
  OcspResponseStatus state(const x509::Certificate& issuer, BytesView serial) {
    const Bytes request = x509::build_ocsp_request({x509::CertId::of(issuer, serial)}, std::nullopt);
    return x509::OcspResponse::parse(fed_.responder->answer(request)).value().status();
  }
  // Only when there is an answer.
  std::pair<x509::CertStatus, std::optional<x509::RevocationReason>> said(BytesView serial) {
    const Bytes request = x509::build_ocsp_request({x509::CertId::of(issuing_, serial)}, std::nullopt);
    const auto response = x509::OcspResponse::parse(fed_.responder->answer(request)).value();
    EXPECT_EQ(response.status(), OcspResponseStatus::successful);
    EXPECT_TRUE(response.is_authorised(issuing_, clock_.now()));
    const auto* single = response.find(issuing_, serial);
    return {single->status, single->reason};
  }
  // What the vault would send now, whole.
  StatusBatch whole() {
    const auto told = issuing_heads_.tell(pki::max_told_head_age).value();
    return {.issuer = issuer(),
            .after = 0,
            .rows = store_->status_rows(issuer(), 0, pki::max_batch_rows).value(),
            .head = told.signed_head};
  }
  void revoke(BytesView serial) {
    ASSERT_TRUE(
        revocations_.revoke_by_rule({to_bytes(serial)}, x509::RevocationReason::key_compromise, "device stolen"));
  }

  FailingSigner roles_responder_key_{crypto::Sm2PrivateKey::generate(random_)};
  x509::Certificate roles_delegate_;
  pki::HeadSigner issuing_heads_{issuing_key_, *store_, heads_, clock_};
  pki::HeadSigner roles_heads_{roles_key_, *store_, heads_, clock_};
  pki::Revocations revocations_{issuer(), *store_, issuing_heads_, audit_, clock_};
  pki::StatusFeeder feeder_{*store_};
  Fed fed_;
};

TEST_F(VaultFeed, ARevocationIsAnsweredAfterTheNextFeed) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::try_later) << "nobody has fed it";
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(said(serial),
            std::pair(x509::CertStatus::revoked, std::optional(x509::RevocationReason::certificate_hold)));
  EXPECT_EQ(said(Bytes{0x01, 0x02}).first, x509::CertStatus::unknown);
  revoke(serial);
  EXPECT_EQ(said(serial).second, x509::RevocationReason::certificate_hold);
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(said(serial).second, x509::RevocationReason::key_compromise);
  EXPECT_EQ(place(issuer()).sequence, book().sequence());
  EXPECT_GT(place(roles_id()).sequence, 0) << "the other authority's rows came along";
}

TEST_F(VaultFeed, ARepeatedBatchChangesNothingAndAGapIsRefused) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  ASSERT_TRUE(feeder_.feed(fed_));
  const Bytes first = fed_.batches.front();
  revoke(serial);
  ASSERT_TRUE(feeder_.feed(fed_));
  const auto before = place(issuer());
  for (const Bytes& old : {first, fed_.batches.back(), whole().to_der()}) {
    ASSERT_TRUE(fed_.responder->feed(old));
    EXPECT_EQ(place(issuer()).sequence, before.sequence);
    EXPECT_EQ(said(serial).second, x509::RevocationReason::key_compromise);
  }
  StatusBatch gap = whole();
  gap.after = before.sequence + 1;
  EXPECT_EQ(fed_.responder->feed(gap.to_der()).error().code, ErrorCode::wrong_state);
  EXPECT_FALSE(place(issuer()).broken) << "nothing was believed, nothing is broken";
  EXPECT_EQ(said(serial).second, x509::RevocationReason::key_compromise);
}

TEST_F(VaultFeed, WhoIsStartedAnewIsFedFromTheStart) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  ASSERT_TRUE(feeder_.feed(fed_));
  const auto before = place(issuer());
  start();
  EXPECT_EQ(place(issuer()).sequence, 0);
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::try_later);
  fed_.batches_before_death = 1;  // and dies again between two authorities
  EXPECT_EQ(feeder_.feed(fed_).error().code, ErrorCode::outside_unreachable);
  fed_.batches_before_death = 1000;
  start();
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(place(issuer()).sequence, before.sequence);
  EXPECT_EQ(said(serial).second, x509::RevocationReason::certificate_hold);
}

TEST_F(VaultFeed, AChainThatWasChangedIsNotAnsweredForAndTheOtherAuthorityIs) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  revoke(serial);
  // Each as somebody would change it who has the edge, but not the authority's key.
  const auto rehash = [&](StatusBatch& batch) {
    pki::Digest previous{};
    for (pki::StatusRow& row : batch.rows) {
      row.hash = pki::chained_hash(previous, issuer(), row.sequence, row.change);
      previous = row.hash;
    }
  };
  const std::pair<const char*, std::function<void(StatusBatch&)>> changes[] = {
      {"one row", [](StatusBatch& b) { b.rows.back().change.deed = pki::StatusDeed::activate; }},
      {"one row, hashed anew",
       [&](StatusBatch& b) {
         b.rows.back().change.deed = pki::StatusDeed::activate;
         b.rows.back().change.reason = x509::RevocationReason::unspecified;
         rehash(b);
       }},
      {"a head of another authority",
       [&](StatusBatch& b) { b.head = roles_heads_.tell(pki::max_told_head_age).value().signed_head; }},
      {"a head that nobody signed", [](StatusBatch& b) { b.head->back() ^= 1; }},
      {"two rows exchanged", [](StatusBatch& b) { std::swap(b.rows[0].change, b.rows[1].change); }},
  };
  for (const auto& [what, change] : changes) {
    SCOPED_TRACE(what);
    start();
    ASSERT_TRUE(feeder_.feed(fed_));
    start();
    StatusBatch batch = whole();
    change(batch);
    EXPECT_EQ(fed_.responder->feed(batch.to_der()).error().code, ErrorCode::corrupt);
    EXPECT_TRUE(place(issuer()).broken);
    // Not even the truth mends it in this life; the other one is fed and answered for.
    EXPECT_EQ(fed_.responder->feed(whole().to_der()).error().code, ErrorCode::corrupt);
    EXPECT_EQ(feeder_.feed(fed_).error().code, ErrorCode::corrupt);
    EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::try_later);
    EXPECT_EQ(state(roles_, serial), OcspResponseStatus::successful);
  }
}

TEST_F(VaultFeed, RowsThatNoHeadConfirmsAreNotAnswered) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  ASSERT_TRUE(feeder_.feed(fed_));
  revoke(serial);
  StatusBatch part = whole();
  part.head.reset();
  ASSERT_TRUE(fed_.responder->feed(part.to_der()));
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::try_later);
  StatusBatch early = whole();
  early.rows.pop_back();
  EXPECT_TRUE(fed_.responder->feed(early.to_der())) << "behind what is known: not even looked at";
  start();
  EXPECT_EQ(fed_.responder->feed(early.to_der()).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(place(issuer()).sequence, 0);
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(said(serial).second, x509::RevocationReason::key_compromise);
}

TEST_F(VaultFeed, AnOldStatusIsNoAnswerHoweverOftenItIsBrought) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  ASSERT_TRUE(feeder_.feed(fed_));
  const Bytes old = whole().to_der();
  clock_.advance(10min);
  ASSERT_TRUE(fed_.responder->feed(old));
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::successful);
  clock_.advance(6min);
  ASSERT_TRUE(fed_.responder->feed(old)) << "nothing is wrong with it but its age";
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::try_later);
  start();
  ASSERT_TRUE(fed_.responder->feed(old));
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::try_later) << "nor after a restart";
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(state(issuing_, serial), OcspResponseStatus::successful);
}

TEST_F(VaultFeed, AResponderThatKnowsMoreThanTheVaultIsNotFed) {
  auto ca = issuing();
  const Bytes serial = ca.issue(order()).value().certificates[0].serial();
  StatusPlaces ahead = fed_.responder->where();
  for (pki::StatusPlace& each : ahead.all) {
    each.sequence = 1'000'000;
  }
  class Ahead final : public pki::StatusDoors {
   public:
    explicit Ahead(Bytes told) : told_(std::move(told)) {}
    Result<Bytes> where() override { return told_; }
    Result<Bytes> feed(BytesView) override { return fail(ErrorCode::internal, "fed"); }

   private:
    Bytes told_;
  };
  Ahead restored(ahead.to_der());
  EXPECT_EQ(feeder_.feed(restored).error().code, ErrorCode::conflict);
  ahead.all.erase(ahead.all.begin());
  Ahead stranger(StatusPlaces{}.to_der());
  EXPECT_EQ(feeder_.feed(stranger).error().code, ErrorCode::not_found);
  Ahead rubbish(Bytes{0x30, 0x01});
  EXPECT_EQ(feeder_.feed(rubbish).error().code, ErrorCode::corrupt);
  StatusBatch foreign = whole();
  foreign.issuer[0] ^= 1;
  EXPECT_EQ(fed_.responder->feed(foreign.to_der()).error().code, ErrorCode::not_found);
}

TEST_F(VaultFeed, AHeadIsSignedAnewOnlyWhenItIsOld) {
  ASSERT_TRUE(feeder_.feed(fed_));
  const int before = issuing_key_.calls;
  clock_.advance(59s);
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(issuing_key_.calls, before);
  clock_.advance(1s);
  ASSERT_TRUE(feeder_.feed(fed_));
  EXPECT_EQ(issuing_key_.calls, before + 1);
  clock_.advance(-1h);
  ASSERT_TRUE(feeder_.feed(fed_)) << "a head from the future is none";
  EXPECT_EQ(issuing_key_.calls, before + 2);
  issuing_key_.down = true;
  clock_.advance(2min);
  EXPECT_FALSE(feeder_.feed(fed_));
}

TEST_F(VaultFeed, ABatchHasOneFormAndItsLimits) {
  auto ca = issuing();
  ASSERT_TRUE(ca.issue(order()));
  const Bytes der = whole().to_der();
  EXPECT_EQ(StatusBatch::parse(der)->to_der(), der);
  for (std::size_t cut = 0; cut < der.size(); cut += 7) {
    EXPECT_EQ(StatusBatch::parse(BytesView(der).first(cut)).error().code, ErrorCode::corrupt);
  }
  StatusBatch many = whole();
  many.head.reset();
  many.rows.resize(pki::max_batch_rows, many.rows.front());
  EXPECT_TRUE(StatusBatch::parse(many.to_der()));
  EXPECT_LT(many.to_der().size(), pki::max_batch_bytes);
  many.rows.push_back(many.rows.front());
  EXPECT_EQ(StatusBatch::parse(many.to_der()).error().code, ErrorCode::corrupt);
  StatusBatch serial = whole();
  serial.rows.front().change.serial = Bytes(pki::max_fed_serial_bytes + 1, 1);
  EXPECT_EQ(StatusBatch::parse(serial.to_der()).error().code, ErrorCode::corrupt);
  StatusBatch head = whole();
  head.head = Bytes(pki::max_fed_head_bytes + 1, 1);
  EXPECT_EQ(StatusBatch::parse(head.to_der()).error().code, ErrorCode::corrupt);
  StatusBatch far = whole();
  far.after = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(StatusBatch::parse(far.to_der()).error().code, ErrorCode::corrupt);
  StatusPlaces places;
  places.all.resize(pki::max_fed_issuers);
  for (std::uint8_t i = 0; i < pki::max_fed_issuers; ++i) {
    places.all[i].issuer[0] = i;
  }
  EXPECT_EQ(StatusPlaces::parse(places.to_der())->to_der(), places.to_der());
  places.all[1].issuer = places.all[0].issuer;
  EXPECT_EQ(StatusPlaces::parse(places.to_der()).error().code, ErrorCode::corrupt);
  places.all.resize(pki::max_fed_issuers + 1);
  EXPECT_EQ(StatusPlaces::parse(places.to_der()).error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace yinxin::store::vault
