#include "intake/impression.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "intake/ink.h"
#include "intake/sheet_marks.h"

namespace yinxin::intake {

namespace {

constexpr double mm_per_inch = 25.4;
constexpr double around_frame_mm = 8;  // looked at beyond the frame, so that what crosses it is seen
constexpr double analysis_px_per_mm = 8;
constexpr double joined_within_mm = 4;  // parts of one seal are this near each other
constexpr double least_speck_mm2 = 0.15;
constexpr double margin_mm = 1;      // looked at around the seal
constexpr double most_cut_mm = 0.3;  // of the ink's blurred rim, both sides together, for a size in whole millimetres
constexpr float red_from = 0.10F;    // of the paper's brightness
constexpr float pale_below = 0.22F;
constexpr float edge_ink = 0.35F;           // half of a blurred edge, a little lower for thin ink at the rim
constexpr double least_scan_px_per_mm = 5;  // 127 dpi

// A flat view of a part of the sheet: output pixels to sheet millimetres, turned by tilt about a point of the sheet.
struct View {
  cv::Point2d centre_mm;  // of the view
  cv::Size size;
  double px_per_mm = 0;
  double tilt_rad = 0;

  [[nodiscard]] cv::Matx33d to_sheet() const {
    const double s = 1 / px_per_mm;
    const double c = std::cos(tilt_rad) * s;
    const double d = std::sin(tilt_rad) * s;
    const double half_x = (size.width - 1) / 2.0;
    const double half_y = (size.height - 1) / 2.0;
    return {c, -d, centre_mm.x - c * half_x + d * half_y, d, c, centre_mm.y - d * half_x - c * half_y, 0, 0, 1};
  }
};

struct Group {
  int label = 0;
  std::vector<cv::Point2f> hull_mm;
  cv::Rect2d box_mm;
  double area_mm2 = 0;
};

class Cutter {
 public:
  Cutter(const Picture& page, int dpi, const SheetLayout& layout) : page_(view_of(page)), dpi_(dpi), layout_(layout) {}

  Result<ImpressionReading> run();

 private:
  bool locate();
  // Pixels as fractions of the paper's colour, CV_32FC3.
  [[nodiscard]] cv::Mat flat(const View& view, bool of_paper) const;
  void analyse();
  std::vector<Group> groups();
  [[nodiscard]] std::optional<ImpressionFlaw> flaw_of(const std::vector<Group>& found) const;
  [[nodiscard]] double upright_tilt(const Group& seal) const;
  Result<Impression> picture(const Group& seal);
  [[nodiscard]] cv::Mat region_of(const Group& seal, const View& view) const;

