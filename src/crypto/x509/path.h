#pragma once
// Path validation at a moment (RFC 5280 section 6 without policy mapping), with status from given CRLs and OCSP
// responses. A verdict is data: every problem found is listed, with the certificate it was found at. Nothing is
// fetched: addresses in certificates are never followed.

#include <map>
#include <memory>

#include "crypto/x509/ocsp.h"

namespace yinxin::x509 {

constexpr std::size_t max_path_length = 8;     // certificates, anchor included
constexpr std::size_t max_path_attempts = 64;  // links tried while building; more is an attack
constexpr std::size_t max_link_checks = 1024;  // signatures of one LinkMemory; a document that needs more is an attack

enum class PathProblem {
  no_trusted_root,        // no chain to any anchor could be built
  signature_broken,       // the issuer's key does not verify it
  algorithm_unsupported,  // or the inner and outer algorithm differ
  not_yet_in_force,
  expired,
  issuer_not_ca,
  issuer_may_not_sign,  // keyCertSign missing
  path_too_long,        // a pathLenConstraint or our own limit
  unknown_critical_extension,
  duplicate_extension,
  extension_unreadable,
  revoked,         // at or before the moment
  on_hold,         // certificateHold at the moment
  status_unknown,  // required, and no valid CRL or OCSP answer covers it
};
std::string_view name_of(PathProblem problem);

struct PathFinding {
  PathProblem problem = PathProblem::no_trusted_root;
  std::size_t depth = 0;  // 0 is the certificate that was asked about
  std::string subject;
};

// What is known about revocation, as of the answers' times.
struct KnownStatus {
  CertStatus status = CertStatus::unknown;
  Instant revoked_at;
  RevocationReason reason = RevocationReason::unspecified;
  Instant as_of;
};

// Which certificate is signed by which issuer's key, as far as it was asked: a signature is checked once however many
// paths, moments and signers lead over it. Not for use by several threads at a time.
class LinkMemory {
 public:
  // As signed_by(); unsupported for a new question after max_link_checks.
  SignatureCheck check(const Certificate& certificate, const Certificate& issuer);
  [[nodiscard]] std::size_t checked() const { return known_.size(); }

 private:
  std::map<std::pair<crypto::Digest, crypto::Digest>, SignatureCheck> known_;  // by fingerprints
};

struct TrustStore {
  std::vector<Certificate> anchors;        // their signature is not checked; as issuers they are judged like others
  std::vector<Certificate> intermediates;  // candidates
  std::vector<CertificateList> crls;
  std::vector<OcspResponse> ocsp_responses;
  // Shared by all questions about one document; without one, each validate_path() has its own.
  std::shared_ptr<LinkMemory> links{};
};

// Takes what `file` holds into the store: certificates (DER, PEM, one or many), a CRL or an OCSP response. Self-issued
// certificates become anchors when `is_trusted`, all others candidates. invalid_input for anything else.
Result<void> take_in(TrustStore& store, BytesView file, bool is_trusted);

struct PathRequest {
  Instant at;                   // the moment the question is about
  bool require_status = false;  // else an unknown status is no finding
  // Status answers must have been made at or after this moment to count as fresh; the default takes all.
  std::optional<Instant> status_not_older_than{};
};

struct PathReport {
  std::vector<Certificate> chain;  // from the certificate asked about to its anchor; without anchor: as far as it went
  std::vector<KnownStatus> statuses;  // one for each of the chain but the anchor
  std::vector<PathFinding> findings;  // empty: valid
  [[nodiscard]] bool valid() const { return findings.empty(); }
  [[nodiscard]] bool has(PathProblem problem) const;
  [[nodiscard]] bool reaches_anchor() const { return !has(PathProblem::no_trusted_root); }
};

PathReport validate_path(const Certificate& certificate, const TrustStore& store, const PathRequest& request);

// Status of `certificate` under `issuer` from the store's CRLs and OCSP responses, the newest answer whose signature
// holds; unknown when there is none.
KnownStatus known_status(const Certificate& certificate, const Certificate& issuer, const TrustStore& store,
                         const PathRequest& request);

}  // namespace yinxin::x509
