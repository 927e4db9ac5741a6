// The OpenSSL engine of crypto/sm2.h. Digests with Z are made by us, so that no default id can slip in.

#include "crypto/sm2.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <algorithm>

#include "base/ensure.h"
#include "crypto/asn1/der.h"
#include "crypto/openssl/handles.h"

namespace yinxin::crypto {

namespace {

using namespace openssl;

constexpr std::size_t scalar_size = 32;
constexpr std::size_t max_id_size = 8191;  // ENTL counts bits in two bytes
constexpr std::size_t max_plain_size = 64 * 1024;

const EC_GROUP* curve() {
  static const EC_GROUP* group = EC_GROUP_new_by_curve_name(NID_sm2);
  ensure(group != nullptr, "OpenSSL has no sm2p256v1");
  return group;
}

Pkey evp_key(const Sm2PublicKey& key, const SecretBytes* scalar) {
  const std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  BigNum d(scalar == nullptr ? nullptr : BN_secure_new());
  ensure(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1 &&
             OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, key.point().data(),
                                              key.point().size()) == 1,
         "OpenSSL refuses key parameters");
  if (scalar != nullptr) {
    ensure(BN_bin2bn(scalar->expose().data(), static_cast<int>(scalar->size()), d.get()) != nullptr &&
               OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, d.get()) == 1,
           "OpenSSL refuses a private scalar");
  }
  const std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>> params(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  EVP_PKEY* made = nullptr;
  const int selection = scalar != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  ensure(context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
             EVP_PKEY_fromdata(context.get(), &made, selection, params.get()) == 1,
         "OpenSSL refuses a key that is on the curve");
  return Pkey(made);
}

PkeyContext context_of(const Pkey& key) {
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  ensure(context != nullptr, "OpenSSL has no context for an SM2 key");
  return context;
}

}  // namespace

Result<Sm2PublicKey> Sm2PublicKey::from_point(BytesView point) {
  const Error wrong = fail(ErrorCode::invalid_input, "not an uncompressed point of sm2p256v1");
  if (point.size() != size || point[0] != 0x04) {
    return wrong;
  }
  const Point on_curve(EC_POINT_new(curve()));
  const BigNumContext context(BN_CTX_new());
  if (EC_POINT_oct2point(curve(), on_curve.get(), point.data(), point.size(), context.get()) != 1) {
    drained_errors();
    return wrong;
  }
  std::array<std::uint8_t, size> bytes{};
  std::ranges::copy(point, bytes.begin());
  return Sm2PublicKey(bytes);
}

Result<Sm2PrivateKey> Sm2PrivateKey::from_scalar(SecretBytes scalar) {
  const Error wrong = fail(ErrorCode::invalid_input, "a private key outside [1, n-2]");
  if (scalar.size() != scalar_size) {
    return wrong;
  }
  const BigNum d(BN_secure_new());
  const BigNum highest(BN_dup(EC_GROUP_get0_order(curve())));
  ensure(BN_bin2bn(scalar.expose().data(), scalar_size, d.get()) != nullptr && BN_sub_word(highest.get(), 2) == 1,
         "OpenSSL cannot hold a scalar");
  if (BN_is_zero(d.get()) || BN_cmp(d.get(), highest.get()) > 0) {
    return wrong;
  }
  BN_set_flags(d.get(), BN_FLG_CONSTTIME);
  const Point product(EC_POINT_new(curve()));
  const BigNumContext context(BN_CTX_secure_new());
  std::array<std::uint8_t, Sm2PublicKey::size> bytes{};
  ensure(EC_POINT_mul(curve(), product.get(), d.get(), nullptr, nullptr, context.get()) == 1 &&
             EC_POINT_point2oct(curve(), product.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(), bytes.size(),
                                context.get()) == bytes.size(),
         "OpenSSL cannot multiply the base point");
  YX_TRY(const Sm2PublicKey public_key, Sm2PublicKey::from_point(bytes));
  return Sm2PrivateKey(std::move(scalar), public_key);
}

Sm2PrivateKey Sm2PrivateKey::generate(Random& random) {
  for (;;) {
    auto key = from_scalar(random.secret(scalar_size));
    if (key) {
      return std::move(*key);
    }
  }
}