  cv::Mat page_;
  int dpi_;
  const SheetLayout& layout_;
  cv::Matx33d sheet_to_page_;
  double scan_px_per_mm_ = 0;
  PaperColour paper_;
  View analysis_;
  cv::Mat red_;     // redness, blurred a little
  cv::Mat labels_;  // of the groups
  float noise_ = 0;
};

bool Cutter::locate() {
  const auto marks = find_marks(page_, layout_);
  if (!marks) {
    return false;
  }
  std::array<cv::Point2f, 4> from;
  std::array<cv::Point2f, 4> to;
  for (std::size_t i = 0; i < from.size(); ++i) {
    from[i] = {static_cast<float>(layout_.marks[i].x_mm), static_cast<float>(layout_.marks[i].y_mm)};
    to[i] = {static_cast<float>((*marks)[i].x), static_cast<float>((*marks)[i].y)};
  }
  sheet_to_page_ = cv::Matx33d(cv::getPerspectiveTransform(from.data(), to.data()));
  const double across = std::hypot((*marks)[1].x - (*marks)[0].x, (*marks)[1].y - (*marks)[0].y);
  scan_px_per_mm_ = across / (layout_.marks[1].x_mm - layout_.marks[0].x_mm);
  return scan_px_per_mm_ >= least_scan_px_per_mm;
}

cv::Mat Cutter::flat(const View& view, bool of_paper) const {
  const cv::Matx33d to_sheet = view.to_sheet();
  cv::Matx33d to_page = sheet_to_page_ * to_sheet;
  // Only the part of the page that the view shows, smoothed when the view is coarser than the scan.
  std::vector<cv::Point2d> corners{{0, 0},
                                   {static_cast<double>(view.size.width), 0},
                                   {static_cast<double>(view.size.width), static_cast<double>(view.size.height)},
                                   {0, static_cast<double>(view.size.height)}};
  cv::perspectiveTransform(corners, corners, to_page);
  double left = page_.cols;
  double top = page_.rows;
  double right = 0;
  double bottom = 0;
  for (const cv::Point2d& corner : corners) {
    left = std::min(left, corner.x);
    top = std::min(top, corner.y);
    right = std::max(right, corner.x);
    bottom = std::max(bottom, corner.y);
  }
  constexpr int apron = 8;
  const auto column = [&](double x) { return std::clamp(static_cast<int>(x), 0, page_.cols); };
  const auto row = [&](double y) { return std::clamp(static_cast<int>(y), 0, page_.rows); };
  const cv::Rect part(cv::Point(column(left - apron), row(top - apron)),
                      cv::Point(column(right + apron), row(bottom + apron)));
  if (part.empty()) {
    return {};
  }
  cv::Mat source = page_(part);
  const double finer = scan_px_per_mm_ / view.px_per_mm;
  if (finer > 1.3) {
    cv::Mat smooth;
    cv::GaussianBlur(source, smooth, {}, 0.4 * finer);
    source = smooth;
  }
  const cv::Matx33d shift(1, 0, -part.x, 0, 1, -part.y, 0, 0, 1);
  to_page = shift * to_page;
  cv::Mat out;
  cv::warpPerspective(source, out, to_page, view.size, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  if (!of_paper) {
    return out;
  }
  cv::Mat fractions(view.size, CV_32FC3);
  for (int y = 0; y < view.size.height; ++y) {
    for (int x = 0; x < view.size.width; ++x) {
      const cv::Vec3d at = to_sheet * cv::Vec3d(x, y, 1);
      const cv::Vec3f white = paper_.at(at[0], at[1]);
      const auto colour = out.at<cv::Vec3b>(y, x);
      cv::Vec3f& fraction = fractions.at<cv::Vec3f>(y, x);
      for (int c = 0; c < 3; ++c) {
        fraction[c] = std::min(1.1F, static_cast<float>(colour[c]) / white[c]);
      }
    }
  }
  return fractions;
}

cv::Mat redness_of(const cv::Mat& fractions) {
  cv::Mat red(fractions.size(), CV_32F);
  for (int y = 0; y < fractions.rows; ++y) {
    for (int x = 0; x < fractions.cols; ++x) {
      red.at<float>(y, x) = redness(fractions.at<cv::Vec3f>(y, x));
    }
  }
  return red;
}

void Cutter::analyse() {
  const double width = layout_.frame_width_mm + 2 * around_frame_mm;
  const double height = layout_.frame_height_mm + 2 * around_frame_mm;
  analysis_ = {.centre_mm = {layout_.frame_corner.x_mm + layout_.frame_width_mm / 2,
                             layout_.frame_corner.y_mm + layout_.frame_height_mm / 2},
               .size = {static_cast<int>(width * analysis_px_per_mm), static_cast<int>(height * analysis_px_per_mm)},
               .px_per_mm = analysis_px_per_mm,
               .tilt_rad = 0};
  const cv::Mat plain = flat(analysis_, false);
  const cv::Matx33d to_sheet = analysis_.to_sheet();
  paper_ = fit_paper(plain, {to_sheet(0, 2), to_sheet(1, 2)}, 1 / analysis_px_per_mm);
  red_ = redness_of(flat(analysis_, true));
  cv::GaussianBlur(red_, red_, {}, 1.0);
  // The paper's own noise: the median of |redness|, most of the view being paper.
  std::vector<float> sizes;
  constexpr int stride = 5;
  for (int y = 0; y < red_.rows; y += stride) {
    for (int x = 0; x < red_.cols; x += stride) {
      sizes.push_back(std::abs(red_.at<float>(y, x)));
    }
  }
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  noise_ = *middle;
}

// Red groups that could be seals, the largest first.
std::vector<Group> Cutter::groups() {
  const float from = std::max(red_from, 6 * noise_);
  cv::Mat mask = red_ > from;
  cv::Mat specks;
  cv::Mat stats;
  cv::Mat centres;
  const int parts = cv::connectedComponentsWithStats(mask, specks, stats, centres);
  constexpr double px2_per_mm2 = analysis_px_per_mm * analysis_px_per_mm;
  std::vector<std::uint8_t> keeps(static_cast<std::size_t>(parts), 0);
  for (int i = 1; i < parts; ++i) {
    keeps[static_cast<std::size_t>(i)] = stats.at<int>(i, cv::CC_STAT_AREA) >= least_speck_mm2 * px2_per_mm2 ? 255 : 0;
  }
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      mask.at<std::uint8_t>(y, x) = keeps[static_cast<std::size_t>(specks.at<int>(y, x))];
    }
  }
  const int reach = static_cast<int>(joined_within_mm * analysis_px_per_mm) | 1;
  cv::Mat joined;
  cv::Mat bordered;
  cv::copyMakeBorder(mask, bordered, reach, reach, reach, reach, cv::BORDER_CONSTANT, 0);
  cv::morphologyEx(bordered, joined, cv::MORPH_CLOSE, cv::getStructuringElement(cv::MORPH_ELLIPSE, {reach, reach}));
  const int count = cv::connectedComponents(joined(cv::Rect(reach, reach, mask.cols, mask.rows)).clone(), labels_);
  std::vector<std::vector<cv::Point>> points(static_cast<std::size_t>(count));
  for (int y = 0; y < mask.rows; ++y) {
    for (int x = 0; x < mask.cols; ++x) {
      if (mask.at<std::uint8_t>(y, x) != 0) {
        points[static_cast<std::size_t>(labels_.at<int>(y, x))].push_back({x, y});
      }
    }
  }
  std::vector<Group> found;
  const cv::Matx33d to_sheet = analysis_.to_sheet();
  for (int i = 1; i < count; ++i) {
    const auto& own = points[static_cast<std::size_t>(i)];
    if (own.empty()) {
      continue;
    }
    Group group{.label = i, .hull_mm = {}, .box_mm = {}, .area_mm2 = static_cast<double>(own.size()) / px2_per_mm2};
    std::vector<cv::Point> hull;
    cv::convexHull(own, hull);
    for (const cv::Point& point : hull) {
      const cv::Vec3d at = to_sheet * cv::Vec3d(point.x, point.y, 1);
      group.hull_mm.emplace_back(static_cast<float>(at[0]), static_cast<float>(at[1]));
    }
    const cv::Rect box = cv::boundingRect(own);
    const cv::Vec3d corner = to_sheet * cv::Vec3d(box.x, box.y, 1);
    group.box_mm = {corner[0], corner[1], box.width / analysis_px_per_mm, box.height / analysis_px_per_mm};
    found.push_back(std::move(group));
  }
  std::ranges::sort(found, [](const Group& a, const Group& b) { return a.box_mm.area() > b.box_mm.area(); });
  return found;
}

// What lies inside a larger group's outline, a star in a wide ring, is that group's.
std::vector<Group> merged(std::vector<Group> found, cv::Mat& labels) {
  std::vector<Group> whole;
  for (Group& group : found) {
    const cv::Point2f middle(static_cast<float>(group.box_mm.x + group.box_mm.width / 2),
                             static_cast<float>(group.box_mm.y + group.box_mm.height / 2));
    const auto around = std::ranges::find_if(whole, [&](const Group& larger) {
      return larger.hull_mm.size() > 2 && cv::pointPolygonTest(larger.hull_mm, middle, false) >= 0;
    });
    if (around == whole.end()) {
      whole.push_back(std::move(group));
    } else {
      around->area_mm2 += group.area_mm2;
      labels.setTo(around->label, labels == group.label);
    }
  }
  return whole;
}

std::optional<ImpressionFlaw> Cutter::flaw_of(const std::vector<Group>& found) const {
  const auto large = [](const Group& group) {
    return std::max(group.box_mm.width, group.box_mm.height) >= min_seal_mm;
  };
  const auto seals = std::ranges::count_if(found, large);
  if (seals == 0) {
    return ImpressionFlaw::no_seal;
  }
  if (seals > 1) {
    return ImpressionFlaw::two_seals;
  }
  const Group& seal = *std::ranges::find_if(found, large);
  constexpr double clear_of_frame_mm = 0.3;
  const cv::Rect2d inside(layout_.frame_corner.x_mm + clear_of_frame_mm, layout_.frame_corner.y_mm + clear_of_frame_mm,
                          layout_.frame_width_mm - 2 * clear_of_frame_mm,
                          layout_.frame_height_mm - 2 * clear_of_frame_mm);
  if ((inside & seal.box_mm) != seal.box_mm) {
    return ImpressionFlaw::cut_off;
  }
  if (std::max(seal.box_mm.width, seal.box_mm.height) > max_seal_mm) {
    return ImpressionFlaw::two_seals;
  }
  if (std::min(seal.box_mm.width, seal.box_mm.height) < min_seal_mm / 2) {
    return ImpressionFlaw::no_seal;  // a stroke of a red pen
  }
  return std::nullopt;
}

// How far a square or an ellipse must be turned to stand along its sides; 0 when it cannot be told.
double Cutter::upright_tilt(const Group& seal) const {
  const cv::RotatedRect box = cv::minAreaRect(seal.hull_mm);
  const double box_area = static_cast<double>(box.size.area());
  const double hull_area = cv::contourArea(seal.hull_mm);
  constexpr double square_fills = 0.91;
  constexpr double elongated = 1.12;
  double angle = 0;
  if (box_area > 0 && hull_area / box_area > square_fills) {
    angle = static_cast<double>(box.angle) * CV_PI / 180;
  } else {
    const cv::Moments m = cv::moments(seal.hull_mm);
    const double spread = std::hypot(2 * m.mu11, m.mu20 - m.mu02);
    const double sum = m.mu20 + m.mu02;
    if (!(sum > 0) || (sum + spread) < elongated * elongated * (sum - spread)) {
      return 0;  // round
    }
    angle = 0.5 * std::atan2(2 * m.mu11, m.mu20 - m.mu02);
  }
  // The nearest way up: within 45 degrees.
  constexpr double quarter = CV_PI / 2;
  return angle - quarter * std::round(angle / quarter);
}

// 1 where ink belongs to this seal, by the groups of the analysis, a little wider; 0 elsewhere.
cv::Mat Cutter::region_of(const Group& seal, const View& view) const {
  cv::Mat own = labels_ == seal.label;
  const int wider = static_cast<int>(0.6 * analysis_px_per_mm) * 2 + 1;
  cv::dilate(own, own, cv::getStructuringElement(cv::MORPH_ELLIPSE, {wider, wider}));
  cv::Mat out;
  const cv::Matx33d map = analysis_.to_sheet().inv() * view.to_sheet();
  cv::warpPerspective(own, out, map, view.size, cv::INTER_NEAREST | cv::WARP_INVERSE_MAP);
  return out;
}

// The colour of dense ink, as a fraction of white; the median of each channel.
cv::Vec3f ink_colour(const cv::Mat& fractions, const cv::Mat& red, const cv::Mat& region, float dense) {
  std::array<std::vector<float>, 3> values;
  for (int y = 0; y < red.rows; ++y) {
    for (int x = 0; x < red.cols; ++x) {
      if (region.at<std::uint8_t>(y, x) != 0 && red.at<float>(y, x) >= dense) {
        for (std::size_t c = 0; c < 3; ++c) {
          values[c].push_back(fractions.at<cv::Vec3f>(y, x)[static_cast<int>(c)]);
        }
      }
    }
  }
  cv::Vec3f colour(0.85F, 0.1F, 0.1F);
  for (std::size_t c = 0; c < 3; ++c) {
    if (!values[c].empty()) {
      const auto middle = values[c].begin() + static_cast<std::ptrdiff_t>(values[c].size() / 2);
      std::nth_element(values[c].begin(), middle, values[c].end());
      colour[static_cast<int>(c)] = std::clamp(*middle, 0.0F, 1.0F);
    }
  }
  return colour;
}

// The 90th percentile of redness inside the region: what full ink is in this scan.
float full_ink(const cv::Mat& red, const cv::Mat& region, float from) {
  std::vector<float> values;
  for (int y = 0; y < red.rows; ++y) {
    for (int x = 0; x < red.cols; ++x) {
      if (region.at<std::uint8_t>(y, x) != 0 && red.at<float>(y, x) > from) {
        values.push_back(red.at<float>(y, x));
      }
    }
  }
  if (values.empty()) {
    return 0;
  }
  const auto high = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 9 / 10);
  std::nth_element(values.begin(), high, values.end());
  return *high;
}

