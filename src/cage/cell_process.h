#pragma once
// Running a cell: a program of ours that is given one stranger's file on its standard input and answers on its standard
// output. What comes back is read as from a stranger: the process may have been taken over.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace yinxin::cage {

struct CellBounds {
  std::chrono::milliseconds time{20'000};       // of the clock on the wall
  std::size_t output_bytes = 96 * 1024 * 1024;  // of the answer
};

// What the program answered; nullopt when the input killed, outlasted or confused it: a status other than 0, no end in
// time, or too long an answer. The process is gone at the end, whatever happened. internal "cell.start" when it cannot
// be had.
Result<std::optional<Bytes>> run_cell(const std::string& program, const std::vector<std::string>& arguments,
                                      BytesView input, const CellBounds& bounds = {});

}  // namespace yinxin::cage
