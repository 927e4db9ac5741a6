#include "pki/vault/vault.h"

#include "crypto/oids.h"
#include "trust/make.h"

namespace yinxin::pki {

namespace {

// SM3 of a key as the journal knows it; nothing for what is no SubjectPublicKeyInfo.
Digest key_hash_of(BytesView subject_public_key_info) { return crypto::sm3(subject_public_key_info); }

// The unit's code as our own profiles write it.
bool is_of_unit(const x509::Certificate& certificate, std::string_view uscc) {
  const x509::Extension* code = certificate.find_extension(oid::unified_social_credit_code());
  return code != nullptr && code->value == x509::extension::text(oid::unified_social_credit_code(), uscc).value;
}

Error refusal(const trust::CheckReport& report) {
  std::string codes;
  for (const trust::CheckFinding& finding : report.findings) {
    codes += (codes.empty() ? "" : " ") + std::string(trust::code_of(finding.reason));
  }
  return fail(ErrorCode::forbidden, "the vault refuses: " + codes);
}

template <class T>
Result<T> value_of(trust::Checked<T> checked) {
  if (!checked.value) {
    return refusal(checked.report);
  }
  return std::move(*checked.value);
}

}  // namespace

Result<void> Vault::note(std::string_view action, std::string_view object, std::string_view result) const {
  YX_CHECK(parts_.audit->record({.role = "vault",
                                 .subject = to_hex(parts_.authority->id()),
                                 .action = std::string(action),
                                 .object = std::string(object),
                                 .result = std::string(result)}));
  return {};
}

// `order` and `own_key`: a request that was carried out as far as the journal, but not to its receipt, may be judged
// again: its own key and its own issuance do not stand against it.
Result<trust::Checker> Vault::checker(const Digest* order, BytesView own_key) const {
  YX_TRY(x509::CertificateList roles_list, parts_.roles_list());
  YX_TRY(std::vector<Digest> manifests, parts_.book->manifests());
  trust::Pinned pinned{.roles_ca = parts_.roles_ca,
                       .roles_crl = std::move(roles_list),
                       .ca_key_hash = issuer_id(parts_.issuing.public_key()),
                       .environment = parts_.around.environment,
                       .roster_key = parts_.roster_key,
                       .permit_certificate = parts_.permit_certificate,
                       .manifests_in_force = std::move(manifests),
                       .now = parts_.clock->now()};
  bool own_is_live = false;
  if (order != nullptr) {
    YX_TRY(const auto live, parts_.journal->find_live(*order));
    own_is_live = live && live->key_hash == key_hash_of(own_key);
  }
  // A question that cannot be answered is answered against the request.
  return trust::Checker(
      std::move(pinned),
      {.make_template =
           [this](const trust::Snapshot& shot, const trust::SnapshotLine& line, const Digest& profile) {
             return answer_template(*parts_.profiles, parts_.around, shot, line, profile);
           },
       .is_issued =
           [this, own_is_live](const Digest& second_approval, std::int64_t line) {
             const auto live = parts_.journal->find_live(order_of_line(second_approval, line));
             return !live || (*live && !own_is_live);
           },
       .is_key_known =
           [this, own_is_live](BytesView key) {
             const auto known = parts_.journal->is_key_known(key_hash_of(key));
             return !known || (*known && !own_is_live);
           },
       .is_device_ready =
           [this](std::string_view serial) {
             const auto device = parts_.book->find_device(serial);
             return device && *device && !(*device)->quarantined;
           },
       .may_replace =
           [this](BytesView serial, std::string_view uscc) {
             const auto record = parts_.journal->find_certificate(parts_.authority->id(), serial);
             if (!record) {
               return false;
             }
             const auto certificate = x509::Certificate::parse(record->der);
             return certificate && is_of_unit(*certificate, uscc);
           }});
}

Result<Digest> Vault::adopt(BytesView signed_manifest) {
  YX_TRY(const trust::Checker judge, checker(nullptr, {}));
  YX_TRY(const trust::AdoptedManifest adopted, value_of(judge.check_manifest(signed_manifest)));
  YX_CHECK(note("manifest.adopt", to_hex(adopted.hash()), adopted.policy().programme));
  YX_CHECK(parts_.book->adopt(adopted, signed_manifest, parts_.clock->now()));
  return adopted.hash();
}

Result<void> Vault::register_device(Device device) {
  for (const std::string* field : {&device.serial, &device.model, &device.firmware, &device.batch}) {
    if (field->size() > max_device_field_bytes) {
      return fail(ErrorCode::invalid_input, "a device's field is longer than 64 bytes");
    }
  }
  if (device.serial.empty()) {
    return fail(ErrorCode::invalid_input, "a device without a serial number");
  }
  device.at = parts_.clock->now();
  YX_CHECK(note("device.register", device.serial, device.model));
  return parts_.book->register_device(device);
}

Result<Vault::Permitted> Vault::permit(const trust::Bundle& bundle, std::int64_t line, const std::string& device,
                                       const x509::Certificate& station, const x509::Certificate& officer) {
  YX_TRY(const trust::Checker judge, checker(nullptr, {}));
  YX_TRY(const trust::ApprovedCase approved, value_of(judge.check_case(bundle)));
  const trust::SnapshotLine* wanted = approved.snapshot().find_line(line);
  if (wanted == nullptr) {
    return fail(ErrorCode::not_found, "the case has no such line");
  }
  if (wanted->held_device && *wanted->held_device != device) {
    return fail(ErrorCode::forbidden, "the vault refuses: s3.held_device");
  }
  YX_TRY(const auto registered, parts_.book->find_device(device));
  if (!registered || registered->quarantined) {
    return fail(ErrorCode::forbidden, "the vault refuses: device.ready");
  }
  if (station.issuer() != parts_.roles_ca.subject() ||
      x509::signed_by(station, parts_.roles_ca.public_key()) != x509::SignatureCheck::holds ||
      !station.has_purpose(oid::eku_station()) || !station.public_key().sm2()) {
    return fail(ErrorCode::forbidden, "not a station of this office");
  }
  YX_TRY(const auto issued, parts_.book->find_issued(approved.second_approval_hash(), line));
  if (issued) {
    return fail(ErrorCode::wrong_state, "the line has its certificates");
  }
  const Instant now = parts_.clock->now();
  const std::string name = approved.snapshot().application_id + "/" + std::to_string(line);
  YX_TRY(auto live, parts_.book->find_permit(approved.second_approval_hash(), line, now));
  if (!live) {
    // An earlier permit ran out before a key was certified: what was drawn for its token counts no more.
    YX_TRY(const auto earlier, parts_.book->find_permit(approved.second_approval_hash(), line, Instant{}));
    if (earlier) {
      YX_CHECK(parts_.secrets->abandon(earlier->hash, name, earlier->device));
    }
  }
  if (!live || live->device != device || live->officer != officer.fingerprint() ||
      live->station != station.fingerprint()) {
    const trust::Permit permit{.second_approval = approved.second_approval_hash(),
                               .line = line,
                               .device_serial = device,
                               .station_certificate = station.fingerprint(),
                               .production_officer = officer.fingerprint(),
                               .nonce = parts_.random->bytes(permit_nonce_bytes),
                               .at = whole_seconds(now),
                               .not_after = whole_seconds(now) + permit_life};
    YX_CHECK(note("permit.sign", name, device));
    YX_TRY(Bytes der, trust::sign_permit(permit, parts_.permit_certificate, *parts_.permit_signer));
    const Digest hash = trust::statement_hash(der);
    live = StoredPermit{.second_approval = permit.second_approval,
                        .line = line,
                        .hash = hash,
                        .device = device,
                        .station = permit.station_certificate,
                        .officer = permit.production_officer,
                        .der = std::move(der),
                        .not_after = permit.not_after};
    YX_CHECK(parts_.book->store_permit(*live, now));
  }
  YX_TRY(Bytes secrets, parts_.secrets->draw_for_keying(live->hash, name, device, *station.public_key().sm2()));
  // Both officers have signed for money and account (the policy demanded their receipts), so the gate is open.
  YX_CHECK(parts_.secrets->open_gate(live->hash, name));
  return Permitted{live->der, std::move(secrets)};
}

Result<IssuedLine> Vault::issue(const trust::Bundle& bundle, const trust::KeyingBundle& keying) {
  const Digest second_approval = trust::statement_hash(bundle.second_approval);
  YX_TRY(const auto request, x509::CertificationRequest::parse(keying.request));
  YX_TRY(const auto known, parts_.book->find_issued(second_approval, keying.line));
  if (known) {
    YX_TRY(const auto signing, x509::Certificate::parse(known->signing));
    if (signing.public_key().der() == request.public_key().der()) {
      return *known;
    }
  }
  const Digest order = order_of_line(second_approval, keying.line);
  YX_TRY(const trust::Checker judge, checker(&order, request.public_key().der()));
  YX_TRY(const trust::ApprovedRequest approved, value_of(judge.check_request(bundle, keying)));
  YX_TRY(const auto live, parts_.book->find_permit(second_approval, keying.line, parts_.clock->now()));
  if (!live || live->hash != approved.permit_hash()) {
    return fail(ErrorCode::forbidden, "the vault refuses: permit.live");
  }
  YX_TRY(const IssueOrder to_issue, IssueOrder::of(approved, *parts_.profiles, parts_.around));
  YX_TRY(const IssuedCertificates issued, parts_.authority->issue(to_issue));
  YX_CHECK(parts_.heads->advance());
  return store(approved, issued);
}

Result<IssuedLine> Vault::store(const trust::ApprovedRequest& request, const IssuedCertificates& issued) {
  if (issued.certificates.size() != 2) {
    return fail(ErrorCode::internal, "a line without its two certificates");
  }
  const trust::IssueReceipt receipt{.second_approval = request.second_approval_hash(),
                                    .line = request.line().number,
                                    .device_serial = request.device_serial(),
                                    .signing_certificate = issued.certificates[0].fingerprint(),
                                    .encryption_certificate = issued.certificates[1].fingerprint(),
                                    .at = whole_seconds(parts_.clock->now())};
  IssuedLine line{.second_approval = receipt.second_approval,
                  .line = receipt.line,
                  .case_id = request.snapshot().application_id,
                  .device = receipt.device_serial,
                  .permit = request.permit_hash(),
                  .signing = issued.certificates[0].der(),
                  .encryption = issued.certificates[1].der(),
                  .envelope = issued.envelope,
                  .receipt = {},
                  .at = receipt.at,
                  .wants_seal = request.line().seal.has_value(),
                  .seal = {},
                  .written = {},
                  .activated = {}};
  YX_CHECK(note("receipt.sign", line.name(), to_hex(receipt.signing_certificate)));
  YX_TRY(line.receipt, trust::sign_issue_receipt(receipt, parts_.permit_certificate, *parts_.permit_signer));
  YX_CHECK(parts_.book->store_issued(line));
  return need_issued(line.second_approval, line.line);
}

Result<IssuedLine> Vault::need_issued(const Digest& second_approval, std::int64_t line) const {
  YX_TRY(auto found, parts_.book->find_issued(second_approval, line));
  if (!found) {
    return fail(ErrorCode::not_found, "the line has no certificates");
  }
  return std::move(*found);
}

Result<Bytes> Vault::make_seal(const trust::Bundle& bundle, std::int64_t line, BytesView picture) {
  YX_TRY(const IssuedLine issued, need_issued(trust::statement_hash(bundle.second_approval), line));
  if (!issued.seal.empty()) {
    return issued.seal;
  }
  YX_TRY(const auto owner, x509::Certificate::parse(issued.signing));
  YX_CHECK(note("seal.order", issued.name(), "intended"));
  YX_TRY(Bytes made, parts_.seals->make_seal(bundle, line, issued.receipt, owner, picture));
  YX_CHECK(parts_.book->store_seal(issued.id, made));
  return made;
}

Result<void> Vault::hear_written(const Digest& second_approval, std::int64_t line, BytesView signed_word) {
  YX_TRY(IssuedLine issued, need_issued(second_approval, line));
  if (issued.written.empty()) {
    YX_TRY(const auto signing, x509::Certificate::parse(issued.signing));
    YX_TRY(const auto encryption, x509::Certificate::parse(issued.encryption));
    YX_TRY(const trust::Checker judge, checker(nullptr, {}));
    YX_TRY(const auto heard, value_of(judge.check_token_word(signed_word, trust::TokenWord::Kind::written, signing,
                                                             encryption, issued.device)));
    const bool has_seal = !issued.seal.empty();
    if (has_seal != issued.wants_seal || heard.word().seal.has_value() != has_seal ||
        (has_seal && *heard.word().seal != crypto::sm3(issued.seal))) {
      return fail(ErrorCode::forbidden, "the token does not name the seal that was approved and made");
    }
    YX_CHECK(note("token.written", issued.name(), issued.device));
    issued.written = to_bytes(signed_word);
    YX_CHECK(parts_.book->store_written(issued.id, signed_word));
  } else if (!std::ranges::equal(issued.written, signed_word)) {
    return fail(ErrorCode::conflict, "the token has given its word already, in other bytes");
  }
  return tell_pin(std::move(issued));
}

Result<void> Vault::hear_activated(const Digest& second_approval, std::int64_t line, BytesView signed_word) {
  YX_TRY(IssuedLine issued, need_issued(second_approval, line));
  if (issued.written.empty()) {
    return fail(ErrorCode::wrong_state, "the token was never written");
  }
  if (!issued.activated.empty() && !std::ranges::equal(issued.activated, signed_word)) {
    return fail(ErrorCode::conflict, "the token was activated already");
  }
  YX_TRY(const auto signing, x509::Certificate::parse(issued.signing));
  YX_TRY(const auto encryption, x509::Certificate::parse(issued.encryption));
  YX_TRY(const trust::Checker judge, checker(nullptr, {}));
  YX_TRY(const auto heard, value_of(judge.check_token_word(signed_word, trust::TokenWord::Kind::activated, signing,
                                                           encryption, issued.device)));
  // The hold is lifted once, whoever repeats it; the row's cause is the word itself.
  YX_CHECK(parts_.revocations->activate(heard));
  if (issued.activated.empty()) {
    YX_CHECK(note("token.activated", issued.name(), issued.device));
    issued.activated = to_bytes(signed_word);
    YX_CHECK(parts_.book->store_activated(issued.id, signed_word));
  }
  return tell_pin(std::move(issued));
}

Result<void> Vault::order_status(BytesView first, BytesView second) {
  YX_TRY(const trust::Checker judge, checker(nullptr, {}));
  YX_TRY(const trust::StatusOrder order, value_of(judge.check_status_order(first, second)));
  return parts_.revocations->apply(order);
}

Result<void> Vault::tell_pin(IssuedLine line) {
  YX_TRY(const auto signing, x509::Certificate::parse(line.signing));
  if (line.pin_told < pin_heard_written && !line.written.empty()) {
    YX_CHECK(parts_.secrets->written(line.permit, line.name(), line.device, signing.serial()));
    line.pin_told = pin_heard_written;
    YX_CHECK(parts_.book->note_pin_told(line.id, line.pin_told));
  }
  if (line.pin_told < pin_heard_end && (line.given_up || !line.activated.empty())) {
    YX_CHECK(line.given_up ? parts_.secrets->abandon(line.permit, line.name(), line.device)
                           : parts_.secrets->activated(line.permit, line.name(), line.device, signing.serial()));
    YX_CHECK(parts_.book->note_pin_told(line.id, pin_heard_end));
  }
  return {};
}

Result<void> Vault::give_up(const IssuedLine& line, std::string_view why) {
  std::vector<Bytes> serials;
  for (const Bytes* der : {&line.signing, &line.encryption}) {
    YX_TRY(const auto certificate, x509::Certificate::parse(*der));
    serials.push_back(certificate.serial());
  }
  YX_CHECK(parts_.revocations->revoke_by_rule(serials, x509::RevocationReason::cessation_of_operation, why));
  YX_CHECK(note("line.give_up", line.name(), line.device));
  return parts_.book->give_up(line.id);
}

Result<std::size_t> Vault::give_up_held(const std::string& case_id, Instant before, std::string_view why) {
  YX_TRY(const std::vector<IssuedLine> lines, parts_.book->held(case_id, before));
  for (const IssuedLine& line : lines) {
    YX_CHECK(give_up(line, why));
  }
  YX_TRY(const std::vector<IssuedLine> untold, parts_.book->untold());
  for (const IssuedLine& line : untold) {
    YX_CHECK(tell_pin(line));
  }
  return lines.size();
}

Result<std::size_t> Vault::resume() {
  YX_CHECK(parts_.authority->recover());
  YX_CHECK(parts_.heads->advance());
  YX_TRY(const std::vector<IssuedLine> late, parts_.book->unwritten(parts_.clock->now() - writing_time));
  for (const IssuedLine& line : late) {
    YX_CHECK(give_up(line, "no word of a written token within the hour"));
  }
  YX_TRY(const std::vector<IssuedLine> untold, parts_.book->untold());
  for (const IssuedLine& line : untold) {
    YX_CHECK(tell_pin(line));
  }
  return late.size();
}

}  // namespace yinxin::pki
