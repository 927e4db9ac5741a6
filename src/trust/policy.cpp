// The DER of what administrators and officers order: programme policies, manifests, status changes.

#include <algorithm>

#include "trust/der_parts.h"
#include "trust/snapshot.h"

namespace yinxin::trust {

using namespace parts;

namespace {

constexpr std::size_t max_policy_values = 256;
constexpr std::size_t max_manifest_signatures = 8;
constexpr std::size_t max_ordered_serials = 10000;

void write_utf8(asn1::Writer& writer, const std::string& text) { writer.utf8(text); }
void write_octets(asn1::Writer& writer, const Bytes& octets) { writer.octet_string(octets); }
void write_digest(asn1::Writer& writer, const Digest& digest) { writer.octet_string(digest); }

// BusinessRule ::= SEQUENCE { business, channel UTF8String, evidence, overridableEvidence, materials, sealMaterials
//   SEQUENCE OF UTF8String, paidBeforeMaking BOOLEAN }
void write_rule(asn1::Writer& writer, const BusinessRule& rule) {
  writer.sequence([&](asn1::Writer& w) {
    w.utf8(name_of(rule.business)).utf8(rule.channel);
    for (const auto* list : {&rule.evidence, &rule.overridable_evidence, &rule.materials, &rule.seal_materials}) {
      write_list(w, *list, write_utf8);
    }
    w.boolean(rule.paid_before_making);
  });
}

Result<BusinessRule> read_rule(asn1::Reader& reader) {
  YX_TRY(asn1::Reader r, reader.sequence());
  BusinessRule rule;
  YX_TRY(const std::string business, read_utf8(r));
  YX_TRY(rule.business, business_of_name(business));
  YX_TRY(rule.channel, read_utf8(r));
  for (auto* list : {&rule.evidence, &rule.overridable_evidence, &rule.materials, &rule.seal_materials}) {
    YX_TRY(*list, read_list(r, max_policy_values, read_utf8));
  }
  YX_TRY(rule.paid_before_making, r.boolean());
  YX_CHECK(r.finish());
  return rule;
}

Result<SubjectKind> read_kind(asn1::Reader& reader) {
  YX_TRY(const std::string name, read_utf8(reader));
  return subject_kind_of_name(name);
}
Result<std::int64_t> read_number(asn1::Reader& reader) { return reader.small_integer(); }

}  // namespace

const BusinessRule* ProgrammePolicy::find_rule(Business business, std::string_view channel) const {
  const auto found = std::ranges::find_if(
      rules, [&](const BusinessRule& rule) { return rule.business == business && rule.channel == channel; });
  return found == rules.end() ? nullptr : &*found;
}

// ProgrammePolicy ::= SEQUENCE { version, programme UTF8String, programmeVersion INTEGER, environment UTF8String,
//   rules SEQUENCE OF BusinessRule, kinds SEQUENCE OF UTF8String, months SEQUENCE OF INTEGER, profiles SEQUENCE OF
//   OCTET STRING, acceptorMayProduce BOOLEAN, details OCTET STRING }
Bytes ProgrammePolicy::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).utf8(programme).integer(version).utf8(environment);
    write_list(w, rules, write_rule);
    write_list(w, kinds, [](asn1::Writer& o, SubjectKind k) { o.utf8(name_of(k)); });
    write_list(w, validity_months, [](asn1::Writer& o, std::int64_t m) { o.integer(m); });
    write_list(w, profiles, write_digest);
    w.boolean(acceptor_may_produce).octet_string(details);
  });
}

Result<ProgrammePolicy> ProgrammePolicy::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  ProgrammePolicy p;
  YX_TRY(p.programme, read_utf8(r));
  YX_TRY(p.version, r.small_integer());
  YX_TRY(p.environment, read_utf8(r));
  YX_TRY(p.rules, read_list(r, max_policy_values, read_rule));
  YX_TRY(p.kinds, read_list(r, max_policy_values, read_kind));
  YX_TRY(p.validity_months, read_list(r, max_policy_values, read_number));
  YX_TRY(p.profiles, read_list(r, max_policy_values, read_digest));
  YX_TRY(p.acceptor_may_produce, r.boolean());
  YX_TRY(p.details, read_octets(r));
  YX_CHECK(r.finish());
  return only_canonical(std::move(p), der);
}

Bytes SignedManifest::to_der() const {
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).octet_string(content);
    write_list(w, signatures, write_octets);
  });
}

Result<SignedManifest> SignedManifest::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  SignedManifest manifest;
  YX_TRY(manifest.content, read_octets(r));
  YX_TRY(manifest.signatures, read_list(r, max_manifest_signatures, read_octets));
  YX_CHECK(r.finish());
  return manifest;
}

Digest SignedManifest::hash() const { return crypto::sm3(content); }

// StatusStatement ::= SEQUENCE { version, deed UTF8String, caKey OCTET STRING, environment UTF8String, serials SEQUENCE
//   OF OCTET STRING, reason INTEGER, explanation UTF8String, officer OCTET STRING, at, nonce OCTET STRING,
//   first [0] OCTET STRING OPTIONAL }
Bytes StatusStatement::to_der() const {
  const std::string_view name = deed == Deed::revoke ? "revoke" : deed == Deed::suspend ? "suspend" : "resume";
  return asn1::sequence([&](asn1::Writer& w) {
    w.integer(statement_version).utf8(name).octet_string(ca_key_hash).utf8(environment);
    write_list(w, serials, write_octets);
    w.integer(reason).utf8(explanation).octet_string(officer_certificate).generalized_time(at).octet_string(nonce);
    write_optional(w, 0, first, write_digest);
  });
}

Result<StatusStatement> StatusStatement::parse(BytesView der) {
  YX_TRY(asn1::Reader r, open_statement(der));
  StatusStatement s;
  YX_TRY(const std::string deed, read_utf8(r));
  if (deed != "revoke" && deed != "suspend" && deed != "resume") {
    return fail(ErrorCode::invalid_input, "a status change that does not exist");
  }
  s.deed = deed == "revoke" ? Deed::revoke : deed == "suspend" ? Deed::suspend : Deed::resume;
  YX_TRY(s.ca_key_hash, read_digest(r));
  YX_TRY(s.environment, read_utf8(r));
  YX_TRY(s.serials, read_list(r, max_ordered_serials, read_octets));
  YX_TRY(s.reason, r.small_integer());
  YX_TRY(s.explanation, read_utf8(r));
  YX_TRY(s.officer_certificate, read_digest(r));
  YX_TRY(s.at, read_time(r));
  YX_TRY(s.nonce, read_octets(r));
  YX_TRY(s.first, read_optional(r, 0, read_digest));
  YX_CHECK(r.finish());
  return only_canonical(std::move(s), der);
}

}  // namespace yinxin::trust
