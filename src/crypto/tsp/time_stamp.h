#pragma once
// Time stamps (RFC 3161, GB/T 20520, GM/T 0033): requests, tokens, responses.

#include "crypto/cms/signed_data.h"

namespace yinxin::tsp {

constexpr std::size_t max_request_size = 8 * 1024;
constexpr std::size_t max_nonce_size = 32;

// MessageImprint ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING }
struct Imprint {
  asn1::ObjectId algorithm;
  Bytes digest;
  static Imprint sm3_of(BytesView data);
  // SM3, SHA-1 and SHA-2 imprints; false for other algorithms.
  [[nodiscard]] bool is_of(BytesView data) const;
  bool operator==(const Imprint&) const = default;
};

struct TimeStampRequest {
  Imprint imprint;
  std::optional<asn1::ObjectId> policy;
  std::optional<Bytes> nonce;  // content octets of the INTEGER
  bool want_certificate = false;
  static Result<TimeStampRequest> parse(BytesView der);
  [[nodiscard]] Bytes to_der() const;
};

// TSTInfo
struct TstInfo {
  asn1::ObjectId policy;
  Imprint imprint;
  Bytes serial;  // content octets
  Instant time;
  std::optional<Bytes> nonce;
  static Result<TstInfo> parse(BytesView der);
  [[nodiscard]] Bytes to_der() const;
};

// PKIFailureInfo bits of RFC 3161 2.4.2
enum class TspFailure : unsigned {
  bad_algorithm = 0,
  bad_request = 2,
  bad_data_format = 5,
  time_not_available = 14,
  unaccepted_policy = 15,
  unaccepted_extension = 16,
  system_failure = 25,
};

// A granted response around a token (ContentInfo).
Bytes granted_response(BytesView token);
Bytes rejected_response(TspFailure failure, std::string_view text);
// The token of a granted response; declined_by_outside with the TSA's text otherwise.
Result<Bytes> token_of_response(BytesView der);

// Makes the token: SignedData over TSTInfo with the signing-certificate attribute (ESSCertIDv2, SM3).
Result<Bytes> make_token(const TstInfo& info, const x509::Certificate& certificate, crypto::Signer& signer,
                         bool include_certificate);

struct TimeStampToken {
  cms::SignedData message;
  TstInfo info;
  // `der` may be followed by nothing. Reading says nothing about the signature.
  static Result<TimeStampToken> parse(BytesView der);
};

enum class TokenProblem { signature, no_certificate, certificate_purpose, certificate_not_named, imprint };
std::string_view name_of(TokenProblem problem);
struct TokenReport {
  std::optional<x509::Certificate> certificate;
  std::vector<TokenProblem> problems;  // empty: cryptography and binding hold; trust is the path's question
};
// `data` is what the imprint must be of.
TokenReport check_token(const TimeStampToken& token, BytesView data);

}  // namespace yinxin::tsp
