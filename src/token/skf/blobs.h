#pragma once
// Between the standard's packed structures and the house's types. Shared by the soft token and its callers.

#include "crypto/enveloped_key.h"
#include "crypto/sm2.h"
#include "token/skf/skf.h"

namespace yinxin::token::skf {

// More than one SM2 ciphertext in a blob may have, whatever CipherLen says.
constexpr std::size_t max_cipher_size = 64 * 1024;

ECCPUBLICKEYBLOB to_blob(const crypto::Sm2PublicKey& key);
// invalid_input unless 256 bits, zero heads and a point of the curve.
Result<crypto::Sm2PublicKey> from_blob(const ECCPUBLICKEYBLOB& blob);
Result<crypto::Sm2PrivateKey> from_blob(const ECCPRIVATEKEYBLOB& blob);

ECCSIGNATUREBLOB to_blob(const crypto::Sm2Signature& signature);
// invalid_input when a number is longer than 32 bytes.
Result<crypto::Sm2Signature> from_blob(const ECCSIGNATUREBLOB& blob);

// ECCCIPHERBLOB with its variable tail, as bytes; size is 164 + the ciphertext.
Bytes to_blob(const crypto::Sm2Cipher& cipher);
// Reads at most `blob.size()` bytes; invalid_input when CipherLen asks for more, or is 0.
Result<crypto::Sm2Cipher> cipher_from_blob(BytesView blob);

// ENVELOPEDKEYBLOB with the 16-byte key's ciphertext in its tail: 388 bytes, head of the private key zeroed.
Bytes to_blob(const crypto::EnvelopedKey& envelope);
// unsupported unless Version 1, SM4-ECB and 256 bits; a head of the private key that is not zero is tolerated.
Result<crypto::EnvelopedKey> enveloped_from_blob(BytesView blob);

// The size that a blob from C has, by its own CipherLen; at most max_cipher_size are believed.
Result<std::size_t> blob_size(const ECCCIPHERBLOB& blob);

}  // namespace yinxin::token::skf
