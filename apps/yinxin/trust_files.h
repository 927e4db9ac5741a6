#pragma once
// Trust anchors and status as a relying party hands them to the command line.

#include <string>
#include <vector>

#include "crypto/x509/path.h"

namespace yinxin::cli {

// `trust`: files or folders of certificates; self-issued ones are anchors, others candidates, CRLs and OCSP responses
// in a folder are taken too. `also`: further certificates, CRLs, OCSP responses, none of them trusted by itself.
Result<x509::TrustStore> read_trust(const std::vector<std::string>& trust, const std::vector<std::string>& also);

}  // namespace yinxin::cli
