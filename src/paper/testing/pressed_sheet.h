#pragma once
// A seal pressed on a printed impression sheet, and a scan of it: ink that is uneven, paper that is not white, a sheet
// that lies askew. For tests and the demonstration.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "paper/impression_sheet.h"

namespace yinxin::paper::testing {

struct SealDrawing {
  enum class Shape { round, ellipse, square };
  Shape shape = Shape::round;
  double width_mm = 42;  // outer edge to outer edge
  double height_mm = 42;
  std::string text;     // on the arc; in a square, its characters in columns from the right
  double tilt_deg = 0;  // clockwise
  double x_mm = 0;      // from the frame's middle
  double y_mm = 0;
  double ink = 0.9;  // how much of the paper it covers, 0 to 1
};

struct Scan {
  double dpi = 300;
  double tilt_deg = 0;    // of the whole sheet, clockwise
  int quarter_turns = 0;  // the way up it was laid, clockwise
  double keystone = 0;    // by how much the upper edge is shorter than the lower, a fraction
  double noise = 3;       // standard deviation, of 255
  double shade = 0.06;    // darkening towards one corner
  std::array<double, 3> paper{0.97, 0.96, 0.93};
  std::uint32_t seed = 1;
};

struct Pixels {
  int width = 0;
  int height = 0;
  Bytes rgb;
};

Result<Pixels> scan_of(const ImpressionSheet& sheet, const std::vector<SealDrawing>& seals, const Scan& scan);

}  // namespace yinxin::paper::testing
