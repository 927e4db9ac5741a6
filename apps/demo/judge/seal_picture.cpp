#include "demo/judge/seal_picture.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <sstream>

namespace yinxin::demo {

namespace {

constexpr std::array<std::uint8_t, 8> png_signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::size_t chunk_overhead = 12;  // length, type, CRC
constexpr double mm_per_inch = 25.4;
constexpr double degrees = 180 / std::numbers::pi;
constexpr std::uint8_t half_covered = 128;
constexpr std::uint8_t quarter_covered = 64;
constexpr std::uint8_t hardly_covered = 8;
constexpr std::uint8_t near_white = 200;
constexpr png_uint_32 max_side_px = 8192;

struct Pixels {
  int width = 0, height = 0;
  Bytes rgba;
  [[nodiscard]] std::uint8_t at(int x, int y, std::size_t channel) const {
    return rgba[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) +
                channel];
  }
  [[nodiscard]] std::uint8_t alpha(int x, int y) const { return at(x, y, 3); }
};

Result<Pixels> decode(BytesView png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) {
    return fail(ErrorCode::corrupt, "not a PNG");
  }
  const bool has_alpha = (image.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  if (!has_alpha || image.width > max_side_px || image.height > max_side_px) {
    png_image_free(&image);
    return fail(ErrorCode::corrupt, has_alpha ? "the picture is too large" : "the picture cannot be transparent");
  }
  image.format = PNG_FORMAT_RGBA;
  Pixels pixels{.width = static_cast<int>(image.width), .height = static_cast<int>(image.height), .rgba = {}};
  pixels.rgba.resize(PNG_IMAGE_SIZE(image));
  if (png_image_finish_read(&image, nullptr, pixels.rgba.data(), 0, nullptr) == 0) {
    return fail(ErrorCode::corrupt, "the PNG does not unpack");
  }
  return pixels;
}

// Extent of what is at least half covered, along one axis, with the edge found between two pixels.
struct Box {
  int left = 0, top = 0, right = -1, bottom = -1;
};
Box inked_box(const Pixels& pixels) {
  Box box{.left = pixels.width, .top = pixels.height, .right = -1, .bottom = -1};
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      if (pixels.alpha(x, y) >= half_covered) {
        box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x), std::max(box.bottom, y)};
      }
    }
  }
  return box;
}

// Most clear stretches around a ring `inset` inside the ink's own edge, over all insets up to half the way in.
int most_gaps(const Pixels& pixels, const Box& box, double px_per_mm, double rim_inset_mm) {
  constexpr double step_mm = 0.25;
  constexpr double least_gap_mm = 0.4;
  const double a = (box.right - box.left + 1) / 2.0;
  const double b = (box.bottom - box.top + 1) / 2.0;
  const double middle_x = box.left + a - 0.5;
  const double middle_y = box.top + b - 0.5;
  int most = 0;
  for (double inset = rim_inset_mm * px_per_mm; inset < std::min(a, b) / 2; inset += step_mm * px_per_mm) {
    const auto points = static_cast<int>(2 * std::numbers::pi * (a - inset));
    const auto least = static_cast<int>(least_gap_mm * px_per_mm);
    int gaps = 0;
    int clear = 0;
    for (int n = 0; n < points; ++n) {
      const double angle = 2 * std::numbers::pi * n / points;
      const int x = static_cast<int>(std::lround(middle_x + (a - inset) * std::cos(angle)));
      const int y = static_cast<int>(std::lround(middle_y + (b - inset) * std::sin(angle)));
      if (pixels.alpha(x, y) == 0) {
        gaps += ++clear == least ? 1 : 0;
      } else {
        clear = 0;
      }
    }
    most = std::max(most, gaps);
  }
  return most;
}

