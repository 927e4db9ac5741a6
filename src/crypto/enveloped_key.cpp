#include "crypto/enveloped_key.h"

#include <algorithm>

#include "crypto/asn1/der.h"
#include "crypto/sm4.h"

namespace yinxin::crypto {

namespace {

const asn1::ObjectId& sm4_ecb() {
  static const asn1::ObjectId id("1.2.156.10197.1.104.1");
  return id;
}
const asn1::ObjectId& sm4_bare() {
  static const asn1::ObjectId id("1.2.156.10197.1.104");
  return id;
}

// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters NULL OPTIONAL }
Result<void> read_ecb_algorithm(asn1::Reader& reader) {
  YX_TRY(asn1::Reader algorithm, reader.sequence());
  YX_TRY(const asn1::ObjectId id, algorithm.object_id());
  if (id != sm4_ecb() && id != sm4_bare()) {
    return fail(ErrorCode::unsupported, "an enveloped key under " + id.dotted() + " instead of SM4-ECB");
  }
  if (!algorithm.at_end()) {
    YX_CHECK(algorithm.null());
  }
  return algorithm.finish();
}

}  // namespace

Result<EnvelopedKey> EnvelopedKey::parse(BytesView der) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader reader, outside.sequence());
  YX_CHECK(outside.finish());
  YX_CHECK(read_ecb_algorithm(reader));
  YX_TRY(const asn1::Element cipher, reader.expect(asn1::tag::sequence));
  YX_TRY(Sm2Cipher wrapped_key, Sm2Cipher::from_der(cipher.whole));
  if (wrapped_key.cipher_text.size() != sm4_key_size) {
    return fail(ErrorCode::invalid_input, "an enveloped key whose SM4 key is not 16 bytes");
  }
  YX_TRY(const BytesView point, reader.bit_string());
  YX_TRY(const Sm2PublicKey public_key, Sm2PublicKey::from_point(point));
  YX_TRY(const BytesView encrypted, reader.bit_string());
  YX_CHECK(reader.finish());
  EnvelopedKey envelope{std::move(wrapped_key), public_key};
  if (encrypted.size() != envelope.encrypted_private_key.size()) {
    return fail(ErrorCode::invalid_input, "an enveloped private key is 32 bytes");
  }
  std::ranges::copy(encrypted, envelope.encrypted_private_key.begin());
  return envelope;
}

Bytes EnvelopedKey::to_der() const {
  return asn1::sequence([this](asn1::Writer& out) {
    out.sequence([](asn1::Writer& algorithm) { algorithm.object_id(sm4_ecb()).null(); });
    out.raw(wrapped_key.to_der());
    out.bit_string(public_key.point());
    out.bit_string(encrypted_private_key);
  });
}

Result<EnvelopedKey> envelope_key(const Sm2PublicKey& recipient, const Sm2PrivateKey& key, Random& random) {
  const SecretBytes sm4_key = random.secret(sm4_key_size);
  YX_TRY(Sm2Cipher wrapped_key, sm2_encrypt(recipient, sm4_key.expose()));
  YX_TRY(const Bytes encrypted, sm4_encrypt(Sm4Mode::ecb, sm4_key.expose(), {}, key.scalar().expose()));
  EnvelopedKey envelope{std::move(wrapped_key), key.public_key()};
  std::ranges::copy(encrypted, envelope.encrypted_private_key.begin());
  return envelope;
}

Result<Sm2PrivateKey> open_enveloped_key(const EnvelopedKey& envelope, const Sm2PrivateKey& recipient) {
  YX_TRY(const SecretBytes sm4_key, sm2_decrypt(recipient, envelope.wrapped_key));
  return open_enveloped_key(envelope, sm4_key);
}

Result<Sm2PrivateKey> open_enveloped_key(const EnvelopedKey& envelope, const SecretBytes& sm4_key) {
  YX_TRY(SecretBytes scalar, sm4_decrypt(Sm4Mode::ecb, sm4_key.expose(), {}, envelope.encrypted_private_key));
  auto key = Sm2PrivateKey::from_scalar(std::move(scalar));
  if (!key || key->public_key() != envelope.public_key) {
    return fail(ErrorCode::corrupt, "the enveloped private key does not belong to the public key beside it");
  }
  return std::move(*key);
}

}  // namespace yinxin::crypto
