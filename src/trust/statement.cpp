#include "trust/statement.h"

#include <array>

#include "trust/der_parts.h"

namespace yinxin::trust {

using namespace parts;

namespace {

constexpr std::size_t max_extensions = 32;

constexpr std::array businesses{
    std::pair{Business::new_, std::string_view("new")},
    std::pair{Business::add, std::string_view("add")},
    std::pair{Business::renew, std::string_view("renew")},
    std::pair{Business::replace, std::string_view("replace")},
    std::pair{Business::modify, std::string_view("modify")},
    std::pair{Business::change_requester, std::string_view("change_requester")},
    std::pair{Business::unlock, std::string_view("unlock")},
    std::pair{Business::revoke, std::string_view("revoke")},
    std::pair{Business::recover_key, std::string_view("recover_key")},
};

constexpr std::array kinds{
    std::pair{SubjectKind::organization, std::string_view("organization")},
    std::pair{SubjectKind::organization_member, std::string_view("organization_member")},
    std::pair{SubjectKind::individual, std::string_view("individual")},
};

template <class Table, class Key>
std::string_view name_in(const Table& table, Key key) {
  for (const auto& [known, name] : table) {
    if (known == key) {
      return name;
    }
  }
  ensure_unreachable("a value without a name");
}

template <class Key, class Table>
Result<Key> key_in(const Table& table, std::string_view name, const char* what) {
  for (const auto& [key, known] : table) {
    if (known == name) {
      return key;
    }
  }
  return fail(ErrorCode::invalid_input, what);
}

void write_extension(asn1::Writer& writer, const std::pair<asn1::ObjectId, Bytes>& extension) {
  writer.sequence([&](asn1::Writer& w) { w.object_id(extension.first).octet_string(extension.second); });
}

Result<std::pair<asn1::ObjectId, Bytes>> read_extension(asn1::Reader& reader) {
  YX_TRY(asn1::Reader inside, reader.sequence());
  std::pair<asn1::ObjectId, Bytes> extension;
  YX_TRY(extension.first, inside.object_id());
  YX_TRY(extension.second, read_octets(inside));
  YX_CHECK(inside.finish());
  return extension;
}

// ApprovedLine ::= SEQUENCE { number INTEGER, business UTF8String, kind UTF8String, subject Name, extensions SEQUENCE
// OF
//   SEQUENCE { id OBJECT IDENTIFIER, value OCTET STRING }, profile OCTET STRING, template OCTET STRING, months INTEGER,
//   heldDevice [0] UTF8String OPTIONAL, replacedSerial [1] OCTET STRING OPTIONAL, seal [2] SealWish OPTIONAL }
void write_line(asn1::Writer& writer, const ApprovedLine& line) {
  writer.sequence([&](asn1::Writer& w) {
    w.integer(line.number).utf8(name_of(line.business)).utf8(name_of(line.kind)).raw(line.subject);
    write_list(w, line.extensions, write_extension);
    w.octet_string(line.profile_hash).octet_string(line.template_hash).integer(line.validity_months);
    write_optional(w, 0, line.held_device, [](asn1::Writer& o, const std::string& v) { o.utf8(v); });
    write_optional(w, 1, line.replaced_serial, [](asn1::Writer& o, const Bytes& v) { o.octet_string(v); });
    write_optional(w, 2, line.seal, [](asn1::Writer& o, const SealWish& v) { write_seal(o, v); });
  });
}

Result<ApprovedLine> read_line(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  ApprovedLine line;
  YX_TRY(line.number, r.small_integer());
  YX_TRY(const std::string business, read_utf8(r));
  YX_TRY(line.business, business_of_name(business));
  YX_TRY(const std::string kind, read_utf8(r));
  YX_TRY(line.kind, subject_kind_of_name(kind));
  YX_TRY(const asn1::Element subject, r.expect(asn1::tag::sequence));
  YX_CHECK(x509::Name::parse(subject.whole));
  line.subject = to_bytes(subject.whole);
  YX_TRY(line.extensions, read_list(r, max_extensions, read_extension));
  YX_TRY(line.profile_hash, read_digest(r));
  YX_TRY(line.template_hash, read_digest(r));
  YX_TRY(line.validity_months, r.small_integer());
  YX_TRY(line.held_device, read_optional(r, 0, read_utf8));
  YX_TRY(line.replaced_serial, read_optional(r, 1, read_octets));
  YX_TRY(line.seal, read_optional(r, 2, read_seal));
  YX_CHECK(r.finish());
  return line;
}

// EvidenceMention ::= SEQUENCE { kind UTF8String, receipt OCTET STRING, override [0] UTF8String OPTIONAL }
void write_mention(asn1::Writer& writer, const EvidenceMention& mention) {
  writer.sequence([&](asn1::Writer& w) {
    w.utf8(mention.kind).octet_string(mention.receipt);
    write_optional(w, 0, mention.override_reason, [](asn1::Writer& o, const std::string& v) { o.utf8(v); });
  });
}

Result<EvidenceMention> read_mention(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  EvidenceMention mention;
  YX_TRY(mention.kind, read_utf8(r));
  YX_TRY(mention.receipt, read_digest(r));
  YX_TRY(mention.override_reason, read_optional(r, 0, read_utf8));
  YX_CHECK(r.finish());
  return mention;
}

// ApprovalContent ::= SEQUENCE { caKey OCTET STRING, environment UTF8String, applicationId UTF8String, revision
// INTEGER,
//   programme UTF8String, programmeVersion INTEGER, manifest OCTET STRING, lines SEQUENCE OF ApprovedLine, snapshot
//   OCTET STRING, materials SEQUENCE OF SlotHash, evidence SEQUENCE OF EvidenceMention, money, requester, channel,
//   delivery UTF8String }
void write_content(asn1::Writer& writer, const ApprovalContent& c) {
  writer.sequence([&](asn1::Writer& w) {
    w.octet_string(c.ca_key_hash).utf8(c.environment).utf8(c.application_id).integer(c.revision);
    w.utf8(c.programme).integer(c.programme_version).octet_string(c.manifest_hash);
    write_list(w, c.lines, write_line);
    w.octet_string(c.snapshot_hash);
    write_list(w, c.materials, write_slot);
    write_list(w, c.evidence, write_mention);
    write_money(w, c.money);
    w.utf8(c.requester).utf8(c.channel).utf8(c.delivery);
  });
}

Result<ApprovalContent> read_content(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  ApprovalContent c;
  YX_TRY(c.ca_key_hash, read_digest(r));
  YX_TRY(c.environment, read_utf8(r));
  YX_TRY(c.application_id, read_utf8(r));
  YX_TRY(c.revision, r.small_integer());
  YX_TRY(c.programme, read_utf8(r));
  YX_TRY(c.programme_version, r.small_integer());
  YX_TRY(c.manifest_hash, read_digest(r));
  YX_TRY(c.lines, read_list(r, max_lines, read_line));
  YX_TRY(c.snapshot_hash, read_digest(r));
  YX_TRY(c.materials, read_list(r, max_slots, read_slot));
  YX_TRY(c.evidence, read_list(r, max_evidence, read_mention));
  YX_TRY(c.money, read_money(r));
  YX_TRY(c.requester, read_utf8(r));
  YX_TRY(c.channel, read_utf8(r));
  YX_TRY(c.delivery, read_utf8(r));
  YX_CHECK(r.finish());
  return c;
}

}  // namespace

std::string_view name_of(Business business) { return name_in(businesses, business); }
Result<Business> business_of_name(std::string_view name) {
  return key_in<Business>(businesses, name, "a business that does not exist");
}
std::string_view name_of(SubjectKind kind) { return name_in(kinds, kind); }
Result<SubjectKind> subject_kind_of_name(std::string_view name) {
  return key_in<SubjectKind>(kinds, name, "a kind of certificate that does not exist");
}

namespace parts {

// SealWish ::= SEQUENCE { picture OCTET STRING, width INTEGER, height INTEGER, name UTF8String, type INTEGER }
void write_seal(asn1::Writer& writer, const SealWish& seal) {
  writer.sequence([&](asn1::Writer& w) {
    w.octet_string(seal.picture_hash).integer(seal.width_mm).integer(seal.height_mm).utf8(seal.name).integer(seal.type);
  });
}

Result<SealWish> read_seal(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  SealWish seal;
  YX_TRY(seal.picture_hash, read_digest(r));
  YX_TRY(seal.width_mm, r.small_integer());
  YX_TRY(seal.height_mm, r.small_integer());
  YX_TRY(seal.name, read_utf8(r));
  YX_TRY(seal.type, r.small_integer());
  YX_CHECK(r.finish());
  return seal;
}

// SlotHash ::= SEQUENCE { slot UTF8String, original OCTET STRING, rendition OCTET STRING }
void write_slot(asn1::Writer& writer, const SlotHash& slot) {
  writer.sequence([&](asn1::Writer& w) { w.utf8(slot.slot).octet_string(slot.original).octet_string(slot.rendition); });
}

Result<SlotHash> read_slot(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  SlotHash slot;
  YX_TRY(slot.slot, read_utf8(r));
  YX_TRY(slot.original, read_digest(r));
  YX_TRY(slot.rendition, read_digest(r));
  YX_CHECK(r.finish());
  return slot;
}

// Money ::= SEQUENCE { dueFen INTEGER, receivedFen INTEGER, priceVersion UTF8String }
void write_money(asn1::Writer& writer, const Money& money) {
  writer.sequence(
      [&](asn1::Writer& w) { w.integer(money.due_fen).integer(money.received_fen).utf8(money.price_version); });
}

Result<Money> read_money(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  Money money;
  YX_TRY(money.due_fen, r.small_integer());
  YX_TRY(money.received_fen, r.small_integer());
  YX_TRY(money.price_version, read_utf8(r));
  YX_CHECK(r.finish());
  return money;
}

}  // namespace parts

Bytes ApprovalContent::to_der() const {
  asn1::Writer w;
  write_content(w, *this);
  return w.take();
}

Result<ApprovalContent> ApprovalContent::parse(BytesView der) {
  asn1::Reader r(der);
  YX_TRY(ApprovalContent content, read_content(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(content), der);
}

// Approval ::= SEQUENCE { version, content ApprovalContent, decision UTF8String, role UTF8String, officer OCTET STRING,
//   at GeneralizedTime, notAfter GeneralizedTime, nonce OCTET STRING, firstApproval [0] OCTET STRING OPTIONAL }
Bytes Approval::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version);
    write_content(w, content);
    w.utf8(decision == Decision::accept ? "accept" : "approve").utf8(name_of(role)).octet_string(officer_certificate);
    w.generalized_time(at).generalized_time(not_after).octet_string(nonce);
    write_optional(w, 0, first_approval, [](asn1::Writer& o, const Digest& v) { o.octet_string(v); });
  });
}

