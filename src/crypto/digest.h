#pragma once
// Digests by the identifier that a message names.

#include <optional>

#include "crypto/asn1/der.h"

namespace yinxin::crypto {

// SM3, SHA-1, SHA-256, SHA-384 or SHA-512 of `data`; nullopt for an algorithm that we do not compute.
std::optional<Bytes> digest_with(const asn1::ObjectId& algorithm, BytesView data);

}  // namespace yinxin::crypto
