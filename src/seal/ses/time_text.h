#pragma once
// Times as text, in the forms that signing products write.

#include <optional>
#include <string_view>

#include "base/time.h"

namespace yinxin::seal::ses {

struct TextTime {
  Instant at;
  bool zone_written = false;  // false: no zone in the text, read as UTC
};

// "20201010065840.923Z", "20201010151120", "2020-06-20 17:18:49", "2020-01-25T07:31:56.377Z" and RFC 3339 offsets.
// nullopt for anything else.
std::optional<TextTime> parse_time_text(std::string_view text);

}  // namespace yinxin::seal::ses
