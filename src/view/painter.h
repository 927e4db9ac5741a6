#pragma once
// Puts the objects of pages, templates, annotations and composites on a canvas (GB/T 33190-2016 8 to 12). Its user unit
// is one millimetre. What cannot be drawn is counted and left out.

#include "view/fonts.h"
#include "view/limits.h"
#include "view/path.h"
#include "view/pictures.h"
#include "view/style.h"

namespace yinxin::view {

class Painter {
 public:
  Painter(cairo_t* onto, const seal::ofd::Package& package, const Resources& resources, Fonts& fonts,
          Pictures& pictures)
      : onto_(onto), package_(package), resources_(resources), fonts_(fonts), pictures_(pictures) {}

  // The objects inside a layer or a block, in their order.
  void draw_block(pugi::xml_node block, const Style& around, std::size_t depth = 0);
  // An annotation's appearance: a block with a boundary.
  void draw_appearance(pugi::xml_node appearance);

  [[nodiscard]] std::size_t objects() const { return objects_; }
  [[nodiscard]] std::size_t not_shown() const { return not_shown_; }
  // Whether a text was set in another font than the document names.
  [[nodiscard]] bool has_other_fonts() const { return has_other_fonts_; }

 private:
  // Each returns whether the object could be drawn whole.
  bool draw_object(pugi::xml_node object, const Style& around, std::size_t depth);
  bool draw_text(pugi::xml_node object, const Style& style);
  bool draw_path(pugi::xml_node object, const Style& style);
  bool draw_image(pugi::xml_node object, const Style& style);
  bool draw_composite(pugi::xml_node object, const Style& style, std::size_t depth);

  // An object's own coordinates; `shrinks_away` when its matrix leaves nothing of it, which is then drawn whole.
  enum class Entry { entered, shrinks_away, unreadable };
  // Goes inside its boundary, `slack_mm` wider than it. unreadable when it has none, or its matrix or its clips cannot
  // be had.
  Entry enter(pugi::xml_node object, double slack_mm);
  bool clip(pugi::xml_node clips);
  bool trace(pugi::xml_node object);
  void ink(const Paint& paint, double alpha);
  void set_line(const Style& style);

  cairo_t* onto_;
  const seal::ofd::Package& package_;
  const Resources& resources_;
  Fonts& fonts_;
  Pictures& pictures_;
  std::size_t objects_ = 0;
  std::size_t not_shown_ = 0;
  std::size_t characters_ = 0;
  std::size_t segments_ = 0;
  std::size_t composites_ = 0;  // that are being drawn
  double painted_pixels_ = 0;
  bool has_other_fonts_ = false;
};

}  // namespace yinxin::view
