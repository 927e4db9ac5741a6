#pragma once
// Starting one domain: the program again, with its control socket, its brief and its log, and nothing else of ours.

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/descriptor.h"

namespace yinxin::supervisor {

struct Birth {
  std::string program;
  std::vector<std::string> arguments;
  BytesView brief;  // at most max_brief_bytes
};

struct Born {
  pid_t pid = -1;
  Descriptor control;  // our end
  Descriptor process;  // pidfd
  Descriptor log;      // what it writes on standard output and standard error; does not wait
};

// internal when something cannot be had.
Result<Born> spawn(const Birth& birth);

}  // namespace yinxin::supervisor
