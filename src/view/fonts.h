#pragma once
// Which glyph of which font shows a character: the embedded font where it can be used, else one of this machine's that
// resembles the named one. pango and FreeType stay behind this wall.

#include <map>

#include "seal/ofd/package.h"
#include "view/cairo_parts.h"
#include "view/resources.h"

namespace yinxin::view {

struct Glyph {
  cairo_font_face_t* face = nullptr;  // lives as long as the Fonts
  unsigned long index = 0;
  double advance_em = 0;  // to the next character where nothing else is said
};

class Fonts {
 public:
  // precondition "view.fonts" when this machine has no fonts at all.
  static Result<Fonts> open(const seal::ofd::Package& package);
  ~Fonts();
  Fonts(Fonts&&) noexcept;
  Fonts& operator=(Fonts&&) = delete;
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  // nullopt when no font has the character. `glyph`, a number from the file, counts in an embedded font only.
  std::optional<Glyph> find(const FontResource& font, bool bold, char32_t character,
                            const std::optional<unsigned long>& glyph);
  // Whether the font's own outlines are drawn, and not another's.
  bool is_embedded(const FontResource& font);

 private:
  class Inside;
  explicit Fonts(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::view
