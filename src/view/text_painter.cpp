#include "view/text_painter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"
#include "view/limits.h"

namespace yinxin::view {

namespace xml = seal::ofd::xml;

namespace {

// 0, 90, 180 or 270 degrees; other numbers are taken for 0, as the standard knows none.
int quarters_of(const std::string& degrees) {
  const double turned = number_of(degrees).value_or(0);
  constexpr double quarter = 90;
  for (int quarters = 1; quarters < 4; ++quarters) {
    if (turned == quarters * quarter) {
      return quarters;
    }
  }
  return 0;
}

// Blanks between characters are of the text; line ends and indents of the file are not.
std::u32string characters_of(pugi::xml_node code) {
  const auto points = decode_utf8(xml::text(code));
  std::u32string kept;
  for (const char32_t c : points.value_or(std::u32string())) {
    if (c != U'\n' && c != U'\r' && c != U'\t') {
      kept.push_back(c);
    }
  }
  return kept;
}

bool shows_nothing(char32_t c) {
  return c == U' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200F) || c == 0xFEFF || c == 0x2028 ||
         c < 0x20;
}

bool is_ascii(char32_t c) { return c > 0x20 && c < 0x7F; }

// Chinese fonts of the office whose Latin letters are half as wide as their characters, each. Those of the fonts that
// stand in for them are as wide as they like.
bool letters_are_half_width(const FontResource& font) {
  const std::string name = ascii_lower(font.name);
  static constexpr std::string_view names[] = {"宋",     "仿宋",     "楷",    "黑体", "simsun",
                                               "simhei", "fangsong", "kaiti", "隶"};
  return std::ranges::any_of(names, [&](std::string_view one) { return name.find(one) != std::string::npos; });
}

// Into a cell of half an em: squeezed where it is wider, in the middle where it is not.
PlacedGlyph in_half_width(const Glyph& glyph, Point at, const TextShape& shape) {
  constexpr double cell_em = 0.5;
  if (glyph.advance_em > cell_em) {
    return {.glyph = glyph, .at = at, .squeeze = cell_em / glyph.advance_em};
  }
  const double aside = shape.turned_quarters == 0 ? (cell_em - glyph.advance_em) / 2 : 0;
  return {.glyph = glyph, .at = {at.x + aside * shape.size_mm * shape.width_scale, at.y}};
}

Point natural_shift(const TextShape& shape, const std::optional<Glyph>& glyph) {
  constexpr double em = 1;
  const double advance = (glyph ? glyph->advance_em : em) * shape.size_mm * shape.width_scale;
  switch (shape.direction_quarters) {
    case 1: return {0, shape.size_mm};
    case 2: return {-advance, 0};
    case 3: return {0, -shape.size_mm};
    default: return {advance, 0};
  }
}

// Puts the characters of one object where they belong, TextCode after TextCode.
class Placer {
 public:
  Placer(const FontResource& font, const TextShape& shape, Fonts& fonts)
      : font_(font), shape_(shape), fonts_(fonts), is_embedded_(fonts.is_embedded(font)) {
    placed_.is_other_font = !is_embedded_;
    has_half_width_ = !is_embedded_ && letters_are_half_width(font);
  }

  void place(const std::u32string& characters, Point at, const Deltas& dx, const Deltas& dy, const GlyphTable& table) {
    std::size_t step = 0;
    const auto go_on = [&](const std::optional<Glyph>& glyph) {
      const bool is_said = !dx.empty() || !dy.empty();
      const Point shift = is_said ? Point{dx.after(step), dy.after(step)} : natural_shift(shape_, glyph);
      ++step;
      at = {at.x + shift.x, at.y + shift.y};
    };
    for (std::size_t i = 0; i < characters.size();) {
      const auto known = table.find(number_ + i);
      if (known == table.end() || (!is_embedded_ && known->second.characters == known->second.glyphs.size())) {
        go_on(put(characters[i], std::nullopt, at));
        ++i;
        continue;
      }
      const GlyphRun& run = known->second;
      const std::size_t end = i + std::min(run.characters, characters.size() - i);
      if (is_embedded_) {
        for (const unsigned long glyph : run.glyphs) {
          go_on(put(characters[i], glyph, at));
        }
      } else {
        // Numbers of glyphs mean nothing in another font: its own, as they follow each other.
        Point inside = at;
        std::optional<Glyph> last;
        for (std::size_t k = i; k < end; ++k) {
          last = put(characters[k], std::nullopt, inside);
          const Point shift = natural_shift(shape_, last);
          inside = {inside.x + shift.x, inside.y + shift.y};
        }
        for (std::size_t k = 0; k < run.glyphs.size(); ++k) {
          go_on(last);
        }
      }
      i = end;
    }
    number_ += characters.size();
  }
  void lose(std::size_t characters) { placed_.without_glyph += std::max<std::size_t>(1, characters); }
  [[nodiscard]] std::size_t number() const { return number_; }
  PlacedText take() { return std::move(placed_); }

