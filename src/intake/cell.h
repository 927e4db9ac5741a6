#pragma once
// Examining a stranger's file in a process of its own, with limits of memory, time and output that end with the process
// and not with ours. What comes back is read as from a stranger: the process may have been taken over.

#include <chrono>
#include <string>

#include "intake/upload.h"

namespace yinxin::intake {

struct CellLimits {
  std::chrono::milliseconds time{20'000};  // of the clock on the wall; processor time is limited by the same
  std::uint64_t memory_bytes = 1536ULL * 1024 * 1024;  // of address space
  std::size_t output_bytes = 96 * 1024 * 1024;         // all renditions together
};

// As examine(), with pages of PDFs rendered, by the program `cell` (yinxin-intake-cell). A file that kills, outlasts or
// confuses the process is broken. internal "cell.start" when the process cannot be had.
Result<Upload> examine_in_cell(const std::string& cell, BytesView file, const Limits& limits,
                               const CellLimits& cell_limits = {});

// What the cell writes and we read: "YXI1", kind, findings, pages; integers big-endian.
Bytes to_wire(const Upload& upload);
// corrupt "cell.answer" for anything that to_wire() would not write, or that breaks `limits`.
Result<Upload> from_wire(BytesView answer, const Limits& limits);
// The cell's arguments and back.
std::vector<std::string> arguments_of(const Limits& limits, const CellLimits& cell_limits);
Result<std::pair<Limits, CellLimits>> limits_of(const std::vector<std::string>& arguments);

}  // namespace yinxin::intake
