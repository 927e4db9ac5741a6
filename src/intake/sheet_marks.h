#pragma once
// The four marks of an impression sheet in a scan. For this room only.

#include <array>
#include <opencv2/core.hpp>
#include <optional>

#include "intake/impression.h"

namespace yinxin::intake {

// Where the marks' centres are in the picture, in the order of SheetLayout::marks whichever way up the sheet lay.
// Pixel centres have whole numbers.
std::optional<std::array<cv::Point2d, 4>> find_marks(const cv::Mat& rgb, const SheetLayout& layout);

}  // namespace yinxin::intake
