#include "yinxin/office/domains.h"

#include "crypto/cms/pinned.h"
#include "crypto/oids.h"
#include "pki/ca/issue_order.h"
#include "terminal/files.h"
#include "trust/make.h"

namespace yinxin::office {

namespace {

constexpr std::size_t max_escrow_bytes = 64 * 1024;
constexpr std::size_t max_answer_bytes = crypto::max_wrapped_bytes;

constexpr std::string_view outside_schema = R"sql(
CREATE TABLE evidence(
  provider TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  application_id TEXT NOT NULL,
  answer_hash BLOB NOT NULL CHECK(length(answer_hash) = 32),
  receipt BLOB NOT NULL,
  sealed_answer BLOB NOT NULL,
  PRIMARY KEY(provider, transaction_id, kind)) STRICT;
)sql";

constexpr std::string_view face_schema = R"sql(
CREATE TABLE face_check(
  transaction_id TEXT PRIMARY KEY,
  person BLOB NOT NULL CHECK(length(person) = 32)) STRICT, WITHOUT ROWID;
)sql";

// A provider that is asked again about a transaction answers anew, and that is a receipt of its own.
constexpr std::string_view receipts_schema = R"sql(
CREATE TABLE evidence_told(
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  application_id TEXT NOT NULL,
  answer_hash BLOB NOT NULL CHECK(length(answer_hash) = 32),
  receipt BLOB NOT NULL,
  sealed_answer BLOB NOT NULL) STRICT;
INSERT INTO evidence_told(provider, transaction_id, kind, application_id, answer_hash, receipt, sealed_answer)
  SELECT provider, transaction_id, kind, application_id, answer_hash, receipt, sealed_answer FROM evidence;
DROP TABLE evidence;
ALTER TABLE evidence_told RENAME TO evidence;
CREATE INDEX evidence_by_transaction ON evidence(provider, transaction_id, kind);
)sql";

// One order of a kind for each channel of a line: repeated, it is the same message.
pin::MessageId order_id(std::string_view what, const std::string& line, const std::string& channel) {
  pin::MessageId id{};
  const crypto::Digest digest =
      crypto::sm3({bytes_of(channel), bytes_of(" "), bytes_of(what), bytes_of(" "), bytes_of(line)});
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

}  // namespace

const store::Migrations& outside_migrations() {
  static const std::string guard = store::append_only_triggers("evidence");
  static const std::string receipts = std::string(receipts_schema) + guard;
  static const store::Migrations list = {
      {1, "evidence", outside_schema},
      {2, "append only", guard},
      {3, "face checks", face_schema},
      {4, "a receipt for each question", receipts},
  };
  return list;
}

// ---------------------------------------------------------------------------------------------------- key centre

Result<std::unique_ptr<KeyCentre>> KeyCentre::open(const DomainPlace& place, x509::Certificate vault) {
  const store::Migrations migrations = store::kmc_migrations();
  YX_TRY(Domain domain, Domain::open(place, "kmc", &migrations));
  std::unique_ptr<KeyCentre> centre(new KeyCentre(std::move(domain)));
  YX_TRY(centre->signer_, centre->domain_.chest.key("kmc"));
  YX_TRY(centre->certificate_, centre->domain_.chest.certificate("kmc"));
  YX_TRY(const Bytes record, cli::read_file(place.folder + "/kmc/escrow.der", max_escrow_bytes));
  YX_TRY(kmc::EscrowRecord escrow, kmc::EscrowRecord::parse(record));
  centre->keys_ = std::make_unique<store::SqliteKeyStore>(*centre->domain_.engine);
  const kmc::Parts parts{*centre->keys_,         centre->domain_.chest.wrapping(),
                         *centre->domain_.audit, *place.clock,
                         *place.random,          *centre->signer_};
  centre->pool_ = std::make_unique<kmc::Pool>(parts, kmc::PoolLevels{});
  centre->hand_over_ = std::make_unique<kmc::HandOver>(parts,
                                                       kmc::Pinned{.centre = centre->certificate_,
                                                                   .vaults = {std::move(vault)},
                                                                   .judicial_officers = {},
                                                                   .escrows = {std::move(escrow)}},
                                                       *centre->pool_);
  return centre;
}

Result<Bytes> KeyCentre::retire(BytesView retirement) {
  YX_CHECK(hand_over_->retire(retirement));
  return Bytes();
}

Result<void> KeyCentre::work() {
  YX_CHECK(pool_->refill());
  return {};
}

// ----------------------------------------------------------------------------------------------------------- PIN

