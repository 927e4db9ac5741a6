#pragma once
// Subject public keys and signatures as certificates carry them. We make SM2 only; RSA and ECDSA are read.

#include <optional>

#include "crypto/asn1/der.h"
#include "crypto/sm2.h"

namespace yinxin::x509 {

// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
struct Algorithm {
  asn1::ObjectId id;
  Bytes parameters;  // the whole element, empty when absent; NULL and absent both occur for .501 and .401
};
Result<Algorithm> read_algorithm(asn1::Reader& reader);
// Without parameters, as GM/T 0009 writes .501 and .401.
void write_algorithm(asn1::Writer& writer, const asn1::ObjectId& id);

class PublicKey {
 public:
  PublicKey() = default;
  // SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
  static Result<PublicKey> parse(BytesView der);
  static PublicKey of(const crypto::Sm2PublicKey& key);

  [[nodiscard]] const Bytes& der() const { return der_; }
  [[nodiscard]] BytesView key_bits() const { return BytesView(der_).last(bits_size_); }
  [[nodiscard]] const std::optional<crypto::Sm2PublicKey>& sm2() const { return sm2_; }
  [[nodiscard]] const asn1::ObjectId& algorithm() const { return algorithm_; }
  // RFC 5280 4.2.1.2 (1) with SM3 cut to 20 bytes: the identifier our own certificates carry.
  [[nodiscard]] Bytes identifier() const;
  bool operator==(const PublicKey& other) const { return der_ == other.der_; }

 private:
  Bytes der_;
  std::size_t bits_size_ = 0;
  asn1::ObjectId algorithm_;
  std::optional<crypto::Sm2PublicKey> sm2_;
};

enum class SignatureCheck { holds, broken, unsupported };

// Over the received bytes `signed_bytes`. SM2 with the default id; a raw 64-byte SM2 signature is accepted.
SignatureCheck check_signature(const PublicKey& key, const asn1::ObjectId& signature_algorithm, BytesView signed_bytes,
                               BytesView signature);

}  // namespace yinxin::x509
