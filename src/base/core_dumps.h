#pragma once
// Keys and personal data live in a process's memory; what the kernel would write of it at a crash must not reach a
// disk.

#include "base/result.h"

namespace yinxin {

// No core file, and nobody but root may read this process's memory or attach to it. For good, and for what it starts
// the limit holds too. internal when the kernel refuses.
Result<void> forbid_core_dumps();

}  // namespace yinxin
