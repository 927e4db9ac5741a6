// What a stranger writes behind GET: no target may crash the reader, and what one is accepted for it means again when
// it is written out strictly.
#include "api/routes/public/public.h"
#include "base/ensure.h"
#include "base/text.h"
#include "net/framing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  if (const auto target = net::parse_target(raw)) {
    ensure(target->path.starts_with('/') && is_utf8(target->path), "a path is UTF-8 from its first slash on");
    ensure(!net::has_control(target->path) && target->path.find('\t') == std::string::npos, "no control in a path");
    std::string strict;
    for (const std::string& segment : target->segments) {
      ensure(segment != "." && segment != "..", "no dot segment");
      strict += '/' + net::percent_encoded(segment);
    }
    if (strict.size() <= net::max_target_bytes) {
      const auto again = net::parse_target(strict);
      ensure(again && again->path == target->path && again->segments == target->segments, "one meaning, written twice");
    }
    net::Router router;
    router.add(net::Method::get, "/crl/{issuer}.crl", {}, [](const net::Request&) { return net::Response{}; });
    router.add(net::Method::get, "/ocsp/{request*}", {}, [](const net::Request&) { return net::Response{}; });
    const auto found = router.find(net::Method::get, *target);
    if (found.route != nullptr && found.parameters.front().first == "request") {
      if (const auto der = api::ocsp_request_of_path(found.parameters.front().second)) {
        ensure(der->size() <= api::max_ocsp_request_bytes, "the limit holds");
      }
    } else if (found.route != nullptr) {
      ensure(found.parameters.front().second.find('/') == std::string::npos, "an open part has no slash");
    }
  }
  (void)net::from_http_date(raw);
  (void)net::percent_decoded(raw);
  net::json_string(raw);
  return 0;
}
