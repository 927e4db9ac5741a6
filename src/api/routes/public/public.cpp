#include "api/routes/public/public.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>

#include "crypto/sm3.h"
#include "crypto/x509/ocsp.h"

namespace yinxin::api {

namespace {

using net::Body;
using net::Method;
using net::Request;
using net::Response;

struct Validators {
  std::string etag;
  std::optional<Instant> this_update;
  std::optional<Instant> next_update;
};

std::string etag_of(BytesView bytes) { return '"' + to_hex(crypto::sm3(bytes)) + '"'; }

// RFC 9110 13.1.1: If-None-Match overrules If-Modified-Since.
bool client_has_it(const Request& request, const Validators& known) {
  if (const auto tags = request.headers.find("If-None-Match")) {
    return *tags == "*" || tags->find(known.etag) != std::string_view::npos;
  }
  const auto since = request.headers.find("If-Modified-Since");
  if (!since || !known.this_update) {
    return false;
  }
  const auto at = net::from_http_date(*since);
  return at && whole_seconds(*known.this_update) <= *at;
}

Response cacheable(const Request& request, std::string type, Body body, const Validators& known, Instant now) {
  Response response = net::answer(std::move(type), {});
  if (client_has_it(request, known)) {
    response = {.status = 304};
  } else {
    response.body = std::move(body);
  }
  response.headers.add("ETag", known.etag);
  if (known.this_update) {
    response.headers.add("Last-Modified", net::to_http_date(*known.this_update));
  }
  std::chrono::seconds age = longest_cached;
  if (known.next_update) {
    const auto left = std::chrono::floor<std::chrono::seconds>(*known.next_update - now);
    age = std::clamp(left, std::chrono::seconds(0), longest_cached);
    response.headers.add("Expires", net::to_http_date(now + age));
  }
  response.headers.add("Cache-Control",
                       "max-age=" + std::to_string(age.count()) + ", public, no-transform, must-revalidate");
  return response;
}

Response not_to_be_stored(std::string type, Bytes bytes) {
  Response response = net::answer(std::move(type), std::move(bytes));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

bool has_type(const Request& request, std::string_view type) {
  const auto given = request.headers.find("Content-Type");
  return given && net::media_type(*given) == type;
}

// Only a successful answer without a nonce is the same for everybody until its nextUpdate (RFC 5019 4, 6.2).
Response ocsp_by_get(const Request& request, const std::function<Bytes(BytesView)>& ocsp, Instant now) {
  const auto der = ocsp_request_of_path(request.parameter("request"));
  if (!der) {
    return net::problem(400, der.error().detail);
  }
  Bytes answered = ocsp(*der);
  const auto read = x509::OcspResponse::parse(answered);
  if (!read || read->status() != x509::OcspResponseStatus::successful || read->nonce() || read->responses().empty()) {
    return not_to_be_stored("application/ocsp-response", std::move(answered));
  }
  Validators known{.etag = etag_of(answered), .this_update = {}, .next_update = {}};
  for (const x509::SingleResponse& single : read->responses()) {
    known.this_update = std::max(known.this_update.value_or(single.this_update), single.this_update);
    // Without a nextUpdate newer information is available all the time.
    const Instant next = single.next_update.value_or(now);
    known.next_update = std::min(known.next_update.value_or(next), next);
  }
  return cacheable(request, "application/ocsp-response", std::move(answered), known, now);
}

void add_ocsp(net::Router& router, const std::function<Bytes(BytesView)>& ocsp, const Clock& clock) {
  router.add(Method::post, "/ocsp", {.max_body_bytes = max_ocsp_request_bytes, .slow = true},
             [ocsp](const Request& request) {
               return has_type(request, "application/ocsp-request")
                          ? not_to_be_stored("application/ocsp-response", ocsp(request.body))
                          : net::problem(415, "send application/ocsp-request");
             });
  router.add(Method::get, "/ocsp/{request*}", {.max_body_bytes = 0, .slow = true},
             [ocsp, &clock](const Request& request) { return ocsp_by_get(request, ocsp, clock.now()); });
}

void add_tsa(net::Router& router, const std::function<Bytes(BytesView)>& tsa) {
  router.add(Method::post, "/tsa", {.max_body_bytes = max_time_stamp_request_bytes, .slow = true},
             [tsa](const Request& request) {
               return has_type(request, "application/timestamp-query")
                          ? not_to_be_stored("application/timestamp-reply", tsa(request.body))
                          : net::problem(415, "send application/timestamp-query");
             });
}

void add_verify(net::Router& router, const std::function<Result<std::string>(BytesView, bool)>& verify) {
  router.add(Method::post, "/api/v1/verify", {.max_body_bytes = max_verified_bytes, .slow = true},
             [verify](const Request& request) {
               const bool as_page = request.headers.find("Accept").value_or("").starts_with("text/html");
               const auto report = verify(request.body, as_page);
               if (!report) {
                 return net::problem(503, "");
               }
               Response response = not_to_be_stored(as_page ? "text/html; charset=utf-8" : "application/json",
                                                    Bytes(report->begin(), report->end()));
               response.headers.add("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
               response.headers.add("X-Content-Type-Options", "nosniff");
               return response;
             });
}

// 1 where none is asked for.
std::optional<std::size_t> page_of(const Request& request) {
  const std::string_view written = request.target.query_value("page").value_or("1");
  std::size_t page = 0;
  const auto [end, problem] = std::from_chars(written.data(), written.data() + written.size(), page);
  const bool is_number = problem == std::errc() && end == written.data() + written.size();
  return is_number && page >= 1 && page <= max_page_number ? std::optional(page) : std::nullopt;
}

void add_pages(net::Router& router, const std::function<Result<std::string>(BytesView, std::size_t)>& draw) {
  router.add(Method::post, "/api/v1/verify/pages", {.max_body_bytes = max_verified_bytes, .slow = true},
             [draw](const Request& request) {
               const auto page = page_of(request);
               if (!page) {
                 return net::problem(400, "page");
               }
               const auto drawn = draw(request.body, *page);
               return drawn ? not_to_be_stored("application/json", Bytes(drawn->begin(), drawn->end()))
                            : net::problem(503, "");
             });
}

bool is_issuer_name(std::string_view name) {
  return name.size() <= max_issuer_name_bytes && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.';
         });
}

// Published files with what was computed of each; one entry an issuer that exists.
class Published {
 public:
  Published(std::function<Result<SharedBytes>(const std::string&)> port, std::string type, bool is_crl)
      : port_(std::move(port)), type_(std::move(type)), is_crl_(is_crl) {}

