#pragma once
// Time is handed in, so that a test can stand at any moment.

#include "base/time.h"

namespace yinxin {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// Stands still until it is moved. For tests and for re-running a recorded moment.
class SetClock final : public Clock {
 public:
  explicit SetClock(Instant at) : at_(at) {}
  [[nodiscard]] Instant now() const override { return at_; }
  void set(Instant at) { at_ = at; }
  void advance(std::chrono::milliseconds by) { at_ += by; }

 private:
  Instant at_;
};

}  // namespace yinxin
