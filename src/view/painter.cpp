#include "view/painter.h"

#include <algorithm>
#include <cmath>

#include "view/text_painter.h"

namespace yinxin::view {

namespace xml = seal::ofd::xml;

namespace {

cairo_matrix_t to_cairo(const Matrix& m) {
  cairo_matrix_t matrix;
  cairo_matrix_init(&matrix, m.a, m.b, m.c, m.d, m.e, m.f);
  return matrix;
}

// Whether what follows can still be computed with: nested matrices may each be sane and their product not.
bool is_regular(cairo_t* onto) {
  cairo_matrix_t m;
  cairo_get_matrix(onto, &m);
  return Matrix{.a = m.xx, .b = m.yx, .c = m.xy, .d = m.yy, .e = m.x0, .f = m.y0}.is_regular() && std::isfinite(m.x0) &&
         std::isfinite(m.y0);
}

bool is_far(const Segment& segment, const cairo_matrix_t& m) {
  constexpr double most_px = 1e6;  // cairo counts in 24 bits
  return std::ranges::any_of(segment.points, [&](const Point& point) {
    double x = point.x;
    double y = point.y;
    cairo_matrix_transform_point(&m, &x, &y);
    return !(std::abs(x) < most_px && std::abs(y) < most_px);
  });
}

bool is_object(pugi::xml_node node) {
  return xml::is(node, "TextObject") || xml::is(node, "PathObject") || xml::is(node, "ImageObject") ||
         xml::is(node, "CompositeObject") || xml::is(node, "VideoObject");
}

}  // namespace

void Painter::draw_block(pugi::xml_node block, const Style& around, std::size_t depth) {
  for (const pugi::xml_node object : block.children()) {
    if (xml::is(object, "PageBlock")) {
      if (depth < max_block_depth) {
        draw_block(object, around, depth + 1);
      } else {
        ++not_shown_;
      }
    } else if (is_object(object) && xml::attribute(object, "Visible") != "false") {
      ++objects_;
      not_shown_ += objects_ <= max_objects && draw_object(object, around, depth) ? 0 : 1;
    }
  }
}

void Painter::draw_appearance(pugi::xml_node appearance) {
  const Saved saved(onto_);
  if (const auto box = box_of(xml::attribute(appearance, "Boundary"))) {
    cairo_rectangle(onto_, box->x, box->y, box->width, box->height);
    cairo_clip(onto_);
    cairo_translate(onto_, box->x, box->y);
  }
  draw_block(appearance, style_of(appearance, resources_, {}));
}

bool Painter::draw_object(pugi::xml_node object, const Style& around, std::size_t depth) {
  const Saved saved(onto_);
  const Style style = style_of(object, resources_, around);
  if (xml::is(object, "TextObject")) {
    return draw_text(object, style);
  }
  if (xml::is(object, "PathObject")) {
    return draw_path(object, style);
  }
  if (xml::is(object, "ImageObject")) {
    return draw_image(object, style);
  }
  return xml::is(object, "CompositeObject") && draw_composite(object, style, depth);
}

Painter::Entry Painter::enter(pugi::xml_node object, double slack_mm) {
  const auto box = box_of(xml::attribute(object, "Boundary"));
  const std::string written = xml::attribute(object, "CTM");
  const auto matrix = written.empty() ? std::optional(Matrix()) : matrix_of(written);
  if (!box || !matrix) {
    return Entry::unreadable;
  }
  cairo_translate(onto_, box->x, box->y);
  if (box->width >= 0 && box->height >= 0) {  // a box that is counted backwards clips nothing
    cairo_rectangle(onto_, -slack_mm, -slack_mm, box->width + 2 * slack_mm, box->height + 2 * slack_mm);
    cairo_clip(onto_);
  }
  const auto clips = xml::child(object, "Clips");
  const bool clip_is_outside = xml::attribute(clips, "TransFlag") == "false";
  if (!is_regular(onto_) || (clip_is_outside && !clip(clips))) {
    return Entry::unreadable;
  }
  if (!matrix->is_regular()) {
    return Entry::shrinks_away;
  }
  const cairo_matrix_t own = to_cairo(*matrix);
  cairo_transform(onto_, &own);
  if (!is_regular(onto_)) {
    return Entry::shrinks_away;
  }
  return clip_is_outside || clip(clips) ? Entry::entered : Entry::unreadable;
}

// Clips @TransFlag? { Clip { Area @DrawParam? @CTM? { Path | Text } + } + }: inside every Clip, there inside any Area.
bool Painter::clip(pugi::xml_node clips) {
  for (const pugi::xml_node one : clips.children()) {
    if (!xml::is(one, "Clip")) {
      continue;
    }
    cairo_new_path(onto_);
    for (const pugi::xml_node area : one.children()) {
      if (!xml::is(area, "Area")) {
        continue;
      }
      const auto path = xml::child(area, "Path");
      const auto box = box_of(xml::attribute(path, "Boundary"));
      const std::string written = xml::attribute(area, "CTM");
      const auto matrix = written.empty() ? std::optional(Matrix()) : matrix_of(written);
      const std::string inner = xml::attribute(path, "CTM");
      const auto own = inner.empty() ? std::optional(Matrix()) : matrix_of(inner);
      if (!path || !matrix || !own) {
        return false;
      }
      if (!matrix->is_regular() || !own->is_regular()) {
        continue;  // an area of nothing
      }
      cairo_matrix_t before;
      cairo_get_matrix(onto_, &before);
      const cairo_matrix_t outside = to_cairo(*matrix);
      const cairo_matrix_t inside = to_cairo(*own);
      cairo_transform(onto_, &outside);
      cairo_translate(onto_, box ? box->x : 0, box ? box->y : 0);
      cairo_transform(onto_, &inside);
      const bool is_traced = is_regular(onto_) && trace(path);
      cairo_set_matrix(onto_, &before);
      if (!is_traced) {
        return false;
      }
    }
    cairo_clip(onto_);
  }
  return true;
}

// The outline of AbbreviatedData as the current path.
bool Painter::trace(pugi::xml_node object) {
  const auto path = path_of(xml::text(xml::child(object, "AbbreviatedData")));
  if (!path || path->size() > max_all_path_segments - segments_) {
    return false;
  }
  segments_ += path->size();
  cairo_matrix_t matrix;
  cairo_get_matrix(onto_, &matrix);
  for (const Segment& segment : *path) {
    const auto& [a, b, c] = segment.points;
    if (is_far(segment, matrix)) {
      return false;
    }
    switch (segment.kind) {
      case Segment::Kind::move: cairo_move_to(onto_, a.x, a.y); break;
      case Segment::Kind::line: cairo_line_to(onto_, a.x, a.y); break;
      case Segment::Kind::curve: cairo_curve_to(onto_, a.x, a.y, b.x, b.y, c.x, c.y); break;
      case Segment::Kind::close: cairo_close_path(onto_); break;
    }
  }
  return true;
}

void Painter::ink(const Paint& paint, double alpha) {
  if (!paint.gradient) {
    const Colour& colour = paint.colour;
    cairo_set_source_rgba(onto_, colour.red, colour.green, colour.blue, colour.alpha * alpha);
    return;
  }
  const Gradient& shade = *paint.gradient;
  cairo_pattern_t* const pattern =
      shade.is_radial ? cairo_pattern_create_radial(shade.from.x, shade.from.y, shade.from_radius, shade.to.x,
                                                    shade.to.y, shade.to_radius)
                      : cairo_pattern_create_linear(shade.from.x, shade.from.y, shade.to.x, shade.to.y);
  const auto add = [&](double offset, const Colour& colour, double opacity) {
    cairo_pattern_add_color_stop_rgba(pattern, offset, colour.red, colour.green, colour.blue, colour.alpha * opacity);
  };
  if (!shade.goes_on_before) {
    add(0, shade.stops.front().second, 0);
  }
  for (const auto& [offset, colour] : shade.stops) {
    add(offset, colour, alpha);
  }
  if (!shade.goes_on_behind) {
    add(1, shade.stops.back().second, 0);
  }
  cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
  cairo_set_source(onto_, pattern);
  cairo_pattern_destroy(pattern);
}

void Painter::set_line(const Style& style) {
  cairo_set_line_width(onto_, style.line_width_mm);
  cairo_set_line_cap(onto_, style.cap == "Round"    ? CAIRO_LINE_CAP_ROUND
                            : style.cap == "Square" ? CAIRO_LINE_CAP_SQUARE
                                                    : CAIRO_LINE_CAP_BUTT);
  cairo_set_line_join(onto_, style.join == "Round"   ? CAIRO_LINE_JOIN_ROUND
                             : style.join == "Bevel" ? CAIRO_LINE_JOIN_BEVEL
                                                     : CAIRO_LINE_JOIN_MITER);
  cairo_set_miter_limit(onto_, style.miter_limit);
  cairo_set_dash(onto_, style.dashes_mm.data(), static_cast<int>(style.dashes_mm.size()), style.dash_offset_mm);
}

// PathObject @Boundary @CTM? @Stroke? (true) @Fill? (false) @Rule? { FillColor?, StrokeColor?, AbbreviatedData }
bool Painter::draw_path(pugi::xml_node object, const Style& style) {
  // A line that lies on the edge of its boundary is drawn whole.
  const Entry entry = enter(object, style.line_width_mm);
  if (entry != Entry::entered || !trace(object)) {
    cairo_new_path(onto_);
    return entry == Entry::shrinks_away;
  }
  const double alpha = alpha_of(object);
  bool is_whole = true;
  // Without a colour a path is not filled (GB/T 33190-2016 9.1).
  if (xml::attribute(object, "Fill") == "true" && style.fill) {
    cairo_set_fill_rule(
        onto_, xml::attribute(object, "Rule") == "Even-Odd" ? CAIRO_FILL_RULE_EVEN_ODD : CAIRO_FILL_RULE_WINDING);
    is_whole = style.fill->is_known;
    if (is_whole) {
      ink(*style.fill, alpha);
      cairo_fill_preserve(onto_);
    }
  }
  if (xml::attribute(object, "Stroke") != "false") {
    const Paint stroke = style.stroke.value_or(Paint());
    is_whole = is_whole && stroke.is_known;
    if (stroke.is_known) {
      set_line(style);
      ink(stroke, alpha);
      cairo_stroke_preserve(onto_);
    }
  }
  cairo_new_path(onto_);
  return is_whole;
}

// TextObject @Boundary @CTM? @Font @Size @Fill? (true) @Stroke? (false) { FillColor?, StrokeColor?, CGTransform*,
// TextCode+ }
bool Painter::draw_text(pugi::xml_node object, const Style& style) {
  static const FontResource unnamed;
  const FontResource* const named = resources_.font(xml::attribute(object, "Font"));
  const FontResource& font = named == nullptr ? unnamed : *named;
  const auto shape = shape_of(object, font);
  // Another font's glyphs are not cut off where the author's would have fitted.
  constexpr double slack_em = 0.3;
  const Entry entry = shape ? enter(object, slack_em * shape->size_mm) : Entry::unreadable;
  if (entry != Entry::entered) {
    return entry == Entry::shrinks_away;
  }
  const PlacedText text = place(object, font, *shape, fonts_, max_characters - characters_);
  characters_ += text.glyphs.size();
  has_other_fonts_ = has_other_fonts_ || text.is_other_font;
  const Paint fill = style.fill.value_or(Paint());
  const Paint stroke = style.stroke.value_or(Paint());
  const bool fills = xml::attribute(object, "Fill") != "false";
  const bool strokes = xml::attribute(object, "Stroke") == "true";
  const double alpha = alpha_of(object);
  cairo_new_path(onto_);
  std::vector<cairo_glyph_t> run;
  for (std::size_t i = 0; i < text.glyphs.size(); ++i) {
    const PlacedGlyph& one = text.glyphs[i];
    run.push_back({.index = one.glyph.index, .x = one.at.x, .y = one.at.y});
    if (i + 1 < text.glyphs.size() && text.glyphs[i + 1].is_set_like(one)) {
      continue;
    }
    const cairo_matrix_t matrix = glyph_matrix(*shape, one.squeeze);
    cairo_set_font_face(onto_, one.glyph.face);
    cairo_set_font_matrix(onto_, &matrix);
    if (fills && fill.is_known) {
      ink(fill, alpha);
      cairo_show_glyphs(onto_, run.data(), static_cast<int>(run.size()));
    }
    if (strokes && stroke.is_known) {
      cairo_glyph_path(onto_, run.data(), static_cast<int>(run.size()));
      set_line(style);
      ink(stroke, alpha);
      cairo_stroke(onto_);
    }
    run.clear();
  }
  return text.without_glyph == 0 && (!fills || fill.is_known) && (!strokes || stroke.is_known);
}

// ImageObject @Boundary @CTM @ResourceID @ImageMask? { Border? }: the image is the unit square of its coordinates.
bool Painter::draw_image(pugi::xml_node object, const Style&) {
  const std::string* const path = resources_.media(xml::attribute(object, "ResourceID"));
  const Entry entry = path == nullptr || path->empty() ? Entry::unreadable : enter(object, 0);
  if (entry != Entry::entered) {
    return entry == Entry::shrinks_away;
  }
  cairo_surface_t* const picture = pictures_.get(*path, [&] { return package_.read(*path); });
  if (picture == nullptr) {
    return false;
  }
  const double width = cairo_image_surface_get_width(picture);
  const double height = cairo_image_surface_get_height(picture);
  painted_pixels_ += width * height;
  if (painted_pixels_ > max_painted_picture_pixels) {
    return false;
  }
  cairo_scale(onto_, 1 / width, 1 / height);
  cairo_set_source_surface(onto_, picture, 0, 0);
  cairo_pattern_set_extend(cairo_get_source(onto_), CAIRO_EXTEND_PAD);
  cairo_rectangle(onto_, 0, 0, width, height);
  cairo_clip(onto_);
  cairo_paint_with_alpha(onto_, alpha_of(object));
  // A mask or a border is a part of the picture that we do not draw.
  return xml::attribute(object, "ImageMask").empty() && !xml::child(object, "Border");
}

// CompositeObject @Boundary @CTM? @ResourceID → CompositeGraphicUnit { Content }
bool Painter::draw_composite(pugi::xml_node object, const Style& style, std::size_t depth) {
  const auto content = xml::child(resources_.composite(xml::attribute(object, "ResourceID")), "Content");
  const double alpha = alpha_of(object);
  const Entry entry = !content || composites_ == max_composite_depth ? Entry::unreadable : enter(object, 0);
  if (entry != Entry::entered || alpha == 0) {
    return entry != Entry::unreadable;
  }
  ++composites_;
  if (alpha < 1) {
    cairo_push_group(onto_);
  }
  draw_block(content, style, depth + 1);
  if (alpha < 1) {
    cairo_pop_group_to_source(onto_);
    cairo_paint_with_alpha(onto_, alpha);
  }
  --composites_;
  return true;
}

}  // namespace yinxin::view
