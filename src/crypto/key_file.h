#pragma once
// SM2 private keys as files hold them: others' containers are read, ours is sealed with a passphrase.

#include "crypto/sm2.h"

namespace yinxin::crypto {

constexpr std::size_t max_key_file_size = 256 * 1024;
// Rounds of password hashing that a file of others may ask for; unsupported beyond.
constexpr std::int64_t max_derivation_rounds = 2'000'000;

// PrivateKeyInfo (RFC 5208) around ECPrivateKey (RFC 5915); the key in clear, so keep it in memory only.
SecretBytes pkcs8_of(const Sm2PrivateKey& key);

// PKCS#8 in clear or encrypted (PBES2 and older schemes), SEC1 "EC PRIVATE KEY", each as DER or PEM. The passphrase is
// used only for an encrypted one. invalid_input for a file that is no SM2 key, or whose public part is not that of its
// private part, or whose scalar is outside [1, n-2]; forbidden for a wrong passphrase.
Result<Sm2PrivateKey> read_private_key(BytesView file, const SecretBytes& passphrase = {});

struct KeyAndCertificate {
  Sm2PrivateKey key;
  Bytes certificate;  // DER, empty when the container has none
};
// PKCS#12 (RFC 7292), the old PBE schemes included: old Chinese tools write nothing else.
Result<KeyAndCertificate> read_pkcs12(BytesView file, const SecretBytes& passphrase);
// CFCA's .sm2 container, DER or base64:
// SEQUENCE { INTEGER 1, SEQUENCE { gm-data, sm4, OCTET STRING }, SEQUENCE { gm-data, OCTET STRING certificate } }
Result<KeyAndCertificate> read_cfca_sm2(BytesView file, const SecretBytes& passphrase);

// Our own keys at rest, PEM "YINXIN ENCRYPTED PRIVATE KEY":
// SealedKey ::= SEQUENCE { version INTEGER (1),
//   kdf SEQUENCE { salt OCTET STRING (16), passes INTEGER, memoryKib INTEGER, lanes INTEGER },   -- Argon2id, 16 bytes
//   nonce OCTET STRING (12), sealed OCTET STRING }   -- SM4-GCM over the 32-byte scalar, tag last
// The elements before `sealed` are the additional data.
constexpr std::string_view sealed_key_label = "YINXIN ENCRYPTED PRIVATE KEY";

struct PassphraseCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 64 * 1024;
  std::uint32_t lanes = 1;
  bool operator==(const PassphraseCost&) const = default;
};
// What a file may ask of us before we know that it is ours.
constexpr std::uint32_t max_passphrase_passes = 16;
constexpr std::uint32_t max_passphrase_memory_kib = 1024 * 1024;
constexpr std::uint32_t max_passphrase_lanes = 16;
// RFC 9106 3.1: eight KiB for every lane are the least.
constexpr std::uint32_t min_memory_kib_per_lane = 8;

// The PEM text. invalid_input for an empty passphrase or a cost outside the limits.
Result<std::string> seal_key(const SecretBytes& passphrase, const Sm2PrivateKey& key, Random& random,
                             const PassphraseCost& cost = {});
// forbidden for a wrong passphrase (or a file changed after sealing, which cannot be told from it), invalid_input for a
// file that is not one of ours, unsupported for costs beyond the limits.
Result<Sm2PrivateKey> open_key(const SecretBytes& passphrase, BytesView file);

}  // namespace yinxin::crypto
