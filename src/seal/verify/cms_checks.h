#pragma once
// Checks of SignedData: CMS (RFC 5652) and GB/T 35275-2017.

#include "seal/verify/trust.h"

namespace yinxin::seal::verify {

// True for ContentInfo of SignedData in either family.
bool looks_like_message(BytesView der);

// One report for each signer. The content may be the file itself, its SM3, or the Base64 of that: all three occur in
// OFD. A detached message without `signed_file` has unknown integrity.
std::vector<SignatureReport> check_message(BytesView der, const std::optional<BytesView>& signed_file,
                                           const TrustContext& context);

}  // namespace yinxin::seal::verify
