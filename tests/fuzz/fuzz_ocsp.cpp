// Any bytes as an OCSP request and as a response.
#include "base/ensure.h"
#include "crypto/x509/ocsp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::x509;
  const BytesView input(data, size);
  if (const auto request = OcspRequest::parse(input)) {
    ensure(!request->questions.empty() && request->questions.size() <= max_ocsp_request_entries, "1 to 16 questions");
    const auto again = OcspRequest::parse(build_ocsp_request(request->questions, request->nonce));
    if (again) {  // a request at the limit of size may grow by its extension's envelope
      ensure(again->questions.size() == request->questions.size() && again->nonce == request->nonce,
             "a request is built as it was read");
      for (std::size_t i = 0; i < again->questions.size(); ++i) {
        ensure(again->questions[i].der == request->questions[i].der, "a question's bytes are kept");
      }
    }
  }
  const auto response = OcspResponse::parse(input);
  if (!response) {
    return 0;
  }
  for (const Certificate& certificate : response->certificates()) {
    (void)response->is_authorised(certificate, response->produced_at());
    (void)response->signed_by(certificate.public_key());
    for (const SingleResponse& single : response->responses()) {
      (void)response->find(certificate, single.id.serial);
    }
  }
  return 0;
}
