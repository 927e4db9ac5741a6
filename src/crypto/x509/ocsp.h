#pragma once
// Online certificate status (RFC 6960, GB/T 19713): requests read, responses built, responses read and judged.

#include "crypto/x509/crl.h"

namespace yinxin::x509 {

constexpr std::size_t max_ocsp_request_size = 8 * 1024;
constexpr std::size_t max_ocsp_request_entries = 16;
constexpr std::size_t max_ocsp_nonce_size = 32;  // RFC 8954
// Of a response. Every certificate may cost two signatures to judge and every answer two digests of an issuer's name.
constexpr std::size_t max_ocsp_certificates = 16;
constexpr std::size_t max_ocsp_answers = 256;

// CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash OCTET STRING, issuerKeyHash OCTET STRING, serialNumber INTEGER }
struct CertId {
  asn1::ObjectId hash_algorithm;
  Bytes issuer_name_hash;
  Bytes issuer_key_hash;
  Bytes serial;
  Bytes der;  // as received or written: answers repeat the question's bytes

  // The id of `serial` under that issuer, hashed with SM3.
  static CertId of(const Certificate& issuer, BytesView serial);
  // By crypto::digest_with(); an algorithm that it does not compute never matches.
  [[nodiscard]] bool names_issuer(const Certificate& issuer) const;
  static Result<CertId> read(asn1::Reader& reader);
};

struct OcspRequest {
  std::vector<CertId> questions;
  std::optional<Bytes> nonce;  // content of the extension as received
  static Result<OcspRequest> parse(BytesView der);
};
Bytes build_ocsp_request(const std::vector<CertId>& questions, const std::optional<Bytes>& nonce);

enum class CertStatus { good, revoked, unknown };

struct SingleResponse {
  CertId id;
  CertStatus status = CertStatus::unknown;
  Instant revoked_at;
  RevocationReason reason = RevocationReason::unspecified;
  Instant this_update;
  std::optional<Instant> next_update;
};

// OCSPResponseStatus
enum class OcspResponseStatus : int {
  successful = 0,
  malformed_request = 1,
  internal_error = 2,
  try_later = 3,
  sig_required = 5,
  unauthorized = 6,
};

class OcspResponse {
 public:
  static Result<OcspResponse> parse(BytesView der);
  [[nodiscard]] OcspResponseStatus status() const { return status_; }
  [[nodiscard]] Instant produced_at() const { return produced_at_; }
  [[nodiscard]] const std::vector<SingleResponse>& responses() const { return responses_; }
  [[nodiscard]] const std::optional<Bytes>& nonce() const { return nonce_; }
  [[nodiscard]] const std::vector<Certificate>& certificates() const { return certificates_; }
  // The signature with `key`, whoever's that is.
  [[nodiscard]] SignatureCheck signed_by(const PublicKey& key) const;
  // The answer of a responder that `issuer` stands for at `at`: its own key, or a delegate it certified with the
  // OCSP-signing purpose, in force then. nullptr when nobody entitled signed it.
  [[nodiscard]] bool is_authorised(const Certificate& issuer, Instant at) const;
  [[nodiscard]] const SingleResponse* find(const Certificate& issuer, BytesView serial) const;

 private:
  Result<void> read_basic(BytesView der);
  Result<void> read_data(asn1::Reader data);

  OcspResponseStatus status_ = OcspResponseStatus::internal_error;
  Bytes data_;
  asn1::ObjectId signature_algorithm_;
  Bytes signature_;
  Instant produced_at_;
  std::vector<SingleResponse> responses_;
  std::optional<Bytes> nonce_;
  std::vector<Certificate> certificates_;
};

// DER of ResponseData; the responder is named by its key hash.
Bytes to_be_signed_response(const crypto::Sm2PublicKey& responder, Instant produced_at,
                            const std::vector<SingleResponse>& responses, const std::optional<Bytes>& nonce);
// A successful OCSPResponse around signed ResponseData, with the delegate's certificate inside.
Bytes assemble_ocsp_response(BytesView response_data, const crypto::Sm2Signature& signature,
                             const std::vector<Bytes>& certificates);
Bytes failed_ocsp_response(OcspResponseStatus status);

}  // namespace yinxin::x509
