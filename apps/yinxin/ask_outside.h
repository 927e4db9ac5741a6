#pragma once
// What a holder's program asks of an authority's public services: certificate status and time stamps. Over plain HTTP,
// because every answer carries its own signature.

#include <string>
#include <vector>

#include "crypto/sm3.h"
#include "seal/verify/trust.h"

namespace yinxin::cli {

constexpr std::size_t max_service_answer_bytes = 1024U * 1024;

struct HttpPlace {
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";
};
// http-URI = "http" "://" authority path-abempty [ "?" query ]   (RFC 9110 4.2.1, without user information)
// An IPv6 address stands in brackets. invalid_input for anything else, https included.
Result<HttpPlace> parse_http_place(std::string_view url);

struct StatusSource {
  std::string address;            // OCSP service to ask; empty: what the certificates name, unless `closed`
  bool closed = false;            // status was given as files: ask nobody but `address`
  std::vector<Error> problems{};  // why there is no answer where one was asked for
};
// Puts current OCSP answers into the store for the links of the certificate's path that need one: those without a
// current list or answer, and the certificate itself whenever an address is given. Addresses in certificates are
// followed only once the path leads to an anchor of the store: an authority that is trusted wrote them.
void ask_status(const x509::Certificate& certificate, seal::verify::TrustContext& context, StatusSource& source);

// An RFC 3161 token over the imprint, checked for imprint and nonce; whether it is trusted is the verifier's question.
Result<Bytes> ask_time_stamp(const std::string& url, const crypto::Digest& imprint);

}  // namespace yinxin::cli
