#pragma once
// What the checks look at: everything read once, with the verdict of each signature, before any rule is asked.
// Inside trust only.

#include "crypto/cms/signed_data.h"
#include "trust/checker.h"

namespace yinxin::trust {

// One signed statement, read. A missing or unreadable part makes the bundle malformed before any check runs.
struct Signed {
  Digest hash{};  // over the whole SignedData
  Bytes content{};
  x509::Certificate certificate{};
  bool signature_holds = false;
  bool issued_by_roles_ca = false;
  bool revoked = false;
  bool for_approvals = false;
  bool for_administration = false;
  std::optional<Officer> officer{};

  [[nodiscard]] bool in_force_at(Instant at) const { return certificate.in_force_at(at); }
  [[nodiscard]] bool has_role(Role role) const { return officer && officer->role == role; }
};

struct EvidenceFacts {
  Signed by;
  Evidence statement;
};

struct CaseFacts {
  const Pinned* pinned = nullptr;
  Snapshot snapshot;
  Digest snapshot_hash{};
  ProgrammePolicy policy;
  Digest manifest_hash{};
  Signed s1;
  Approval first;
  Signed s2;
  Approval second;
  std::vector<EvidenceFacts> evidence;
  // Persons that the case is about: requester, legal representative, holders.
  std::vector<PersonId> parties;
  // One for each line of the second approval: what our own profile makes of it; nullopt when it makes nothing.
  std::vector<std::optional<VaultAnswers::Template>> templates;
  std::vector<bool> may_replace;

  [[nodiscard]] const ApprovalContent& content() const { return second.content; }
  [[nodiscard]] bool is_party(const Signed& signed_by) const;
};

struct RequestFacts {
  CaseFacts of_case;
  const ApprovedLine* line = nullptr;
  Signed permit_by;
  Permit permit;
  Signed s3;
  KeyBinding binding;
  x509::CertificationRequest request;
  Digest request_hash{};
  bool key_known = false;
  bool issued = false;
  bool device_ready = false;
};

// Everything that a certificate alone tells of its holder; signature_holds stays false.
Signed judge_signer(const x509::Certificate& certificate, const Pinned& pinned);

// Reading; a failure is why the bundle is malformed.
Result<Signed> read_signed(BytesView der, const asn1::ObjectId& content_type, const Pinned& pinned);
Result<CaseFacts> read_case(const Bundle& bundle, const Pinned& pinned, const VaultAnswers& answers);
Result<RequestFacts> read_request(const Bundle& bundle, const KeyingBundle& keying, const Pinned& pinned,
                                  const VaultAnswers& answers);

}  // namespace yinxin::trust
