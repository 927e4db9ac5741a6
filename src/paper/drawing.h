#pragma once
// Pages as lists of what stands on them, so that a page can be laid out before the number of pages is known, and drawn
// on a PDF or on pixels from the same list. For this room and its test tools only.

#include <cairo.h>
#include <pango/pango.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "paper/paper.h"
#include "paper/qr.h"

namespace yinxin::paper {

// All lengths are points, 1/72 inch; y grows downwards.
constexpr double pt_per_mm = 72.0 / 25.4;
constexpr double a4_width_pt = 210 * pt_per_mm;
constexpr double a4_height_pt = 297 * pt_per_mm;
constexpr std::size_t max_pages = 40;
constexpr std::size_t max_text_bytes = 32 * 1024;  // one text

struct Colour {
  double red = 0;
  double green = 0;
  double blue = 0;
};
constexpr Colour black{};
constexpr Colour grey{.red = 0.4, .green = 0.4, .blue = 0.4};

enum class Align { left, centre, right };

struct Style {
  double size_pt = 10.5;
  bool bold = false;
  bool sans = false;
  Colour colour = black;
  Align align = Align::left;
  double first_indent_pt = 0;
  double leading_pt = 2.5;  // between two lines
};

// One paragraph, broken into lines. Copies share what they are made of.
class Text {
 public:
  struct Line {
    PangoLayoutLine* line;  // of layout_
    double left_pt;         // where alignment and indent put it
    double ascent_pt;
    double height_pt;  // with the leading below it
  };

  Text(std::shared_ptr<PangoLayout> layout, Colour colour, double leading_pt);
  [[nodiscard]] const std::vector<Line>& lines() const { return *lines_; }
  [[nodiscard]] double height_pt() const;
  [[nodiscard]] double width_pt() const;
  [[nodiscard]] Colour colour() const { return colour_; }

 private:
  std::shared_ptr<PangoLayout> layout_;
  Colour colour_;
  std::shared_ptr<const std::vector<Line>> lines_;
};

struct TextLine {
  Text text;
  std::size_t line = 0;
  double x = 0;
  double top = 0;
};
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  Colour colour;
  double line_width = 0;  // 0: filled
};
struct Stroke {
  double x1 = 0;
  double y1 = 0;
  double x2 = 0;
  double y2 = 0;
  double width = 0.6;
  Colour colour;
};
struct Circle {
  double x = 0;
  double y = 0;
  double radius = 0;
  double width = 0.4;
  Colour colour;
  double dash = 0;
};
struct QrBlock {
  QrMatrix matrix;
  double x = 0;
  double y = 0;
  double size = 0;
};
using Item = std::variant<TextLine, Box, Stroke, Circle, QrBlock>;

class Drawing {
 public:
  // precondition "paper.fonts" when the fonts that papers are made with are not installed.
  static Result<Drawing> begin();

  // Lays out one paragraph. What a printer or a reader could show otherwise than a screen (control characters,
  // directional and invisible marks) becomes U+FFFD; line ends stay. invalid_input "paper.text" when the text is not
  // UTF-8 or longer than max_text_bytes.
  Result<Text> text(std::string_view utf8, double width_pt, const Style& style);

  std::size_t add_page();
  [[nodiscard]] std::size_t pages() const { return pages_.size(); }
  void put(std::size_t page, Item item) { pages_[page].push_back(std::move(item)); }
  // All lines of the text, the first one's top at y.
  void put(std::size_t page, const Text& text, double x, double y);

  // On any cairo surface whose user unit is one point.
  void draw(cairo_t* onto, std::size_t page) const;
  // The same input gives the same bytes. `created` is all that the file says about time.
  [[nodiscard]] Result<Paper> pdf(std::string_view title, Instant created) const;

 private:
  explicit Drawing(std::shared_ptr<PangoContext> context) : context_(std::move(context)) {}
  void note_missing(PangoLayout* layout, std::string_view utf8);

  std::shared_ptr<PangoContext> context_;
  std::vector<std::vector<Item>> pages_;
  std::u32string without_glyph_;
};

}  // namespace yinxin::paper
