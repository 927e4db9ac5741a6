#include "base/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

namespace yinxin {

Result<void> forbid_core_dumps() {
  constexpr rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return fail(ErrorCode::internal, std::string("core dumps cannot be forbidden: ") + std::strerror(errno));
  }
  return {};
}

}  // namespace yinxin
