#pragma once
// A stranger's document, verified in a process of its own (yinxin-verify-cell).

#include "seal/verify/cell.h"

namespace yinxin::cli {

// A document that kills, outlasts or confuses the process is refused in the report. internal when the process cannot be
// had.
Result<seal::verify::DocumentReport> verify_in_cell(const std::string& cell, const seal::verify::Job& job);

}  // namespace yinxin::cli