// What is nowhere dense enough to be ink is noise of the scan.
void drop_faint_specks(cv::Mat& ink, const cv::Mat& inked) {
  cv::Mat labels;
  const int count = cv::connectedComponents(ink > 0, labels);
  std::vector<std::uint8_t> dense(static_cast<std::size_t>(count), 0);
  for (int y = 0; y < ink.rows; ++y) {
    for (int x = 0; x < ink.cols; ++x) {
      dense[static_cast<std::size_t>(labels.at<int>(y, x))] |= inked.at<std::uint8_t>(y, x);
    }
  }
  for (int y = 0; y < ink.rows; ++y) {
    for (int x = 0; x < ink.cols; ++x) {
      if (dense[static_cast<std::size_t>(labels.at<int>(y, x))] == 0) {
        ink.at<float>(y, x) = 0;
      }
    }
  }
}

// RGBA: the colour everywhere, so that no scaling mixes in another one; the ink as alpha.
Bytes coloured(const cv::Mat& ink, const cv::Vec3f& colour) {
  Bytes rgba;
  rgba.reserve(4 * ink.total());
  for (int y = 0; y < ink.rows; ++y) {
    for (int x = 0; x < ink.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        rgba.push_back(static_cast<std::uint8_t>(std::lround(colour[c] * 255)));
      }
      rgba.push_back(static_cast<std::uint8_t>(std::lround(ink.at<float>(y, x) * 255)));
    }
  }
  return rgba;
}

