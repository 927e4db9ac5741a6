#include "outside/endpoint.h"

#include <algorithm>
#include <charconv>

namespace yinxin::outside {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}
bool is_v6_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}
bool is_path_character(char c) { return is_host_character(c) || c == '/' || c == '_' || c == '~'; }

Error wrong() {
  return fail(ErrorCode::invalid_input, "not a base address of a provider: http[s]://host[:port][/path]");
}

Result<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return wrong();
  }
  return port;
}

}  // namespace

// base = ( "http" / "https" ) "://" ( 1*host-char / "[" 1*v6-char "]" ) [ ":" port ] *( "/" segment )
Result<Endpoint> Endpoint::parse(std::string_view base_url) {
  Endpoint endpoint;
  if (base_url.starts_with("https://")) {
    endpoint.is_tls = true;
    base_url.remove_prefix(8);
  } else if (base_url.starts_with("http://")) {
    base_url.remove_prefix(7);
  } else {
    return wrong();
  }
  const std::size_t slash = std::min(base_url.find('/'), base_url.size());
  std::string_view authority = base_url.substr(0, slash);
  std::string_view path = base_url.substr(slash);
  while (path.ends_with('/')) {
    path.remove_suffix(1);
  }
  if (!std::ranges::all_of(path, is_path_character)) {
    return wrong();
  }
  endpoint.path = path;
  const bool is_v6 = authority.starts_with('[');
  const std::size_t end = is_v6 ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == std::string_view::npos) {
    return wrong();
  }
  endpoint.host = authority.substr(is_v6 ? 1 : 0, is_v6 ? end - 1 : end);
  if (endpoint.host.empty() || !std::ranges::all_of(endpoint.host, is_v6 ? is_v6_character : is_host_character)) {
    return wrong();
  }
  authority.remove_prefix(is_v6 ? end + 1 : end);
  endpoint.port = endpoint.is_tls ? https_port : http_port;
  if (!authority.empty()) {
    if (!authority.starts_with(':')) {
      return wrong();
    }
    YX_TRY(endpoint.port, port_of(authority.substr(1)));
  }
  return endpoint;
}

Result<net::ClientOptions> Endpoint::client_options(std::string_view authorities_pem) const {
  net::ClientOptions options{.host = host, .port = port};
  if (is_tls) {
    if (authorities_pem.empty()) {
      return fail(ErrorCode::precondition, "an https address needs the authorities to believe: " + host);
    }
    YX_TRY(options.tls, net::TlsIdentity::client(authorities_pem));
  }
  return options;
}

}  // namespace yinxin::outside