Result<std::unique_ptr<PinDomain>> PinDomain::open(const DomainPlace& place, x509::Certificate vault,
                                                   x509::Certificate outside,
                                                   std::vector<crypto::Sm2PublicKey> adapters) {
  const store::Migrations migrations = store::pin_migrations();
  YX_TRY(Domain domain, Domain::open(place, "pin", &migrations));
  std::unique_ptr<PinDomain> made(new PinDomain(std::move(domain)));
  YX_TRY(made->signer_, made->domain_.chest.key("pin"));
  YX_TRY(made->certificate_, made->domain_.chest.certificate("pin"));
  YX_TRY(made->door_, made->domain_.chest.key("door"));
  YX_TRY(made->door_certificate_, made->domain_.chest.certificate("door"));
  made->secrets_ = std::make_unique<store::SqliteSecretStore>(*made->domain_.engine);
  made->service_ =
      std::make_unique<pin::Service>(pin::Parts{*made->secrets_, made->domain_.chest.wrapping(), *made->domain_.audit,
                                                *place.clock, *place.random, *made->signer_, made->door_->key()},
                                     pin::Pinned{.service = made->certificate_,
                                                 .vaults = {std::move(vault)},
                                                 .outsides = {std::move(outside)},
                                                 .adapters = std::move(adapters)});
  return made;
}

// ---------------------------------------------------------------------------------------------------------- seals

Result<std::unique_ptr<SealDomain>> SealDomain::open(const DomainPlace& place, Believes believes) {
  YX_TRY(Domain domain, Domain::open(place, "seal", nullptr));
  std::unique_ptr<SealDomain> made(new SealDomain(std::move(domain), std::move(believes)));
  made->clock_ = place.clock;
  YX_TRY(made->signer_, made->domain_.chest.key("seal-maker"));
  YX_TRY(made->certificate_, made->domain_.chest.certificate("seal-maker"));
  YX_TRY(const SecretBytes roster_key, made->domain_.chest.secret("roster"));
  made->roster_key_ = to_bytes(roster_key.expose());
  return made;
}

Result<trust::Checker> SealDomain::checker(const std::vector<crypto::Digest>& manifests) const {
  YX_TRY(x509::CertificateList roles_list, believes_.roles_list());
  trust::Pinned pinned{.roles_ca = believes_.roles_ca,
                       .roles_crl = std::move(roles_list),
                       .ca_key_hash = believes_.ca_key_hash,
                       .environment = believes_.around.environment,
                       .roster_key = roster_key_,
                       .permit_certificate = believes_.permit,
                       .manifests_in_force = manifests,
                       .now = clock_->now()};
  // What only the journal knows, the vault judged before it signed the receipt that is demanded here.
  return trust::Checker(
      std::move(pinned),
      {.make_template =
           [this](const trust::Snapshot& shot, const trust::SnapshotLine& line, const trust::Digest& profile) {
             return pki::answer_template(*believes_.profiles, believes_.around, shot, line, profile);
           },
       .is_issued = [](const trust::Digest&, std::int64_t) { return false; },
       .is_key_known = [](BytesView) { return false; },
       .is_device_ready = [](std::string_view) { return true; },
       .may_replace = [](BytesView, std::string_view) { return true; }});
}

Result<Bytes> SealDomain::make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView receipt,
                                    const x509::Certificate& owner, BytesView picture) {
  YX_TRY(const trust::Checker administrators, checker({}));
  const auto manifest = administrators.check_manifest(bundle.manifest);
  if (!manifest.value) {
    return fail(ErrorCode::forbidden, "the seal maker refuses: the manifest is not signed by two administrators");
  }
  YX_TRY(const trust::Checker judge, checker({manifest.value->hash()}));
  const auto approved = judge.check_seal(bundle, line, receipt, owner, picture);
  if (!approved.value) {
    std::string codes = "the seal maker refuses:";
    for (const trust::CheckFinding& finding : approved.report.findings) {
      codes += " " + std::string(trust::code_of(finding.reason));
    }
    return fail(ErrorCode::forbidden, std::move(codes));
  }
  const std::string seal_code = approved.value->application_id() + "-" + std::to_string(line);
  YX_CHECK(domain_.audit->record({.role = "seal",
                                  .subject = to_hex(certificate_.fingerprint()),
                                  .action = "seal.sign",
                                  .object = seal_code,
                                  .result = "intended"}));
  return seal::SealMaker(certificate_, *signer_).make(*approved.value, picture, seal_code, clock_->now());
}

// -------------------------------------------------------------------------------------------------------- outside

Result<std::unique_ptr<OutsideDomain>> OutsideDomain::open(const DomainPlace& place) {
  YX_TRY(Domain domain, Domain::open(place, "outside", &outside_migrations()));
  std::unique_ptr<OutsideDomain> made(new OutsideDomain(std::move(domain), place));
  YX_TRY(made->signer_, made->domain_.chest.key("outside"));
  YX_TRY(made->certificate_, made->domain_.chest.certificate("outside"));
  YX_TRY(made->evidence_, made->domain_.chest.key("evidence"));
  YX_TRY(made->evidence_certificate_, made->domain_.chest.certificate("evidence"));
  YX_TRY(made->letter_, made->domain_.chest.key("letter"));
  return made;
}

