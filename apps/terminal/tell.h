#pragma once
// What every program at a terminal shares: exit statuses, and how failures are told to a person.

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of others
class App;
}

namespace yinxin::cli {

// interfaces: 0 valid or done, 1 the verdict is bad, 2 wrong usage, 3 could not be done, 4 indeterminate
enum class Exit : int { done = 0, bad_verdict = 1, usage = 2, could_not = 3, indeterminate = 4 };

// A verb's deed; set by the subcommand that was chosen.
struct Chosen {
  std::function<Exit()> run;
};

// What went wrong and, where somebody can do something, what; Chinese first. Returns Exit::could_not.
Exit tell(const Error& error);

}  // namespace yinxin::cli
