#pragma once
// RSA (PKCS#1 v1.5) and ECDSA signatures of others, which we read and never make.

#include "base/bytes.h"

namespace yinxin::crypto::openssl {

enum class ForeignDigest { sha1, sha256, sha384, sha512 };

// `spki` is a DER SubjectPublicKeyInfo; false for anything that does not hold, an unreadable key included.
bool verify_foreign(BytesView spki, ForeignDigest digest, BytesView signed_bytes, BytesView signature);

}  // namespace yinxin::crypto::openssl