Digest sm2_z(const Sm2PublicKey& key, std::string_view id) {
  ensure(id.size() <= max_id_size, "an SM2 id too long for ENTL");
  static const Bytes parameters = *from_hex(
      "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"    // a
      "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"    // b
      "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"    // xG
      "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0");  // yG
  const std::size_t bits = id.size() * 8;
  const std::array<std::uint8_t, 2> entl{static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  return sm3({entl, bytes_of(id), parameters, key.x(), key.y()});
}

Digest sm2_message_digest(const Sm2PublicKey& key, BytesView message, std::string_view id) {
  return sm3({sm2_z(key, id), message});
}

Sm2Signature sm2_sign_digest(const Sm2PrivateKey& key, const Digest& e) {
  const Pkey pkey = evp_key(key.public_key(), &key.scalar());
  const PkeyContext context = context_of(pkey);
  Bytes der(128);
  std::size_t size = der.size();
  ensure(EVP_PKEY_sign_init(context.get()) == 1 &&
             EVP_PKEY_sign(context.get(), der.data(), &size, e.data(), e.size()) == 1,
         "OpenSSL cannot sign with SM2");
  auto signature = Sm2Signature::from_der(BytesView(der).first(size));
  ensure(signature.has_value(), "OpenSSL wrote an unreadable SM2 signature");
  return *signature;
}

Sm2Signature sm2_sign(const Sm2PrivateKey& key, BytesView message, std::string_view id) {
  return sm2_sign_digest(key, sm2_message_digest(key.public_key(), message, id));
}

bool sm2_verify_digest(const Sm2PublicKey& key, const Digest& e, const Sm2Signature& signature) {
  const Pkey pkey = evp_key(key, nullptr);
  const PkeyContext context = context_of(pkey);
  const Bytes der = signature.to_der();
  ensure(EVP_PKEY_verify_init(context.get()) == 1, "OpenSSL cannot verify with SM2");
  const bool holds = EVP_PKEY_verify(context.get(), der.data(), der.size(), e.data(), e.size()) == 1;
  drained_errors();
  return holds;
}

bool sm2_verify(const Sm2PublicKey& key, BytesView message, const Sm2Signature& signature, std::string_view id) {
  return sm2_verify_digest(key, sm2_message_digest(key, message, id), signature);
}

Result<Sm2Cipher> sm2_encrypt(const Sm2PublicKey& key, BytesView plain) {
  if (plain.empty() || plain.size() > max_plain_size) {
    return fail(ErrorCode::invalid_input, "SM2 encrypts 1 byte to 64 KiB");
  }
  const Pkey pkey = evp_key(key, nullptr);
  const PkeyContext context = context_of(pkey);
  std::size_t size = 0;
  ensure(EVP_PKEY_encrypt_init(context.get()) == 1 &&
             EVP_PKEY_encrypt(context.get(), nullptr, &size, plain.data(), plain.size()) == 1,
         "OpenSSL cannot encrypt with SM2");
  Bytes der(size);
  ensure(EVP_PKEY_encrypt(context.get(), der.data(), &size, plain.data(), plain.size()) == 1,
         "OpenSSL cannot encrypt with SM2");
  return Sm2Cipher::from_der(BytesView(der).first(size));
}

Result<SecretBytes> sm2_decrypt(const Sm2PrivateKey& key, const Sm2Cipher& cipher) {
  const Pkey pkey = evp_key(key.public_key(), &key.scalar());
  const PkeyContext context = context_of(pkey);
  const Bytes der = cipher.to_der();
  SecretBytes plain(der.size());
  std::size_t size = plain.size();
  ensure(EVP_PKEY_decrypt_init(context.get()) == 1, "OpenSSL cannot decrypt with SM2");
  const bool holds =
      EVP_PKEY_decrypt(context.get(), plain.expose_for_writing().data(), &size, der.data(), der.size()) == 1;
  drained_errors();
  if (!holds) {
    return fail(ErrorCode::corrupt, "the SM2 ciphertext does not open with this key");
  }
  return SecretBytes(plain.expose().first(size));
}

}  // namespace yinxin::crypto
