// Any bytes as a time-stamp request, response, token and TSTInfo.
#include "base/ensure.h"
#include "crypto/tsp/time_stamp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::tsp;
  const BytesView input(data, size);
  if (const auto request = TimeStampRequest::parse(input)) {
    const auto again = TimeStampRequest::parse(request->to_der());
    ensure(again.has_value() && again->imprint == request->imprint && again->nonce == request->nonce &&
               again->policy == request->policy && again->want_certificate == request->want_certificate,
           "a request is written as it was read");
  }
  if (const auto info = TstInfo::parse(input)) {
    const auto again = TstInfo::parse(info->to_der());
    ensure(again.has_value() && again->imprint == info->imprint && again->serial == info->serial &&
               again->time == whole_seconds(info->time),
           "what was stamped is written as it was read");
  }
  const auto inside = token_of_response(input);
  const auto token = TimeStampToken::parse(inside ? BytesView(*inside) : input);
  if (token) {
    const auto report = check_token(*token, bytes_of("a document"));
    ensure(report.certificate || !report.problems.empty(), "a token without a certificate is no good one");
  }
  return 0;
}
