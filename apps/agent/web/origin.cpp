#include "agent/web/origin.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace yinxin::agent::web {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;
constexpr std::size_t max_host_bytes = 253;
constexpr std::size_t max_port_digits = 5;

bool is_host_name(std::string_view host) {
  const bool has_form = !host.empty() && host.size() <= max_host_bytes && host.front() != '.' && host.front() != '-' &&
                        host.back() != '-' && host.find("..") == std::string_view::npos;
  return has_form && std::ranges::all_of(host, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
         });
}

// "[" hexadecimal digits, colons, dots "]"
bool is_address_in_brackets(std::string_view host) {
  constexpr std::size_t shortest = 4;  // "[::]"
  return host.size() >= shortest && host.front() == '[' && host.back() == ']' &&
         std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
           return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
         });
}

bool is_this_machine(std::string_view host) { return host == "localhost" || host == "127.0.0.1" || host == "[::1]"; }

bool is_port(std::string_view text, std::uint16_t default_port) {
  if (text.empty() || text.size() > max_port_digits || text.front() == '0' || !all_digits(text)) {
    return false;
  }
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc() && end == text.data() + text.size() && port != default_port;
}

}  // namespace

Result<std::string> parse_origin(std::string_view text) {
  const Error refused = fail(ErrorCode::invalid_input, "not the origin of a page that may ask");
  constexpr std::string_view secure = "https://";
  constexpr std::string_view plain = "http://";
  const bool is_secure = text.starts_with(secure);
  if (text.size() > max_origin_bytes || (!is_secure && !text.starts_with(plain))) {
    return refused;
  }
  std::string_view host = text.substr(is_secure ? secure.size() : plain.size());
  const std::size_t after_brackets = host.starts_with('[') ? host.find(']') : 0;
  const std::size_t colon = after_brackets == std::string_view::npos ? after_brackets : host.find(':', after_brackets);
  if (colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1), is_secure ? https_port : http_port)) {
      return refused;
    }
    host = host.substr(0, colon);
  }
  const bool is_host = host.starts_with('[') ? is_address_in_brackets(host) : is_host_name(host);
  return is_host && (is_secure || is_this_machine(host)) ? Result<std::string>(std::string(text)) : refused;
}

bool names_this_agent(std::string_view host, std::uint16_t port) {
  const std::string suffix = ":" + std::to_string(port);
  return port != 0 && (host == "127.0.0.1" + suffix || host == "localhost" + suffix);
}

}  // namespace yinxin::agent::web
