#include "paper/testing/pressed_sheet.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>

#include "base/text.h"
#include "paper/sheet_drawing.h"

namespace yinxin::paper::testing {

namespace {

constexpr double mm = pt_per_mm;
constexpr double pi = 3.14159265358979;

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Pen = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

Surface surface(cairo_format_t format, int width, int height) {
  return {cairo_image_surface_create(format, width, height), &cairo_surface_destroy};
}

void put_character(cairo_t* pen, const std::string& character, double height_pt) {
  PangoLayout* layout = pango_cairo_create_layout(pen);
  pango_cairo_context_set_resolution(pango_layout_get_context(layout), 72);
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family_static(font, "Noto Serif CJK SC");
  pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
  pango_font_description_set_size(font, static_cast<int>(height_pt * PANGO_SCALE));
  pango_layout_set_font_description(layout, font);
  pango_layout_set_text(layout, character.c_str(), -1);
  PangoRectangle ink;
  pango_layout_get_extents(layout, &ink, nullptr);
  cairo_rel_move_to(pen, -(ink.x + ink.width / 2.0) / PANGO_SCALE, -(ink.y + ink.height / 2.0) / PANGO_SCALE);
  pango_cairo_show_layout(pen, layout);
  pango_font_description_free(font);
  g_object_unref(layout);
}

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> all;
  for (const char32_t c : decode_utf8(text).value_or(U"")) {
    all.push_back(encode_utf8(std::u32string_view(&c, 1)));
  }
  return all;
}

// About the origin, in points, upright.
void draw_oval(cairo_t* pen, const SealDrawing& seal) {
  const double rim = 1.2 * mm;
  const double a = seal.width_mm * mm / 2;
  const double b = seal.height_mm * mm / 2;
  cairo_save(pen);
  cairo_scale(pen, a - rim / 2, b - rim / 2);
  cairo_new_path(pen);
  cairo_arc(pen, 0, 0, 1, 0, 2 * pi);
  cairo_restore(pen);
  cairo_set_line_width(pen, rim);
  cairo_stroke(pen);
  const auto letters = characters(seal.text);
  const double inset = 4.6 * mm;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const double share = letters.size() == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(letters.size() - 1);
    const double angle = -pi / 2 + (share - 0.5) * 1.45 * pi;
    cairo_save(pen);
    cairo_translate(pen, (a - inset) * std::cos(angle), (b - inset) * std::sin(angle));
    cairo_rotate(pen, std::atan2((b - inset) * std::sin(angle), (a - inset) * std::cos(angle)) + pi / 2);
    cairo_move_to(pen, 0, 0);
    put_character(pen, letters[i], 4.2 * mm);
    cairo_restore(pen);
  }
  const double star = std::min(a, b) * 0.33;
  cairo_new_path(pen);
  for (int i = 0; i < 5; ++i) {
    const double angle = -pi / 2 + i * 4 * pi / 5;
    cairo_line_to(pen, star * std::cos(angle), star * std::sin(angle));
  }
  cairo_close_path(pen);
  cairo_fill(pen);
}

void draw_square(cairo_t* pen, const SealDrawing& seal) {
  const double rim = 1.2 * mm;
  const double width = seal.width_mm * mm;
  const double height = seal.height_mm * mm;
  cairo_rectangle(pen, -width / 2 + rim / 2, -height / 2 + rim / 2, width - rim, height - rim);
  cairo_set_line_width(pen, rim);
  cairo_set_line_join(pen, CAIRO_LINE_JOIN_MITER);
  cairo_stroke(pen);
  const auto letters = characters(seal.text);
  for (std::size_t i = 0; i < std::min<std::size_t>(letters.size(), 4); ++i) {
    cairo_save(pen);
    cairo_translate(pen, (i < 2 ? 1 : -1) * width * 0.21, (i % 2 == 0 ? -1 : 1) * height * 0.21);
    cairo_move_to(pen, 0, 0);
    put_character(pen, letters[i], height * 0.36);
    cairo_restore(pen);
  }
}

// The ink, as the alpha of a layer, uneven as a hand presses it.
void press(cairo_t* page, const SealDrawing& seal, double px_per_pt, std::mt19937& random) {
  cairo_surface_t* under = cairo_get_target(page);
  const int width = cairo_image_surface_get_width(under);
  const int height = cairo_image_surface_get_height(under);
  const Surface layer = surface(CAIRO_FORMAT_A8, width, height);
  const Pen pen(cairo_create(layer.get()), &cairo_destroy);
  cairo_scale(pen.get(), px_per_pt, px_per_pt);
  cairo_translate(pen.get(), (sheet_geometry.frame_corner.x_mm + sheet_geometry.frame_width_mm / 2 + seal.x_mm) * mm,
                  (sheet_geometry.frame_corner.y_mm + sheet_geometry.frame_height_mm / 2 + seal.y_mm) * mm);
  cairo_rotate(pen.get(), seal.tilt_deg * pi / 180);
  if (seal.shape == SealDrawing::Shape::square) {
    draw_square(pen.get(), seal);
  } else {
    draw_oval(pen.get(), seal);
  }
  cairo_surface_flush(layer.get());
  std::uint8_t* ink = cairo_image_surface_get_data(layer.get());
  const int stride = cairo_image_surface_get_stride(layer.get());
  std::uniform_real_distribution<double> phase(0, 2 * pi);
  const double p = phase(random);
  const double q = phase(random);
  const double wave = 1 / (px_per_pt * 9 * mm);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t& value = ink[y * stride + x];
      if (value != 0) {
        const double even = 0.9 + 0.1 * std::sin(x * wave + p) * std::sin(y * wave + q);
        value = static_cast<std::uint8_t>(value * even * seal.ink);
      }
    }
  }
  cairo_surface_mark_dirty(layer.get());
  cairo_save(page);
  cairo_identity_matrix(page);
  cairo_set_operator(page, CAIRO_OPERATOR_MULTIPLY);
  cairo_set_source_rgb(page, 0.86, 0.10, 0.13);
  cairo_mask_surface(page, layer.get(), 0, 0);
  cairo_restore(page);
}

