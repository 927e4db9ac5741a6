#pragma once
// What can be read off a picture that we made anew, by the command tesseract where it is installed: a hint for an
// officer, never a verdict. It runs as a process of its own, with limits of memory and time.

#include <chrono>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace yinxin::intake {

struct TextReaderLimits {
  std::chrono::milliseconds time{10'000};
  std::uint64_t memory_bytes = 1024ULL * 1024 * 1024;  // of address space
  std::size_t text_bytes = 16 * 1024;
};
inline constexpr const char* usual_text_reader = "/usr/bin/tesseract";

// nullopt when the reader is not there, is not done in time, or answers anything but UTF-8.
Result<std::optional<std::string>> read_text(BytesView rendition, const std::string& reader = usual_text_reader,
                                             const TextReaderLimits& limits = {});

}  // namespace yinxin::intake