Result<Approval> Approval::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  Approval a;
  YX_TRY(a.content, read_content(r));
  YX_TRY(const std::string decision, read_utf8(r));
  if (decision != "accept" && decision != "approve") {
    return fail(ErrorCode::invalid_input, "a decision that does not exist");
  }
  a.decision = decision == "accept" ? Decision::accept : Decision::approve;
  YX_TRY(const std::string role, read_utf8(r));
  YX_TRY(a.role, role_of_name(role));
  YX_TRY(a.officer_certificate, read_digest(r));
  YX_TRY(a.at, read_time(r));
  YX_TRY(a.not_after, read_time(r));
  YX_TRY(a.nonce, read_octets(r));
  YX_TRY(a.first_approval, read_optional(r, 0, read_digest));
  YX_CHECK(r.finish());
  return only_canonical(std::move(a), der);
}

// Permit ::= SEQUENCE { version, approval OCTET STRING, line INTEGER, device UTF8String, station OCTET STRING,
//   officer OCTET STRING, nonce OCTET STRING, at, notAfter GeneralizedTime }
Bytes Permit::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).octet_string(second_approval).integer(line).utf8(device_serial);
    w.octet_string(station_certificate).octet_string(production_officer).octet_string(nonce);
    w.generalized_time(at).generalized_time(not_after);
  });
}

