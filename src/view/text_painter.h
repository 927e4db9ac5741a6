#pragma once
// One text object as glyphs at their places.

#include "view/fonts.h"
#include "view/text_code.h"

namespace yinxin::view {

struct PlacedGlyph {
  Glyph glyph;
  Point at;            // origin on the base line, in the object's coordinates
  double squeeze = 1;  // of its width
  [[nodiscard]] bool is_set_like(const PlacedGlyph& other) const {
    return glyph.face == other.glyph.face && squeeze == other.squeeze;
  }
};

struct PlacedText {
  std::vector<PlacedGlyph> glyphs;
  std::size_t without_glyph = 0;
  bool is_other_font = false;
};

// How glyphs of a text object lie: size in mm, width to height, turned, slanted.
struct TextShape {
  double size_mm = 0;
  double width_scale = 1;
  bool bold = false;
  bool italic = false;
  int turned_quarters = 0;     // CharDirection: clockwise
  int direction_quarters = 0;  // ReadDirection: where the next character goes when no shift is said
};
// nullopt when the object has no size that can be drawn.
std::optional<TextShape> shape_of(pugi::xml_node object, const FontResource& font);
// From a glyph's own coordinates (em, y downwards as cairo has it) to millimetres.
cairo_matrix_t glyph_matrix(const TextShape& shape, double squeeze);

// `most`: characters that may still be placed; more are counted as without a glyph.
PlacedText place(pugi::xml_node object, const FontResource& font, const TextShape& shape, Fonts& fonts,
                 std::size_t most);

}  // namespace yinxin::view
