#include "trust/facts.h"

#include <algorithm>

#include "crypto/oids.h"
#include "trust/open.h"

namespace yinxin::trust {

Signed judge_signer(const x509::Certificate& certificate, const Pinned& pinned) {
  Signed signed_by{.certificate = certificate};
  signed_by.issued_by_roles_ca = is_issued_by(certificate, pinned.roles_ca);
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
  YX_TRY(OpenedStatement opened, open_signed(der, content_type));
  Signed out = judge_signer(opened.certificate, pinned);
  out.hash = opened.hash;
  out.content = std::move(opened.content);
  out.signature_holds = opened.signature_holds;
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
