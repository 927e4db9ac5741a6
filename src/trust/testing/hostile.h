#pragma once
// Hostile bundles: each differs from a good one in exactly one fact, with every signature right for what it then says,
// and is refused for exactly its own reason. One for every rule of the checker.

#include "trust/testing/office.h"

namespace yinxin::trust::testing {

struct Hostile {
  Reason reason;
  std::function<void(Story&)> change{};  // before the story is told
  bool is_of_keying = false;             // the case itself is right
};

std::vector<Hostile> all_hostile();

}  // namespace yinxin::trust::testing
