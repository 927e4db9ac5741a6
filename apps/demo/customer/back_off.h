#pragma once
// How a client waits that tries again: a moment, and twice as long each time.

#include <algorithm>
#include <chrono>
#include <thread>

namespace yinxin::demo {

class BackOff {
 public:
  explicit BackOff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : pause_(first), longest_(longest) {}
  // Always the same.
  explicit BackOff(std::chrono::milliseconds pause) : BackOff(pause, pause) {}
  void wait() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, longest_);
  }

 private:
  std::chrono::milliseconds pause_, longest_;
};

}  // namespace yinxin::demo
