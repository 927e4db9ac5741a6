// trust.md's rules for the permit, S3, the request and the vault's own journal.

#include <array>

#include "crypto/oids.h"
#include "trust/checks.h"

namespace yinxin::trust {

namespace {

using F = RequestFacts;

constexpr std::chrono::minutes longest_permit{30};

bool live(const F& f) {
  const Instant now = f.of_case.pinned->now;
  return f.permit.at <= now && now <= f.permit.not_after && f.permit.not_after <= f.permit.at + longest_permit;
}

bool carries_permit(const F& f) {
  const auto value = f.request.find_attribute(oid::permit_hash());
  return value && *value == asn1::Writer().octet_string(f.permit_by.hash).bytes();
}

bool same_person(const Signed& a, const Signed& b) {
  return a.officer && b.officer && a.officer->person == b.officer->person;
}

constexpr std::array checks{
    Check<F>{Reason::permit_signature, [](const F& f) { return f.permit_by.signature_holds; }},
    Check<F>{Reason::permit_signer,
             [](const F& f) { return f.permit_by.certificate == f.of_case.pinned->permit_certificate; }},
    Check<F>{Reason::permit_approval, [](const F& f) { return f.permit.second_approval == f.of_case.s2.hash; }},
    Check<F>{Reason::permit_line, [](const F& f) { return f.permit.line == f.line->number; }},
    Check<F>{Reason::permit_live, live},
    Check<F>{Reason::permit_officer,
             [](const F& f) { return f.permit.production_officer == f.s3.certificate.fingerprint(); }},
    Check<F>{Reason::s3_signature, [](const F& f) { return f.s3.signature_holds; }},
    Check<F>{Reason::s3_issuer, [](const F& f) { return f.s3.issued_by_roles_ca; }},
    Check<F>{Reason::s3_in_force, [](const F& f) { return f.s3.in_force_at(f.binding.at); }},
    Check<F>{Reason::s3_revoked, [](const F& f) { return !f.s3.revoked; }},
    Check<F>{Reason::s3_purpose, [](const F& f) { return f.s3.for_approvals; }},
    Check<F>{Reason::s3_role, [](const F& f) { return f.s3.has_role(Role::production_officer); }},
    Check<F>{Reason::s3_officer,
             [](const F& f) { return f.binding.officer_certificate == f.s3.certificate.fingerprint(); }},
    Check<F>{Reason::s3_permit, [](const F& f) { return f.binding.permit == f.permit_by.hash; }},
    Check<F>{Reason::s3_approval, [](const F& f) { return f.binding.second_approval == f.of_case.s2.hash; }},
    Check<F>{Reason::s3_line, [](const F& f) { return f.binding.line == f.line->number; }},
    Check<F>{Reason::s3_device, [](const F& f) { return f.binding.device_serial == f.permit.device_serial; }},
    Check<F>{Reason::s3_held_device,
             [](const F& f) { return !f.line->held_device || *f.line->held_device == f.permit.device_serial; }},
    Check<F>{Reason::s3_key, [](const F& f) { return f.binding.public_key == f.request.public_key().der(); }},
    Check<F>{Reason::s3_request, [](const F& f) { return f.binding.request == f.request_hash; }},
    Check<F>{Reason::s3_time,
             [](const F& f) { return f.permit.at <= f.binding.at && f.binding.at <= f.permit.not_after; }},
    Check<F>{Reason::s3_not_reviewer, [](const F& f) { return !same_person(f.s3, f.of_case.s2); }},
    Check<F>{Reason::s3_not_acceptor,
             [](const F& f) { return f.of_case.policy.acceptor_may_produce || !same_person(f.s3, f.of_case.s1); }},
    Check<F>{Reason::s3_concerned, [](const F& f) { return !f.of_case.is_party(f.s3); }},
    Check<F>{Reason::csr_signature,
             [](const F& f) { return f.request.check_signature() == x509::SignatureCheck::holds; }},
    Check<F>{Reason::csr_permit, carries_permit},
    Check<F>{Reason::key_unused, [](const F& f) { return !f.key_known; }},
    Check<F>{Reason::line_unissued, [](const F& f) { return !f.issued; }},
    Check<F>{Reason::device_ready, [](const F& f) { return f.device_ready; }},
};

}  // namespace

std::span<const Check<RequestFacts>> request_checks() { return checks; }

}  // namespace yinxin::trust
