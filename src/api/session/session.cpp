#include "api/session/session.h"

namespace yinxin::api {

namespace {

constexpr std::size_t max_token_text = 256;

std::string attributes(bool secure) {
  return std::string("; Path=/; HttpOnly; SameSite=Lax") + (secure ? "; Secure" : "");
}

}  // namespace

std::string_view cookie(const net::Request& request, std::string_view name) {
  std::string_view rest = request.headers.find("Cookie").value_or("");
  while (!rest.empty()) {
    const std::size_t end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (pair.starts_with(' ')) {
      pair.remove_prefix(1);
    }
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

Result<Bytes> session_token(const net::Request& request) {
  const std::string_view text = cookie(request, session_cookie);
  auto token = text.empty() || text.size() > max_token_text
                   ? Result<Bytes>(fail(ErrorCode::not_signed_in, "session.none"))
                   : from_hex(text);
  return token ? std::move(token) : Result<Bytes>(fail(ErrorCode::not_signed_in, "session.none"));
}

std::string cookie_for(const SecretBytes& token, bool secure) {
  return std::string(session_cookie) + "=" + to_hex(token.expose()) + attributes(secure);
}

std::string cookie_gone(bool secure) { return std::string(session_cookie) + "=" + attributes(secure) + "; Max-Age=0"; }

Result<void> check_page(const net::Request& request) {
  return request.headers.find(page_field) ? Result<void>() : Result<void>(fail(ErrorCode::forbidden, "page.foreign"));
}

}  // namespace yinxin::api
