#pragma once
// What the desk tells the street of what was made.

#include "hall/desk/desk.h"
#include "hall/street/made_line.h"

namespace yinxin::office {

// The lines whose token has said that it was written. corrupt for papers that do not parse.
Result<std::vector<hall::MadeLine>> made_lines(hall::Desk& desk, const hall::CaseRecord& record);

}  // namespace yinxin::office
