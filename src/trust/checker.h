#pragma once
// The one place where approvals become an order to sign. The signer takes an ApprovedRequest, and nothing but
// the checker can construct one. A hall that is wholly taken over can send bundles here; it gets findings back.

#include <functional>
#include <optional>

#include "crypto/x509/build.h"
#include "trust/reason.h"
#include "trust/snapshot.h"

namespace yinxin::trust {

// All that a request for one line consists of, as the vault pulled it.
struct Bundle {
  Bytes snapshot;
  Bytes manifest;               // SignedManifest
  Bytes first_approval;         // S1, SignedData
  Bytes second_approval;        // S2, SignedData
  std::vector<Bytes> evidence;  // SignedData of the evidence key
};
struct KeyingBundle {
  std::int64_t line = 0;
  Bytes permit;       // P, SignedData
  Bytes key_binding;  // S3, SignedData
  Bytes request;      // PKCS#10
};

// What the vault itself holds and believes; none of it comes from the hall.
struct Pinned {
  x509::Certificate roles_ca;
  x509::CertificateList roles_crl;  // of the roles CA, current
  Digest ca_key_hash{};
  std::string environment;
  Bytes roster_key;                        // for person_id()
  x509::Certificate permit_certificate;    // our own permits
  std::vector<Digest> manifests_in_force;  // taken over from two administrators' signatures
  Instant now;
};

// What the vault's journal and profiles answer. Each question is asked with exact values.
struct VaultAnswers {
  // The template that our own profile makes of this line; failure: the line cannot be made.
  struct Template {
    Bytes subject;
    std::vector<std::pair<asn1::ObjectId, Bytes>> extensions;
    Digest hash{};
  };
  std::function<Result<Template>(const Snapshot&, const SnapshotLine&, const Digest& profile)> make_template;
  // A live (not revoked) pair of certificates exists for this approval and line.
  std::function<bool(const Digest& second_approval, std::int64_t line)> is_issued;
  // The key was seen in any earlier request or certificate.
  std::function<bool(BytesView public_key)> is_key_known;
  // The device was taken in at intake and is not quarantined.
  std::function<bool(std::string_view device_serial)> is_device_ready;
  // The certificate to be replaced exists, belongs to this unit and has not ended otherwise.
  std::function<bool(BytesView serial, std::string_view uscc)> may_replace;
};

struct CheckReport {
  std::vector<CheckFinding> findings;  // empty: everything holds
  [[nodiscard]] bool holds() const { return findings.empty(); }
};

class Checker;

// Both approvals hold: the vault may write permits for its lines.
class ApprovedCase {
 public:
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const ApprovalContent& content() const { return content_; }
  [[nodiscard]] const Digest& second_approval_hash() const { return second_approval_hash_; }
  [[nodiscard]] Instant not_after() const { return not_after_; }

 private:
  friend class Checker;
  ApprovedCase() = default;
  Snapshot snapshot_;
  ApprovalContent content_;
  Digest second_approval_hash_{};
  Instant not_after_;
};

// Everything holds for one line: the signer may make exactly this.
class ApprovedRequest {
 public:
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const ApprovedLine& line() const { return line_; }
  [[nodiscard]] const SnapshotLine& snapshot_line() const { return *snapshot_.find_line(line_.number); }
  [[nodiscard]] const Digest& second_approval_hash() const { return second_approval_hash_; }
  [[nodiscard]] const x509::PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const std::string& device_serial() const { return device_serial_; }
  [[nodiscard]] const Digest& permit_hash() const { return permit_hash_; }

 private:
  friend class Checker;
  ApprovedRequest() = default;
  Snapshot snapshot_;
  ApprovedLine line_;
  Digest second_approval_hash_{};
  Digest permit_hash_{};
  x509::PublicKey public_key_;
  std::string device_serial_;
};

// The seal of an approved line; the seal maker signs nothing else. Needs the line's issue receipt.
class ApprovedSeal {
 public:
  [[nodiscard]] const SealWish& wish() const { return wish_; }
  [[nodiscard]] const x509::Certificate& owner() const { return owner_; }
  [[nodiscard]] const std::string& application_id() const { return application_id_; }

