#include "base/ensure.h"

#include <execinfo.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace yinxin {

void stop_on_bug(std::string_view promise, std::source_location where) {
  constexpr int max_frames = 32;
  std::fprintf(stderr, "yinxin: broken promise: %.*s (%s:%u)\n", static_cast<int>(promise.size()), promise.data(),
               where.file_name(), where.line());
  std::array<void*, max_frames> frames{};
  const int count = backtrace(frames.data(), max_frames);
  backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
  std::abort();
}

}  // namespace yinxin
