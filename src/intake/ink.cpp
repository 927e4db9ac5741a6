#include "intake/ink.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace yinxin::intake {

cv::Mat view_of(const Picture& picture) {
  return {picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.rgb.data())};
}

cv::Vec3f PaperColour::at(double x, double y) const {
  const cv::Vec<double, 6> powers(1, x, y, x * x, x * y, y * y);
  cv::Vec3f colour;
  for (int c = 0; c < 3; ++c) {
    constexpr double darkest_paper = 40;
    colour[c] = static_cast<float>(std::clamp(powers.dot(terms[static_cast<std::size_t>(c)]), darkest_paper, 255.0));
  }
  return colour;
}

PaperColour fit_paper(const cv::Mat& rgb, cv::Point2d origin, double step) {
  constexpr int wanted_side = 64;  // of the grid of pixels that are looked at
  constexpr int rounds = 5;
  const int stride = std::max(1, std::max(rgb.cols, rgb.rows) / wanted_side);
  struct Sample {
    double x;
    double y;
    cv::Vec3b colour;
    bool counts;
  };
  std::vector<Sample> samples;
  std::vector<int> darkest;
  for (int row = stride / 2; row < rgb.rows; row += stride) {
    for (int column = stride / 2; column < rgb.cols; column += stride) {
      const auto& colour = rgb.at<cv::Vec3b>(row, column);
      samples.push_back({origin.x + column * step, origin.y + row * step, colour, true});
      darkest.push_back(std::min({colour[0], colour[1], colour[2]}));
    }
  }
  // To begin with: paper is what is bright in every channel.
  std::vector<int> ordered = darkest;
  const auto bright = ordered.begin() + static_cast<std::ptrdiff_t>(ordered.size() * 3 / 4);
  std::nth_element(ordered.begin(), bright, ordered.end());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i].counts = darkest[i] >= *bright * 3 / 4;
  }
  PaperColour paper;
  for (int round = 0; round < rounds; ++round) {
    std::array<cv::Matx<double, 6, 6>, 3> normal{};
    std::array<cv::Vec<double, 6>, 3> right{};
    for (const Sample& sample : samples) {
      if (!sample.counts) {
        continue;
      }
      const cv::Vec<double, 6> powers(1, sample.x, sample.y, sample.x * sample.x, sample.x * sample.y,
                                      sample.y * sample.y);
      for (std::size_t c = 0; c < 3; ++c) {
        normal[c] += powers * powers.t();
        right[c] += powers * static_cast<double>(sample.colour[static_cast<int>(c)]);
      }
    }
    for (std::size_t c = 0; c < 3; ++c) {
      cv::Mat solved;
      cv::solve(cv::Mat(normal[c]), cv::Mat(right[c]), solved, cv::DECOMP_SVD);
      for (int i = 0; i < 6; ++i) {
        paper.terms[c][i] = solved.at<double>(i);
      }
    }
    constexpr float fits_within = 0.07F;
    for (Sample& sample : samples) {
      const cv::Vec3f expected = paper.at(sample.x, sample.y);
      sample.counts = true;
      for (int c = 0; c < 3; ++c) {
        const float off = std::abs(static_cast<float>(sample.colour[c]) / expected[c] - 1.0F);
        sample.counts = sample.counts && off < fits_within;
      }
    }
  }
  return paper;
}

}  // namespace yinxin::intake
