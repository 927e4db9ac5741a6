#pragma once
// Landlock, as the kernel's documentation "Landlock: unprivileged access control" describes it: what a process may do
// with paths, and from ABI 4 and 6 on with TCP, abstract sockets and signals. Debian 12's headers end at ABI 2; the
// numbers of later ABIs are part of the kernel's stable interface.

#include <string>
#include <vector>

#include "base/result.h"

namespace yinxin::cage {

// 0 where the kernel has none.
int landlock_abi();

struct Paths {
  std::vector<std::string> readable;  // files and folders, with all below; one that is not there is left out
  std::vector<std::string> writable;  // folders: files in them may be read, made, written, renamed and removed; a file
                                      // alone: read and written
  std::vector<std::string> runnable;  // programs, and folders of them: may be read and started
  std::vector<std::string> listed{};  // folders: their names, and no file of theirs
};

struct Doors {
  bool may_bind_tcp = false;
  bool may_connect_tcp = false;
};

// From here on this thread, and what it starts, reaches nothing else; what is open already stays open. Walls can only
// be added to. Returns the ABI that was used. unsupported without Landlock; not_found when a writable folder is
// missing.
Result<int> wall_off(const Paths& paths, const Doors& doors);

}  // namespace yinxin::cage
