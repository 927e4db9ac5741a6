#pragma once
// What anybody may ask without signing in: certificate status, revocation lists, authorities' certificates, time
// stamps, and whether we are well. The bytes come from ports; here is only their way over HTTP.

#include <functional>
#include <memory>

#include "base/clock.h"
#include "net/http.h"

namespace yinxin::api {

constexpr std::size_t max_ocsp_request_bytes = 8 * 1024;
constexpr std::size_t max_time_stamp_request_bytes = 8 * 1024;
constexpr std::size_t max_issuer_name_bytes = 64;
constexpr std::size_t max_verified_bytes = std::size_t{32} << 20;
constexpr std::size_t max_page_number = 1'000'000;
// A cache may keep what can change at any moment no longer than this, whatever its own nextUpdate says.
constexpr std::chrono::seconds longest_cached{300};

using SharedBytes = std::shared_ptr<const Bytes>;

// Each may be called from several threads. A port left empty has no route.
struct PublicPorts {
  std::function<Bytes(BytesView)> ocsp;  // DER OCSPRequest, or rubbish → DER OCSPResponse
  std::function<Bytes(BytesView)> tsa;   // DER TimeStampReq, or rubbish → DER TimeStampResp
  // DER by the issuer's name in addresses. Hand out the same pointer until the bytes change: what is computed of them
  // (ETag, dates) is kept for it. not_found, or another failure for 503.
  std::function<Result<SharedBytes>(const std::string& issuer)> crl;
  std::function<Result<SharedBytes>(const std::string& issuer)> ca_certificate;
  std::function<std::string()> metrics;  // Prometheus text
  // A document, seal or certificate → a report for a programme (JSON) or a person (HTML); nothing is kept.
  std::function<Result<std::string>(BytesView file, bool as_page)> verify{};
  // A document → the picture of one of its pages, counted from 1, as JSON; nothing is kept.
  std::function<Result<std::string>(BytesView file, std::size_t page)> page{};
  std::function<bool()> ready;
  std::function<std::string()> states{};  // of the domains, for /readyz: one line "name state" each
};

// POST /ocsp, GET /ocsp/{base64} (RFC 6960 A.1, caching by RFC 5019 6.2), POST /tsa (RFC 3161 3.4),
// POST /api/v1/verify (HTML where Accept asks for it first, else JSON), POST /api/v1/verify/pages?page=N,
// GET /crl/{issuer}.crl, GET /ca/{issuer}.cer (RFC 2585), /healthz, /readyz, and /metrics for loopback peers only,
// not even for those when a proxy speaks for somebody else. `clock` must outlive the router.
void add_public_routes(net::Router& router, PublicPorts ports, const Clock& clock);

// The DER behind GET /ocsp/…: base64 with every '=' and '/' in its place, nothing else. invalid_input.
Result<Bytes> ocsp_request_of_path(std::string_view base64);

}  // namespace yinxin::api
