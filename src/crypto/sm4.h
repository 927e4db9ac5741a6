#pragma once
// SM4 (GB/T 32907-2016) in the modes the house uses, on libgcrypt. Keys are 16 bytes.

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin::crypto {

constexpr std::size_t sm4_key_size = 16;
constexpr std::size_t sm4_block_size = 16;
constexpr std::size_t sm4_gcm_nonce_size = 12;
constexpr std::size_t sm4_tag_size = 16;

enum class Sm4Mode { ecb, cbc, cfb, ofb, ctr };

// Whole blocks for ECB and CBC (no padding here); any size for CFB, OFB, CTR. `iv` is 16 bytes, empty for ECB.
// invalid_input for sizes that do not fit.
Result<Bytes> sm4_encrypt(Sm4Mode mode, BytesView key, BytesView iv, BytesView plain);
Result<SecretBytes> sm4_decrypt(Sm4Mode mode, BytesView key, BytesView iv, BytesView cipher);

// CBC with PKCS#7 padding. A wrong padding is `corrupt`; callers that face a stranger authenticate first.
Result<Bytes> sm4_cbc_pkcs7_encrypt(BytesView key, BytesView iv, BytesView plain);
Result<SecretBytes> sm4_cbc_pkcs7_decrypt(BytesView key, BytesView iv, BytesView cipher);

// AEAD. encrypt: ciphertext || 16-byte tag. decrypt: `corrupt` when the tag does not hold (nothing is released).
Result<Bytes> sm4_gcm_encrypt(BytesView key, BytesView nonce, BytesView additional, BytesView plain);
Result<SecretBytes> sm4_gcm_decrypt(BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag,
                                    std::size_t tag_size = sm4_tag_size);
Result<Bytes> sm4_ccm_encrypt(BytesView key, BytesView nonce, BytesView additional, BytesView plain,
                              std::size_t tag_size = sm4_tag_size);
Result<SecretBytes> sm4_ccm_decrypt(BytesView key, BytesView nonce, BytesView additional, BytesView cipher_and_tag,
                                    std::size_t tag_size = sm4_tag_size);

}  // namespace yinxin::crypto
