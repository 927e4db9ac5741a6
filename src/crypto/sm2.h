#pragma once
// SM2 (GB/T 32918-2016) behind one port. Today the engine is OpenSSL; a faster one fills the same functions.
// The signer id is always explicit: OpenSSL's silent default is the empty id, which nobody in the field verifies.

#include <array>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/random.h"
#include "base/secret_bytes.h"
#include "crypto/sm3.h"

namespace yinxin::crypto {

// GM/T 0009-2012 clause 10: the default id, 16 ASCII bytes.
constexpr std::string_view sm2_default_id = "1234567812345678";

// An affine point of sm2p256v1 as 04 || X || Y; can only be made from a point on the curve.
class Sm2PublicKey {
 public:
  static constexpr std::size_t size = 65;
  // invalid_input unless 65 bytes, first 04, on the curve, not infinity.
  static Result<Sm2PublicKey> from_point(BytesView point);
  [[nodiscard]] BytesView point() const { return point_; }
  [[nodiscard]] BytesView x() const { return BytesView(point_).subspan(1, 32); }
  [[nodiscard]] BytesView y() const { return BytesView(point_).subspan(33, 32); }
  bool operator==(const Sm2PublicKey&) const = default;

 private:
  explicit Sm2PublicKey(std::array<std::uint8_t, size> point) : point_(point) {}
  std::array<std::uint8_t, size> point_{};
};

// d in [1, n-2], 32 bytes big endian.
class Sm2PrivateKey {
 public:
  static Sm2PrivateKey generate(Random& random);
  // invalid_input outside [1, n-2] or not 32 bytes.
  static Result<Sm2PrivateKey> from_scalar(SecretBytes scalar);
  [[nodiscard]] const Sm2PublicKey& public_key() const { return public_key_; }
  [[nodiscard]] const SecretBytes& scalar() const { return scalar_; }
  [[nodiscard]] Sm2PrivateKey clone() const { return {scalar_.clone(), public_key_}; }

 private:
  Sm2PrivateKey(SecretBytes scalar, Sm2PublicKey public_key) : scalar_(std::move(scalar)), public_key_(public_key) {}
  SecretBytes scalar_;
  Sm2PublicKey public_key_;
};

// r and s, 32 bytes each, big endian.
struct Sm2Signature {
  std::array<std::uint8_t, 32> r{};
  std::array<std::uint8_t, 32> s{};
  // SM2Signature ::= SEQUENCE { R INTEGER, S INTEGER }   -- GM/T 0009 7.3
  [[nodiscard]] Bytes to_der() const;
  static Result<Sm2Signature> from_der(BytesView der);
  [[nodiscard]] Bytes to_raw() const;  // r || s, 64 bytes
  static Result<Sm2Signature> from_raw(BytesView raw);
  // DER, or the raw 64 bytes that some vendors write.
  static Result<Sm2Signature> from_der_or_raw(BytesView bytes);
  bool operator==(const Sm2Signature&) const = default;
};

// Z = SM3(ENTL || ID || a || b || xG || yG || xA || yA)   -- GB/T 32918.2 5.5. `id` is at most 8191 bytes.
Digest sm2_z(const Sm2PublicKey& key, std::string_view id = sm2_default_id);
// e = SM3(Z || M), the 32 bytes that a token is given to sign.
Digest sm2_message_digest(const Sm2PublicKey& key, BytesView message, std::string_view id = sm2_default_id);

Sm2Signature sm2_sign(const Sm2PrivateKey& key, BytesView message, std::string_view id = sm2_default_id);
Sm2Signature sm2_sign_digest(const Sm2PrivateKey& key, const Digest& e);
bool sm2_verify(const Sm2PublicKey& key, BytesView message, const Sm2Signature& signature,
                std::string_view id = sm2_default_id);
bool sm2_verify_digest(const Sm2PublicKey& key, const Digest& e, const Sm2Signature& signature);

// SM2Cipher ::= SEQUENCE { XCoordinate INTEGER, YCoordinate INTEGER, HASH OCTET STRING(32), CipherText OCTET STRING }
//   -- GM/T 0009 7.2, GB/T 35276; C1 || C3 || C2 in ASN.1
struct Sm2Cipher {
  std::array<std::uint8_t, 32> x{};
  std::array<std::uint8_t, 32> y{};
  std::array<std::uint8_t, 32> hash{};
  Bytes cipher_text;
  [[nodiscard]] Bytes to_der() const;
  static Result<Sm2Cipher> from_der(BytesView der);
  // 04 || x || y || C3 || C2
  static Result<Sm2Cipher> from_c1c3c2(BytesView raw);
};
// `plain` is 1 byte up to 64 KiB.
Result<Sm2Cipher> sm2_encrypt(const Sm2PublicKey& key, BytesView plain);
// `corrupt` when C3 does not hold.
Result<SecretBytes> sm2_decrypt(const Sm2PrivateKey& key, const Sm2Cipher& cipher);

}  // namespace yinxin::crypto
