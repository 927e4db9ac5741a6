// The whole door: any bytes to the verifier, which finds out itself what they are. The certificates that come along in
// a message are believed as anchors, so that paths, status and the judgement behind them are walked and not only the
// readers before them.
#include "base/ensure.h"
#include "base/text.h"
#include "crypto/cms/signed_data.h"
#include "seal/verify/verify.h"

namespace {

using namespace yinxin;

void believe(const std::vector<x509::Certificate>& certificates, x509::TrustStore& store) {
  store.anchors.insert(store.anchors.end(), certificates.begin(), certificates.end());
}

// What the input itself can be made to vouch for.
x509::TrustStore store_of(BytesView input) {
  x509::TrustStore store;
  const auto found = x509::der_of_file(input);
  if (!found) {
    return store;
  }
  if (const auto message = cms::SignedData::parse(*found)) {
    believe(message->certificates, store);
    for (const Bytes& one : message->crls) {
      if (auto list = x509::CertificateList::parse(one)) {
        store.crls.push_back(std::move(*list));
      }
    }
  } else if (const auto certificate = x509::Certificate::parse(*found)) {
    believe({*certificate}, store);
  } else if (auto response = x509::OcspResponse::parse(*found)) {
    believe(response->certificates(), store);
    store.ocsp_responses.push_back(std::move(*response));
  }
  return store;
}

void check_report(const seal::verify::DocumentReport& report) {
  ensure(is_utf8(to_json(report)), "a report is UTF-8");
  ensure(report.refused || report.verdict != seal::verify::Verdict::valid || !report.signatures.empty(),
         "nothing is valid without a signature");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  seal::verify::Options options;
  options.file_name = "input";
  options.trust.now = from_unix_ms(1795219200000);
  const auto alone = seal::verify::verify_bytes(to_bytes(input), options);
  check_report(alone);
  ensure(alone.verdict != seal::verify::Verdict::valid, "nothing is valid without anchors");
  options.trust.store = store_of(input);
  options.signed_content = Bytes{'x'};
  const auto believed = seal::verify::verify_bytes(to_bytes(input), options);
  check_report(believed);
  ensure(to_json(believed) == to_json(seal::verify::verify_bytes(to_bytes(input), options)), "one file, one report");
  ensure(believed.kind == alone.kind, "what a file is does not hang on whom one believes");
  return 0;
}
