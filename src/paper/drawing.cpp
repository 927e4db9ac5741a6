#include "paper/drawing.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>

#include "base/text.h"

namespace yinxin::paper {

namespace {

constexpr const char* serif_family = "Noto Serif CJK SC";
constexpr const char* sans_family = "Noto Sans CJK SC";

template <class T>
std::shared_ptr<T> owned(T* object) {
  return {object, [](T* gone) { g_object_unref(gone); }};
}

double to_points(int pango_units) { return static_cast<double>(pango_units) / PANGO_SCALE; }

using Description = std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>;

Description describe(const Style& style) {
  Description description(pango_font_description_new(), &pango_font_description_free);
  pango_font_description_set_family_static(description.get(), style.sans ? sans_family : serif_family);
  pango_font_description_set_weight(description.get(), style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_size(description.get(), static_cast<int>(style.size_pt * PANGO_SCALE));
  return description;
}

// Fontconfig always answers with some font; only this tells whether it is ours.
bool has_family(PangoContext* context, bool sans) {
  const Description wanted = describe(Style{.sans = sans});
  const auto font = owned(pango_context_load_font(context, wanted.get()));
  if (!font) {
    return false;
  }
  const Description got(pango_font_describe(font.get()), &pango_font_description_free);
  const char* family = pango_font_description_get_family(got.get());
  return family != nullptr && std::string_view(family) == (sans ? sans_family : serif_family);
}

// C0 and C1 controls, soft hyphen, directional marks, zero-width and other invisible characters, noncharacters.
bool shows_otherwise(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0x180E ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F) || (c >= 0xFDD0 && c <= 0xFDEF) ||
         (c & 0xFFFEU) == 0xFFFE;
}

Result<std::string> printable(std::string_view utf8) {
  auto points = decode_utf8(utf8);
  if (!points || utf8.size() > max_text_bytes) {
    return fail(ErrorCode::invalid_input, "paper.text");
  }
  for (char32_t& c : *points) {
    if (c == U'\t') {
      c = U' ';
    } else if (c != U'\n' && shows_otherwise(c)) {
      c = 0xFFFD;
    }
  }
  return encode_utf8(*points);
}

void colour(cairo_t* onto, const Colour& c) { cairo_set_source_rgb(onto, c.red, c.green, c.blue); }

struct Painter {
  cairo_t* onto;

  void operator()(const TextLine& item) const {
    const Text::Line& line = item.text.lines()[item.line];
    colour(onto, item.text.colour());
    cairo_move_to(onto, item.x + line.left_pt, item.top + line.ascent_pt);
    pango_cairo_show_layout_line(onto, line.line);
  }
  void operator()(const Box& box) const {
    colour(onto, box.colour);
    cairo_rectangle(onto, box.x, box.y, box.width, box.height);
    if (box.line_width > 0) {
      cairo_set_line_width(onto, box.line_width);
      cairo_stroke(onto);
    } else {
      cairo_fill(onto);
    }
  }
  void operator()(const Stroke& stroke) const {
    colour(onto, stroke.colour);
    cairo_set_line_width(onto, stroke.width);
    cairo_move_to(onto, stroke.x1, stroke.y1);
    cairo_line_to(onto, stroke.x2, stroke.y2);
    cairo_stroke(onto);
  }
  void operator()(const Circle& circle) const {
    constexpr double full_turn = 6.283185307179586;
    colour(onto, circle.colour);
    cairo_set_line_width(onto, circle.width);
    if (circle.dash > 0) {
      cairo_set_dash(onto, &circle.dash, 1, 0);
    }
    cairo_new_path(onto);
    cairo_arc(onto, circle.x, circle.y, circle.radius, 0, full_turn);
    cairo_stroke(onto);
    cairo_set_dash(onto, nullptr, 0, 0);
  }
  void operator()(const QrBlock& qr) const {
    const double module = qr.size / static_cast<double>(qr.matrix.side);
    colour(onto, black);
    for (std::size_t row = 0; row < qr.matrix.side; ++row) {
      for (std::size_t column = 0; column < qr.matrix.side; ++column) {
        if (qr.matrix.at(row, column)) {
          cairo_rectangle(onto, qr.x + static_cast<double>(column) * module, qr.y + static_cast<double>(row) * module,
                          module, module);
        }
      }
    }
    cairo_fill(onto);  // one path, so that no hairline shows between modules
  }
};

cairo_status_t collect(void* into, const unsigned char* data, unsigned int length) {
  try {
    append(*static_cast<Bytes*>(into), {data, length});
    return CAIRO_STATUS_SUCCESS;
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;  // nothing may be thrown through cairo
  }
}

}  // namespace

Text::Text(std::shared_ptr<PangoLayout> layout, Colour colour, double leading_pt)
    : layout_(std::move(layout)), colour_(colour) {
  const std::unique_ptr<PangoLayoutIter, decltype(&pango_layout_iter_free)> iter(pango_layout_get_iter(layout_.get()),
                                                                                 &pango_layout_iter_free);
  std::vector<Line> lines;
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iter.get(), nullptr, &logical);
    const int baseline = pango_layout_iter_get_baseline(iter.get());
    lines.push_back({.line = pango_layout_iter_get_line_readonly(iter.get()),
                     .left_pt = to_points(logical.x),
                     .ascent_pt = to_points(baseline - logical.y),
                     .height_pt = to_points(logical.height) + leading_pt});
  } while (pango_layout_iter_next_line(iter.get()) != 0);
  lines_ = std::make_shared<const std::vector<Line>>(std::move(lines));
}

