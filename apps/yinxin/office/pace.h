#pragma once
// How often what happens because time passes is looked at.

#include <optional>

#include "base/clock.h"

namespace yinxin::office {

struct Pace {
  std::chrono::milliseconds cases = std::chrono::minutes(1);
  std::chrono::milliseconds parcels = std::chrono::minutes(30);
  std::chrono::milliseconds messages = std::chrono::minutes(5);
  std::chrono::milliseconds expiry = std::chrono::hours(12);
};
constexpr std::size_t cases_at_once = 100;

// When a job was looked at last.
class Due {
 public:
  // Whether its time has come; then it begins anew.
  bool take(Instant now, std::chrono::milliseconds pace) {
    if (last_ && now < *last_ + pace) {
      return false;
    }
    last_ = now;
    return true;
  }

 private:
  std::optional<Instant> last_;
};

}  // namespace yinxin::office
