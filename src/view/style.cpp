#include "view/style.h"

#include <algorithm>

#include "view/geometry.h"
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
      return {.is_known = false};
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
