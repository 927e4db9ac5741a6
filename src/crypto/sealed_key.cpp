// Our own keys at rest.

#include <argon2.h>

#include "crypto/key_file.h"
#include "crypto/sm4.h"
#include "crypto/x509/certificate.h"

namespace yinxin::crypto {

namespace {

constexpr std::size_t salt_size = 16;
constexpr std::int64_t sealed_key_version = 1;

bool is_within_limits(const PassphraseCost& cost) {
  return cost.passes >= 1 && cost.passes <= max_passphrase_passes && cost.lanes >= 1 &&
         cost.lanes <= max_passphrase_lanes && cost.memory_kib >= min_memory_kib_per_lane * cost.lanes &&
         cost.memory_kib <= max_passphrase_memory_kib;
}

Result<SecretBytes> derive(const SecretBytes& passphrase, BytesView salt, const PassphraseCost& cost) {
  SecretBytes key(sm4_key_size);
  const int status =
      argon2id_hash_raw(cost.passes, cost.memory_kib, cost.lanes, passphrase.expose().data(), passphrase.size(),
                        salt.data(), salt.size(), key.expose_for_writing().data(), key.size());
  if (status != ARGON2_OK) {
    return fail(ErrorCode::internal, std::string("Argon2id: ") + argon2_error_message(status));
  }
  return key;
}

// The elements before `sealed`; they are the additional data too.
Bytes header_of(const PassphraseCost& cost, BytesView salt, BytesView nonce) {
  asn1::Writer writer;
  writer.integer(sealed_key_version);
  writer.sequence([&](asn1::Writer& kdf) {
    kdf.octet_string(salt).integer(cost.passes).integer(cost.memory_kib).integer(cost.lanes);
  });
  writer.octet_string(nonce);
  return writer.take();
}

Result<std::uint32_t> read_cost(asn1::Reader& reader) {
  YX_TRY(const std::int64_t value, reader.small_integer());
  if (value > max_passphrase_memory_kib) {
    return fail(ErrorCode::unsupported, "a sealed key that asks for more work than we allow");
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

Result<std::string> seal_key(const SecretBytes& passphrase, const Sm2PrivateKey& key, Random& random,
                             const PassphraseCost& cost) {
  if (passphrase.empty() || !is_within_limits(cost)) {
    return fail(ErrorCode::invalid_input, "an empty passphrase, or a cost outside the limits");
  }
  const Bytes salt = random.bytes(salt_size);
  const Bytes nonce = random.bytes(sm4_gcm_nonce_size);
  const Bytes header = header_of(cost, salt, nonce);
  YX_TRY(const SecretBytes wrapping, derive(passphrase, salt, cost));
  YX_TRY(const Bytes sealed, sm4_gcm_encrypt(wrapping.expose(), nonce, header, key.scalar().expose()));
  return x509::to_pem(sealed_key_label, asn1::sequence([&](asn1::Writer& w) { w.raw(header).octet_string(sealed); }));
}

Result<Sm2PrivateKey> open_key(const SecretBytes& passphrase, BytesView file) {
  if (file.size() > max_key_file_size) {
    return fail(ErrorCode::invalid_input, "a key file of more than 256 KiB");
  }
  YX_TRY(const Bytes der, x509::der_of_file(file, {sealed_key_label}));
  asn1::Reader outer(der);
  YX_TRY(asn1::Reader inside, outer.sequence());
  YX_CHECK(outer.finish());
  YX_TRY(const std::int64_t version, inside.small_integer());
  if (version != sealed_key_version) {
    return fail(ErrorCode::unsupported, "a sealed key of an unknown version");
  }
  YX_TRY(asn1::Reader kdf, inside.sequence());
  YX_TRY(const BytesView salt, kdf.octet_string());
  PassphraseCost cost;
  YX_TRY(cost.passes, read_cost(kdf));
  YX_TRY(cost.memory_kib, read_cost(kdf));
  YX_TRY(cost.lanes, read_cost(kdf));
  YX_CHECK(kdf.finish());
  YX_TRY(const BytesView nonce, inside.octet_string());
  YX_TRY(const BytesView sealed, inside.octet_string());
  YX_CHECK(inside.finish());
  if (salt.size() != salt_size || nonce.size() != sm4_gcm_nonce_size) {
    return fail(ErrorCode::invalid_input, "a sealed key whose salt or nonce has a wrong size");
  }
  if (!is_within_limits(cost)) {
    return fail(ErrorCode::unsupported, "a sealed key that asks for more work than we allow");
  }
  YX_TRY(const SecretBytes wrapping, derive(passphrase, salt, cost));
  auto scalar = sm4_gcm_decrypt(wrapping.expose(), nonce, header_of(cost, salt, nonce), sealed);
  if (!scalar) {
    return fail(ErrorCode::forbidden, "the passphrase is wrong, or the file was changed");
  }
  return Sm2PrivateKey::from_scalar(std::move(*scalar));
}

}  // namespace yinxin::crypto
