#pragma once
// The hand-over of an encryption key pair: the private key under a one-time SM4 key, that key under the
// signing public key of the token which will hold the pair (GB/T 35276-2017 7.4, GM/T 0009-2012 7.4).

#include <array>

#include "base/random.h"
#include "crypto/sm2.h"

namespace yinxin::crypto {

// SM2EnvelopedKey ::= SEQUENCE {
//   symAlgID               AlgorithmIdentifier,  -- SM4-ECB 1.2.156.10197.1.104.1; bare .104 is read as ECB
//   symEncryptedKey        SM2Cipher,            -- 16-byte SM4 key under the recipient's signing public key
//   sm2PublicKey           BIT STRING,           -- 04 || X || Y
//   sm2EncryptedPrivateKey BIT STRING }          -- SM4-ECB(d), d 32 bytes big endian, no padding
struct EnvelopedKey {
  Sm2Cipher wrapped_key;
  Sm2PublicKey public_key;
  std::array<std::uint8_t, 32> encrypted_private_key{};

  // unsupported for a cipher other than SM4-ECB, invalid_input for anything malformed.
  static Result<EnvelopedKey> parse(BytesView der);
  [[nodiscard]] Bytes to_der() const;
};

// Wraps `key` for the holder of `recipient` under a fresh SM4 key.
Result<EnvelopedKey> envelope_key(const Sm2PublicKey& recipient, const Sm2PrivateKey& key, Random& random);
// Opens with the recipient's private key; `corrupt` unless it opens and d*G equals the public key it names.
Result<Sm2PrivateKey> open_enveloped_key(const EnvelopedKey& envelope, const Sm2PrivateKey& recipient);
// The second half of opening, for a device that has unwrapped the 16-byte SM4 key elsewhere.
Result<Sm2PrivateKey> open_enveloped_key(const EnvelopedKey& envelope, const SecretBytes& sm4_key);

}  // namespace yinxin::crypto
