#pragma once
// What a request line asks for, read strictly: what two readers could understand differently is refused.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace yinxin::net {

constexpr std::size_t max_target_bytes = 8 * 1024;
constexpr std::size_t max_target_segments = 512;
constexpr std::size_t max_query_parameters = 64;

struct Target {
  std::string path;                   // percent-decoded; begins with '/'
  std::vector<std::string> segments;  // split before decoding, so that %2F never makes a new one
  std::vector<std::pair<std::string, std::string>> query;
  std::string authority;  // of an absolute-form target, which then overrules Host; else empty

  // The first parameter of that name.
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

// RFC 9112 3.2.1 and 3.2.2, RFC 3986 3.3 and 3.4. invalid_input for everything else: a character that should have been
// percent-encoded, a bad or cut percent-encoding, a control character or bytes that are not UTF-8 behind one, a dot
// segment (also an encoded one), a fragment, user information, the authority-form and the asterisk-form.
Result<Target> parse_target(std::string_view raw);

// RFC 3986 2.1; the bytes behind the encoding, whatever they are. invalid_input for a '%' without two digits.
Result<std::string> percent_decoded(std::string_view text);
// All but unreserved characters encoded.
std::string percent_encoded(std::string_view text);

}  // namespace yinxin::net
