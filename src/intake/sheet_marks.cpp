#include "intake/sheet_marks.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace yinxin::intake {

namespace {

constexpr int search_side_px = 2000;  // the longer side of the picture that is searched
constexpr std::size_t max_contours = 60'000;
constexpr std::size_t max_candidates = 12;  // the largest ones

struct Candidate {
  cv::Point2d centre;
  double side = 0;
  bool hollow = false;
};

double area_of(const std::vector<cv::Point>& contour) { return std::abs(cv::contourArea(contour)); }

// The child of `parent` with the largest area, or -1.
int largest_child(const std::vector<std::vector<cv::Point>>& contours, const std::vector<cv::Vec4i>& tree, int parent) {
  int best = -1;
  double best_area = 0;
  for (int child = tree[static_cast<std::size_t>(parent)][2]; child >= 0;
       child = tree[static_cast<std::size_t>(child)][0]) {
    const double area = area_of(contours[static_cast<std::size_t>(child)]);
    if (area > best_area) {
      best_area = area;
      best = child;
    }
  }
  return best;
}

bool within(double value, double least, double most) { return value >= least && value <= most; }

// Whether the middle of the core is as bright as the white ring rather than as dark as the core.
bool is_hollow(const cv::Mat& grey, cv::Point2d centre, double side) {
  const double module = side / 7;
  const auto mean_at = [&](double radius_modules, int samples) {
    double sum = 0;
    for (int i = 0; i < samples; ++i) {
      const double angle = 2 * CV_PI * i / samples;
      const int x = std::clamp(static_cast<int>(std::lround(centre.x + radius_modules * module * std::cos(angle))), 0,
                               grey.cols - 1);
      const int y = std::clamp(static_cast<int>(std::lround(centre.y + radius_modules * module * std::sin(angle))), 0,
                               grey.rows - 1);
      sum += grey.at<std::uint8_t>(y, x);
    }
    return sum / samples;
  };
  constexpr int around = 24;
  const double dark = mean_at(1.2, around);     // inside the core in every direction, outside the hollow
  const double bright = mean_at(2.25, around);  // mostly inside the white ring
  return mean_at(0.25, 8) > (dark + bright) / 2;
}

std::vector<Candidate> candidates(const cv::Mat& grey) {
  cv::Mat dark;
  const int block = std::max(31, std::max(grey.cols, grey.rows) / 16) | 1;
  constexpr double darker_by = 18;
  cv::adaptiveThreshold(grey, dark, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY_INV, block, darker_by);
  std::vector<std::vector<cv::Point>> contours;
  std::vector<cv::Vec4i> tree;
  cv::findContours(dark, contours, tree, cv::RETR_TREE, cv::CHAIN_APPROX_NONE);
  std::vector<Candidate> found;
  if (contours.size() > max_contours) {
    return found;
  }
  constexpr double least_side_px = 20;
  for (std::size_t i = 0; i < contours.size(); ++i) {
    const double area = area_of(contours[i]);
    const int ring = area < least_side_px * least_side_px ? -1 : largest_child(contours, tree, static_cast<int>(i));
    const int core = ring < 0 ? -1 : largest_child(contours, tree, ring);
    if (core < 0) {
      continue;
    }
    const cv::RotatedRect box = cv::minAreaRect(contours[i]);
    const double longer = std::max(box.size.width, box.size.height);
    const double shorter = std::min(box.size.width, box.size.height);
    // 49 : 25 : 9 modules
    if (!within(area_of(contours[static_cast<std::size_t>(ring)]) / area, 0.36, 0.66) ||
        !within(area_of(contours[static_cast<std::size_t>(core)]) / area, 0.09, 0.28) || longer > 1.2 * shorter ||
        area < 0.85 * longer * shorter) {
      continue;
    }
    const cv::Moments outer = cv::moments(contours[i]);
    const cv::Point2d centre(outer.m10 / outer.m00, outer.m01 / outer.m00);
    const double side = std::sqrt(area);
    found.push_back({.centre = centre, .side = side, .hollow = is_hollow(grey, centre, side)});
  }
  std::ranges::sort(found, [](const Candidate& a, const Candidate& b) { return a.side > b.side; });
  found.resize(std::min(found.size(), max_candidates));
  return found;
}

double distance(const cv::Point2d& a, const cv::Point2d& b) { return std::hypot(a.x - b.x, a.y - b.y); }

double aside(double value, double expected) { return std::abs(value / expected - 1); }

// How far four candidates are from the sheet's rectangle, in their order; nothing when they cannot be it.
std::optional<double> mismatch(const std::array<Candidate, 4>& at, const SheetLayout& layout) {
  constexpr double tolerated = 0.08;  // a scanner's or a lens's perspective
  const double width_mm = layout.marks[1].x_mm - layout.marks[0].x_mm;
  const double height_mm = layout.marks[3].y_mm - layout.marks[0].y_mm;
  const double top = distance(at[0].centre, at[1].centre);
  const double right = distance(at[1].centre, at[2].centre);
  const double bottom = distance(at[2].centre, at[3].centre);
  const double left = distance(at[3].centre, at[0].centre);
  const double scale = (top + bottom) / 2 / width_mm;
  if (!(scale > 0)) {
    return std::nullopt;
  }
  double worst = std::max({aside(top, bottom), aside(left, right), aside((left + right) / 2, scale * height_mm),
                           aside(distance(at[0].centre, at[2].centre), scale * std::hypot(width_mm, height_mm)),
                           aside(distance(at[1].centre, at[3].centre), scale * std::hypot(width_mm, height_mm))});
  if (worst > tolerated) {
    return std::nullopt;
  }
  for (const Candidate& mark : at) {
    if (aside(mark.side, scale * layout.mark_side_mm) > 0.2) {
      return std::nullopt;
    }
  }
  return worst;
}

// Clockwise as seen, from the hollow one.
std::array<Candidate, 4> in_order(std::array<Candidate, 4> four) {
  cv::Point2d middle(0, 0);
  for (const Candidate& mark : four) {
    middle += mark.centre * 0.25;
  }
  std::ranges::sort(four, {}, [&](const Candidate& mark) {
    return std::atan2(mark.centre.y - middle.y, mark.centre.x - middle.x);  // y grows downwards: clockwise
  });
  const auto first = std::ranges::find_if(four, &Candidate::hollow);
  std::ranges::rotate(four, first);
  return four;
}

}  // namespace