Result<Permit> Permit::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  Permit p;
  YX_TRY(p.second_approval, read_digest(r));
  YX_TRY(p.line, r.small_integer());
  YX_TRY(p.device_serial, read_utf8(r));
  YX_TRY(p.station_certificate, read_digest(r));
  YX_TRY(p.production_officer, read_digest(r));
  YX_TRY(p.nonce, read_octets(r));
  YX_TRY(p.at, read_time(r));
  YX_TRY(p.not_after, read_time(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(p), der);
}

// KeyBinding ::= SEQUENCE { version, permit OCTET STRING, approval OCTET STRING, line INTEGER, device UTF8String, model
//   UTF8String, firmware UTF8String, publicKey SubjectPublicKeyInfo, request OCTET STRING, officer OCTET STRING, at }
Bytes KeyBinding::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).octet_string(permit).octet_string(second_approval).integer(line);
    w.utf8(device_serial).utf8(device_model).utf8(device_firmware).raw(public_key).octet_string(request);
    w.octet_string(officer_certificate).generalized_time(at);
  });
}

Result<KeyBinding> KeyBinding::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  KeyBinding b;
  YX_TRY(b.permit, read_digest(r));
  YX_TRY(b.second_approval, read_digest(r));
  YX_TRY(b.line, r.small_integer());
  YX_TRY(b.device_serial, read_utf8(r));
  YX_TRY(b.device_model, read_utf8(r));
  YX_TRY(b.device_firmware, read_utf8(r));
  YX_TRY(const asn1::Element key, r.expect(asn1::tag::sequence));
  b.public_key = to_bytes(key.whole);
  YX_TRY(b.request, read_digest(r));
  YX_TRY(b.officer_certificate, read_digest(r));
  YX_TRY(b.at, read_time(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(b), der);
}