  Response serve(const Request& request, Instant now) {
    const std::string issuer(request.parameter("issuer"));
    if (!is_issuer_name(issuer)) {
      return net::problem(404, "");
    }
    const auto bytes = port_(issuer);
    if (!bytes || *bytes == nullptr) {
      const bool unknown = !bytes && bytes.error().code == ErrorCode::not_found;
      return net::problem(unknown ? 404 : 503, "");
    }
    return cacheable(request, type_, *bytes, validators(issuer, *bytes), now);
  }

 private:
  struct Kept {
    SharedBytes bytes;
    Validators validators;
  };

  Validators validators(const std::string& issuer, const SharedBytes& bytes) {
    {
      const std::lock_guard lock(mutex_);
      const auto kept = kept_.find(issuer);
      if (kept != kept_.end() && kept->second.bytes == bytes) {
        return kept->second.validators;
      }
    }
    Validators made{.etag = etag_of(*bytes), .this_update = {}, .next_update = {}};
    if (is_crl_) {
      if (const auto crl = x509::CertificateList::parse(*bytes)) {
        made.this_update = crl->this_update();
        made.next_update = crl->next_update();
      }
    }
    const std::lock_guard lock(mutex_);
    kept_[issuer] = {.bytes = bytes, .validators = made};
    return made;
  }

  std::function<Result<SharedBytes>(const std::string&)> port_;
  std::string type_;
  bool is_crl_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

void add_published(net::Router& router, std::string_view pattern, std::shared_ptr<Published> published,
                   const Clock& clock) {
  router.add(Method::get, pattern, {.max_body_bytes = 0, .slow = true},
             [published = std::move(published), &clock](const Request& request) {
               return published->serve(request, clock.now());
             });
}

Response plain(int status, std::string_view text) {
  Response response = net::answer("text/plain; charset=utf-8", Body(text));
  response.status = status;
  response.headers.add("Cache-Control", "no-store");
  return response;
}

// A proxy beside us makes strangers look like loopback.
bool is_from_here(const Request& request) {
  return request.peer.is_loopback && !request.headers.find("Forwarded") && !request.headers.find("X-Forwarded-For") &&
         !request.headers.find("X-Real-IP") && !request.headers.find("Via");
}

void add_health(net::Router& router, const PublicPorts& ports) {
  router.add(Method::get, "/healthz", {}, [](const Request&) { return plain(200, "ok\n"); });
  if (ports.ready) {
    router.add(Method::get, "/readyz", {.max_body_bytes = 0, .slow = true},
               [ready = ports.ready, states = ports.states](const Request&) {
                 const std::string of_domains = states ? states() : std::string();
                 return ready() ? plain(200, "ready\n" + of_domains) : plain(503, "not ready\n" + of_domains);
               });
  }
  if (ports.metrics) {
    router.add(Method::get, "/metrics", {.max_body_bytes = 0, .slow = true},
               [metrics = ports.metrics](const Request& request) {
                 if (!is_from_here(request)) {
                   return net::problem(404, "");
                 }
                 Response response = net::answer("text/plain; version=0.0.4", Body(std::string_view(metrics())));
                 response.headers.add("Cache-Control", "no-store");
                 return response;
               });
  }
}

}  // namespace

Result<Bytes> ocsp_request_of_path(std::string_view base64) {
  // from_base64() skips blanks, which an address has no business with.
  if (base64.empty() || base64.find_first_of(" \t\r\n") != std::string_view::npos) {
    return fail(ErrorCode::invalid_input, "not the base64 of a request");
  }
  YX_TRY(Bytes der, from_base64(base64));
  if (der.size() > max_ocsp_request_bytes) {
    return fail(ErrorCode::invalid_input, "the request is too long");
  }
  return der;
}

void add_public_routes(net::Router& router, PublicPorts ports, const Clock& clock) {
  add_health(router, ports);
  if (ports.ocsp) {
    add_ocsp(router, ports.ocsp, clock);
  }
  if (ports.tsa) {
    add_tsa(router, ports.tsa);
  }
  if (ports.verify) {
    add_verify(router, ports.verify);
  }
  if (ports.page) {
    add_pages(router, ports.page);
  }
  if (ports.crl) {
    add_published(router, "/crl/{issuer}.crl",
                  std::make_shared<Published>(std::move(ports.crl), "application/pkix-crl", true), clock);
  }
  if (ports.ca_certificate) {
    add_published(router, "/ca/{issuer}.cer",
                  std::make_shared<Published>(std::move(ports.ca_certificate), "application/pkix-cert", false), clock);
  }
}

}  // namespace yinxin::api
