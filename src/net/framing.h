#pragma once
// The rules of a message's header that decide where it ends and whom it is for.

#include "net/http.h"

namespace yinxin::net {

// A character that no field may carry: all controls but the tab.
bool has_control(std::string_view text);

// RFC 9112 6.3 and 3.2: the refusal of a header whose body could be measured in two ways (a proxy before us might take
// the other one), that does not name exactly one host, or that expects what we do not know. nullopt when all is well.
std::optional<Response> framing_refusal(const Headers& headers, bool is_1_1);

// Status line and fields with the empty line. `date` is the value of Date.
std::string header_text(const Response& response, std::string_view date, bool keep_alive);

}  // namespace yinxin::net
