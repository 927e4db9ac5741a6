#pragma once
// Who asks, as a browser says it: the Origin and Host fields, read strictly, as only one spelling is a browser's.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yinxin::agent::web {

constexpr std::size_t max_origin_bytes = 512;

// The serialisation of an origin (RFC 6454 6.2) as browsers write it:
//   origin = "https://" host [":" port] | "http://" ("localhost" | "127.0.0.1" | "[::1]") [":" port]
// lower case, no path, no user, no default port. invalid_input for anything else: `null`, file:, extensions, a plain
// http page of another machine, which whoever stands between could have written.
Result<std::string> parse_origin(std::string_view text);

// Whether a Host field names this agent: "127.0.0.1:PORT" or "localhost:PORT", exactly, so that a stranger's name that
// was bent to this address is refused.
bool names_this_agent(std::string_view host, std::uint16_t port);

}  // namespace yinxin::agent::web
