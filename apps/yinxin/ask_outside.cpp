#include "yinxin/ask_outside.h"

#include <algorithm>
#include <charconv>

#include "base/random.h"
#include "crypto/oids.h"
#include "crypto/tsp/time_stamp.h"
#include "net/client.h"
#include "seal/may_stamp.h"
#include "seal/text.h"

namespace yinxin::cli {

namespace {

constexpr int http_ok = 200;
constexpr std::size_t nonce_size = 16;

Result<Bytes> post(const std::string& url, std::string content_type, Bytes body) {
  YX_TRY(const HttpPlace place, parse_http_place(url));
  const net::Client client({.host = place.host, .port = place.port, .max_body_bytes = max_service_answer_bytes});
  auto response = client.post(place.target, std::move(content_type), std::move(body));
  if (!response) {
    return within(url, response.error());
  }
  if (response->status != http_ok) {
    return fail(ErrorCode::declined_by_outside, url + " answers with HTTP status " + std::to_string(response->status));
  }
  return to_bytes(response->body.view());
}

Result<x509::OcspResponse> ask_ocsp(const std::string& url, const x509::Certificate& certificate,
                                    const x509::Certificate& issuer) {
  SystemRandom random;
  // The extension's value is an OCTET STRING of its own (RFC 8954).
  const Bytes nonce = asn1::Writer().octet_string(random.bytes(nonce_size)).take();
  const Bytes question = x509::build_ocsp_request({x509::CertId::of(issuer, certificate.serial())}, nonce);
  YX_TRY(const Bytes answer, post(url, "application/ocsp-request", question));
  auto response = x509::OcspResponse::parse(answer);
  if (!response) {
    return within(url, response.error());
  }
  if (response->status() != x509::OcspResponseStatus::successful) {
    return fail(ErrorCode::declined_by_outside,
                url + " answers with OCSP status " + std::to_string(static_cast<int>(response->status())));
  }
  // Many services answer without it, from answers made before; is_current() bounds how old those may be.
  if (response->nonce() && *response->nonce() != nonce) {
    return fail(ErrorCode::corrupt, url + " answers another question than was asked");
  }
  if (response->find(issuer, certificate.serial()) == nullptr) {
    return fail(ErrorCode::declined_by_outside, url + " says nothing about the certificate");
  }
  return response;
}

std::string address_for(const x509::Certificate& certificate, const StatusSource& source) {
  if (!source.address.empty() || source.closed) {
    return source.address;
  }
  for (const std::string& one : certificate.ocsp_addresses()) {
    if (parse_http_place(one)) {
      return one;
    }
  }
  return {};
}

}  // namespace

Result<HttpPlace> parse_http_place(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  const std::string shown = seal::clean_text(url, 128);
  if (!url.starts_with(scheme)) {
    return fail(ErrorCode::invalid_input, "not an address that begins with http://: " + shown);
  }
  url.remove_prefix(scheme.size());
  const std::size_t slash = std::min(url.find_first_of("/?#"), url.size());
  std::string_view authority = url.substr(0, slash);
  HttpPlace place;
  if (slash < url.size()) {
    place.target = url.substr(slash);
    if (!net::parse_target(place.target)) {
      return fail(ErrorCode::invalid_input, "not a path of an address: " + shown);
    }
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) {
      return fail(ErrorCode::invalid_input, "not an address: " + shown);
    }
    place.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    place.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (!port.empty()) {
    const auto [end, problem] = std::from_chars(port.data() + 1, port.data() + port.size(), place.port);
    if (port.front() != ':' || problem != std::errc() || end != port.data() + port.size() || place.port == 0) {
      return fail(ErrorCode::invalid_input, "not a port: " + shown);
    }
  }
  if (place.host.empty() || place.host.find_first_of("@% ") != std::string::npos) {
    return fail(ErrorCode::invalid_input, "not a host: " + shown);
  }
  return place;
}

void ask_status(const x509::Certificate& certificate, seal::verify::TrustContext& context, StatusSource& source) {
  const auto path = x509::validate_path(certificate, context.store,
                                        {.at = context.now, .require_status = false, .status_not_older_than = {}});
  if (!path.reaches_anchor() || path.has(x509::PathProblem::signature_broken)) {
    return;
  }
  for (std::size_t depth = 0; depth + 1 < path.chain.size(); ++depth) {
    const x509::Certificate& asked = path.chain[depth];
    const x509::Certificate& issuer = path.chain[depth + 1];
    const x509::TrustStore current = seal::with_current_status(context.store, context.now);
    const bool known =
        x509::known_status(asked, issuer, current, {.at = context.now}).status != x509::CertStatus::unknown;
    const std::string address = address_for(asked, source);
    if (address.empty() || (known && (depth > 0 || source.address.empty()))) {
      continue;
    }
    if (auto answer = ask_ocsp(address, asked, issuer)) {
      context.store.ocsp_responses.push_back(std::move(*answer));
    } else {
      source.problems.push_back(answer.error());
    }
  }
}

Result<Bytes> ask_time_stamp(const std::string& url, const crypto::Digest& imprint) {
  SystemRandom random;
  Bytes nonce = random.bytes(nonce_size);
  nonce.front() =
      static_cast<std::uint8_t>((nonce.front() & 0x3FU) | 0x40U);  // a positive INTEGER in its shortest form
  const tsp::TimeStampRequest request{
      .imprint = {oid::sm3(), to_bytes(imprint)}, .policy = std::nullopt, .nonce = nonce, .want_certificate = true};
  YX_TRY(const Bytes answer, post(url, "application/timestamp-query", request.to_der()));
  const auto token = tsp::token_of_response(answer);
  if (!token) {
    return within(url, token.error());
  }
  YX_TRY(const tsp::TimeStampToken parsed, tsp::TimeStampToken::parse(*token));
  if (parsed.info.imprint != request.imprint || parsed.info.nonce != request.nonce) {
    return fail(ErrorCode::corrupt, url + " stamped something else than was asked");
  }
  return *token;
}

}  // namespace yinxin::cli
