#include "cage/means.h"

#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage/landlock.h"

namespace yinxin::cage {

std::string Means::describe() const {
  return (landlock_abi > 0 ? "Landlock ABI " + std::to_string(landlock_abi) : std::string("no Landlock")) +
         (has_seccomp ? ", seccomp" : ", no seccomp");
}

Means means_here() {
  const unsigned action = SECCOMP_RET_KILL_PROCESS;
  return {.landlock_abi = landlock_abi(),
          .has_seccomp = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0};
}

}  // namespace yinxin::cage
