#pragma once
// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 8.2), for providers that demand it. Never for our own papers.

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin::crypto::openssl {

constexpr std::size_t min_rsa_bits = 2048;
constexpr std::size_t max_rsa_bits = 8192;
constexpr std::size_t max_rsa_pem_bytes = 16 * 1024;

class RsaPublicKey {
 public:
  // "-----BEGIN PUBLIC KEY-----" or "-----BEGIN CERTIFICATE-----" (whose own validity nobody judges here).
  // invalid_input for anything else, another algorithm or a modulus outside the limits.
  static Result<RsaPublicKey> from_pem(std::string_view pem);
  [[nodiscard]] bool verify(BytesView message, BytesView signature) const;
  [[nodiscard]] std::string to_pem() const;  // SubjectPublicKeyInfo

 private:
  friend class RsaPrivateKey;
  struct Key;
  explicit RsaPublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

class RsaPrivateKey {
 public:
  // PKCS#8 or PKCS#1 in PEM, without a passphrase. invalid_input as above.
  static Result<RsaPrivateKey> from_pem(const SecretBytes& pem);
  // From OpenSSL's own generator; 2048 bits. For tests and emulators.
  static RsaPrivateKey generate();
  [[nodiscard]] Bytes sign(BytesView message) const;
  [[nodiscard]] RsaPublicKey public_key() const;
  [[nodiscard]] SecretBytes to_pem() const;  // PKCS#8

 private:
  explicit RsaPrivateKey(std::shared_ptr<const RsaPublicKey::Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const RsaPublicKey::Key> key_;
};

}  // namespace yinxin::crypto::openssl
