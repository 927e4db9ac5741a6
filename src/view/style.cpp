#include "view/style.h"

#include <algorithm>

#include "view/limits.h"

namespace yinxin::view {

namespace xml = seal::ofd::xml;

namespace {

constexpr std::size_t max_dashes = 16;
// A line of a metre in dashes of a micrometre is a million of them.
constexpr double min_dash_period_mm = 0.05;

std::vector<double> dashes_of(std::string_view text) {
  auto dashes = numbers_of(text, max_dashes);
  double period = 0;
  for (const double dash : dashes.value_or(std::vector<double>())) {
    if (dash < 0) {
      return {};
    }
    period += dash;
  }
  return period < min_dash_period_mm ? std::vector<double>() : *dashes;
}

std::optional<Point> point_of(pugi::xml_node node, std::string_view name) {
  const auto numbers = numbers_of(xml::attribute(node, name), 2);
  return numbers && numbers->size() == 2 ? std::optional<Point>({(*numbers)[0], (*numbers)[1]}) : std::nullopt;
}

// AxialShd @StartPoint @EndPoint, RadialShd @StartPoint @StartRadius? @EndPoint @EndRadius @Eccentricity?; both
// @MapType? (Direct) @Extend? (bit 0: before, bit 1: behind) { Segment @Position? { Color } + }
std::optional<Gradient> gradient_of(pugi::xml_node node, const Resources& resources, double alpha) {
  Gradient gradient{.is_radial = xml::is(node, "RadialShd")};
  const std::string map = xml::attribute(node, "MapType");
  const auto from = point_of(node, "StartPoint");
  const auto to = point_of(node, "EndPoint");
  if ((!gradient.is_radial && !xml::is(node, "AxialShd")) || (!map.empty() && map != "Direct") || !from || !to ||
      number_of(xml::attribute(node, "Eccentricity")).value_or(0) != 0) {
    return std::nullopt;
  }
  gradient.from = *from;
  gradient.to = *to;
  gradient.from_radius = std::max(0.0, number_of(xml::attribute(node, "StartRadius")).value_or(0));
  gradient.to_radius = std::max(0.0, number_of(xml::attribute(node, "EndRadius")).value_or(0));
  const auto extend = number_of(xml::attribute(node, "Extend")).value_or(0);
  gradient.goes_on_before = extend == 1 || extend == 3;
  gradient.goes_on_behind = extend == 2 || extend == 3;
  std::vector<std::pair<std::optional<double>, Colour>> segments;
  bool is_known = true;
  xml::each_child(node, "Segment", [&](pugi::xml_node one) {
    const Paint paint = paint_of(xml::child(one, "Color"), resources);
    is_known = is_known && paint.is_known && !paint.gradient && segments.size() < max_gradient_stops;
    if (is_known) {
      segments.emplace_back(number_of(xml::attribute(one, "Position")), paint.colour);
      segments.back().second.alpha *= alpha;
    }
  });
  if (!is_known || segments.size() < 2) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const double even = static_cast<double>(i) / static_cast<double>(segments.size() - 1);
    gradient.stops.emplace_back(std::clamp(segments[i].first.value_or(even), 0.0, 1.0), segments[i].second);
  }
  return gradient;
}

void apply(pugi::xml_node node, const Resources& resources, Style& style) {
  if (const auto width = number_of(xml::attribute(node, "LineWidth")); width && *width >= 0) {
    style.line_width_mm = *width;
  }
  if (auto cap = xml::attribute(node, "Cap"); !cap.empty()) {
    style.cap = std::move(cap);
  }
  if (auto join = xml::attribute(node, "Join"); !join.empty()) {
    style.join = std::move(join);
  }
  if (const auto limit = number_of(xml::attribute(node, "MiterLimit")); limit && *limit >= 1) {
    style.miter_limit = *limit;
  }
  if (const auto pattern = xml::attribute(node, "DashPattern"); !pattern.empty()) {
    style.dashes_mm = dashes_of(pattern);
  }
  if (const auto offset = number_of(xml::attribute(node, "DashOffset"))) {
    style.dash_offset_mm = *offset;
  }
  if (const auto fill = xml::child(node, "FillColor")) {
    style.fill = paint_of(fill, resources);
  }
  if (const auto stroke = xml::child(node, "StrokeColor")) {
    style.stroke = paint_of(stroke, resources);
  }
}

}  // namespace

double alpha_of(pugi::xml_node node) {
  constexpr double opaque = 255;
  return std::clamp(number_of(xml::attribute(node, "Alpha")).value_or(opaque) / opaque, 0.0, 1.0);
}

Paint paint_of(pugi::xml_node node, const Resources& resources) {
  for (const pugi::xml_node inside : node.children()) {
    if (inside.type() == pugi::node_element) {
      const auto gradient = gradient_of(inside, resources, alpha_of(node));
      return {.is_known = gradient.has_value(), .gradient = gradient};
    }
  }
  const ColourSpace space = resources.space(xml::attribute(node, "ColorSpace"));
  auto channels = channels_of(xml::attribute(node, "Value"));
  if (channels && channels->empty()) {
    const auto index = number_of(xml::attribute(node, "Index")).value_or(-1);
    if (index >= 0 && index < static_cast<double>(space.palette.size())) {
      channels = space.palette[static_cast<std::size_t>(index)];
    }
  }
  auto colour = channels ? colour_in(space, *channels) : std::nullopt;
  if (!colour) {
    return {.is_known = false};
  }
  colour->alpha = alpha_of(node);
  return {.is_known = true, .colour = *colour};
}

Style style_of(pugi::xml_node node, const Resources& resources, Style around) {
  std::vector<pugi::xml_node> params;
  for (std::string id = xml::attribute(node, "DrawParam"); !id.empty() && params.size() < max_draw_param_depth;) {
    const auto param = resources.draw_param(id);
    if (!param) {
      break;
    }
    params.push_back(param);
    id = xml::attribute(param, "Relative");
  }
  for (auto param = params.rbegin(); param != params.rend(); ++param) {
    apply(*param, resources, around);
  }
  apply(node, resources, around);
  return around;
}

}  // namespace yinxin::view
