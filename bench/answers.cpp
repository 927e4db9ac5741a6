// Answers that are signed afresh: certificate status and time stamps, in this process.

#include <filesystem>

#include "crypto/testing/little_ca.h"
#include "openssl_side.h"
#include "pki/ocsp/responder.h"
#include "store/vault/vault_store.h"
#include "subject.h"

namespace yinxin::bench {

namespace {

namespace fs = std::filesystem;
using testing::Party;

constexpr std::size_t nonce_bytes = 16;
constexpr std::uint32_t certificates = 10'000;

Party party_with(const asn1::ObjectId& purpose, Party& issuer) {
  testing::Profile profile = testing::leaf_profile("Service");
  profile.purposes = {purpose};
  profile.usage = testing::bits({x509::KeyUsage::digital_signature});
  return testing::issued(profile, issuer);
}

// -------------------------------------------------------------------------------------------------- certificate status

// Of certificates that are all good.
class Rows final : public pki::StatusFeed, public pki::HeadKeeper {
 public:
  explicit Rows(const pki::IssuerId& issuer) {
    crypto::Digest head{};
    for (std::uint32_t number = 0; number < certificates; ++number) {
      for (const pki::StatusDeed deed : {pki::StatusDeed::issue, pki::StatusDeed::activate}) {
        pki::StatusRow row{.sequence = static_cast<std::int64_t>(rows_.size()) + 1,
                           .change = {.serial = serial(number), .deed = deed, .at = testing::day(-1)}};
        row.hash = head = pki::chained_hash(head, issuer, row.sequence, row.change);
        rows_.push_back(std::move(row));
      }
    }
  }
  static Bytes serial(std::uint32_t number) {
    return {0x10, static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
  }
  Result<std::vector<pki::StatusRow>> status_rows(const pki::IssuerId& /*issuer*/, std::int64_t sequence,
                                                  std::size_t limit) override {
    const auto from = std::min(static_cast<std::size_t>(sequence), rows_.size());
    const auto until = std::min(from + limit, rows_.size());
    return std::vector<pki::StatusRow>(rows_.begin() + static_cast<std::ptrdiff_t>(from),
                                       rows_.begin() + static_cast<std::ptrdiff_t>(until));
  }
  Result<std::optional<Bytes>> last(const pki::IssuerId& /*issuer*/) override { return std::optional<Bytes>(); }
  Result<void> keep(const pki::IssuerId& /*issuer*/, BytesView /*head*/) override { return {}; }

 private:
  std::vector<pki::StatusRow> rows_;
};

struct Responding {
  SystemRandom random;
  SetClock clock{testing::day(0)};
  Party authority = testing::self_signed(testing::ca_profile("Authority"));
  Party delegate = party_with(oid::eku_ocsp_signing(), authority);
  Rows rows{pki::issuer_id(authority.certificate.public_key())};
  pki::OcspResponder responder{rows, rows, clock, [](const pki::IssuerId&, BytesView) {}};
  std::uint32_t next = 0;

  // Another certificate and another nonce each time, so that no answer can have been made before.
  Bytes ask() {
    const Bytes serial = Rows::serial(next++ % certificates);
    return responder.answer(
        x509::build_ocsp_request({x509::CertId::of(authority.certificate, serial)}, random.bytes(nonce_bytes)));
  }
};

Result<Contest> responding() {
  const auto r = std::make_shared<Responding>();
  YX_CHECK(r->responder.serve(r->authority.certificate, r->delegate.certificate, r->delegate.signer));
  YX_CHECK(r->responder.refresh());
  YX_TRY(const auto first, x509::OcspResponse::parse(r->ask()));
  const auto* answer = first.find(r->authority.certificate, Rows::serial(0));
  if (answer == nullptr || answer->status != x509::CertStatus::good ||
      !first.is_authorised(r->authority.certificate, r->clock.now()) || !first.nonce()) {
    return fail(ErrorCode::internal, "the responder does not answer");
  }
  constexpr std::size_t less_than_signed = 100;  // a refusal is a few bytes
  YX_TRY(Side yardstick, openssl_yardstick());
  return Contest{.ours = {.once = [r] { return r->ask().size() > less_than_signed; }},
                 .yardstick = std::move(yardstick)};
}

// --------------------------------------------------------------------------------------------------------- time stamps

class OneClock final : public pki::TimeSource {
 public:
  pki::SoundTime read() override { return {.now = clock_.now(), .sound = true}; }

 private:
  SystemClock clock_;
};

struct Stamping {
  ~Stamping() {
    engine.reset();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  fs::path folder;
  Party authority = testing::self_signed(testing::ca_profile("Authority"));
  Party service = party_with(oid::eku_time_stamping(), authority);
  std::unique_ptr<store::Engine> engine;
  std::unique_ptr<store::vault::TsaStore> journal;
  OneClock time;
  std::optional<pki::TimeStampAuthority> stamps;
  Bytes request;
};

Result<Contest> stamping() {
  const auto s = std::make_shared<Stamping>();
  std::string folder = (fs::temp_directory_path() / "yinxin-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return fail(ErrorCode::internal, "no folder " + folder);
  }
  s->folder = folder;
  YX_TRY(s->engine,
         store::Engine::open(s->folder / "tsa.db", {.domain = "tsa", .migrations = store::vault::tsa_migrations()}));
  s->journal = std::make_unique<store::vault::TsaStore>(*s->engine);
  YX_TRY(s->stamps, pki::TimeStampAuthority::make(s->service.certificate, oid::policy_time_stamp(), s->service.signer,
                                                  *s->journal, s->time));
  const Bytes data = to_bytes(bytes_of("measured"));
  s->request =
      tsp::TimeStampRequest{.imprint = tsp::Imprint::sm3_of(data), .policy = {}, .nonce = Bytes{0x12, 0x34}}.to_der();
  YX_TRY(const Bytes first, tsp::token_of_response(s->stamps->answer(s->request)));
  YX_TRY(const auto token, tsp::TimeStampToken::parse(first));
  if (!token.info.imprint.is_of(data)) {
    return fail(ErrorCode::internal, "the time stamp is not over what was asked");
  }
  return Contest{.ours = {.once = [s] { return tsp::token_of_response(s->stamps->answer(s->request)).has_value(); }}};
}

}  // namespace

std::vector<Subject> answer_subjects() {
  return {{.name = "ocsp.fresh",
           .unit = "1/s",
           .peer = {},
           .time = Time::thread,
           .target = {},
           .note = "signed for each question, with its nonce, one of 10,000 certificates; in this process, so that "
                   "`openssl ocsp`, which is asked over HTTP, is no peer of it",
           .prepare = responding},
          {.name = "tsa.stamp",
           .unit = "1/s",
           .peer = {},
           .time = Time::wall,
           .target = {},
           .note = "one at a time, in this process; each serial number is on the disk before its stamp is signed",
           .prepare = stamping}};
}

}  // namespace yinxin::bench