// Of what lies about the middle, within `share` of the shorter half: the phase of its fivefold turn.
double star_of(const Pixels& pixels, const Box& box) {
  constexpr double share = 0.4;
  constexpr int points_of_star = 5;
  const double middle_x = (box.left + box.right) / 2.0;
  const double middle_y = (box.top + box.bottom) / 2.0;
  const double reach = share * std::min(box.right - box.left, box.bottom - box.top) / 2.0;
  std::complex<double> sum;
  for (int y = static_cast<int>(middle_y - reach); y <= static_cast<int>(middle_y + reach); ++y) {
    for (int x = static_cast<int>(middle_x - reach); x <= static_cast<int>(middle_x + reach); ++x) {
      const std::complex<double> from(x - middle_x, y - middle_y);
      if (std::abs(from) <= reach) {
        sum +=
            static_cast<double>(pixels.alpha(x, y)) * std::abs(from) * std::polar(1.0, points_of_star * std::arg(from));
      }
    }
  }
  // One point of an upright star is straight up: at -90 degrees, where y grows downwards.
  return std::remainder(std::arg(sum) * degrees / points_of_star + 90, 360.0 / points_of_star);
}

// By the outline alone, which characters and uneven ink do not pull: the outermost ink on each ray from the middle.
double axis_of(const Pixels& pixels, const Box& box) {
  constexpr int rays = 720;
  const double middle_x = (box.left + box.right) / 2.0;
  const double middle_y = (box.top + box.bottom) / 2.0;
  const double reach = std::hypot(pixels.width, pixels.height) / 2;
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (int n = 0; n < rays; ++n) {
    const double c = std::cos(2 * std::numbers::pi * n / rays);
    const double d = std::sin(2 * std::numbers::pi * n / rays);
    for (double r = reach; r > 0; r -= 0.5) {
      const auto x = static_cast<int>(std::lround(middle_x + r * c));
      const auto y = static_cast<int>(std::lround(middle_y + r * d));
      if (x >= 0 && y >= 0 && x < pixels.width && y < pixels.height && pixels.alpha(x, y) >= half_covered) {
        xx += r * c * r * c;
        yy += r * d * r * d;
        xy += r * c * r * d;
        break;
      }
    }
  }
  return 0.5 * std::atan2(2 * xy, xx - yy) * degrees;
}

template <class... Parts>
std::string said(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

}  // namespace

Result<Bytes> png_inside(BytesView file) {
  const auto from = std::search(file.begin(), file.end(), png_signature.begin(), png_signature.end());
  if (from == file.end()) {
    return fail(ErrorCode::not_found, "there is no PNG inside");
  }
  const BytesView rest = file.subspan(static_cast<std::size_t>(from - file.begin()));
  // chunk = length (4, big-endian) type (4) data CRC (4)   (ISO/IEC 15948 5.3)
  for (std::size_t at = png_signature.size(); at + chunk_overhead <= rest.size();) {
    std::size_t length = 0;
    for (std::size_t n = 0; n < 4; ++n) {
      length = length << 8U | rest[at + n];
    }
    if (length > rest.size() - at - chunk_overhead) {
      break;
    }
    const bool is_last = rest[at + 4] == 'I' && rest[at + 5] == 'E' && rest[at + 6] == 'N' && rest[at + 7] == 'D';
    at += chunk_overhead + length;
    if (is_last) {
      return to_bytes(rest.first(at));
    }
  }
  return fail(ErrorCode::corrupt, "the PNG inside has no end");
}

