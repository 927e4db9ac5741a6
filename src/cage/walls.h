#pragma once
// A process walls itself in, once, before it reads anything of a stranger and before its first thread. What holds
// afterwards is returned and never claimed otherwise.

#include "cage/calls.h"
#include "cage/landlock.h"
#include "cage/means.h"

namespace yinxin::cage {

struct Held {
  int landlock_abi = 0;  // 0: paths are not walled off
  bool has_seccomp = false;
  [[nodiscard]] bool suffices() const { return landlock_abi >= needed_landlock_abi && has_seccomp; }
};

// Nobody may trace this process, read its memory or find it in a core dump (PR_SET_DUMPABLE, RLIMIT_CORE). internal.
Result<void> hide_memory();

struct DomainWalls {
  Paths paths;
  Doors doors;
  Calls calls;
};
// hide_memory(), Landlock, system calls. wrong_state when other threads run already: they would stay outside. What the
// machine lacks is missing in Held; every other failure is an error, and the caller ends.
Result<Held> wall_in_domain(const DomainWalls& walls);

// As wall_in_domain for a cell: reads nothing but these files and folders, writes nothing but what is open.
Result<Held> wall_in_cell(const std::vector<std::string>& readable);

}  // namespace yinxin::cage
