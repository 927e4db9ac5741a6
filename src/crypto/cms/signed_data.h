#pragma once
// SignedData in both families: CMS (RFC 5652) and GM/T 0010 = GB/T 35275-2017. Same skeleton, other identifiers.
// Our statements are GB/T 35275, attached, with signed attributes.

#include "crypto/x509/path.h"

namespace yinxin::cms {

constexpr std::size_t max_message_size = 64U * 1024 * 1024;
constexpr std::size_t max_signers = 32;
constexpr std::size_t max_certificates = 64;

enum class Family { rfc, gm };

struct SignerInfo {
  // issuerAndSerialNumber, or a subject key identifier (CMS only)
  std::optional<x509::IssuerAndSerial> issuer_and_serial;
  std::optional<Bytes> subject_key_id;
  asn1::ObjectId digest_algorithm;
  asn1::ObjectId signature_algorithm;
  std::optional<Bytes> signed_attributes;  // re-tagged SET OF, the bytes that were signed
  Bytes signature;

  // Value (whole element) of a signed attribute with exactly one value; nullopt when absent.
  [[nodiscard]] std::optional<Bytes> find_signed_attribute(const asn1::ObjectId& id) const;
  [[nodiscard]] std::optional<Instant> signing_time() const;
  [[nodiscard]] bool is_by(const x509::Certificate& certificate) const;
};

struct SignedData {
  Family family = Family::gm;
  asn1::ObjectId content_type;
  std::optional<Bytes> content;  // octets that were signed; nullopt when detached
  std::vector<x509::Certificate> certificates;
  std::vector<Bytes> crls;
  std::vector<SignerInfo> signers;

  // ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT }. BER with indefinite lengths,
  // which a licensed CA publishes its chain in, is accepted for certificates-only messages through parse_ber().
  static Result<SignedData> parse(BytesView der);
  // As parse(), after turning indefinite lengths into definite ones.
  static Result<SignedData> parse_ber(BytesView ber);
  [[nodiscard]] const x509::Certificate* certificate_of(const SignerInfo& signer) const;
};

enum class SignerProblem {
  no_certificate,         // the signer's certificate is not in the message
  content_missing,        // detached, and no content was given
  digest_mismatch,        // messageDigest is not the digest of the content
  content_type_mismatch,  // the signed attribute names another type than the message, or none where one is a must
  signature_broken,
  algorithm_unsupported,
};
std::string_view name_of(SignerProblem problem);

struct SignerReport {
  std::optional<x509::Certificate> certificate;
  std::optional<SignerProblem> problem;  // nullopt: digest and signature hold. Says nothing of trust.
};
// `detached` is the content of a detached message.
SignerReport check_signer(const SignedData& message, const SignerInfo& signer,
                          const std::optional<BytesView>& detached = std::nullopt);

struct SigningOptions {
  Family family = Family::gm;
  // Content type inside; empty means data of the family.
  asn1::ObjectId content_type;
  bool attached = true;
  std::optional<Instant> signing_time;
  bool with_attributes = true;
  bool include_certificate = true;
  std::vector<Bytes> more_certificates;  // DER, put after the signer's own
  // Further signed attributes: type and the whole element of the one value.
  std::vector<std::pair<asn1::ObjectId, Bytes>> more_attributes;
};
// One signer; his certificate goes inside. The signature is verified before the message is handed out.
Result<Bytes> sign(BytesView content, const x509::Certificate& certificate, crypto::Signer& signer,
                   const SigningOptions& options);

// BER with indefinite lengths and constructed strings → definite lengths. Fails like the DER reader on the rest.
Result<Bytes> definite_lengths(BytesView ber);

}  // namespace yinxin::cms
