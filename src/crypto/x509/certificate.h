#pragma once
// X.509 certificates (RFC 5280, GB/T 20518-2018): parsed once, bytes kept, nothing re-encoded.
// Production certificates break DER inside extensions; reading a certificate never fails for that, an
// extension that cannot be understood is reported by its accessor to the check that needs it.

#include <optional>
#include <string>
#include <vector>

#include "crypto/x509/name.h"
#include "crypto/x509/public_key.h"

namespace yinxin::x509 {

// A larger certificate is refused: nobody's is, and every copy of it would be.
constexpr std::size_t max_certificate_size = 64 * 1024;
constexpr std::size_t max_serial_size = 20;
// Of one list: certificate, CRL, CRL entry, OCSP. Each is compared with each for duplicates, so the number must be
// small.
constexpr std::size_t max_extensions = 64;

struct Extension {
  asn1::ObjectId id;
  bool critical = false;
  Bytes value;  // inside of extnValue, as received
};

// KeyUsage ::= BIT STRING: bit numbers of RFC 5280 4.2.1.3
enum class KeyUsage : unsigned {
  digital_signature = 0,
  non_repudiation = 1,
  key_encipherment = 2,
  data_encipherment = 3,
  key_agreement = 4,
  key_cert_sign = 5,
  crl_sign = 6,
  encipher_only = 7,
  decipher_only = 8,
};
constexpr std::uint32_t bit(KeyUsage usage) { return 1U << static_cast<unsigned>(usage); }

struct BasicConstraints {
  bool ca = false;
  std::optional<std::int64_t> path_length;
};

// What a certificate is found by in status questions and messages.
struct IssuerAndSerial {
  Bytes issuer_der;
  Bytes serial;  // content octets of the INTEGER
  auto operator<=>(const IssuerAndSerial&) const = default;
};

class Certificate {
 public:
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
  static Result<Certificate> parse(BytesView der);
  // DER or PEM ("-----BEGIN CERTIFICATE-----"); of several in a PEM, the first.
  static Result<Certificate> parse_any(BytesView file);
  // Every certificate of a PEM file, or the one of a DER file.
  static Result<std::vector<Certificate>> parse_all(BytesView file);

  [[nodiscard]] const Bytes& der() const { return der_; }
  [[nodiscard]] BytesView tbs() const { return BytesView(der_).subspan(tbs_at_, tbs_size_); }
  [[nodiscard]] const Bytes& signature() const { return signature_; }
  [[nodiscard]] const asn1::ObjectId& signature_algorithm() const { return signature_algorithm_; }
  // The algorithm inside the signed part names the same one (RFC 5280 4.1.1.2).
  [[nodiscard]] bool algorithms_agree() const { return algorithms_agree_; }
  [[nodiscard]] int version() const { return version_; }  // 1, 2 or 3
  [[nodiscard]] const Bytes& serial() const { return serial_; }
  [[nodiscard]] std::string serial_hex() const { return to_hex(serial_); }
  [[nodiscard]] const Name& issuer() const { return issuer_; }
  [[nodiscard]] const Name& subject() const { return subject_; }
  [[nodiscard]] Instant not_before() const { return not_before_; }
  [[nodiscard]] Instant not_after() const { return not_after_; }
  [[nodiscard]] bool in_force_at(Instant at) const { return not_before_ <= at && at <= not_after_; }
  [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const std::vector<Extension>& extensions() const { return extensions_; }
  [[nodiscard]] const Extension* find_extension(const asn1::ObjectId& id) const;
  // Two extensions with one identifier: RFC 5280 4.2 forbids it and path validation refuses it.
  [[nodiscard]] bool has_duplicate_extension() const { return duplicate_extension_; }
  [[nodiscard]] bool self_issued() const { return subject_.matches(issuer_); }
  [[nodiscard]] IssuerAndSerial issuer_and_serial() const { return {issuer_.der(), serial_}; }
  // SM3 over the whole certificate: how our statements and databases name it.
  [[nodiscard]] const crypto::Digest& fingerprint() const { return fingerprint_; }

  // nullopt: absent. Failure: present but not understood.
  [[nodiscard]] Result<std::optional<std::uint32_t>> key_usage() const;
  [[nodiscard]] Result<std::optional<BasicConstraints>> basic_constraints() const;
  [[nodiscard]] Result<std::vector<asn1::ObjectId>> extended_key_usage() const;  // empty: absent
  [[nodiscard]] Result<std::vector<asn1::ObjectId>> policies() const;
  [[nodiscard]] std::optional<Bytes> subject_key_id() const;
  [[nodiscard]] std::optional<Bytes> authority_key_id() const;
  [[nodiscard]] std::vector<std::string> ocsp_addresses() const;
  [[nodiscard]] std::vector<std::string> crl_addresses() const;
  // True when the usage is granted, or no KeyUsage is there to deny it.
  [[nodiscard]] bool may(KeyUsage usage) const;
  [[nodiscard]] bool has_purpose(const asn1::ObjectId& purpose) const;

  bool operator==(const Certificate& other) const { return der_ == other.der_; }

 private:
  Result<void> read_tbs(asn1::Reader tbs);
  Result<void> read_extensions(asn1::Reader list);

  Bytes der_;
  std::size_t tbs_at_ = 0;
  std::size_t tbs_size_ = 0;
  Bytes signature_;
  asn1::ObjectId signature_algorithm_;
  asn1::ObjectId inner_algorithm_;
  bool algorithms_agree_ = false;
  int version_ = 1;
  Bytes serial_;
  Name issuer_;
  Name subject_;
  Instant not_before_;
  Instant not_after_;
  PublicKey public_key_;
  std::vector<Extension> extensions_;
  bool duplicate_extension_ = false;
  crypto::Digest fingerprint_{};
};

// Extensions ::= SEQUENCE OF SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
Result<std::vector<Extension>> read_extension_list(asn1::Reader& list);

// The signature of `certificate` over its signed part with the issuer's key.
SignatureCheck signed_by(const Certificate& certificate, const PublicKey& issuer_key);

// The payloads between "-----BEGIN label-----" lines; invalid_input when one is cut short or not base64.
struct PemBlock {
  std::string label;
  Bytes der;
};
Result<std::vector<PemBlock>> read_pem(std::string_view text);
std::string to_pem(std::string_view label, BytesView der);
// The DER of a file that is DER, or of its first PEM block with one of the labels (any when empty).
Result<Bytes> der_of_file(BytesView file, const std::vector<std::string_view>& labels = {});

}  // namespace yinxin::x509
