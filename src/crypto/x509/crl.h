#pragma once
// Certificate revocation lists (RFC 5280 section 5), full and partitioned.

#include "crypto/x509/build.h"

namespace yinxin::x509 {

// CRLReason (RFC 5280 5.3.1)
enum class RevocationReason : int {
  unspecified = 0,
  key_compromise = 1,
  ca_compromise = 2,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,
  remove_from_crl = 8,
  privilege_withdrawn = 9,
  aa_compromise = 10,
};
std::string_view name_of(RevocationReason reason);
Result<RevocationReason> reason_of_number(std::int64_t number);
Result<RevocationReason> reason_of_name(std::string_view name);

struct RevokedEntry {
  Bytes serial;  // content octets of the INTEGER
  Instant revoked_at;
  RevocationReason reason = RevocationReason::unspecified;
};

constexpr std::size_t max_crl_size = 256U * 1024 * 1024;

class CertificateList {
 public:
  static Result<CertificateList> parse(BytesView der);
  [[nodiscard]] const Bytes& der() const { return der_; }
  [[nodiscard]] const Name& issuer() const { return issuer_; }
  [[nodiscard]] Instant this_update() const { return this_update_; }
  [[nodiscard]] const std::optional<Instant>& next_update() const { return next_update_; }
  [[nodiscard]] const std::optional<Bytes>& number() const { return number_; }
  [[nodiscard]] bool is_delta() const { return delta_; }
  // A critical extension of the list or of an entry that we do not understand: the list says less than we need.
  [[nodiscard]] bool has_unknown_critical() const { return unknown_critical_; }
  [[nodiscard]] bool is_partial() const { return partial_; }                           // by issuingDistributionPoint
  [[nodiscard]] const std::vector<RevokedEntry>& entries() const { return entries_; }  // sorted by serial
  [[nodiscard]] const RevokedEntry* find(BytesView serial) const;
  [[nodiscard]] SignatureCheck signed_by(const PublicKey& key) const;

 private:
  Result<void> read_tbs(asn1::Reader tbs);
  Result<void> read_entries(asn1::Reader list);
  Result<void> read_extensions(asn1::Reader list);

  Bytes der_;
  std::size_t tbs_at_ = 0;
  std::size_t tbs_size_ = 0;
  asn1::ObjectId signature_algorithm_;
  Bytes signature_;
  Name issuer_;
  Instant this_update_;
  std::optional<Instant> next_update_;
  std::optional<Bytes> number_;
  bool delta_ = false;
  bool partial_ = false;
  bool unknown_critical_ = false;
  std::vector<RevokedEntry> entries_;
};

struct CrlContent {
  Name issuer;
  Bytes authority_key_id;
  Bytes number;  // big-endian octets of the CRL number
  Instant this_update;
  Instant next_update;
  std::vector<RevokedEntry> entries;
};
// DER of TBSCertList, version 2.
Bytes to_be_signed(const CrlContent& content);

}  // namespace yinxin::x509
