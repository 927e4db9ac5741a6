#include "crypto/x509/path.h"

namespace yinxin::x509 {

Result<void> take_in(TrustStore& store, BytesView file, bool is_trusted) {
  if (auto certificates = Certificate::parse_all(file)) {
    for (Certificate& certificate : *certificates) {
      const bool is_anchor = is_trusted && certificate.self_issued();
      (is_anchor ? store.anchors : store.intermediates).push_back(std::move(certificate));
    }
    return {};
  }
  if (const auto der = der_of_file(file)) {
    if (auto crl = CertificateList::parse(*der)) {
      store.crls.push_back(std::move(*crl));
      return {};
    }
    if (auto response = OcspResponse::parse(*der)) {
      store.ocsp_responses.push_back(std::move(*response));
      return {};
    }
  }
  return fail(ErrorCode::invalid_input, "neither a certificate nor a CRL nor an OCSP response");
}

}  // namespace yinxin::x509