std::optional<std::array<cv::Point2d, 4>> find_marks(const cv::Mat& rgb, const SheetLayout& layout) {
  cv::Mat grey;
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  const double factor = std::max(1.0, std::max(rgb.cols, rgb.rows) / static_cast<double>(search_side_px));
  if (factor > 1) {
    cv::resize(grey, grey, cv::Size(static_cast<int>(rgb.cols / factor), static_cast<int>(rgb.rows / factor)), 0, 0,
               cv::INTER_AREA);
  }
  const std::vector<Candidate> all = candidates(grey);
  std::optional<std::array<Candidate, 4>> best;
  double best_mismatch = 1;
  for (std::size_t a = 0; a < all.size(); ++a) {
    for (std::size_t b = a + 1; b < all.size(); ++b) {
      for (std::size_t c = b + 1; c < all.size(); ++c) {
        for (std::size_t d = c + 1; d < all.size(); ++d) {
          const std::array<Candidate, 4> four{all[a], all[b], all[c], all[d]};
          if (std::ranges::count_if(four, &Candidate::hollow) != 1) {
            continue;
          }
          const std::array<Candidate, 4> ordered = in_order(four);
          const auto how_far = mismatch(ordered, layout);
          if (how_far && *how_far < best_mismatch) {
            best_mismatch = *how_far;
            best = ordered;
          }
        }
      }
    }
  }
  if (!best) {
    return std::nullopt;
  }
  std::array<cv::Point2d, 4> centres;
  const double x_factor = static_cast<double>(rgb.cols) / grey.cols;
  const double y_factor = static_cast<double>(rgb.rows) / grey.rows;
  for (std::size_t i = 0; i < centres.size(); ++i) {
    const cv::Point2d& at = (*best)[i].centre;
    centres[i] = {(at.x + 0.5) * x_factor - 0.5, (at.y + 0.5) * y_factor - 0.5};
  }
  return centres;
}

}  // namespace yinxin::intake
