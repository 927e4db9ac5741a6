#include "agent/remote.h"

#include <boost/json.hpp>
#include <charconv>

#include "seal/text.h"

namespace yinxin::agent {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;
constexpr int first_failure = 400;
constexpr int first_success = 200;
constexpr int first_redirect = 300;
constexpr int json_depth = 8;

bool is_loopback(std::string_view host) { return host == "127.0.0.1" || host == "localhost" || host == "::1"; }

Error bad_url() {
  return fail(ErrorCode::invalid_input, "an address reads https://host:port, or http:// on this machine alone");
}

ErrorCode code_of(std::string_view name, int status) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    if (name_of(static_cast<ErrorCode>(code)) == name) {
      return static_cast<ErrorCode>(code);
    }
  }
  constexpr int own_failure = 500;
  return status >= own_failure ? ErrorCode::outside_unreachable : ErrorCode::invalid_input;
}

Error told_by(const net::Response& response) {
  boost::system::error_code failed;
  boost::json::parse_options options;
  options.max_depth = json_depth;
  const boost::json::value read = boost::json::parse(text_of(response.body.view()), failed, {}, options);
  const auto* object = failed ? nullptr : read.if_object();
  const auto text = [&](const char* key) {
    const auto* value = object == nullptr ? nullptr : object->if_contains(key);
    return value != nullptr && value->is_string() ? seal::clean_text(std::string(value->get_string())) : std::string();
  };
  std::string detail = text("why").empty() ? text("reason") : text("why");
  for (const std::string& more : {text("detail"), text("detail_en")}) {
    detail += (detail.empty() || more.empty() ? "" : " · ") + more;
  }
  if (const auto* claim = object == nullptr ? nullptr : object->if_contains("claim")) {
    detail += " · " + seal::clean_text(boost::json::serialize(*claim));
  }
  return fail(code_of(text("code"), response.status), "HTTP " + std::to_string(response.status) + ": " + detail);
}

}  // namespace

Result<Remote> Remote::at(const std::string& url, const std::string& authorities_pem) {
  const bool is_secure = url.starts_with("https://");
  if (!is_secure && !url.starts_with("http://")) {
    return bad_url();
  }
  std::string_view rest = std::string_view(url).substr(url.find("://") + 3);
  if (rest.ends_with('/')) {
    rest.remove_suffix(1);
  }
  net::ClientOptions options;
  options.port = is_secure ? https_port : http_port;
  options.timeout = remote_timeout;
  options.max_body_bytes = max_remote_answer_bytes;
  std::string_view host = rest;
  if (const std::size_t colon = rest.rfind(':'); colon != std::string_view::npos && !rest.ends_with(']')) {
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), options.port);
    if (failed != std::errc() || end != port.data() + port.size()) {
      return bad_url();
    }
    host = rest.substr(0, colon);
  }
  const std::string authority(rest);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  if (host.empty() || host.find_first_of("/?#@ ") != std::string_view::npos || (!is_secure && !is_loopback(host))) {
    return bad_url();
  }
  options.host = std::string(host);
  if (is_secure) {
    YX_TRY(options.tls, net::TlsIdentity::client(authorities_pem));
  }
  return Remote(net::Client(std::move(options)), (is_secure ? "https://" : "http://") + authority);
}

Result<net::Response> Remote::send(const net::ClientRequest& request) const {
  YX_TRY(net::Response response, client_.send(request));
  if (response.status >= first_success && response.status < first_redirect) {
    return response;
  }
  return response.status >= first_failure ? told_by(response)
                                          : fail(ErrorCode::unsupported, "the server answers with a redirect");
}

std::string path_part(std::string_view text) { return net::percent_encoded(text); }

}  // namespace yinxin::agent
