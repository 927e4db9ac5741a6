#pragma once
// A broken promise of our own stops the process: going on would make it somebody's certificate.

#include <source_location>
#include <string_view>

namespace yinxin {

[[noreturn]] void stop_on_bug(std::string_view promise, std::source_location where);

// Stops the process with a trace when `held` is false. Never for anything a stranger can cause.
inline void ensure(bool held, std::string_view promise, std::source_location where = std::source_location::current()) {
  if (!held) [[unlikely]] {
    stop_on_bug(promise, where);
  }
}

// The literal form is [[noreturn]] so that exhaustive switches need no dead return.
#define ensure_unreachable(promise) ::yinxin::stop_on_bug((promise), std::source_location::current())

}  // namespace yinxin
