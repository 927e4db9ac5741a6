#pragma once
// 《数字证书印模采集表》: the sheet a unit presses its seal on, made so that a scan of it can be measured.

#include <array>
#include <string>

#include "base/time.h"
#include "paper/paper.h"

namespace yinxin::paper {

// Where things are on the sheet, millimetres from its upper left corner. A reader of scans measures by these.
struct Point {
  double x_mm = 0;
  double y_mm = 0;
};
struct SheetGeometry {
  // Centres of the four marks: upper left, upper right, lower right, lower left. A mark is a black square with a white
  // ring and a black core in it, 7 by 7 modules as in a QR code's finder; the upper left one's core has a white middle.
  std::array<Point, 4> marks{{{22.5, 72.5}, {187.5, 72.5}, {187.5, 202.5}, {22.5, 202.5}}};
  double mark_side_mm = 10.5;
  // Inner edge of the frame that the seal is pressed into.
  Point frame_corner{.x_mm = 65, .y_mm = 97.5};
  double frame_width_mm = 80;
  double frame_height_mm = 80;
};
inline constexpr SheetGeometry sheet_geometry{};

struct ImpressionSheet {
  std::string title;
  std::string operator_name;
  std::string unit_name;
  std::string application_number;
  std::string qr_text;  // the sheet's id, as the caller writes it
};

constexpr std::size_t max_sheet_text_bytes = 600;  // each text

// One page. invalid_input: "paper.text", "sheet.too_long" (it would not fit its place), "qr.text"; precondition
// "paper.fonts".
Result<Paper> draw_impression_sheet(const ImpressionSheet& sheet, Instant created);

}  // namespace yinxin::paper
