#pragma once
// What this machine's kernel can hold a process with. Asked of the kernel itself, never assumed.

#include <string>

namespace yinxin::cage {

// Landlock as of Linux 5.19 (what Debian 12's own kernel has): below it, files can be moved across walls.
constexpr int needed_landlock_abi = 2;

struct Means {
  int landlock_abi = 0;      // 0: the kernel has none, or it is switched off
  bool has_seccomp = false;  // filters of system calls
  // Whether walls made here hold what the levels L1 and L2 promise.
  [[nodiscard]] bool suffice() const { return landlock_abi >= needed_landlock_abi && has_seccomp; }
  // For an operator: "Landlock ABI 2, seccomp".
  [[nodiscard]] std::string describe() const;
};

Means means_here();

}  // namespace yinxin::cage
