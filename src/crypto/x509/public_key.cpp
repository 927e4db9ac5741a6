#include "crypto/x509/public_key.h"

#include "crypto/oids.h"
#include "crypto/openssl/foreign_signature.h"

namespace yinxin::x509 {

constexpr std::size_t key_identifier_size = 20;

Result<Algorithm> read_algorithm(asn1::Reader& reader) {
  YX_TRY(asn1::Reader inside, reader.sequence());
  Algorithm algorithm;
  YX_TRY(algorithm.id, inside.object_id());
  if (!inside.at_end()) {
    YX_TRY(const asn1::Element parameters, inside.any());
    algorithm.parameters = to_bytes(parameters.whole);
    YX_CHECK(inside.finish());
  }
  return algorithm;
}

void write_algorithm(asn1::Writer& writer, const asn1::ObjectId& id) {
  writer.sequence([&](asn1::Writer& w) { w.object_id(id); });
}

Result<PublicKey> PublicKey::parse(BytesView der) {
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  PublicKey key;
  YX_TRY(const Algorithm algorithm, read_algorithm(inside));
  YX_TRY(const BytesView bits, inside.bit_string());
  YX_CHECK(inside.finish());
  key.der_ = to_bytes(der);
  key.bits_size_ = bits.size();
  key.algorithm_ = algorithm.id;
  const Bytes curve = asn1::Writer().object_id(oid::curve_sm2()).take();
  // The curve's identifier itself is rarely used as the key algorithm (standards seen: Tongsuo's no-Z certificates).
  if ((algorithm.id == oid::ec_public_key() && algorithm.parameters == curve) || algorithm.id == oid::curve_sm2()) {
    YX_TRY(key.sm2_, crypto::Sm2PublicKey::from_point(bits));
  }
  return key;
}

PublicKey PublicKey::of(const crypto::Sm2PublicKey& key) {
  const Bytes der = asn1::sequence([&](asn1::Writer& w) {
    w.sequence([](asn1::Writer& algorithm) { algorithm.object_id(oid::ec_public_key()).object_id(oid::curve_sm2()); });
    w.bit_string(key.point());
  });
  auto parsed = parse(der);
  ensure(parsed.has_value(), "an SM2 key that cannot be read back");
  return std::move(*parsed);
}

Bytes PublicKey::identifier() const {
  const crypto::Digest digest = crypto::sm3(key_bits());
  return {digest.begin(), digest.begin() + key_identifier_size};
}

SignatureCheck check_signature(const PublicKey& key, const asn1::ObjectId& signature_algorithm, BytesView signed_bytes,
                               BytesView signature) {
  if (signature_algorithm == oid::sm2_with_sm3() || signature_algorithm == oid::sm2_sign()) {
    if (!key.sm2()) {
      return SignatureCheck::broken;
    }
    const auto parsed = crypto::Sm2Signature::from_der_or_raw(signature);
    return parsed && crypto::sm2_verify(*key.sm2(), signed_bytes, *parsed) ? SignatureCheck::holds
                                                                           : SignatureCheck::broken;
  }
  using crypto::openssl::ForeignDigest;
  std::optional<ForeignDigest> digest;
  if (signature_algorithm == oid::rsa_sha256() || signature_algorithm == oid::ecdsa_sha256()) {
    digest = ForeignDigest::sha256;
  } else if (signature_algorithm == oid::rsa_sha384() || signature_algorithm == oid::ecdsa_sha384()) {
    digest = ForeignDigest::sha384;
  } else if (signature_algorithm == oid::rsa_sha512()) {
    digest = ForeignDigest::sha512;
  } else if (signature_algorithm == oid::rsa_sha1()) {
    digest = ForeignDigest::sha1;
  }
  if (!digest) {
    return SignatureCheck::unsupported;
  }
  return crypto::openssl::verify_foreign(key.der(), *digest, signed_bytes, signature) ? SignatureCheck::holds
                                                                                      : SignatureCheck::broken;
}

}  // namespace yinxin::x509