 private:
  friend class Checker;
  explicit ApprovedSeal(x509::Certificate owner) : owner_(std::move(owner)) {}
  SealWish wish_;
  x509::Certificate owner_;
  std::string application_id_;
};

// A status change that the right officers ordered. A revocation needs two persons, suspension and its end one.
class StatusOrder {
 public:
  [[nodiscard]] StatusStatement::Deed deed() const { return statement_.deed; }
  [[nodiscard]] const std::vector<Bytes>& serials() const { return statement_.serials; }
  [[nodiscard]] x509::RevocationReason reason() const { return reason_; }
  [[nodiscard]] const Digest& order_hash() const { return order_hash_; }

 private:
  friend class Checker;
  StatusOrder() = default;
  StatusStatement statement_;
  x509::RevocationReason reason_ = x509::RevocationReason::unspecified;
  Digest order_hash_{};
};

// A programme manifest that two different administrators signed: the vault takes it over and keeps its own copy.
class AdoptedManifest {
 public:
  [[nodiscard]] const ProgrammePolicy& policy() const { return policy_; }
  [[nodiscard]] const Bytes& content() const { return content_; }
  [[nodiscard]] const Digest& hash() const { return hash_; }

 private:
  friend class Checker;
  AdoptedManifest() = default;
  ProgrammePolicy policy_;
  Bytes content_;
  Digest hash_{};
};

// The token itself has said that it was written (S4) or activated (S5) with exactly these certificates.
class TokenWordHeard {
 public:
  [[nodiscard]] const TokenWord& word() const { return word_; }
  [[nodiscard]] const x509::Certificate& signing() const { return signing_; }
  [[nodiscard]] const x509::Certificate& encryption() const { return encryption_; }

 private:
  friend class Checker;
  TokenWordHeard(TokenWord word, x509::Certificate signing, x509::Certificate encryption)
      : word_(std::move(word)), signing_(std::move(signing)), encryption_(std::move(encryption)) {}
  TokenWord word_;
  x509::Certificate signing_;
  x509::Certificate encryption_;
};

template <class T>
struct Checked {
  CheckReport report;
  std::optional<T> value;  // there exactly when the report holds
};

class Checker {
 public:
  Checker(Pinned pinned, VaultAnswers answers) : pinned_(std::move(pinned)), answers_(std::move(answers)) {}

  // S1, S2, snapshot, manifest and evidence.
  [[nodiscard]] Checked<ApprovedCase> check_case(const Bundle& bundle) const;
  // All of that, and P, S3 and the CSR.
  [[nodiscard]] Checked<ApprovedRequest> check_request(const Bundle& bundle, const KeyingBundle& keying) const;
  // The seal maker's question: S2's line, the vault's receipt for it, the owner's signing certificate, the picture.
  [[nodiscard]] Checked<ApprovedSeal> check_seal(const Bundle& bundle, std::int64_t line, BytesView receipt,
                                                 const x509::Certificate& owner, BytesView picture) const;
  // S4 and S5: signed by the key of exactly this certificate, about exactly these.
  [[nodiscard]] Checked<TokenWordHeard> check_token_word(BytesView signed_word, TokenWord::Kind kind,
                                                         const x509::Certificate& signing,
                                                         const x509::Certificate& encryption,
                                                         std::string_view device_serial) const;
  // `second` is needed to revoke, and must be empty otherwise.
  [[nodiscard]] Checked<StatusOrder> check_status_order(BytesView first, BytesView second) const;
  [[nodiscard]] Checked<AdoptedManifest> check_manifest(BytesView signed_manifest) const;

 private:
  Pinned pinned_;
  VaultAnswers answers_;
};

}  // namespace yinxin::trust
