#pragma once
// What a seal's picture is, measured from its PNG alone: how large the ink is, what is left of the paper, how it
// stands. Shares nothing with what cut it.

#include <string>
#include <vector>

#include "base/bytes.h"

namespace yinxin::demo {

// What the seal was drawn as.
struct DrawnSeal {
  bool is_oval = false;  // else round
  double width_mm = 0;
  double height_mm = 0;
  double tilt_deg = 0;  // clockwise
  int characters = 0;   // on the arc
};

// Two pixels of the scan on either edge: its blur, and the half of a pixel that each of two roundings takes.
constexpr double size_tolerance_scan_px = 4;
constexpr double tilt_tolerance_deg = 1.5;
// More than the blurred edges of the ink have: a haze, that is, paper.
constexpr double most_faint_share = 0.12;

struct PictureMeasures {
  int width_px = 0, height_px = 0;
  double shown_width_mm = 0, shown_height_mm = 0;  // of the whole picture, as it stands on the page
  double ink_width_mm = 0, ink_height_mm = 0;
  double inked_share = 0;     // of all pixels: at least half covered
  double clear_share = 0;     // wholly transparent
  double faint_share = 0;     // neither clear nor a quarter covered
  double axis_deg = 0;        // of an oval's longer side, clockwise from the horizontal
  double star_deg = 0;        // of a five-pointed star about the middle, clockwise, within 36 degrees
  int gaps = 0;               // clear stretches around the arc of the characters, most of any ring inside the rim
  std::size_t pale_px = 0;    // covered, and near white
  std::size_t corner_px = 0;  // covered, in the corners outside an oval
};

// The first PNG inside a file of another kind (a seal, a signature): from its signature to its IEND. not_found,
// corrupt.
Result<Bytes> png_inside(BytesView file);
// `shown`: what the picture is drawn to on the page, in millimetres. corrupt when it is no RGBA PNG of 8 bits.
Result<PictureMeasures> measure(BytesView png, double shown_width_mm, double shown_height_mm, double rim_inset_mm = 2);
// What does not hold, a sentence each; empty when all does.
std::vector<std::string> mistakes_of(const PictureMeasures& measures, const DrawnSeal& drawn, double scan_dpi);

}  // namespace yinxin::demo
