#pragma once
// Who is asking: the session cookie, and the proof that a change was asked for by our own page.

#include "base/secret_bytes.h"
#include "net/http.h"

namespace yinxin::api {

inline constexpr std::string_view session_cookie = "yx_session";
// A page of another origin cannot send this field without asking us first (CORS), and is refused then.
inline constexpr std::string_view page_field = "X-Yinxin-Page";

// The value of one cookie (RFC 6265 4.2); "" when there is none.
std::string_view cookie(const net::Request& request, std::string_view name);
// The token in the session cookie; not_signed_in.
Result<Bytes> session_token(const net::Request& request);
// `secure`: only over TLS. HttpOnly and SameSite=Lax always.
std::string cookie_for(const SecretBytes& token, bool secure);
std::string cookie_gone(bool secure);
// forbidden "page.foreign" when a request that changes something lacks our page's field.
Result<void> check_page(const net::Request& request);

}  // namespace yinxin::api
