#pragma once
// AES-256-GCM (FIPS 197, NIST SP 800-38D), on libgcrypt: for providers that speak nothing else. Our own data is under
// SM4.

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin::crypto {

constexpr std::size_t aes256_key_size = 32;
constexpr std::size_t aes_gcm_nonce_size = 12;
constexpr std::size_t aes_gcm_tag_size = 16;

// Ciphertext || 16-byte tag. invalid_input unless the key is 32 and the nonce 12 bytes.
Result<Bytes> aes256_gcm_encrypt(BytesView key, BytesView nonce, BytesView additional, BytesView plain);
// `corrupt` when the tag does not hold (nothing is released); invalid_input for impossible sizes.
Result<SecretBytes> aes256_gcm_decrypt(BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag);

}  // namespace yinxin::crypto