struct Flat {
  int width = 0;
  int height = 0;
  std::vector<std::array<std::uint8_t, 3>> at;
};

Result<Flat> printed(const ImpressionSheet& sheet, const std::vector<SealDrawing>& seals, double px_per_pt,
                     std::mt19937& random) {
  YX_TRY(const Drawing drawing, compose_impression_sheet(sheet));
  Flat flat{.width = static_cast<int>(a4_width_pt * px_per_pt),
            .height = static_cast<int>(a4_height_pt * px_per_pt),
            .at = {}};
  const Surface page = surface(CAIRO_FORMAT_RGB24, flat.width, flat.height);
  const Pen pen(cairo_create(page.get()), &cairo_destroy);
  cairo_set_source_rgb(pen.get(), 1, 1, 1);
  cairo_paint(pen.get());
  cairo_scale(pen.get(), px_per_pt, px_per_pt);
  drawing.draw(pen.get(), 0);
  for (const SealDrawing& seal : seals) {
    press(pen.get(), seal, px_per_pt, random);
  }
  cairo_surface_flush(page.get());
  if (cairo_status(pen.get()) != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorCode::internal, "testing.cairo");
  }
  const std::uint8_t* data = cairo_image_surface_get_data(page.get());
  const int stride = cairo_image_surface_get_stride(page.get());
  flat.at.resize(static_cast<std::size_t>(flat.width) * static_cast<std::size_t>(flat.height));
  for (int y = 0; y < flat.height; ++y) {
    for (int x = 0; x < flat.width; ++x) {
      const std::uint8_t* pixel = data + y * stride + 4 * x;  // blue, green, red on this machine
      flat.at[static_cast<std::size_t>(y) * static_cast<std::size_t>(flat.width) + static_cast<std::size_t>(x)] = {
          pixel[2], pixel[1], pixel[0]};
    }
  }
  return flat;
}

// White between the grid's points and beyond the edges the scanner's lid.
double sample(const Flat& flat, double x, double y, std::size_t channel) {
  constexpr double lid = 235;
  const auto at = [&](int column, int row) {
    if (column < 0 || row < 0 || column >= flat.width || row >= flat.height) {
      return lid;
    }
    return static_cast<double>(flat.at[static_cast<std::size_t>(row) * static_cast<std::size_t>(flat.width) +
                                       static_cast<std::size_t>(column)][channel]);
  };
  const double left = std::floor(x);
  const double top = std::floor(y);
  const double u = x - left;
  const double v = y - top;
  const int column = static_cast<int>(left);
  const int row = static_cast<int>(top);
  return (1 - v) * ((1 - u) * at(column, row) + u * at(column + 1, row)) +
         v * ((1 - u) * at(column, row + 1) + u * at(column + 1, row + 1));
}

}  // namespace

Result<Pixels> scan_of(const ImpressionSheet& sheet, const std::vector<SealDrawing>& seals, const Scan& scan) {
  std::mt19937 random(scan.seed);
  const double px_per_pt = scan.dpi / 72;
  YX_TRY(const Flat flat, printed(sheet, seals, px_per_pt, random));
  const bool lies = scan.quarter_turns % 2 != 0;
  Pixels out{.width = lies ? flat.height : flat.width, .height = lies ? flat.width : flat.height, .rgb = {}};
  out.rgb.reserve(3 * flat.at.size());
  const double angle = -(scan.tilt_deg + 90.0 * scan.quarter_turns) * pi / 180;
  // Cheap noise from a table: a normal deviate for each of a few thousand, met in random order.
  std::array<double, 4096> deviates{};
  std::normal_distribution<double> normal(0, scan.noise);
  std::ranges::generate(deviates, [&] { return normal(random); });
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      const double dx = x - (out.width - 1) / 2.0;
      const double dy = y - (out.height - 1) / 2.0;
      // Above the middle the scan shows more of the sheet, so that it looks narrower there.
      const double stretch = 1 - scan.keystone * (dy / out.height);
      const double sx = (dx * std::cos(angle) - dy * std::sin(angle)) * stretch + (flat.width - 1) / 2.0;
      const double sy = (dx * std::sin(angle) + dy * std::cos(angle)) * stretch + (flat.height - 1) / 2.0;
      const double light =
          1 - scan.shade * (static_cast<double>(x) / out.width + static_cast<double>(y) / out.height) / 2;
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const double value = sample(flat, sx, sy, channel) * scan.paper[channel] * light + deviates[random() & 4095U];
        out.rgb.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
      }
    }
  }
  return out;
}

}  // namespace yinxin::paper::testing
