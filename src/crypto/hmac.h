#pragma once
// What providers outside ask for and nothing of our own rests on: HMAC-SHA256 (RFC 2104, FIPS 180-4) and MD5 (RFC
// 1321), on libgcrypt.

#include "base/bytes.h"

namespace yinxin::crypto {

// 32 bytes.
Bytes hmac_sha256(BytesView key, BytesView data);

// 16 bytes. Only where a provider's protocol prescribes it.
Bytes md5(BytesView data);

}  // namespace yinxin::crypto
