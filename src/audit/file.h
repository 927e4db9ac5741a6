#pragma once
// The file below the audit, as a port: so that a test can let it fail at any byte and at any sync.

#include <memory>
#include <string>

#include "base/bytes.h"

namespace yinxin::audit {

class File {
 public:
  virtual ~File() = default;
  // Up to out.size() bytes from `offset`; fewer only at the end.
  virtual Result<std::size_t> read_at(std::uint64_t offset_bytes, std::span<std::uint8_t> out) = 0;
  virtual Result<std::uint64_t> size_bytes() = 0;
  // Writes at the end. After an error any part of `data` may stand in the file.
  virtual Result<void> append(BytesView data) = 0;
  virtual Result<void> truncate(std::uint64_t size_bytes) = 0;
  // fdatasync(2): what was appended is on the disk.
  virtual Result<void> sync() = 0;
};

// Opens or creates (0600) with O_APPEND and locks it against a second writer; a new file's folder is synced.
// wrong_state when another writer holds it.
Result<std::unique_ptr<File>> open_for_appending(const std::string& path);
// For verifying; nothing but reading works on it. not_found when there is no such file.
Result<std::unique_ptr<File>> open_for_reading(const std::string& path);
// Writes a new file, syncs it and its folder; already_exists if there is one.
Result<void> write_new_file(const std::string& path, BytesView data);

}  // namespace yinxin::audit
