#pragma once
// The outlines of path objects (GB/T 33190-2016 9.1, AbbreviatedData).

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "view/geometry.h"

namespace yinxin::view {

struct Segment {
  enum class Kind { move, line, curve, close };
  Kind kind = Kind::move;
  // move, line: the first is where to; curve: two control points and the end of a cubic Bézier.
  std::array<Point, 3> points{};
};

// data ::= { "S" x y | "M" x y | "L" x y | "Q" x1 y1 x y | "B" x1 y1 x2 y2 x y | "A" rx ry angle large sweep x y | "C"
// } Angles are degrees, clockwise. Quadratic curves and arcs come out as cubic ones. nullopt for anything else, a path
// that begins otherwise than with S or M, and more than max_path_segments.
std::optional<std::vector<Segment>> path_of(std::string_view data);

}  // namespace yinxin::view
