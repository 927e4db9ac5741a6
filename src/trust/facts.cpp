#include "trust/facts.h"

#include <algorithm>

#include "crypto/oids.h"

namespace yinxin::trust {

namespace {

// The approval purpose must stand in a critical extension, so that no other use of the certificate is understood.
bool is_for_approvals(const x509::Certificate& certificate) {
  const x509::Extension* extension = certificate.find_extension(oid::extended_key_usage());
  return extension != nullptr && extension->critical && certificate.has_purpose(oid::eku_approval());
}

}  // namespace

Signed judge_signer(const x509::Certificate& certificate, const Pinned& pinned) {
  Signed signed_by{.certificate = certificate};
  signed_by.issued_by_roles_ca =
      certificate.issuer() == pinned.roles_ca.subject() &&
      x509::signed_by(certificate, pinned.roles_ca.public_key()) == x509::SignatureCheck::holds;
  signed_by.revoked = pinned.roles_crl.find(certificate.serial()) != nullptr;
  signed_by.for_approvals = is_for_approvals(certificate);
  if (auto officer = officer_of(certificate)) {
    signed_by.officer = *officer;
  }
  return signed_by;
}

bool CaseFacts::is_party(const Signed& signed_by) const {
  return signed_by.officer && std::ranges::find(parties, signed_by.officer->person) != parties.end();
}

Result<Signed> read_signed(BytesView der, const asn1::ObjectId& content_type, const Pinned& pinned) {
  YX_TRY(const cms::SignedData message, cms::SignedData::parse(der));
  if (message.content_type != content_type || !message.content || message.signers.size() != 1) {
    return fail(ErrorCode::invalid_input, "not a statement of the expected type with one signer");
  }
  const cms::SignerReport report = cms::check_signer(message, message.signers.front());
  if (!report.certificate) {
    return fail(ErrorCode::invalid_input, "a statement without its signer's certificate");
  }
  Signed out = judge_signer(*report.certificate, pinned);
  out.hash = crypto::sm3(der);
  out.content = *message.content;
  out.signature_holds = !report.problem;
  return out;
}

Result<CaseFacts> read_case(const Bundle& bundle, const Pinned& pinned, const VaultAnswers& answers) {
  CaseFacts facts;
  facts.pinned = &pinned;
  YX_TRY(facts.snapshot, Snapshot::parse(bundle.snapshot));
  facts.snapshot_hash = crypto::sm3(bundle.snapshot);
  YX_TRY(const SignedManifest manifest, SignedManifest::parse(bundle.manifest));
  YX_TRY(facts.policy, ProgrammePolicy::parse(manifest.content));
  facts.manifest_hash = manifest.hash();
  YX_TRY(facts.s1, read_signed(bundle.first_approval, oid::statement_approval(), pinned));
  YX_TRY(facts.first, Approval::parse(facts.s1.content));
  YX_TRY(facts.s2, read_signed(bundle.second_approval, oid::statement_approval(), pinned));
  YX_TRY(facts.second, Approval::parse(facts.s2.content));
  if (bundle.evidence.size() > max_evidence) {
    return fail(ErrorCode::invalid_input, "more receipts than a case can have");
  }
  for (const Bytes& receipt : bundle.evidence) {
    EvidenceFacts evidence;
    YX_TRY(evidence.by, read_signed(receipt, oid::statement_evidence(), pinned));
    YX_TRY(evidence.statement, Evidence::parse(evidence.by.content));
    facts.evidence.push_back(std::move(evidence));
  }
  for (const Person* person : {&facts.snapshot.requester, &facts.snapshot.legal_representative}) {
    facts.parties.push_back(person_id(pinned.roster_key, person->resident_id));
  }
  for (const SnapshotLine& line : facts.snapshot.lines) {
    if (line.holder) {
      facts.parties.push_back(person_id(pinned.roster_key, line.holder->resident_id));
    }
  }
  for (const ApprovedLine& line : facts.content().lines) {
    const SnapshotLine* asked = facts.snapshot.find_line(line.number);
    std::optional<VaultAnswers::Template> made;
    if (asked != nullptr) {
      if (auto result = answers.make_template(facts.snapshot, *asked, line.profile_hash)) {
        made = std::move(*result);
      }
    }
    facts.templates.push_back(std::move(made));
    facts.may_replace.push_back(!line.replaced_serial ||
                                answers.may_replace(*line.replaced_serial, facts.snapshot.unit.uscc));
  }
  return facts;
}

Result<RequestFacts> read_request(const Bundle& bundle, const KeyingBundle& keying, const Pinned& pinned,
                                  const VaultAnswers& answers) {
  RequestFacts facts;
  YX_TRY(facts.of_case, read_case(bundle, pinned, answers));
  YX_TRY(facts.permit_by, read_signed(keying.permit, oid::statement_permit(), pinned));
  YX_TRY(facts.permit, Permit::parse(facts.permit_by.content));
  YX_TRY(facts.s3, read_signed(keying.key_binding, oid::statement_key_binding(), pinned));
  YX_TRY(facts.binding, KeyBinding::parse(facts.s3.content));
  YX_TRY(facts.request, x509::CertificationRequest::parse(keying.request));
  facts.request_hash = crypto::sm3(keying.request);
  if (!facts.request.public_key().sm2()) {
    return fail(ErrorCode::invalid_input, "a request for a key that is not SM2");
  }
  const auto& lines = facts.of_case.content().lines;
  const auto found = std::ranges::find(lines, keying.line, &ApprovedLine::number);
  if (found == lines.end()) {
    return fail(ErrorCode::invalid_input, "a line that the approval does not have");
  }
  facts.line = &*found;
  facts.key_known = answers.is_key_known(facts.request.public_key().der());
  facts.issued = answers.is_issued(facts.of_case.s2.hash, keying.line);
  facts.device_ready = answers.is_device_ready(facts.permit.device_serial);
  return facts;
}

}  // namespace yinxin::trust
