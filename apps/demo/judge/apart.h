#pragma once
// A client that is kept away from the office's files: as another user where we are root, else behind Landlock where the
// kernel has it.

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace yinxin::demo {

constexpr uid_t client_uid = 61099;  // of nobody's account; Debian hands out 1000 to 59999 and 65534

enum class Way { user, landlock, none };
struct HowApart {
  Way way = Way::none;
  int landlock_abi = 0;
};
HowApart how_apart();

struct Reach {
  std::vector<std::string> readable;  // beside the system's own folders; Landlock only
  std::vector<std::string> writable;
};
// This process gives up what it is, for good. precondition where there is no way.
Result<void> go_apart(const HowApart& how, const Reach& reach);

struct Attempt {
  std::string what;
  bool is_refused = false;
  std::string answer;  // "EACCES Permission denied", "opened"
};
// Tries to list a folder or open a file for reading and for writing. Refused only by EACCES or EPERM: what is not there
// was not refused.
Attempt try_to_open(const std::string& path);
// Tries to read a process's memory and, as another user, to send it a signal.
std::vector<Attempt> try_to_reach(pid_t process, bool is_other_user);

}  // namespace yinxin::demo
