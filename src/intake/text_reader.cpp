#include "intake/text_reader.h"

#include <unistd.h>

#include "base/text.h"
#include "cage/cell_process.h"

namespace yinxin::intake {

namespace {

// Starts another program under limits of the system's (util-linux).
constexpr const char* limiter = "/usr/bin/prlimit";
// With threads of its own the reader needs several times as long on a small machine.
constexpr const char* environment_setter = "/usr/bin/env";
constexpr const char* one_thread = "OMP_THREAD_LIMIT=1";

}  // namespace

Result<std::optional<std::string>> read_text(BytesView rendition, const std::string& reader,
                                             const TextReaderLimits& limits) {
  if (::access(reader.c_str(), X_OK) != 0 || ::access(limiter, X_OK) != 0) {
    return std::optional<std::string>();
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(limits.time).count();
  YX_TRY(const auto answer,
         cage::run_cell(limiter,
                        {"--as=" + std::to_string(limits.memory_bytes), "--cpu=" + std::to_string(seconds), "--fsize=0",
                         "--core=0", "--", environment_setter, one_thread, reader, "stdin", "stdout", "-l", "chi_sim",
                         "--psm", "6"},
                        rendition, {.time = limits.time, .output_bytes = limits.text_bytes}));
  if (!answer || !is_utf8(text_of(*answer))) {
    return std::optional<std::string>();
  }
  return std::optional(std::string(text_of(*answer)));
}

}  // namespace yinxin::intake
