#include "cage/walls.h"

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <memory>

namespace yinxin::cage {

namespace {

Result<void> check_alone() {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), ::closedir);
  if (!tasks) {
    return fail(ErrorCode::internal, "/proc cannot be read");
  }
  int threads = 0;
  while (const dirent* entry = ::readdir(tasks.get())) {
    threads += entry->d_name[0] == '.' ? 0 : 1;
  }
  return threads == 1 ? Result<void>() : Result<void>(fail(ErrorCode::wrong_state, "other threads run already"));
}

// A missing means is nothing held; everything else that fails is a failure.
Result<int> if_there_is(const Result<int>& done) {
  if (!done && done.error().code == ErrorCode::unsupported) {
    return 0;
  }
  return done;
}
Result<bool> if_there_is(const Result<void>& done) {
  if (!done && done.error().code == ErrorCode::unsupported) {
    return false;
  }
  return done ? Result<bool>(true) : Result<bool>(done.error());
}

}  // namespace

Result<void> hide_memory() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || ::setrlimit(RLIMIT_CORE, &none) != 0) {
    return fail(ErrorCode::internal, "memory cannot be hidden");
  }
  return {};
}

Result<Held> wall_in_domain(const DomainWalls& walls) {
  YX_CHECK(check_alone());
  YX_CHECK(hide_memory());
  Held held;
  YX_TRY(held.landlock_abi, if_there_is(wall_off(walls.paths, walls.doors)));
  YX_TRY(held.has_seccomp, if_there_is(narrow_domain(walls.calls)));
  return held;
}

Result<Held> wall_in_cell(const std::vector<std::string>& readable) {
  YX_CHECK(check_alone());
  YX_CHECK(hide_memory());
  Held held;
  YX_TRY(held.landlock_abi, if_there_is(wall_off({.readable = readable, .writable = {}, .runnable = {}}, {})));
  YX_TRY(held.has_seccomp, if_there_is(narrow_cell()));
  return held;
}

}  // namespace yinxin::cage
