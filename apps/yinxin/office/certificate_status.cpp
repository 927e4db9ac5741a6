#include "yinxin/office/certificate_status.h"

#include <algorithm>

#include "yinxin/office/vault_domain.h"

namespace yinxin::office {

namespace {

// Of certificates `from` to `from + count` of all; those of other issuers stay unknown.
Result<void> ask(AnswerDoors& answers, const x509::Certificate& issuing, const Clock& clock,
                 const std::vector<x509::Certificate>& all, std::size_t from, std::vector<api::StatusTold>& told) {
  const std::size_t end = std::min(all.size(), from + x509::max_ocsp_request_entries);
  std::vector<x509::CertId> questions;
  for (std::size_t n = from; n < end; ++n) {
    questions.push_back(x509::CertId::of(issuing, all[n].serial()));
  }
  const Bytes answer = answers.status(x509::build_ocsp_request(questions, std::nullopt));
  YX_TRY(const auto response, x509::OcspResponse::parse(answer));
  if (!response.is_authorised(issuing, clock.now())) {
    return fail(ErrorCode::forbidden, "nobody entitled signed the status");
  }
  for (std::size_t n = from; n < end; ++n) {
    const x509::SingleResponse* const found = response.find(issuing, all[n].serial());
    if (found != nullptr && all[n].issuer() == issuing.subject()) {
      told[n] = {.status = found->status, .revoked_at = found->revoked_at, .reason = found->reason};
    }
  }
  return {};
}

}  // namespace

api::StatusOf status_of(AnswerDoors& answers, std::string folder, const Clock& clock) {
  return [&answers, folder = std::move(folder), &clock](const std::vector<x509::Certificate>& certificates) {
    std::vector<api::StatusTold> told(certificates.size());
    const auto published = published_file(folder, "issuing.cer");
    const auto issuing =
        published ? x509::Certificate::parse(*published) : Result<x509::Certificate>(published.error());
    for (std::size_t n = 0; issuing && n < certificates.size(); n += x509::max_ocsp_request_entries) {
      // Whatever cannot be learnt now is not known, and the page says so.
      static_cast<void>(ask(answers, *issuing, clock, certificates, n, told));
    }
    return told;
  };
}

}  // namespace yinxin::office
