#pragma once
// Red ink on paper, in OpenCV's terms. For this room only.

#include <array>
#include <opencv2/core.hpp>

#include "intake/picture.h"

namespace yinxin::intake {

// The picture's pixels under OpenCV's header; the picture must outlive it. Channels are R, G, B.
cv::Mat view_of(const Picture& picture);

// The colour of unprinted paper, which a scanner's lamp makes uneven: for each channel a quadratic in x and y, fitted
// to what is bright, again and again without what does not fit. Coordinates are the caller's.
struct PaperColour {
  // 1, x, y, xx, xy, yy
  std::array<cv::Vec<double, 6>, 3> terms{};
  [[nodiscard]] cv::Vec3f at(double x, double y) const;
};
// From 8-bit RGB; pixel (column, row) lies at origin + (column, row) * step.
PaperColour fit_paper(const cv::Mat& rgb, cv::Point2d origin, double step);

// How much redder than grey, 0 to about 1, of a pixel as a fraction of the paper's colour.
inline float redness(const cv::Vec3f& of_paper) { return of_paper[0] - std::max(of_paper[1], of_paper[2]); }

}  // namespace yinxin::intake