// IssueReceipt ::= SEQUENCE { version, approval OCTET STRING, line INTEGER, device UTF8String, signing OCTET STRING,
//   encryption OCTET STRING, at }
Bytes IssueReceipt::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).octet_string(second_approval).integer(line).utf8(device_serial);
    w.octet_string(signing_certificate).octet_string(encryption_certificate).generalized_time(at);
  });
}

Result<IssueReceipt> IssueReceipt::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  IssueReceipt receipt;
  YX_TRY(receipt.second_approval, read_digest(r));
  YX_TRY(receipt.line, r.small_integer());
  YX_TRY(receipt.device_serial, read_utf8(r));
  YX_TRY(receipt.signing_certificate, read_digest(r));
  YX_TRY(receipt.encryption_certificate, read_digest(r));
  YX_TRY(receipt.at, read_time(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(receipt), der);
}

// TokenWord ::= SEQUENCE { version, signing OCTET STRING, encryption OCTET STRING, device UTF8String, at,
//   seal [0] OCTET STRING OPTIONAL }   -- which of S4 and S5 it is, the content type says
Bytes TokenWord::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).octet_string(signing_certificate).octet_string(encryption_certificate);
    w.utf8(device_serial).generalized_time(at);
    write_optional(w, 0, seal, [](asn1::Writer& o, const Digest& v) { o.octet_string(v); });
  });
}

Result<TokenWord> TokenWord::parse(BytesView der, Kind kind) {
  YX_TRY(asn1::Reader r, open_statement(der));
  TokenWord word;
  word.kind = kind;
  YX_TRY(word.signing_certificate, read_digest(r));
  YX_TRY(word.encryption_certificate, read_digest(r));
  YX_TRY(word.device_serial, read_utf8(r));
  YX_TRY(word.at, read_time(r));
  YX_TRY(word.seal, read_optional(r, 0, read_digest));
  YX_CHECK(r.finish());
  return only_canonical(std::move(word), der);
}

// Evidence ::= SEQUENCE { version, kind UTF8String, provider UTF8String, transaction UTF8String, application
// UTF8String,
//   passed BOOLEAN, answer OCTET STRING, at }
Bytes Evidence::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).utf8(kind).utf8(provider).utf8(transaction_id).utf8(application_id);
    w.boolean(passed).octet_string(answer).generalized_time(at);
  });
}

Result<Evidence> Evidence::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  Evidence e;
  YX_TRY(e.kind, read_utf8(r));
  YX_TRY(e.provider, read_utf8(r));
  YX_TRY(e.transaction_id, read_utf8(r));
  YX_TRY(e.application_id, read_utf8(r));
  YX_TRY(e.passed, r.boolean());
  YX_TRY(e.answer, read_digest(r));
  YX_TRY(e.at, read_time(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(e), der);
}

}  // namespace yinxin::trust
