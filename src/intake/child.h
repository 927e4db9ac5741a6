#pragma once
// A program of its own that is given bytes and gives bytes back, for as long as we are willing to wait. Inside intake
// only.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace yinxin::intake {

struct ChildLimits {
  std::chrono::milliseconds time{20'000};  // of the clock on the wall
  std::size_t output_bytes = 0;
};

// What it answered; nullopt when it took too long, said too much or ended badly. It gets nothing of our surroundings,
// and is gone when this returns. internal "cell.start" when it cannot be started.
Result<std::optional<Bytes>> run_child(const std::string& program, const std::vector<std::string>& arguments,
                                       BytesView input, const ChildLimits& limits);

}  // namespace yinxin::intake
