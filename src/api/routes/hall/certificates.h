#pragma once
// The certificates and seals that were made for an account's cases, as their requester reads them.

#include <functional>

#include "api/json_names.h"
#include "crypto/x509/ocsp.h"
#include "hall/street/dossier.h"

namespace yinxin::api {

// What the responder says of a certificate now.
struct StatusTold {
  x509::CertStatus status = x509::CertStatus::unknown;
  Instant revoked_at;
  x509::RevocationReason reason = x509::RevocationReason::unspecified;
};
// One for each, in their order; unknown where no answer comes that can be believed.
using StatusOf = std::function<std::vector<StatusTold>(const std::vector<x509::Certificate>&)>;

// Without `status_of` nothing is known. corrupt for what is no certificate.
Result<boost::json::array> certificates_view(const std::vector<hall::Dossier>& cases,
                                             const std::function<std::string(const hall::Dossier&)>& programme_name,
                                             const StatusOf& status_of, Instant now);

}  // namespace yinxin::api
