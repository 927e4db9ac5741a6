#pragma once
// Checks of the files a certification authority publishes: certificates, CRLs, OCSP responses, time-stamp tokens.

#include "seal/verify/trust.h"

namespace yinxin::seal::verify {

SignatureReport check_certificate_file(BytesView der, const TrustContext& context);
SignatureReport check_crl_file(BytesView der, const TrustContext& context);
SignatureReport check_ocsp_file(BytesView der, const TrustContext& context);
SignatureReport check_time_stamp_file(BytesView der, const std::optional<BytesView>& signed_file,
                                      const TrustContext& context);

}  // namespace yinxin::seal::verify
