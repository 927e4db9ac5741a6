#include "seal/verify/verify.h"

#include "seal/verify/cms_checks.h"
#include "seal/verify/ofd_checks.h"
#include "seal/verify/pki_checks.h"
#include "seal/verify/ses_checks.h"

namespace yinxin::seal::verify {
namespace {

bool starts_with(BytesView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && text_of(bytes.first(magic.size())) == magic;
}

void unsupported(DocumentReport& report, Answer answer) {
  report.refused = true;
  report.refused_because = answer.en;
  add_fail(report.findings, check::kind_unsupported, Effect::none, std::move(answer));
  report.conclude();
}

std::optional<BytesView> content_of(const Options& options) {
  return options.signed_content ? std::optional<BytesView>(*options.signed_content) : std::nullopt;
}

void number_and_conclude(DocumentReport& report) {
  for (std::size_t i = 0; i < report.signatures.size(); ++i) {
    report.signatures[i].index = i + 1;
  }
  report.conclude();
}

void check_der(BytesView der, const Options& options, DocumentReport& report) {
  if (ses::looks_like_signature(der)) {
    report.kind = "ses_signature";
    std::optional<ses::SealSignature> parsed;
    report.signatures.push_back(check_seal_signature(der, content_of(options), options.trust, parsed));
  } else if (ses::looks_like_seal(der)) {
    report.kind = "seal";
    report.signatures.push_back(check_seal(der, options.trust));
  } else if (tsp::TimeStampToken::parse(der)) {
    report.kind = "timestamp";
    report.signatures.push_back(check_time_stamp_file(der, content_of(options), options.trust));
  } else if (looks_like_message(der)) {
    report.kind = "cms";
    report.signatures = check_message(der, content_of(options), options.trust);
  } else if (x509::Certificate::parse(der)) {
    report.kind = "certificate";
    report.signatures.push_back(check_certificate_file(der, options.trust));
  } else if (x509::CertificateList::parse(der)) {
    report.kind = "crl";
    report.signatures.push_back(check_crl_file(der, options.trust));
  } else if (x509::OcspResponse::parse(der)) {
    report.kind = "ocsp";
    report.signatures.push_back(check_ocsp_file(der, options.trust));
  } else if (const auto token = tsp::token_of_response(der)) {
    report.kind = "timestamp";
    report.signatures.push_back(check_time_stamp_file(*token, content_of(options), options.trust));
  } else {
    unsupported(report, {"不认识的文件种类", "This is no kind of file that can be verified"});
    return;
  }
  number_and_conclude(report);
}

}  // namespace

DocumentReport verify_bytes(Bytes input, const Options& given) {
  Options options = given;
  options.trust.store.links = std::make_shared<x509::LinkMemory>();
  DocumentReport report;
  report.file = options.file_name;
  if (input.size() > max_input_size) {
    unsupported(report, {"文件过大", "The file is larger than its limit"});
  } else if (starts_with(input, "PK\x03\x04") || starts_with(input, "PK\x05\x06")) {
    report.kind = "ofd";
    check_ofd(std::move(input), options.trust, report);
  } else if (starts_with(input, "%PDF-")) {
    report.kind = "pdf";
    unsupported(report, {"暂不支持 PDF", "PDF is not supported"});
  } else if (starts_with(input, "-----BEGIN ")) {
    const auto der = x509::der_of_file(input);
    if (der) {
      check_der(*der, options, report);
    } else {
      unsupported(report, {"PEM 不可读", "The PEM text cannot be read: " + der.error().describe()});
    }
  } else {
    check_der(input, options, report);
  }
  return report;
}

}  // namespace yinxin::seal::verify
