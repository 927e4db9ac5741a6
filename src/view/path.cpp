#include "view/path.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "view/limits.h"

namespace yinxin::view {

namespace {

using Kind = Segment::Kind;

std::size_t operands_of(char operation) {
  switch (operation) {
    case 'S':
    case 'M':
    case 'L': return 2;
    case 'Q': return 4;
    case 'B': return 6;
    case 'A': return 7;
    default: return 0;
  }
}

struct Arc {
  double rx;
  double ry;
  double turn;  // of the ellipse, radians
  bool large;
  bool sweep;
  Point to;
};

double angle_between(Point u, Point v) { return std::atan2(u.x * v.y - u.y * v.x, u.x * v.x + u.y * v.y); }

// From two ends to centre and angles, as every format with such arcs does it (SVG 1.1 F.6.5 has the arithmetic);
// then one cubic curve for each quarter turn or less.
void add_arc(std::vector<Segment>& path, Point from, Arc arc) {
  arc.rx = std::abs(arc.rx);
  arc.ry = std::abs(arc.ry);
  if (from.x == arc.to.x && from.y == arc.to.y) {
    return;
  }
  if (arc.rx == 0 || arc.ry == 0) {
    path.push_back({Kind::line, {arc.to}});
    return;
  }
  const double cosine = std::cos(arc.turn);
  const double sine = std::sin(arc.turn);
  const Point half{(from.x - arc.to.x) / 2, (from.y - arc.to.y) / 2};
  const Point p{cosine * half.x + sine * half.y, -sine * half.x + cosine * half.y};
  const double grow = std::sqrt((p.x * p.x) / (arc.rx * arc.rx) + (p.y * p.y) / (arc.ry * arc.ry));
  if (grow > 1) {
    arc.rx *= grow;
    arc.ry *= grow;
  }
  const double outside = arc.rx * arc.rx * p.y * p.y + arc.ry * arc.ry * p.x * p.x;
  const double root = std::sqrt(std::max(0.0, arc.rx * arc.rx * arc.ry * arc.ry / outside - 1));
  const double side = arc.large == arc.sweep ? -root : root;
  const Point c{side * arc.rx * p.y / arc.ry, -side * arc.ry * p.x / arc.rx};
  const Point centre{cosine * c.x - sine * c.y + (from.x + arc.to.x) / 2,
                     sine * c.x + cosine * c.y + (from.y + arc.to.y) / 2};
  const Point u{(p.x - c.x) / arc.rx, (p.y - c.y) / arc.ry};
  const Point v{(-p.x - c.x) / arc.rx, (-p.y - c.y) / arc.ry};
  const double start = angle_between({1, 0}, u);
  double span = angle_between(u, v);
  if (arc.sweep && span < 0) {
    span += 2 * std::numbers::pi;
  } else if (!arc.sweep && span > 0) {
    span -= 2 * std::numbers::pi;
  }
  if (!std::isfinite(start) || !std::isfinite(span)) {
    path.push_back({Kind::line, {arc.to}});
    return;
  }
  const int pieces = std::max(1, static_cast<int>(std::ceil(std::abs(span) / (std::numbers::pi / 2) - 1e-9)));
  const double step = span / pieces;
  const double reach = 4.0 / 3 * std::tan(step / 4);
  const auto on = [&](double x, double y) {
    return Point{centre.x + cosine * arc.rx * x - sine * arc.ry * y,
                 centre.y + sine * arc.rx * x + cosine * arc.ry * y};
  };
  for (int i = 0; i < pieces; ++i) {
    const double a = start + i * step;
    const double b = a + step;
    path.push_back({Kind::curve,
                    {on(std::cos(a) - reach * std::sin(a), std::sin(a) + reach * std::cos(a)),
                     on(std::cos(b) + reach * std::sin(b), std::sin(b) - reach * std::cos(b)),
                     i + 1 == pieces ? arc.to : on(std::cos(b), std::sin(b))}});
  }
}

void add_quadratic(std::vector<Segment>& path, Point from, Point by, Point to) {
  const auto towards = [](Point end, Point control) {
    return Point{end.x + (control.x - end.x) * 2 / 3, end.y + (control.y - end.y) * 2 / 3};
  };
  path.push_back({Kind::curve, {towards(from, by), towards(to, by), to}});
}

// Appends what one operation draws; false for a letter that is none.
bool add(std::vector<Segment>& path, char operation, const std::array<double, 7>& n, Point& at, Point& start) {
  switch (operation) {
    case 'S':
    case 'M':
      start = at = {n[0], n[1]};
      path.push_back({Kind::move, {at}});
      return true;
    case 'L':
      at = {n[0], n[1]};
      path.push_back({Kind::line, {at}});
      return true;
    case 'Q':
      add_quadratic(path, at, {n[0], n[1]}, {n[2], n[3]});
      at = {n[2], n[3]};
      return true;
    case 'B':
      at = {n[4], n[5]};
      path.push_back({Kind::curve, {Point{n[0], n[1]}, Point{n[2], n[3]}, at}});
      return true;
    case 'A':
      add_arc(path, at,
              {.rx = n[0],
               .ry = n[1],
               .turn = n[2] * std::numbers::pi / 180,
               .large = n[3] != 0,
               .sweep = n[4] != 0,
               .to = {n[5], n[6]}});
      at = {n[5], n[6]};
      return true;
    case 'C':
      at = start;
      path.push_back({Kind::close, {}});
      return true;
    default: return false;
  }
}

}  // namespace

std::optional<std::vector<Segment>> path_of(std::string_view data) {
  std::vector<Segment> path;
  Point at;
  Point start;
  while (true) {
    const std::size_t next = data.find_first_not_of(" \t\r\n,");
    if (next == std::string_view::npos) {
      return path.empty() ? std::nullopt : std::optional(std::move(path));
    }
    const char operation = data[next];
    data.remove_prefix(next + 1);
    std::array<double, 7> n{};
    for (std::size_t i = 0; i < operands_of(operation); ++i) {
      const auto number = take_number(data);
      if (!number) {
        return std::nullopt;
      }
      n[i] = *number;
    }
    const bool begins = operation == 'S' || operation == 'M';
    if ((path.empty() && !begins) || path.size() >= max_path_segments || !add(path, operation, n, at, start)) {
      return std::nullopt;
    }
  }
}

}  // namespace yinxin::view