 private:
  std::optional<Glyph> put(char32_t character, const std::optional<unsigned long>& number, Point at) {
    auto glyph = fonts_.find(font_, shape_.bold, character, number);
    if (glyph && placed_.glyphs.size() < max_characters) {
      placed_.glyphs.push_back(has_half_width_ && is_ascii(character) ? in_half_width(*glyph, at, shape_)
                                                                      : PlacedGlyph{.glyph = *glyph, .at = at});
    } else if (!shows_nothing(character)) {
      ++placed_.without_glyph;
    }
    return glyph;
  }

  const FontResource& font_;
  const TextShape& shape_;
  Fonts& fonts_;
  bool is_embedded_;
  bool has_half_width_ = false;
  std::size_t number_ = 0;  // of the next character, through the whole object
  PlacedText placed_;
};

}  // namespace

std::optional<TextShape> shape_of(pugi::xml_node object, const FontResource& font) {
  constexpr double smallest_mm = 0.01;
  constexpr double widest = 100;
  constexpr double bold_from = 600;
  const auto size = number_of(xml::attribute(object, "Size"));
  const double width = number_of(xml::attribute(object, "HScale")).value_or(1);
  if (!size || *size < smallest_mm || std::abs(width) > widest || std::abs(width) < 1 / widest) {
    return std::nullopt;
  }
  TextShape shape{.size_mm = *size, .width_scale = width};
  shape.bold = number_of(xml::attribute(object, "Weight")).value_or(0) >= bold_from;
  shape.italic = xml::attribute(object, "Italic") == "true" || font.italic;
  shape.turned_quarters = quarters_of(xml::attribute(object, "CharDirection"));
  shape.direction_quarters = quarters_of(xml::attribute(object, "ReadDirection"));
  return shape;
}

cairo_matrix_t glyph_matrix(const TextShape& shape, double squeeze) {
  constexpr double slant = 0.2;
  cairo_matrix_t matrix;
  cairo_matrix_init_rotate(&matrix, shape.turned_quarters * std::numbers::pi / 2);
  cairo_matrix_t own;
  cairo_matrix_init(&own, shape.size_mm * shape.width_scale * squeeze, 0, shape.italic ? -slant * shape.size_mm : 0,
                    shape.size_mm, 0, 0);
  cairo_matrix_multiply(&matrix, &own, &matrix);
  return matrix;
}

PlacedText place(pugi::xml_node object, const FontResource& font, const TextShape& shape, Fonts& fonts,
                 std::size_t most) {
  GlyphTable table;
  xml::each_child(object, "CGTransform", [&](pugi::xml_node one) {
    add_glyphs(table, xml::attribute(one, "CodePosition"), xml::attribute(one, "CodeCount"),
               xml::text(xml::child(one, "Glyphs")));
  });
  Placer placer(font, shape, fonts);
  Point start;
  for (const pugi::xml_node code : object.children()) {
    if (!xml::is(code, "TextCode")) {
      continue;
    }
    // Without X or Y a TextCode begins where the one before began.
    start.x = number_of(xml::attribute(code, "X")).value_or(start.x);
    start.y = number_of(xml::attribute(code, "Y")).value_or(start.y);
    const std::u32string characters = characters_of(code);
    // One character can be several glyphs, each with a shift of its own.
    constexpr std::size_t glyphs_a_character = 4;
    auto dx = deltas_of(xml::attribute(code, "DeltaX"), glyphs_a_character * characters.size());
    auto dy = deltas_of(xml::attribute(code, "DeltaY"), glyphs_a_character * characters.size());
    if (!dx || !dy || characters.size() > std::min(most - placer.number(), max_text_code_characters)) {
      placer.lose(characters.size());
      continue;
    }
    placer.place(characters, start, Deltas(std::move(*dx)), Deltas(std::move(*dy)), table);
  }
  return placer.take();
}

}  // namespace yinxin::view
