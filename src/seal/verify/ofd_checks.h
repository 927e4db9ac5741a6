#pragma once
// Checks of an OFD package: what its signatures protect, whether that holds, and what they leave open.

#include "seal/ofd/signatures.h"
#include "seal/verify/trust.h"

namespace yinxin::seal::verify {

// Fills signatures and findings of `report`; a package that must not be opened sets `refused`.
void check_ofd(Bytes file, const TrustContext& context, DocumentReport& report);

}  // namespace yinxin::seal::verify
