#pragma once
// Checks of seals and seal signatures: GM/T 0031-2014 6.1.2 and 6.2.3, GB/T 38540-2020 7.3.

#include "seal/ses/version.h"
#include "seal/verify/trust.h"

namespace yinxin::seal::verify {

// A seal signature; `signed_file` are the bytes whose digest it carries, nullopt when they are not there.
// `parsed` receives the structure when it can be read.
SignatureReport check_seal_signature(BytesView der, const std::optional<BytesView>& signed_file,
                                     const TrustContext& context, std::optional<ses::SealSignature>& parsed);
// Whether the certificate (DER) is in the seal's owner list: type 1 compares certificates byte by byte, type 2 the SM3
// of the whole certificate.
bool is_owner(const ses::Property& property, BytesView certificate);

// A seal alone: the maker's signature, at `context.now`.
SignatureReport check_seal(BytesView der, const TrustContext& context);

}  // namespace yinxin::seal::verify