Result<Bytes> OutsideDomain::receive(const trust::Evidence& told, BytesView answer) {
  if (answer.size() > max_answer_bytes) {
    return fail(ErrorCode::invalid_input, "a provider's answer of more than 4096 bytes");
  }
  trust::Evidence evidence = told;
  evidence.answer = crypto::sm3(answer);
  evidence.at = whole_seconds(clock_->now());
  const auto is_anothers = [&](store::Snapshot& s) -> Result<bool> {
    YX_TRY(auto rows, s.query("SELECT 1 FROM evidence WHERE provider=?1 AND transaction_id=?2 AND kind=?3 AND "
                              "application_id<>?4",
                              told.provider, told.transaction_id, told.kind, told.application_id));
    return rows.next();
  };
  const std::string place = "outside.answer/" + told.provider + "/" + told.transaction_id + "/" + told.kind;
  YX_TRY(const crypto::WrappedKey sealed, domain_.chest.wrapping().wrap(place, answer, *random_));
  YX_CHECK(domain_.audit->record({.role = "outside",
                                  .subject = told.provider,
                                  .action = "evidence.sign",
                                  .object = told.application_id,
                                  .result = told.kind + (told.passed ? " passed" : " failed")}));
  YX_TRY(Bytes receipt, trust::sign_evidence(evidence, evidence_certificate_, *evidence_));
  return domain_.engine->write([&](store::Transaction& t) -> Result<Bytes> {
    YX_TRY(const bool taken, is_anothers(t));
    if (taken) {
      return fail(ErrorCode::conflict, "the provider's transaction stands for another application");
    }
    YX_CHECK(t.run(
        "INSERT INTO evidence(provider, transaction_id, kind, application_id, answer_hash, receipt, "
        "sealed_answer) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        told.provider, told.transaction_id, told.kind, told.application_id, evidence.answer, receipt, sealed.to_der()));
    return receipt;
  });
}

Result<Bytes> OutsideDomain::order(const pin::Order& wish) const {
  return cms::sign_pinned(wish.to_der(), oid::message_pin_order(), certificate_, *signer_, clock_->now());
}

// Asks the PIN domain for something that it draws, and opens what it sealed to us.
Result<pin::Secrets> OutsideDomain::drawn(const pin::Order& wish, const PinDoor& pin,
                                          const x509::Certificate& pin_certificate) {
  YX_TRY(const Bytes message, order(wish));
  YX_TRY(const Bytes reply, pin(message));
  YX_TRY(const cms::PinnedContent opened,
         cms::open_pinned(reply, oid::message_pin_answer(), {&pin_certificate, 1}, clock_->now()));
  YX_TRY(const pin::Answer answer, pin::Answer::parse(opened.content));
  if (answer.message != wish.message || !answer.sealed) {
    return fail(ErrorCode::corrupt, "the PIN domain answered another order");
  }
  YX_TRY(const SecretBytes plain, crypto::sm2_decrypt(letter_->key(), *answer.sealed));
  return pin::Secrets::parse(plain.expose());
}

Result<SecretBytes> OutsideDomain::draw_secret(const std::string& line, const std::string& channel, const PinDoor& pin,
                                               const x509::Certificate& pin_certificate) {
  const pin::Order wish{.message = order_id("draw", line, channel),
                        .kind = pin::OrderKind::draw_secret,
                        .line = line,
                        .recipient = letter_->public_key()};
  YX_CHECK(domain_.audit->record(
      {.role = "outside", .subject = channel, .action = "secret.draw", .object = line, .result = "intended"}));
  YX_TRY(pin::Secrets secrets, drawn(wish, pin, pin_certificate));
  if (!secrets.activation_secret) {
    return fail(ErrorCode::corrupt, "the PIN domain answered without a secret");
  }
  return std::move(*secrets.activation_secret);
}

Result<OutsideDomain::DrawnCode> OutsideDomain::draw_code(const std::string& line, const std::string& device,
                                                          const PinDoor& pin,
                                                          const x509::Certificate& pin_certificate) {
  pin::Order wish{
      .kind = pin::OrderKind::draw_code, .line = line, .device = device, .recipient = letter_->public_key()};
  std::ranges::copy(random_->bytes(wish.message.size()), wish.message.begin());
  YX_CHECK(domain_.audit->record(
      {.role = "outside", .subject = "sms", .action = "code.draw", .object = line, .result = "intended"}));
  YX_TRY(pin::Secrets secrets, drawn(wish, pin, pin_certificate));
  if (!secrets.activation_code) {
    return fail(ErrorCode::corrupt, "the PIN domain answered without a code");
  }
  return DrawnCode{.challenge = wish.message, .digits = std::move(*secrets.activation_code)};
}

Result<void> OutsideDomain::secret_delivered(const std::string& line, const std::string& channel, const PinDoor& pin) {
  YX_TRY(const Bytes message, order({.message = order_id("delivered", line, channel),
                                     .kind = pin::OrderKind::secret_delivered,
                                     .line = line,
                                     .drawn_by = order_id("draw", line, channel)}));
  YX_CHECK(pin(message));
  return {};
}

Result<void> OutsideDomain::void_secret(const std::string& line, const std::string& channel, const PinDoor& pin) {
  YX_CHECK(domain_.audit->record(
      {.role = "outside", .subject = channel, .action = "secret.void", .object = line, .result = "intended"}));
  YX_TRY(const Bytes message,
         order({.message = order_id("void", line, channel), .kind = pin::OrderKind::void_secret, .line = line}));
  YX_CHECK(pin(message));
  return {};
}

Result<void> OutsideDomain::remember_face(const std::string& transaction, const crypto::Digest& person) {
  return domain_.engine->write([&](store::Transaction& t) {
    return t.run("INSERT INTO face_check(transaction_id, person) VALUES(?1, ?2)", transaction, person);
  });
}

Result<crypto::Digest> OutsideDomain::person_of_face(const std::string& transaction) {
  return domain_.engine->read([&](store::Snapshot& s) -> Result<crypto::Digest> {
    YX_TRY(auto rows, s.query("SELECT person FROM face_check WHERE transaction_id=?1", transaction));
    YX_TRY(const bool found, rows.next());
    const Bytes person = found ? rows.blob(0) : Bytes();
    crypto::Digest digest{};
    if (person.size() != digest.size()) {
      return fail(ErrorCode::not_found, "nobody began this face check");
    }
    std::ranges::copy(person, digest.begin());
    return digest;
  });
}

// ----------------------------------------------------------------------------------------------------------- desk

Result<std::unique_ptr<DeskDomain>> DeskDomain::open(const DomainPlace& place, x509::Certificate roles_ca) {
  YX_TRY(Domain domain, Domain::open(place, "desk", &store::desk_migrations()));
  std::unique_ptr<DeskDomain> made(new DeskDomain(std::move(domain), audit_file(place, "desk")));
  YX_TRY(made->personal_, PersonalStore::open(made->domain_, place.folder + "/desk/materials", *place.random));
  YX_TRY(const SecretBytes roster_key, made->domain_.chest.secret("roster"));
  made->cases_ =
      std::make_unique<store::SqliteCaseStore>(*made->domain_.engine, *made->personal_.cipher, *made->personal_.blobs);
  made->desk_.emplace(hall::Desk::Parts{.store = *made->cases_,
                                        .audit = *made->domain_.audit,
                                        .clock = *place.clock,
                                        .roster_key = to_bytes(roster_key.expose()),
                                        .roles_ca = std::move(roles_ca)});
  return made;
}

// By its name and not by the writer's own descriptor: a file that was put in its place shows, too.
Result<audit::LookedBack> DeskDomain::look_back(std::optional<std::uint64_t> before,
                                                std::function<bool(const audit::Entry&)> wanted) const {
  const audit::Head newest = domain_.audit->head();
  YX_TRY(const auto file, audit::open_for_reading(audit_file_));
  return audit::look_back(*file, {.newest = newest, .before = before, .wanted = std::move(wanted)});
}

Result<std::vector<DeskDomain::Message>> DeskDomain::claim_work(hall::IntentKind kind, std::size_t limit,
                                                                std::chrono::milliseconds lease) {
  const auto outbox = store::WorkQueue::outbox(domain_.engine->clock());
  YX_TRY(auto claimed, domain_.engine->write([&](store::Transaction& t) {
    return outbox.claim(t, "desk." + std::string(hall::code_of(kind)), limit, lease);
  }));
  std::vector<Message> messages;
  for (store::Claimed& each : claimed) {
    YX_TRY(hall::DeskWork work, hall::DeskWork::parse(each.payload));
    messages.push_back({.claimed = std::move(each), .work = std::move(work)});
  }
  return messages;
}

Result<void> DeskDomain::settle(const store::Claimed& claimed, const Result<void>& result) {
  const auto outbox = store::WorkQueue::outbox(domain_.engine->clock());
  return domain_.engine->write([&](store::Transaction& t) -> Result<void> {
    if (result) {
      return outbox.finish(t, claimed);
    }
    YX_CHECK(outbox.retry(t, claimed, name_of(result.error().code)));
    return {};
  });
}

}  // namespace yinxin::office
