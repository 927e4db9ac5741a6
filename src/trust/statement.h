#pragma once
// The statements that hall, counters, vault and tokens exchange, as DER. Each is the content of an attached
// GB/T 35275 SignedData with a content type of its own; a hash "of a statement" is SM3 over the whole SignedData.

#include <string>
#include <vector>

#include "crypto/x509/name.h"
#include "trust/roles.h"

namespace yinxin::trust {

constexpr std::int64_t statement_version = 1;
constexpr std::size_t max_statement_size = 1024 * 1024;
constexpr std::size_t max_lines = 64;
constexpr std::size_t max_slots = 128;
constexpr std::size_t max_evidence = 128;

using crypto::Digest;

// GLOSSARY: new 新办, add 增加, renew 续期, replace 补办, modify 变更, unlock 解锁, revoke 注销, recover_key 密钥恢复,
// change_requester 经办人变更
enum class Business { new_, add, renew, replace, modify, change_requester, unlock, revoke, recover_key };
std::string_view name_of(Business business);
Result<Business> business_of_name(std::string_view name);

// 机构证书, 机构个人证书, 个人证书
enum class SubjectKind { organization, organization_member, individual };
std::string_view name_of(SubjectKind kind);
Result<SubjectKind> subject_kind_of_name(std::string_view name);

struct SealWish {
  Digest picture_hash{};
  std::int64_t width_mm = 0;
  std::int64_t height_mm = 0;
  std::string name;
  std::int64_t type = 1;  // 1 of a unit, 2 of a person (GB/T 38540 property type)
  bool operator==(const SealWish&) const = default;
};

// ApprovedLine: what exactly is to be made for one certificate line of the case.
struct ApprovedLine {
  std::int64_t number = 0;  // from 1, unique within the case
  Business business = Business::new_;
  SubjectKind kind = SubjectKind::organization;
  Bytes subject;                                             // DER Name, exact
  std::vector<std::pair<asn1::ObjectId, Bytes>> extensions;  // exact values of the identity extensions
  Digest profile_hash{};
  Digest template_hash{};  // of the to-be-signed template: everything but serial, times and keys
  std::int64_t validity_months = 0;
  std::optional<std::string> held_device;  // the holder's own medium, by serial; nullopt: a new one
  std::optional<Bytes> replaced_serial;    // of the certificate that ends with this one
  std::optional<SealWish> seal;
  bool operator==(const ApprovedLine&) const = default;
};

struct SlotHash {
  std::string slot;  // which material, e.g. "application_form"
  Digest original{};
  Digest rendition{};  // what the officer was shown
  bool operator==(const SlotHash&) const = default;
};

struct EvidenceMention {
  std::string kind;  // e.g. "carrier_check"
  Digest receipt{};
  std::optional<std::string> override_reason;  // both officers see and sign it
  bool operator==(const EvidenceMention&) const = default;
};

struct Money {
  std::int64_t due_fen = 0;
  std::int64_t received_fen = 0;
  std::string price_version;
  bool operator==(const Money&) const = default;
};

// The part that both officers sign word for word. Any edit of the application bumps `revision` and voids both.
struct ApprovalContent {
  Digest ca_key_hash{};     // SM3 of the issuing CA's SubjectPublicKeyInfo
  std::string environment;  // "demo", "production" …: an approval of one is nothing in another
  std::string application_id;
  std::int64_t revision = 0;
  std::string programme;
  std::int64_t programme_version = 0;
  Digest manifest_hash{};
  std::vector<ApprovedLine> lines;
  Digest snapshot_hash{};
  std::vector<SlotHash> materials;
  std::vector<EvidenceMention> evidence;
  Money money;
  std::string requester;  // as shown to the officers
  std::string channel;    // online, counter, mail_in, client
  std::string delivery;
  [[nodiscard]] Bytes to_der() const;
  static Result<ApprovalContent> parse(BytesView der);
  bool operator==(const ApprovalContent&) const = default;
};

// S1 and S2.
enum class Decision { accept, approve };
struct Approval {
  ApprovalContent content;
  Decision decision = Decision::accept;
  Role role = Role::registration_officer;
  Digest officer_certificate{};
  Instant at;
  Instant not_after;
  Bytes nonce;
  std::optional<Digest> first_approval;  // S2: hash of S1
  [[nodiscard]] Bytes to_der() const;
  static Result<Approval> parse(BytesView der);
};

// P: one token, one line, one officer, half an hour.
struct Permit {
  Digest second_approval{};  // hash of S2
  std::int64_t line = 0;
  std::string device_serial;
  Digest station_certificate{};
  Digest production_officer{};  // certificate
  Bytes nonce;
  Instant at;
  Instant not_after;
  [[nodiscard]] Bytes to_der() const;
  static Result<Permit> parse(BytesView der);
};

// S3
struct KeyBinding {
  Digest permit{};
  Digest second_approval{};
  std::int64_t line = 0;
  std::string device_serial;
  std::string device_model;
  std::string device_firmware;
  Bytes public_key;  // SubjectPublicKeyInfo
  Digest request{};  // SM3 of the CSR
  Digest officer_certificate{};
  Instant at;
  [[nodiscard]] Bytes to_der() const;
  static Result<KeyBinding> parse(BytesView der);
};

// The vault's word that both certificates of a line exist, on hold.
struct IssueReceipt {
  Digest second_approval{};
  std::int64_t line = 0;
  std::string device_serial;
  Digest signing_certificate{};
  Digest encryption_certificate{};
  Instant at;
  [[nodiscard]] Bytes to_der() const;
  static Result<IssueReceipt> parse(BytesView der);
};

// S4 (written) and S5 (activated): signed by the new key itself.
struct TokenWord {
  enum class Kind { written, activated } kind = Kind::written;
  Digest signing_certificate{};
  Digest encryption_certificate{};
  std::optional<Digest> seal;
  std::string device_serial;
  Instant at;
  [[nodiscard]] Bytes to_der() const;
  static Result<TokenWord> parse(BytesView der, Kind kind);
};

// A provider's answer, kept and signed by the evidence key.
struct Evidence {
  std::string kind;
  std::string provider;
  std::string transaction_id;
  std::string application_id;
  bool passed = false;
  Digest answer{};  // of the raw answer, which is stored beside
  Instant at;
  [[nodiscard]] Bytes to_der() const;
  static Result<Evidence> parse(BytesView der);
};

// What one business through one channel demands.
struct BusinessRule {
  Business business = Business::new_;
  std::string channel;
  std::vector<std::string> evidence;
  std::vector<std::string> overridable_evidence;
  std::vector<std::string> materials;
  std::vector<std::string> seal_materials;  // also, when a line has a seal
  bool paid_before_making = true;
  bool operator==(const BusinessRule&) const = default;
};

// What the signed programme allows, in the CA's own words; the rest of the programme is `details` to it.
struct ProgrammePolicy {
  std::string programme;
  std::int64_t version = 0;
  std::string environment;
  std::vector<BusinessRule> rules;  // a business without one is not done
  std::vector<SubjectKind> kinds;
  std::vector<std::int64_t> validity_months;
  std::vector<Digest> profiles;
  bool acceptor_may_produce = false;  // counter hand-over: S3's person may be S1's
  Bytes details;
  [[nodiscard]] const BusinessRule* find_rule(Business business, std::string_view channel) const;
  [[nodiscard]] Bytes to_der() const;
  static Result<ProgrammePolicy> parse(BytesView der);
};

// SignedManifest ::= SEQUENCE { content OCTET STRING, signatures SEQUENCE OF SignedData (detached) }
struct SignedManifest {
  Bytes content;  // DER of ProgrammePolicy
  std::vector<Bytes> signatures;
  [[nodiscard]] Bytes to_der() const;
  static Result<SignedManifest> parse(BytesView der);
  [[nodiscard]] Digest hash() const;  // of the content: what approvals name
};

// A status change that officers order: two different persons to revoke, one to suspend or resume.
struct StatusStatement {
  enum class Deed { revoke, suspend, resume } deed = Deed::revoke;
  Digest ca_key_hash{};
  std::string environment;
  std::vector<Bytes> serials;
  std::int64_t reason = 0;  // CRLReason
  std::string explanation;
  Digest officer_certificate{};
  Instant at;
  Bytes nonce;
  std::optional<Digest> first;  // the second officer's names the first's
  [[nodiscard]] Bytes to_der() const;
  static Result<StatusStatement> parse(BytesView der);
};

}  // namespace yinxin::trust
