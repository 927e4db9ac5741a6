#pragma once
// The one reading of a ZIP file (APPNOTE 6.3) that both verifying and stamping rest on. Two readers of one archive may
// disagree about what it holds, and a signature would then protect what nobody sees; so archives on which a
// streaming reader and a directory reader could disagree are refused: other local headers than the directory
// says, overlaps, bytes before the first or after the last part, Zip64, several disks.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "seal/ofd/limits.h"

namespace yinxin::seal::ofd {

enum class ZipMethod : std::uint16_t { stored = 0, deflated = 8 };

struct ZipEntry {
  std::string name;  // as written, UTF-8
  ZipMethod method = ZipMethod::stored;
  std::uint32_t crc = 0;
  std::size_t packed_size = 0;
  std::size_t size = 0;
  std::size_t record_at = 0;   // local header
  std::size_t data_at = 0;     // packed bytes
  std::size_t record_end = 0;  // start of the next record: a data descriptor is included
  std::size_t central_at = 0;  // its record in the directory
  std::size_t central_size = 0;
  [[nodiscard]] bool is_folder() const { return !name.empty() && name.back() == '/'; }
};

struct ZipDirectory {
  std::vector<ZipEntry> entries;  // in the order of the directory
  std::size_t directory_at = 0;
  Bytes comment;

  // invalid_input for an archive that is damaged, ambiguous or hostile, unsupported for features OFD does not use.
  static Result<ZipDirectory> read(BytesView file);
};

// The inflated bytes of one entry, its size and CRC checked; `corrupt` when they do not hold.
Result<Bytes> unpack(BytesView file, const ZipEntry& entry);

// The name as a path inside the package: refuses empty parts, "." and "..", a leading slash, backslashes, control
// characters, drive letters, and whatever is too long or too deep.
Result<void> check_entry_name(std::string_view name);

}  // namespace yinxin::seal::ofd
