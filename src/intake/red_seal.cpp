#include "intake/red_seal.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "intake/ink.h"

namespace yinxin::intake {

namespace {

constexpr int search_width_px = 900;
constexpr float red_from = 0.15F;
constexpr double least_side = 0.06;  // of the page's width: 13 mm of A4
constexpr double least_ink = 0.03;   // of the group's own box

std::optional<RedSeal> find(const Picture& page) {
  cv::Mat small;
  const double factor = std::max(1.0, static_cast<double>(page.width) / search_width_px);
  const cv::Size size(std::max(1, static_cast<int>(page.width / factor)),
                      std::max(1, static_cast<int>(page.height / factor)));
  cv::resize(view_of(page), small, size, 0, 0, cv::INTER_AREA);
  const PaperColour paper = fit_paper(small, {0, 0}, 1.0 / size.width);
  cv::Mat red(size, CV_8U);
  for (int row = 0; row < size.height; ++row) {
    for (int column = 0; column < size.width; ++column) {
      const cv::Vec3f white = paper.at(static_cast<double>(column) / size.width, static_cast<double>(row) / size.width);
      const auto colour = small.at<cv::Vec3b>(row, column);
      cv::Vec3f part;
      for (int c = 0; c < 3; ++c) {
        part[c] = static_cast<float>(colour[c]) / white[c];
      }
      red.at<std::uint8_t>(row, column) = redness(part) > red_from ? 255 : 0;
    }
  }
  const int reach = std::max(3, size.width / 70) | 1;  // 3 mm of A4: what belongs to one seal is this near
  cv::Mat joined;
  cv::morphologyEx(red, joined, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_ELLIPSE, {reach, reach}));
  cv::Mat labels;
  cv::Mat stats;
  cv::Mat centres;
  const int groups = cv::connectedComponentsWithStats(joined, labels, stats, centres);
  int best = 0;
  int best_area = 0;
  for (int i = 1; i < groups; ++i) {
    const cv::Rect box(stats.at<int>(i, cv::CC_STAT_LEFT), stats.at<int>(i, cv::CC_STAT_TOP),
                       stats.at<int>(i, cv::CC_STAT_WIDTH), stats.at<int>(i, cv::CC_STAT_HEIGHT));
    if (std::min(box.width, box.height) >= least_side * size.width && box.area() > best_area &&
        cv::countNonZero(red(box)) >= least_ink * box.area()) {
      best = i;
      best_area = box.area();
    }
  }
  if (best == 0) {
    return std::nullopt;
  }
  const auto part = [&](int what, int whole) { return static_cast<double>(stats.at<int>(best, what)) / whole; };
  return RedSeal{.red_fraction = static_cast<double>(cv::countNonZero(red)) / static_cast<double>(red.total()),
                 .left = part(cv::CC_STAT_LEFT, size.width),
                 .top = part(cv::CC_STAT_TOP, size.height),
                 .width = part(cv::CC_STAT_WIDTH, size.width),
                 .height = part(cv::CC_STAT_HEIGHT, size.height)};
}

}  // namespace

Result<std::optional<RedSeal>> find_red_seal(const Picture& page) {
  if (page.width <= 0 || page.height <= 0) {
    return std::optional<RedSeal>();
  }
  try {
    return find(page);
  } catch (const std::exception&) {
    return fail(ErrorCode::internal, "intake.red_seal");
  }
}

}  // namespace yinxin::intake