// The whole millimetres that a picture of this ink is declared and shown at: a format of seals has no others.
int whole_mm_around(double ink_mm) {
  const double whole = std::floor(ink_mm);
  return static_cast<int>(ink_mm - whole <= most_cut_mm ? whole : whole + 1);
}

// The ink about the middle of a picture of exactly that size, so that it is shown as large as it is on paper.
cv::Mat framed(const cv::Mat& ink, const cv::Rect& box, const cv::Size& size) {
  const cv::Rect wanted(box.x + (box.width - size.width) / 2, box.y + (box.height - size.height) / 2, size.width,
                        size.height);
  const cv::Rect there = wanted & cv::Rect({0, 0}, ink.size());
  cv::Mat out = cv::Mat::zeros(size, CV_32F);
  ink(there).copyTo(out(there - wanted.tl()));
  return out;
}

Result<Impression> Cutter::picture(const Group& seal) {
  const double tilt = upright_tilt(seal);
  // The hull along its own sides gives the view.
  double least_x = 1e9;
  double least_y = 1e9;
  double most_x = -1e9;
  double most_y = -1e9;
  for (const cv::Point2f& point : seal.hull_mm) {
    const double x = point.x * std::cos(tilt) + point.y * std::sin(tilt);
    const double y = -point.x * std::sin(tilt) + point.y * std::cos(tilt);
    least_x = std::min(least_x, x);
    most_x = std::max(most_x, x);
    least_y = std::min(least_y, y);
    most_y = std::max(most_y, y);
  }
  const double px_per_mm = dpi_ / mm_per_inch;
  const double middle_x = (least_x + most_x) / 2;
  const double middle_y = (least_y + most_y) / 2;
  const View view{.centre_mm = {middle_x * std::cos(tilt) - middle_y * std::sin(tilt),
                                middle_x * std::sin(tilt) + middle_y * std::cos(tilt)},
                  .size = {static_cast<int>(std::ceil((most_x - least_x + 2 * margin_mm) * px_per_mm)),
                           static_cast<int>(std::ceil((most_y - least_y + 2 * margin_mm) * px_per_mm))},
                  .px_per_mm = px_per_mm,
                  .tilt_rad = tilt};
  const cv::Mat fractions = flat(view, true);
  const cv::Mat red = redness_of(fractions);
  const cv::Mat region = region_of(seal, view);
  const float full = full_ink(red, region, std::max(red_from, 4 * noise_));
  const float nothing = std::max(0.12F * full, 5 * noise_);
  const float everything = std::max(0.85F * full, nothing + 0.02F);
  const cv::Vec3f colour = ink_colour(fractions, red, region, everything);
  cv::Mat ink(view.size, CV_32F);
  for (int y = 0; y < red.rows; ++y) {
    for (int x = 0; x < red.cols; ++x) {
      ink.at<float>(y, x) = region.at<std::uint8_t>(y, x) == 0
                                ? 0
                                : std::clamp((red.at<float>(y, x) - nothing) / (everything - nothing), 0.0F, 1.0F);
    }
  }
  const cv::Mat inked = ink >= edge_ink;
  drop_faint_specks(ink, inked);
  const cv::Rect box = cv::boundingRect(inked);
  Impression made{.png = {},
                  .width_px = 0,
                  .height_px = 0,
                  .dpi = dpi_,
                  .width_mm = box.width / px_per_mm,
                  .height_mm = box.height / px_per_mm,
                  .picture_width_mm = whole_mm_around(box.width / px_per_mm),
                  .picture_height_mm = whole_mm_around(box.height / px_per_mm),
                  .tilt_deg = tilt * 180 / CV_PI,
                  .scan_dpi = scan_px_per_mm_ * mm_per_inch};
  made.width_px = static_cast<int>(std::lround(made.picture_width_mm * px_per_mm));
  made.height_px = static_cast<int>(std::lround(made.picture_height_mm * px_per_mm));
  const Bytes rgba = coloured(framed(ink, box, {made.width_px, made.height_px}), colour);
  YX_TRY(made.png, encode_png_rgba(rgba, made.width_px, made.height_px, dpi_));
  return made;
}

