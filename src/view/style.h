#pragma once
// How an object is inked: its drawing parameters and its own attributes over what its layer says (GB/T 33190-2016 8.2).

#include "view/geometry.h"
#include "view/resources.h"

namespace yinxin::view {

// A shading between two points or two circles, in the object's coordinates.
struct Gradient {
  bool is_radial = false;
  Point from{};
  Point to{};
  double from_radius = 0;
  double to_radius = 0;
  std::vector<std::pair<double, Colour>> stops{};  // 0 to 1
  bool goes_on_before = false;                     // with its first colour
  bool goes_on_behind = false;
};

// What is painted with. A pattern, a mesh and what has no colour are paints that we do not know.
struct Paint {
  bool is_known = true;
  Colour colour{};
  std::optional<Gradient> gradient{};
};

struct Style {
  double line_width_mm = 0.353;
  std::string cap = "Butt";
  std::string join = "Miter";
  double miter_limit = 3.528;
  std::vector<double> dashes_mm{};
  double dash_offset_mm = 0;
  std::optional<Paint> fill{};
  std::optional<Paint> stroke{};
};

// `node`: a layer, an object. The drawing parameters that @DrawParam names come first, those they are relative to
// before them; what stands at the node itself overrules.
Style style_of(pugi::xml_node node, const Resources& resources, Style around);

// CT_Color @Value? @Index? @ColorSpace? @Alpha? { AxialShd | RadialShd | Pattern | GouraudShd | LaGourandShd }?
Paint paint_of(pugi::xml_node node, const Resources& resources);

// @Alpha 0 to 255 as 0 to 1; 1 when there is none.
double alpha_of(pugi::xml_node node);

}  // namespace yinxin::view
