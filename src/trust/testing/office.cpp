#include "trust/testing/office.h"

#include "crypto/oids.h"

namespace yinxin::trust::testing {

namespace {

using namespace std::chrono_literals;
constexpr auto year = 365 * 24h;

const Digest picture = crypto::sm3(bytes_of("seal picture"));

}  // namespace

SmallCa::SmallCa(std::string name, Random& random, Instant at)
    : SmallCa(x509::Name::build({{oid::country(), "CN"}, {oid::common_name(), std::move(name)}}), random, at) {}

SmallCa::SmallCa(x509::Certificate certificate, std::shared_ptr<crypto::SoftSigner> signer, Random& random, Instant at)
    : random_(random), signer_(std::move(signer)), certificate_(std::move(certificate)), at_(at) {}

SmallCa::SmallCa(const x509::Name& subject, Random& random, Instant at)
    : random_(random), signer_(std::make_shared<crypto::SoftSigner>(crypto::Sm2PrivateKey::generate(random))), at_(at) {
  const x509::PublicKey key = x509::PublicKey::of(signer_->public_key());
  const Bytes tbs = x509::to_be_signed(
      {.serial = next_serial(),
       .issuer = subject,
       .not_before = whole_seconds(at - year),
       .not_after = whole_seconds(at + 10 * year),
       .subject = subject,
       .public_key = key,
       .extensions = {x509::extension::basic_constraints(true, 0),
                      x509::extension::key_usage(bit(x509::KeyUsage::key_cert_sign) | bit(x509::KeyUsage::crl_sign)),
                      x509::extension::subject_key_id(key.identifier())}});
  certificate_ = *x509::Certificate::parse(*x509::sign_and_assemble(tbs, *signer_));
}

Bytes SmallCa::next_serial() {
  Bytes serial{0x01, ++count_};
  append(serial, random_.bytes(8));
  return serial;
}

Holder SmallCa::issue(const OfficerWish& wish, BytesView roster_key) {
  auto signer = std::make_shared<crypto::SoftSigner>(crypto::Sm2PrivateKey::generate(random_));
  std::vector<x509::Extension> extensions{
      x509::extension::key_usage(bit(x509::KeyUsage::digital_signature) | bit(x509::KeyUsage::non_repudiation)),
      x509::extension::extended_key_usage({wish.purpose}, wish.critical_purpose)};
  if (wish.role) {
    extensions.push_back(role_extension(*wish.role));
    extensions.push_back(person_extension(person_id(roster_key, wish.resident_id)));
  }
  const Bytes tbs =
      x509::to_be_signed({.serial = next_serial(),
                          .issuer = certificate_.subject(),
                          .not_before = whole_seconds(wish.not_before),
                          .not_after = whole_seconds(wish.not_after),
                          .subject = x509::Name::build({{oid::country(), "CN"}, {oid::common_name(), wish.name}}),
                          .public_key = x509::PublicKey::of(signer->public_key()),
                          .extensions = std::move(extensions)});
  return {.certificate = *x509::Certificate::parse(*x509::sign_and_assemble(tbs, *signer_)), .signer = signer};
}

x509::Certificate SmallCa::issue_for(const x509::PublicKey& key, const x509::Name& subject, std::uint32_t usage) {
  const Bytes tbs = x509::to_be_signed({.serial = next_serial(),
                                        .issuer = certificate_.subject(),
                                        .not_before = whole_seconds(at_),
                                        .not_after = whole_seconds(at_ + year),
                                        .subject = subject,
                                        .public_key = key,
                                        .extensions = {x509::extension::key_usage(usage)}});
  return *x509::Certificate::parse(*x509::sign_and_assemble(tbs, *signer_));
}

x509::CertificateList SmallCa::crl(const std::vector<Bytes>& serials, Instant at) {
  x509::CrlContent content{.issuer = certificate_.subject(),
                           .authority_key_id = certificate_.public_key().identifier(),
                           .number = {1},
                           .this_update = whole_seconds(at),
                           .next_update = whole_seconds(at + 24h),
                           .entries = {}};
  for (const Bytes& serial : serials) {
    content.entries.push_back({.serial = serial, .revoked_at = whole_seconds(at)});
  }
  return *x509::CertificateList::parse(*x509::sign_and_assemble(x509::to_be_signed(content), *signer_));
}

OfficerWish Office::approving(std::string name, Role role, std::string resident_id) const {
  return {.name = std::move(name),
          .role = role,
          .resident_id = std::move(resident_id),
          .purpose = role == Role::system_administrator || role == Role::security_administrator ||
                             role == Role::audit_administrator
                         ? oid::eku_administrator()
                         : oid::eku_approval(),
          .not_before = at - 24h,
          .not_after = at + year};
}

Holder Office::make(const OfficerWish& wish, bool rogue) {
  return (rogue ? rogue_ca : roles_ca).issue(wish, roster_key);
}

Office::Office(Instant moment)
    : Office(moment, {.roles = {},
                      .roles_key = nullptr,
                      .permit = {},
                      .roster_key = SystemRandom().bytes(32),
                      .ca_key_hash = {},
                      .environment = "test",
                      .profile = crypto::sm3(bytes_of("organization profile")),
                      .station = crypto::sm3(bytes_of("station")),
                      .make_template = simple_template}) {}

Office::Office(Instant moment, Standing standing)
    : at(whole_seconds(moment)),
      environment(std::move(standing.environment)),
      profile(standing.profile),
      station(standing.station),
      make_template(std::move(standing.make_template)),
      roster_key(std::move(standing.roster_key)),
      roles_ca(standing.roles_key == nullptr ? SmallCa("Roles CA", random, at)
                                             : SmallCa(standing.roles, standing.roles_key, random, at)),
      rogue_ca(roles_ca.certificate().subject(), random, at),
      issuing_ca("Issuing CA", random, at),
      ca_key_hash(standing.roles_key == nullptr ? crypto::sm3(issuing_ca.certificate().public_key().der())
                                                : standing.ca_key_hash),
      registration(make(approving("受理员", Role::registration_officer, ids::registration))),
      review(make(approving("复核员", Role::review_officer, ids::review))),
      production(make(approving("制证员", Role::production_officer, ids::production))),
      administrator(make(approving("系统管理员", Role::system_administrator, ids::administrator))),
      second_administrator(make(approving("安全管理员", Role::security_administrator, ids::second_administrator))),
      evidence(make(serving("evidence", oid::eku_evidence()))),
      permit(standing.roles_key == nullptr ? make(serving("permit", oid::eku_permit())) : standing.permit) {}

OfficerWish Office::serving(std::string name, asn1::ObjectId purpose) const {
  return {.name = std::move(name),
          .role = std::nullopt,
          .resident_id = {},
          .purpose = std::move(purpose),
          .not_before = at - 24h,
          .not_after = at + year};
}

Story::Story(Office& o)
    : office(o),
      first_officer(o.registration),
      second_officer(o.review),
      production_officer(o.production),
      evidence_key(o.evidence),
      permit_key(o.permit),
      pinned{.roles_ca = o.roles_ca.certificate(),
             .roles_crl = o.roles_ca.crl({}, o.at),
             .ca_key_hash = o.ca_key_hash,
             .environment = o.environment,
             .roster_key = o.roster_key,
             .permit_certificate = o.permit.certificate,
             .manifests_in_force = {},
             .now = o.at},
      new_key(std::make_shared<crypto::SoftSigner>(crypto::Sm2PrivateKey::generate(o.random))) {}

Snapshot Story::snapshot() const {
  const SealWish seal{.picture_hash = picture, .width_mm = 40, .height_mm = 40, .name = "甲公司公章"};
  return {
      .application_id = application_id,
      .revision = 2,
      .programme = "programme-a",
      .programme_version = 3,
      .unit = {.name = "甲公司",
               .uscc = "91370100724250187M",
               .department = "",
               .state = "广东省",
               .locality = "深圳市",
               .address = "某路 1 号"},
      .legal_representative = {"李四", ids::legal_representative, "13800138001", ""},
      .requester = {"张三", ids::requester, "13800138000", "z@example.cn"},
      .lines =
          {{.number = 1, .validity_months = 12, .holder = {}, .held_device = {}, .replaced_serial = {}, .seal = seal}},
      .materials = {{"application_form", crypto::sm3(bytes_of("form")), crypto::sm3(bytes_of("form shown"))},
                    {"impression_sheet", crypto::sm3(bytes_of("sheet")), picture}},
      .money = {.due_fen = 20000, .received_fen = 20000, .price_version = "2026-01"},
      .channel = "online",
      .delivery = "courier"};
}

ProgrammePolicy Story::policy() const {
  std::vector<BusinessRule> rules;
  for (const Business business : {Business::new_, Business::replace, Business::renew, Business::revoke}) {
    for (const char* channel : {"online", "counter"}) {
      rules.push_back({.business = business,
                       .channel = channel,
                       .evidence = {"carrier_check", "micro_deposit"},
                       .overridable_evidence = {"carrier_check"},
                       .materials = {"application_form"},
                       .seal_materials = {"impression_sheet"},
                       .paid_before_making = true});
    }
  }
  return {.programme = "programme-a",
          .version = 3,
          .environment = office.environment,
          .rules = std::move(rules),
          .kinds = {SubjectKind::organization},
          .validity_months = {12, 36},
          .profiles = {office.profile},
          .acceptor_may_produce = false,
          .details = to_bytes(bytes_of("details"))};
}

Result<VaultAnswers::Template> simple_template(const Snapshot& snapshot, const SnapshotLine& line,
                                               const Digest& profile_hash) {
  VaultAnswers::Template made;
  made.subject =
      x509::Name::build(
          {{oid::country(), "CN"}, {oid::organization(), snapshot.unit.name}, {oid::common_name(), snapshot.unit.name}})
          .der();
  const x509::Extension code = x509::extension::text(oid::unified_social_credit_code(), snapshot.unit.uscc);
  made.extensions = {{code.id, code.value}};
  made.hash = crypto::sm3({made.subject, code.value, profile_hash, bytes_of(std::to_string(line.number))});
  return made;
}

// What both officers sign about that snapshot; puts the receipts into the bundle.
ApprovalContent Story::content_of(const Snapshot& shot, const Digest& manifest_hash) {
  std::vector<Evidence> receipts;
  for (const char* kind : {"carrier_check", "micro_deposit"}) {
    receipts.push_back({.kind = kind,
                        .provider = "provider",
                        .transaction_id = "t-1",
                        .application_id = shot.application_id,
                        .passed = true,
                        .answer = crypto::sm3(bytes_of("answer")),
                        .at = office.at - 2h});
  }
  on_evidence(receipts);
  ApprovalContent content{.ca_key_hash = pinned.ca_key_hash,
                          .environment = office.environment,
                          .application_id = shot.application_id,
                          .revision = shot.revision,
                          .programme = shot.programme,
                          .programme_version = shot.programme_version,
                          .manifest_hash = manifest_hash,
                          .lines = {},
                          .snapshot_hash = crypto::sm3(bundle.snapshot),
                          .materials = shot.materials,
                          .evidence = {},
                          .money = shot.money,
                          .requester = shot.requester.name,
                          .channel = shot.channel,
                          .delivery = shot.delivery};
  bundle.evidence.clear();
  for (const Evidence& receipt : receipts) {
    Bytes der = *sign_evidence(receipt, evidence_key.certificate, *evidence_key.signer);
    if (&receipt == &receipts.front()) {
      on_signed_evidence(der);
    }
    content.evidence.push_back({receipt.kind, statement_hash(der), std::nullopt});
    bundle.evidence.push_back(std::move(der));
  }
  for (const SnapshotLine& line : shot.lines) {
    // What no profile makes is approved all the same: with nothing in it.
    const auto made = office.make_template(shot, line, office.profile).value_or(VaultAnswers::Template());
    content.lines.push_back({.number = line.number,
                             .business = line.business,
                             .kind = line.kind,
                             .subject = made.subject,
                             .extensions = made.extensions,
                             .profile_hash = office.profile,
                             .template_hash = made.hash,
                             .validity_months = line.validity_months,
                             .held_device = line.held_device,
                             .replaced_serial = line.replaced_serial,
                             .seal = line.seal});
  }
  return content;
}

void Story::tell_case() {
  Snapshot shot = snapshot();
  on_snapshot(shot);
  ProgrammePolicy allowed = policy();
  on_policy(allowed);
  const SignedManifest manifest{.content = allowed.to_der(), .signatures = {}};
  bundle.snapshot = shot.to_der();
  bundle.manifest = manifest.to_der();
  pinned.manifests_in_force.clear();
  if (is_policy_in_force) {
    pinned.manifests_in_force.push_back(manifest.hash());
  }
  pinned.roles_crl = office.roles_ca.crl(revoked, office.at);

  ApprovalContent content = content_of(shot, manifest.hash());
  on_content(content);
  Approval first{.content = content,
                 .decision = Decision::accept,
                 .role = Role::registration_officer,
                 .officer_certificate = first_officer.certificate.fingerprint(),
                 .at = office.at - 1h,
                 .not_after = office.at + 7 * 24h,
                 .nonce = office.random.bytes(16),
                 .first_approval = std::nullopt};
  on_first(first);
  bundle.first_approval = *sign_approval(first, first_officer.certificate, *first_officer.signer);
  on_signed_first(bundle.first_approval);
  Approval second{.content = content,
                  .decision = Decision::approve,
                  .role = Role::review_officer,
                  .officer_certificate = second_officer.certificate.fingerprint(),
                  .at = office.at - 30min,
                  .not_after = office.at + 7 * 24h,
                  .nonce = office.random.bytes(16),
                  .first_approval = statement_hash(bundle.first_approval)};
  on_second(second);
  bundle.second_approval = *sign_approval(second, second_officer.certificate, *second_officer.signer);
  on_signed_second(bundle.second_approval);
  on_bundle(bundle);
}

void Story::tell_keying() {
  Permit permit{.second_approval = statement_hash(bundle.second_approval),
                .line = 1,
                .device_serial = device,
                .station_certificate = office.station,
                .production_officer = production_officer.certificate.fingerprint(),
                .nonce = office.random.bytes(16),
                .at = office.at - 10min,
                .not_after = office.at + 20min};
  on_permit(permit);
  keying.line = 1;
  keying.permit = *sign_permit(permit, permit_key.certificate, *permit_key.signer);
  on_signed_permit(keying.permit);
  std::vector<std::pair<asn1::ObjectId, Bytes>> attributes{
      {oid::permit_hash(), asn1::Writer().octet_string(statement_hash(keying.permit)).take()}};
  on_request_attributes(attributes);
  keying.request = *x509::make_request(x509::Name::build({{oid::common_name(), "line 1"}}), *new_key, attributes);
  on_request(keying.request);
  KeyBinding binding{.permit = statement_hash(keying.permit),
                     .second_approval = statement_hash(bundle.second_approval),
                     .line = 1,
                     .device_serial = device,
                     .device_model = "soft",
                     .device_firmware = "1.0",
                     .public_key = x509::PublicKey::of(new_key->public_key()).der(),
                     .request = crypto::sm3(keying.request),
                     .officer_certificate = production_officer.certificate.fingerprint(),
                     .at = office.at - 5min};
  on_binding(binding);
  keying.key_binding = *sign_key_binding(binding, production_officer.certificate, *production_officer.signer);
  on_signed_binding(keying.key_binding);
}

void Story::tell() {
  answers = {.make_template = office.make_template,
             .is_issued = [](const Digest&, std::int64_t) { return false; },
             .is_key_known = [](BytesView) { return false; },
             .is_device_ready = [](std::string_view serial) { return serial.starts_with(ready_devices); },
             .may_replace = [](BytesView, std::string_view) { return true; }};
  tell_case();
  tell_keying();
  on_pinned(pinned);
  on_answers(answers);
}

}  // namespace yinxin::trust::testing
