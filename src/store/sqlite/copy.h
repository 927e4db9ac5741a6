#pragma once
// A whole store as one file, while its owner goes on writing.

#include <filesystem>

#include "base/result.h"

namespace yinxin::store::sqlite {

// By SQLite's online backup: what was committed when it began, all of it and nothing else. The copy is a file of its
// own (mode 0600, no log beside it), proven whole by integrity_check and synced. already_exists when `target` is there;
// not_found without a source; corrupt when the source is damaged; conflict when its owner would not let it be read.
Result<void> copy_database(const std::filesystem::path& source, const std::filesystem::path& target);

}  // namespace yinxin::store::sqlite