Result<ImpressionReading> Cutter::run() {
  ImpressionReading reading;
  if (!locate()) {
    reading.flaw = ImpressionFlaw::no_marks;
    return reading;
  }
  analyse();
  const std::vector<Group> found = merged(groups(), labels_);
  reading.flaw = flaw_of(found);
  if (reading.flaw) {
    return reading;
  }
  const Group& seal = found.front();
  if (full_ink(red_, labels_ == seal.label, std::max(red_from, 6 * noise_)) < pale_below) {
    reading.flaw = ImpressionFlaw::pale;
    return reading;
  }
  YX_TRY(reading.impression, picture(seal));
  return reading;
}

}  // namespace

std::string_view name_of(ImpressionFlaw flaw) {
  switch (flaw) {
    case ImpressionFlaw::no_marks: return "no_marks";
    case ImpressionFlaw::no_seal: return "no_seal";
    case ImpressionFlaw::two_seals: return "two_seals";
    case ImpressionFlaw::cut_off: return "cut_off";
    case ImpressionFlaw::pale: return "pale";
  }
  ensure_unreachable("a flaw without a name");
}

Result<ImpressionReading> cut_impression(const Picture& page, int output_dpi, const SheetLayout& layout) {
  constexpr int least_dpi = 150;
  constexpr int most_dpi = 1200;
  if (output_dpi < least_dpi || output_dpi > most_dpi) {
    return fail(ErrorCode::invalid_input, "impression.dpi");
  }
  if (page.width <= 0 || page.height <= 0) {
    return ImpressionReading{.flaw = ImpressionFlaw::no_marks, .impression = std::nullopt};
  }
  try {
    return Cutter(page, output_dpi, layout).run();
  } catch (const std::exception&) {
    return fail(ErrorCode::internal, "intake.impression");
  }
}

}  // namespace yinxin::intake