Result<PictureMeasures> measure(BytesView png, double shown_width_mm, double shown_height_mm, double rim_inset_mm) {
  YX_TRY(const Pixels pixels, decode(png));
  const double px_per_mm_x = pixels.width / shown_width_mm;
  const double px_per_mm_y = pixels.height / shown_height_mm;
  const Box box = inked_box(pixels);
  if (box.right < box.left) {
    return fail(ErrorCode::corrupt, "there is no ink in the picture");
  }
  PictureMeasures m{.width_px = pixels.width,
                    .height_px = pixels.height,
                    .shown_width_mm = shown_width_mm,
                    .shown_height_mm = shown_height_mm,
                    .ink_width_mm = (box.right - box.left + 1) / px_per_mm_x,
                    .ink_height_mm = (box.bottom - box.top + 1) / px_per_mm_y,
                    .axis_deg = axis_of(pixels, box),
                    .star_deg = star_of(pixels, box),
                    .gaps = most_gaps(pixels, box, px_per_mm_x, rim_inset_mm)};
  const double a = (box.right - box.left + 1) / 2.0;
  const double b = (box.bottom - box.top + 1) / 2.0;
  constexpr double clear_of_rim = 1.06;
  std::size_t inked = 0;
  std::size_t clear = 0;
  std::size_t faint = 0;
  for (int y = 0; y < pixels.height; ++y) {
    for (int x = 0; x < pixels.width; ++x) {
      const std::uint8_t alpha = pixels.alpha(x, y);
      inked += alpha >= half_covered ? 1U : 0U;
      clear += alpha == 0 ? 1U : 0U;
      faint += alpha > 0 && alpha < quarter_covered ? 1U : 0U;
      if (alpha > hardly_covered &&
          std::min({pixels.at(x, y, 0), pixels.at(x, y, 1), pixels.at(x, y, 2)}) > near_white) {
        ++m.pale_px;
      }
      const double from_middle = std::hypot((x - box.left - a + 0.5) / a, (y - box.top - b + 0.5) / b);
      m.corner_px += alpha > 0 && from_middle > clear_of_rim ? 1U : 0U;
    }
  }
  const auto all = static_cast<double>(pixels.width) * pixels.height;
  m.inked_share = static_cast<double>(inked) / all;
  m.clear_share = static_cast<double>(clear) / all;
  m.faint_share = static_cast<double>(faint) / all;
  return m;
}

std::vector<std::string> mistakes_of(const PictureMeasures& m, const DrawnSeal& drawn, double scan_dpi) {
  std::vector<std::string> wrong;
  const double tolerance = size_tolerance_scan_px * mm_per_inch / scan_dpi;
  const auto must = [&](bool holds, const std::string& sentence) {
    if (!holds) {
      wrong.push_back(sentence);
    }
  };
  must(std::abs(m.ink_width_mm - drawn.width_mm) <= tolerance,
       said("the ink is ", m.ink_width_mm, " mm wide on the page, drawn ", drawn.width_mm, ", tolerance ", tolerance));
  must(
      std::abs(m.ink_height_mm - drawn.height_mm) <= tolerance,
      said("the ink is ", m.ink_height_mm, " mm high on the page, drawn ", drawn.height_mm, ", tolerance ", tolerance));
  must(m.pale_px == 0, said(m.pale_px, " covered pixels are near white: paper"));
  must(m.corner_px == 0, said(m.corner_px, " pixels outside the seal are covered"));
  must(m.faint_share <= most_faint_share, said("a haze covers ", m.faint_share, " of the picture"));
  must(m.clear_share >= 0.4, said("only ", m.clear_share, " of the picture is clear"));
  must(m.inked_share >= 0.05, said("only ", m.inked_share, " of the picture is ink"));
  must(m.gaps >= drawn.characters - 1,
       said("only ", m.gaps, " clear stretches between ", drawn.characters, " characters"));
  if (drawn.is_oval) {
    // It was turned back to stand along its own sides.
    must(std::abs(m.axis_deg) <= tilt_tolerance_deg, said("the oval stands at ", m.axis_deg, " degrees"));
    must(std::abs(m.star_deg) <= tilt_tolerance_deg, said("the star of the oval stands at ", m.star_deg, " degrees"));
  } else {
    // A round one is left as it was pressed.
    must(std::abs(m.star_deg - drawn.tilt_deg) <= tilt_tolerance_deg,
         said("the seal stands at ", m.star_deg, " degrees, pressed at ", drawn.tilt_deg));
  }
  return wrong;
}

}  // namespace yinxin::demo
