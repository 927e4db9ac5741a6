#pragma once
// The cell's own side: its bounds, its one input and its one answer.

#include <chrono>
#include <optional>

#include "base/bytes.h"

namespace yinxin::cage {

struct CellMeans {
  std::uint64_t memory_bytes = 1536ULL * 1024 * 1024;  // of address space
  std::chrono::seconds processor_time{20};
};

// Limits that end with the process; nothing of the file is read before they hold. internal.
Result<void> bound_cell(const CellMeans& means);
// Standard input to its end; nullopt when it is longer than `most` or cannot be read.
std::optional<Bytes> read_input(std::size_t most);
// To standard output; whether all of it could be written.
bool write_output(BytesView answer);

}  // namespace yinxin::cage
