#pragma once
// The sheet before it becomes a file; the test tools draw it on pixels.

#include "paper/drawing.h"
#include "paper/impression_sheet.h"

namespace yinxin::paper {

Result<Drawing> compose_impression_sheet(const ImpressionSheet& sheet);

}  // namespace yinxin::paper
