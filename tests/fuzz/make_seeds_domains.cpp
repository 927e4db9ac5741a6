// Seeds of the targets that guard the domains: what they say to each other, what the audit holds, what comes to the
// verifier.
#include "audit/checkpoint.h"
#include "crypto/wrapping.h"
#include "kmc/escrow/escrow.h"
#include "make_seeds.h"
#include "pin/messages.h"
#include "pki/ocsp/status_batch.h"
#include "seal/test_workshop.h"
#include "trust/seal_order.h"
#include "trust/testing/office.h"

namespace yinxin::fuzz {

namespace {

constexpr std::int64_t story_ms = 1795219200000;

// The first byte is which reader the target takes.
void numbered(const std::string& target, std::uint8_t number, const std::string& name, BytesView der) {
  seed(target, name, concat({BytesView(&number, 1), der}));
}

Bytes content_of(BytesView message) { return *cms::SignedData::parse(message).value().content; }

void trust_seeds() {
  using namespace trust;
  const Instant at = from_unix_ms(story_ms);
  testing::Office office(at);
  testing::Story story(office);
  story.tell();
  const crypto::Digest digest = crypto::sm3(bytes_of("seed"));
  numbered("trust", 0, "accepted", content_of(story.bundle.first_approval));
  numbered("trust", 0, "approved", content_of(story.bundle.second_approval));
  numbered("trust", 1, "permit", content_of(story.keying.permit));
  numbered("trust", 2, "key_binding", content_of(story.keying.key_binding));
  numbered("trust", 3, "issue_receipt", IssueReceipt{digest, 1, "DEV-0001", digest, digest, at}.to_der());
  TokenWord word{.signing_certificate = digest,
                 .encryption_certificate = digest,
                 .seal = digest,
                 .device_serial = "DEV-0001",
                 .at = at};
  numbered("trust", 4, "written", word.to_der());
  word.kind = TokenWord::Kind::activated;
  word.seal.reset();
  numbered("trust", 5, "activated", word.to_der());
  numbered("trust", 6, "evidence", content_of(story.bundle.evidence.front()));
  const StatusStatement status{.deed = StatusStatement::Deed::revoke,
                               .ca_key_hash = digest,
                               .environment = "test",
                               .serials = {{0x05}, {0x01, 0x02}},
                               .reason = 1,
                               .explanation = "lost",
                               .officer_certificate = digest,
                               .at = at,
                               .nonce = Bytes(16, 3),
                               .first = digest};
  numbered("trust", 7, "status", status.to_der());
  const auto manifest = SignedManifest::parse(story.bundle.manifest).value();
  numbered("trust", 8, "policy", manifest.content);
  SignedManifest with_signature = manifest;
  with_signature.signatures = {
      *sign_manifest(manifest.content, office.administrator.certificate, *office.administrator.signer, at)};
  numbered("trust", 9, "manifest", with_signature.to_der());
  numbered("trust", 10, "snapshot", story.bundle.snapshot);
  const SealOrder order{.bundle = story.bundle,
                        .line = 1,
                        .receipt = story.keying.permit,
                        .owner = office.registration.certificate.der(),
                        .picture = Bytes(8, 1)};
  numbered("trust", 12, "seal_order", order.to_der());
  numbered("trust", 11, "officer", office.registration.certificate.der());
}

// Each part unchanged, one bit of it changed, and signed anew.
void bundle_seeds() {
  for (std::uint8_t part = 0; part < 8; ++part) {
    const std::string name = std::to_string(part);
    seed("bundle", name + "_same", Bytes{part, 0});
    seed("bundle", name + "_edited", Bytes{part, 0, 0, 40, 1});
    seed("bundle", name + "_anew", Bytes{part, 2, 0, 40, 1});
  }
  seed("bundle", "replaced", Bytes{0, 1, 0x30, 0x00});
}

void key_centre_seeds(Random& random) {
  using namespace kmc;
  const auto pair = crypto::Sm2PrivateKey::generate(random);
  const crypto::Sm2PublicKey& key = pair.public_key();
  const Instant at = from_unix_ms(story_ms);
  const RequestId id{1, 2, 3};
  const crypto::Digest digest = crypto::sm3(bytes_of("seed"));
  const KeyName name{digest, {0x01, 0x02}};
  const auto cipher = crypto::sm2_encrypt(key, Bytes(32, 4)).value();
  numbered("domains", 0, "key_request", KeyRequest{id, name, digest, key, at, at + std::chrono::hours(24)}.to_der());
  numbered("domains", 1, "key_answer", KeyAnswer{id, digest, key, cipher.to_der()}.to_der());
  numbered("domains", 2, "key_retirement", KeyRetirement{name, RetireReason::revoked, at}.to_der());
  numbered("domains", 3, "user_recovery", UserRecovery{id, name, key, digest}.to_der());
  numbered("domains", 4, "judicial_recovery", JudicialRecovery{id, name, key, digest, "法院 (2026) 1"}.to_der());
  numbered("domains", 5, "recovery_opened", RecoveryOpened{id, digest, id, key}.to_der());
  numbered("domains", 6, "share_contribution", ShareContribution{id, digest, 2, cipher}.to_der());
  numbered("domains", 7, "recovery_answer", RecoveryAnswer{id, digest, key, cipher.to_der()}.to_der());
  seal::Workshop workshop;
  std::vector<Custodian> custodians;
  for (std::size_t i = 0; i < escrow_shares; ++i) {
    const auto holder = workshop.make_holder("保管员" + std::to_string(i), workshop.root.get(), false, {},
                                             seal::day(2026, 1, 1), seal::day(2030, 1, 1));
    custodians.push_back({holder->certificate, crypto::Sm2PrivateKey::generate(random).public_key()});
  }
  numbered("domains", 8, "escrow", make_escrow(custodians, random).value().to_der());
  Bytes shares;
  const std::vector<Share> all = split(SecretBytes(Bytes(32, 9)), 3, 3, random).value();
  for (const Share& share : all) {
    append(shares, concat({BytesView(&share.index, 1), share.value.expose()}));
  }
  numbered("domains", 9, "shares", shares);
}

void pin_seeds(Random& random) {
  using namespace pin;
  const auto pair = crypto::Sm2PrivateKey::generate(random);
  const crypto::Digest digest = crypto::sm3(bytes_of("seed"));
  const MessageId id{4, 5, 6};
  Order order{id, OrderKind::draw_for_keying, "C1/1", "K-1", {1, 2}, pair.public_key()};
  numbered("domains", 10, "order", order.to_der());
  order.kind = OrderKind::activated;
  order.recipient.reset();
  numbered("domains", 10, "order_plain", order.to_der());
  const auto cipher = crypto::sm2_encrypt(pair.public_key(), Bytes(40, 4)).value();
  const Activation activation{id, "C1/1", "K-1", {1, 2}, id, pair.public_key(), cipher};
  numbered("domains", 11, "activation", activation.to_der());
  numbered("domains", 12, "answer", Answer{id, digest, cipher}.to_der());
  Secrets secrets;
  secrets.so_counter = 7;
  secrets.initial_pin = SecretBytes(Bytes(8, '1'));
  secrets.so_next = SecretBytes(Bytes(16, '2'));
  numbered("domains", 13, "secrets", secrets.to_der().expose());
  auto keys = crypto::WrappingKeys::generate("fuzz", random);
  numbered("domains", 14, "wrapped", keys.wrap("fuzz", Bytes(32, 1), random).value().to_der());
}

void status_seeds() {
  using namespace pki;
  StatusBatch batch{.issuer = crypto::sm3(bytes_of("authority")), .after = 0, .rows = {}};
  Digest previous{};
  for (const StatusDeed deed :
       {StatusDeed::issue, StatusDeed::activate, StatusDeed::suspend, StatusDeed::resume, StatusDeed::revoke}) {
    StatusRow row{.sequence = batch.end() + 1,
                  .change = {.serial = {0x05, 0x06},
                             .deed = deed,
                             .reason = deed == StatusDeed::revoke ? x509::RevocationReason::key_compromise
                                                                  : x509::RevocationReason::unspecified,
                             .at = from_unix_ms(story_ms + batch.end()),
                             .cause = crypto::sm3(bytes_of("order"))}};
    row.hash = chained_hash(previous, batch.issuer, row.sequence, row.change);
    previous = row.hash;
    batch.rows.push_back(std::move(row));
  }
  numbered("status_feed", 0, "batch", batch.to_der());
  numbered("status_feed", 2, "taken_over", batch.to_der());
  batch.head = Bytes(64, 7);
  numbered("status_feed", 0, "batch_with_head", batch.to_der());
  std::swap(batch.rows[0].change, batch.rows[1].change);
  numbered("status_feed", 2, "broken", batch.to_der());
  batch.rows.clear();
  numbered("status_feed", 0, "head_alone", batch.to_der());
  const StatusPlaces places{.all = {{batch.issuer, 5, false}, {crypto::sm3(bytes_of("roles")), 0, true}}};
  numbered("status_feed", 1, "places", places.to_der());
}

void audit_seeds() {
  std::string file;
  audit::Entry entry{.writer = "vault",
                     .sequence = 0,
                     .time = from_unix_ms(story_ms),
                     .deed = {"vault", "vault", std::string(audit::genesis_action), "demo", "done"},
                     .previous = {}};
  audit::Checkpoint checkpoint{
      .environment = "demo", .number = 3, .at = from_unix_ms(story_ms), .heads = {{"kmc", 9, {1, 2, 3}}}};
  for (; entry.sequence < 3; ++entry.sequence) {
    const std::string line = audit::line_of(entry);
    file += line + "\n";
    entry.previous = audit::hash_of_line(line);
    entry.time += std::chrono::seconds(1);
    entry.deed = {"复核员", "a \"quoted\" one", "certificate.sign", "05", "refused: \\"};
    seed("audit", "line" + std::to_string(entry.sequence), bytes_of(line));
    if (entry.sequence == 2) {
      checkpoint.heads.push_back({"vault", 2, entry.previous});
    }
  }
  seed("audit", "file", bytes_of(file));
  seed("audit", "torn", bytes_of(file).first(file.size() - 20));
  seed("audit", "checkpoint", bytes_of(*audit::checkpoint_text(checkpoint)));
}

void verify_seeds() {
  seal::Workshop workshop;
  const Bytes stamped = workshop.stamp(seal::document(), workshop.request()).value();
  seed("verify", "stamped.ofd", stamped);
  seed("verify", "stamped_in_time.ofd",
       workshop.stamp(seal::document(), workshop.request(), workshop.time_stamp_at(seal::day(2026, 3, 1))).value());
  seed("verify", "seal", workshop.seal());
  seed("verify", "token", *workshop.time_stamp_at(seal::day(2026, 3, 1))(crypto::sm3(bytes_of("x"))));
  seed("verify", "certificate", workshop.owner->certificate.der());
  seed("verify", "certificate.pem", bytes_of(x509::to_pem("CERTIFICATE", workshop.root->certificate.der())));
  seed("verify", "list", workshop.context.store.crls.front().der());
  const cms::SigningOptions options{.family = cms::Family::gm,
                                    .content_type = {},
                                    .attached = true,
                                    .signing_time = seal::day(2026, 3, 1),
                                    .with_attributes = true,
                                    .include_certificate = true,
                                    .more_certificates = {workshop.root->certificate.der()},
                                    .more_attributes = {}};
  seed("verify", "message", *cms::sign(bytes_of("x"), workshop.owner->certificate, workshop.owner->signer, options));
}

void text_seeds() {
  seed("text", "pem", bytes_of(x509::to_pem("CERTIFICATE", Bytes{0x30, 0x03, 0x02, 0x01, 0x05})));
  seed("text", "base64", bytes_of("SGVsbG8s\r\nIHdvcmxkIQ==\n"));
  seed("text", "hexadecimal", bytes_of("00ffABcd12"));
  for (const char* time : {"2026-11-21T03:46:50.123Z", "2026-11-21T03:46:50+08:00"}) {
    seed("text", "time" + std::to_string(std::string_view(time).size()), bytes_of(time));
  }
  seed("text", "typed", bytes_of("\u3000１１０１０１－１９９０ ０３０７\u200b０１２Ｘ\u3000"));
}

}  // namespace

void make_domain_seeds() {
  SystemRandom random;
  trust_seeds();
  bundle_seeds();
  key_centre_seeds(random);
  pin_seeds(random);
  status_seeds();
  audit_seeds();
  verify_seeds();
  text_seeds();
}

}  // namespace yinxin::fuzz
