#pragma once
// From a scan of the impression sheet to the seal's picture at its true size: the four marks are found, scale, rotation
// and perspective undone, the paper taken away.

#include <array>
#include <optional>
#include <string_view>

#include "intake/picture.h"

namespace yinxin::intake {

// Where things are on the printed sheet, millimetres from its upper left corner. The numbers are those that the sheet
// is drawn with; a test compares.
struct SheetPoint {
  double x_mm = 0;
  double y_mm = 0;
};
struct SheetLayout {
  // Centres, clockwise from the upper left one, whose core is hollow.
  std::array<SheetPoint, 4> marks{{{22.5, 72.5}, {187.5, 72.5}, {187.5, 202.5}, {22.5, 202.5}}};
  double mark_side_mm = 10.5;
  SheetPoint frame_corner{.x_mm = 65, .y_mm = 97.5};
  double frame_width_mm = 80;
  double frame_height_mm = 80;
};

enum class ImpressionFlaw {
  no_marks,  // not this sheet, a mark covered or cut away, or too few pixels
  no_seal,
  two_seals,  // also one that is larger than any seal: pressed twice, overlapping
  cut_off,    // reaches or crosses the frame
  pale,       // too little ink to make a seal's picture of
};
std::string_view name_of(ImpressionFlaw flaw);

struct Impression {
  Bytes png;  // RGBA: one ink colour, the ink's density as alpha; pHYs says its size
  int width_px = 0;
  int height_px = 0;
  int dpi = 0;
  // The ink itself; along its own sides when the seal is square or elliptic.
  double width_mm = 0;
  double height_mm = 0;
  // The whole picture, at true scale: what a seal declares and a document shows it at. The ink stands in its middle.
  int picture_width_mm = 0;
  int picture_height_mm = 0;
  double tilt_deg = 0;  // how far it was turned back, clockwise positive; 0 for round seals, whose tilt cannot be told
  double scan_dpi = 0;  // of the scan, if the sheet was printed at its true size
};

struct ImpressionReading {
  std::optional<ImpressionFlaw> flaw;  // then there is no impression
  std::optional<Impression> impression;
};

constexpr double min_seal_mm = 10;
constexpr double max_seal_mm = 55;  // the largest of a unit are 50 mm

// `output_dpi` 150 to 1200, else invalid_input "impression.dpi". internal: no memory, or the library's own trouble.
Result<ImpressionReading> cut_impression(const Picture& page, int output_dpi, const SheetLayout& layout = {});

}  // namespace yinxin::intake