double Text::height_pt() const {
  double height = 0;
  for (const Line& line : *lines_) {
    height += line.height_pt;
  }
  return height;
}

double Text::width_pt() const {
  PangoRectangle logical;
  pango_layout_get_extents(layout_.get(), nullptr, &logical);
  return to_points(logical.width);
}

Result<Drawing> Drawing::begin() {
  const auto context = owned(pango_font_map_create_context(pango_cairo_font_map_get_default()));
  pango_cairo_context_set_resolution(context.get(), 72);
  const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
      cairo_font_options_create(), &cairo_font_options_destroy);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context.get(), options.get());
  pango_context_set_round_glyph_positions(context.get(), 0);
  pango_context_set_base_dir(context.get(), PANGO_DIRECTION_LTR);
  pango_context_set_language(context.get(), pango_language_from_string("zh-CN"));
  if (!has_family(context.get(), false) || !has_family(context.get(), true)) {
    return fail(ErrorCode::precondition, "paper.fonts");
  }
  return Drawing(context);
}

Result<Text> Drawing::text(std::string_view utf8, double width_pt, const Style& style) {
  YX_TRY(const std::string clean, printable(utf8));
  auto layout = owned(pango_layout_new(context_.get()));
  const Description description = describe(style);
  pango_layout_set_font_description(layout.get(), description.get());
  pango_layout_set_width(layout.get(), static_cast<int>(width_pt * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir(layout.get(), 0);
  pango_layout_set_indent(layout.get(), static_cast<int>(style.first_indent_pt * PANGO_SCALE));
  switch (style.align) {
    case Align::left: pango_layout_set_alignment(layout.get(), PANGO_ALIGN_LEFT); break;
    case Align::centre: pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER); break;
    case Align::right: pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT); break;
  }
  pango_layout_set_text(layout.get(), clean.data(), static_cast<int>(clean.size()));
  if (pango_layout_get_unknown_glyphs_count(layout.get()) != 0) {
    note_missing(layout.get(), clean);
  }
  return Text(std::move(layout), style.colour, style.leading_pt);
}

// Which characters they are: each one alone, in the same fonts.
void Drawing::note_missing(PangoLayout* layout, std::string_view utf8) {
  const auto points = decode_utf8(utf8);
  if (!points) {
    return;
  }
  std::u32string tried;
  const auto alone = owned(pango_layout_copy(layout));
  for (const char32_t c : *points) {
    if (tried.find(c) != std::u32string::npos || without_glyph_.find(c) != std::u32string::npos) {
      continue;
    }
    tried.push_back(c);
    const std::string one = encode_utf8(std::u32string_view(&c, 1));
    pango_layout_set_text(alone.get(), one.data(), static_cast<int>(one.size()));
    if (pango_layout_get_unknown_glyphs_count(alone.get()) != 0) {
      without_glyph_.push_back(c);
    }
  }
}

std::size_t Drawing::add_page() {
  pages_.emplace_back();
  return pages_.size() - 1;
}

void Drawing::put(std::size_t page, const Text& text, double x, double y) {
  for (std::size_t i = 0; i < text.lines().size(); ++i) {
    put(page, TextLine{.text = text, .line = i, .x = x, .top = y});
    y += text.lines()[i].height_pt;
  }
}

void Drawing::draw(cairo_t* onto, std::size_t page) const {
  for (const Item& item : pages_[page]) {
    std::visit(Painter{onto}, item);
  }
}

Result<Paper> Drawing::pdf(std::string_view title, Instant created) const {
  if (pages_.empty() || pages_.size() > max_pages) {
    return fail(ErrorCode::invalid_input, "paper.pages");
  }
  Paper paper{.pdf = {}, .pages = pages_.size(), .without_glyph = without_glyph_};
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_pdf_surface_create_for_stream(&collect, &paper.pdf, a4_width_pt, a4_height_pt), &cairo_surface_destroy);
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_5);
  YX_TRY(const std::string clean_title, printable(title));
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, clean_title.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR, "Yinxin");
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 to_rfc3339(whole_seconds(created)).c_str());
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> onto(cairo_create(surface.get()), &cairo_destroy);
  for (std::size_t page = 0; page < pages_.size(); ++page) {
    draw(onto.get(), page);
    cairo_show_page(onto.get());
  }
  cairo_surface_finish(surface.get());
  if (cairo_status(onto.get()) != CAIRO_STATUS_SUCCESS || cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::internal, "paper.cairo");
  }
  return paper;
}

}  // namespace yinxin::paper
