#pragma once
// Text that strangers wrote, made fit for reports.

#include <string>
#include <string_view>

namespace yinxin::seal {

constexpr std::size_t max_reported_text_size = 512;

// Well-formed UTF-8 without control characters and marks of direction, at most `most` bytes; what was wrong or cut
// shows as U+FFFD.
std::string clean_text(std::string_view text, std::size_t most = max_reported_text_size);

}  // namespace yinxin::seal
