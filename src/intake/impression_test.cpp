#include "intake/impression.h"

#include <gtest/gtest.h>

#include <cmath>

#include <random>

#include "intake/qr_reader.h"
#include "intake/red_seal.h"
#include "paper/impression_sheet.h"
#include "paper/testing/pressed_sheet.h"

namespace yinxin::intake {
namespace {

using paper::testing::Scan;
using paper::testing::SealDrawing;
using Shape = SealDrawing::Shape;

constexpr const char* arc = "示例市岩土工程有限公司";

Picture scanned(const std::vector<SealDrawing>& seals, const Scan& scan, int quality = 90) {
  const paper::ImpressionSheet sheet{.title = "数字证书印模采集表",
                                     .operator_name = "示例电子认证有限公司",
                                     .unit_name = "示例市岩土工程有限公司",
                                     .application_number = "YX202611210001238",
                                     .qr_text = "YX202611210001238/sheet/1"};
  auto pixels = paper::testing::scan_of(sheet, seals, scan);
  EXPECT_TRUE(pixels);
  const auto jpeg =
      encode_jpeg({.width = pixels->width, .height = pixels->height, .rgb = std::move(pixels->rgb)}, quality);
  EXPECT_TRUE(jpeg);
  auto picture = decode(*jpeg, 40'000'000);
  EXPECT_TRUE(picture);
  return std::move(*picture);
}

struct Looked {
  double inked = 0;   // fraction of pixels with more than half ink
  double beyond = 0;  // pixels with any alpha farther than 0.4 mm outside the outline
  bool all_red = true;
};

// How dark each pixel is over white: the ink is red, so green and blue tell it.
Bytes cover_of(const Impression& made, bool& all_red) {
  const auto over_white = decode(made.png, 40'000'000);
  EXPECT_TRUE(over_white);
  Bytes cover;
  all_red = true;
  for (std::size_t i = 0; i < over_white->rgb.size(); i += 3) {
    const int red = over_white->rgb[i];
    const int green = over_white->rgb[i + 1];
    const int blue = over_white->rgb[i + 2];
    all_red = all_red && red >= std::max(green, blue) && (255 - green < 24 || red - green > 8);
    cover.push_back(static_cast<std::uint8_t>(255 - std::min(green, blue)));
  }
  return cover;
}

Looked look(const Impression& made, const SealDrawing& seal) {
  Looked looked;
  const Bytes cover = cover_of(made, looked.all_red);
  const double px_per_mm = made.dpi / 25.4;
  const double a = seal.width_mm / 2 + 0.4;
  const double b = seal.height_mm / 2 + 0.4;
  std::size_t inked = 0;
  for (int y = 0; y < made.height_px; ++y) {
    for (int x = 0; x < made.width_px; ++x) {
      const std::uint8_t ink =
          cover[static_cast<std::size_t>(y) * static_cast<std::size_t>(made.width_px) + static_cast<std::size_t>(x)];
      inked += ink > 120 ? 1 : 0;
      const double dx = std::abs(x - made.width_px / 2.0) / px_per_mm;
      const double dy = std::abs(y - made.height_px / 2.0) / px_per_mm;
      const bool outside = seal.shape == Shape::square ? dx > a || dy > b : dx * dx / (a * a) + dy * dy / (b * b) > 1;
      looked.beyond += outside && ink > 3 ? 1 : 0;
    }
  }
  looked.inked = static_cast<double>(inked) / static_cast<double>(cover.size());
  return looked;
}

void expect_measured(const SealDrawing& seal, const Scan& scan, int quality, int dpi) {
  const auto reading = cut_impression(scanned({seal}, scan, quality), dpi);
  ASSERT_TRUE(reading) << reading.error().describe();
  ASSERT_FALSE(reading->flaw) << name_of(*reading->flaw);
  const Impression& made = *reading->impression;
  EXPECT_NEAR(made.width_mm, seal.width_mm, 0.5);
  EXPECT_NEAR(made.height_mm, seal.height_mm, 0.5);
  EXPECT_NEAR(made.scan_dpi, scan.dpi, scan.dpi * 0.02);
  if (seal.shape != Shape::round) {
    EXPECT_NEAR(made.tilt_deg, seal.tilt_deg, 1.0);
  }
  // Declared and shown at whole millimetres, the picture has the ink at its true size.
  EXPECT_LE(made.width_mm - made.picture_width_mm, 0.3);
  EXPECT_LT(made.picture_width_mm - made.width_mm, 1);
  EXPECT_LE(made.height_mm - made.picture_height_mm, 0.3);
  EXPECT_LT(made.picture_height_mm - made.height_mm, 1);
  EXPECT_EQ(made.width_px, std::lround(made.picture_width_mm * dpi / 25.4));
  EXPECT_EQ(made.height_px, std::lround(made.picture_height_mm * dpi / 25.4));
  const Looked looked = look(made, seal);
  EXPECT_EQ(looked.beyond, 0) << "nothing of the paper is left";
  EXPECT_TRUE(looked.all_red);
  EXPECT_GT(looked.inked, 0.08);
  EXPECT_LT(looked.inked, 0.6);
}

TEST(Impression, GivesTheSealsTrueSizeWithoutItsPaper) { expect_measured({.text = arc}, {}, 90, 300); }

TEST(Impression, HoldsOverRandomSealsScansAndQualities) {
  const std::uint32_t seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  const auto between = [&](double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
  };
  for (int i = 0; i < 12; ++i) {
    SealDrawing seal{.text = arc};
    switch (i % 3) {
      case 0: seal.width_mm = seal.height_mm = between(38, 50); break;
      case 1:
        seal.shape = Shape::ellipse;
        seal.width_mm = 45;
        seal.height_mm = 30;
        break;
      default:
        seal.shape = Shape::square;
        seal.width_mm = seal.height_mm = between(20, 30);
        seal.text = "张三之印";
        break;
    }
    seal.tilt_deg = between(-10, 10);
    seal.x_mm = between(-9, 9);
    seal.y_mm = between(-9, 9);
    seal.ink = between(0.75, 1);
    Scan scan;
    scan.dpi = i == 0 ? 150 : i == 1 ? 600 : between(150, 330);
    scan.tilt_deg = between(-3, 3);
    scan.quarter_turns = static_cast<int>(between(0, 3.99));
    scan.noise = between(0, 5);
    scan.shade = between(0, 0.12);
    scan.paper = {between(0.9, 1), between(0.88, 0.98), between(0.82, 0.95)};
    scan.seed = static_cast<std::uint32_t>(random());
    const int quality = static_cast<int>(between(75, 95));
    SCOPED_TRACE("seed " + std::to_string(seed) + " case " + std::to_string(i) + " dpi " + std::to_string(scan.dpi) +
                 " size " + std::to_string(seal.width_mm) + " tilt " + std::to_string(seal.tilt_deg) + " sheet " +
                 std::to_string(scan.tilt_deg) + " quality " + std::to_string(quality));
    expect_measured(seal, scan, quality, i % 2 == 0 ? 300 : 600);
  }
}

TEST(Impression, UndoesPerspective) { expect_measured({.text = arc}, {.tilt_deg = 2, .keystone = 0.03}, 85, 300); }

TEST(Impression, SaysWhatIsWrongWithTheSheet) {
  const auto flaw = [](const std::vector<SealDrawing>& seals, const Scan& scan) {
    const auto reading = cut_impression(scanned(seals, scan), 300);
    EXPECT_TRUE(reading);
    return reading && reading->flaw ? std::string(name_of(*reading->flaw)) : std::string("none");
  };
  const Scan coarse{.dpi = 200};
  EXPECT_EQ(flaw({}, coarse), "no_seal");
  EXPECT_EQ(flaw({{.width_mm = 30, .height_mm = 30, .text = arc, .x_mm = -20},
                  {.width_mm = 30, .height_mm = 30, .text = arc, .x_mm = 20}},
                 coarse),
            "two_seals");
  EXPECT_EQ(flaw({{.text = arc}, {.text = arc, .x_mm = 18}}, coarse), "two_seals") << "pressed twice";
  EXPECT_EQ(flaw({{.text = arc, .x_mm = 25}}, coarse), "cut_off");
  EXPECT_EQ(flaw({{.text = arc, .y_mm = -19.5}}, coarse), "cut_off");
  EXPECT_EQ(flaw({{.text = arc, .ink = 0.2}}, coarse), "pale");
}

TEST(Impression, DoesNotMeasureWithoutAllFourMarks) {
  Picture page = scanned({{.text = arc}}, {.dpi = 200});
  ASSERT_FALSE(cut_impression(page, 300)->flaw);
  // Cover the lower right mark.
  for (int y = page.height * 195 / 297; y < page.height * 210 / 297; ++y) {
    for (int x = page.width * 180 / 210; x < page.width * 195 / 210; ++x) {
      std::fill_n(&page.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(page.width) +
                                 static_cast<std::size_t>(x))],
                  3, std::uint8_t{240});
    }
  }
  const auto reading = cut_impression(page, 300);
  ASSERT_TRUE(reading && reading->flaw);
  EXPECT_EQ(*reading->flaw, ImpressionFlaw::no_marks);
  EXPECT_FALSE(cut_impression(page, 10));
}

TEST(Impression, IgnoresSpecksAndBlackInkBesideTheSeal) {
  Picture page = scanned({{.text = arc}}, {.dpi = 200});
  const auto dot = [&](double x_mm, double y_mm, double size_mm, std::array<std::uint8_t, 3> colour) {
    const double px = page.width / 210.0;
    for (int y = static_cast<int>(y_mm * px); y < static_cast<int>((y_mm + size_mm) * px); ++y) {
      for (int x = static_cast<int>(x_mm * px); x < static_cast<int>((x_mm + size_mm) * px); ++x) {
        std::ranges::copy(colour, &page.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(page.width) +
                                                 static_cast<std::size_t>(x))]);
      }
    }
  };
  dot(70, 102, 1, {220, 30, 40});
  dot(138, 170, 2, {20, 20, 20});
  const auto reading = cut_impression(page, 300);
  ASSERT_TRUE(reading);
  ASSERT_FALSE(reading->flaw) << name_of(*reading->flaw);
  EXPECT_NEAR(reading->impression->width_mm, 42, 0.5);
  EXPECT_EQ(look(*reading->impression, {}).beyond, 0);
}

TEST(Impression, MeasuresByTheNumbersTheSheetIsDrawnWith) {
  const SheetLayout layout;
  for (std::size_t i = 0; i < layout.marks.size(); ++i) {
    EXPECT_EQ(layout.marks[i].x_mm, paper::sheet_geometry.marks[i].x_mm);
    EXPECT_EQ(layout.marks[i].y_mm, paper::sheet_geometry.marks[i].y_mm);
  }
  EXPECT_EQ(layout.mark_side_mm, paper::sheet_geometry.mark_side_mm);
  EXPECT_EQ(layout.frame_corner.x_mm, paper::sheet_geometry.frame_corner.x_mm);
  EXPECT_EQ(layout.frame_corner.y_mm, paper::sheet_geometry.frame_corner.y_mm);
  EXPECT_EQ(layout.frame_width_mm, paper::sheet_geometry.frame_width_mm);
  EXPECT_EQ(layout.frame_height_mm, paper::sheet_geometry.frame_height_mm);
}

TEST(RedSeal, IsFoundWhereItIsAndOnlyThere) {
  const Picture page = scanned({{.text = arc}}, {.dpi = 150});
  const auto seal = find_red_seal(page);
  ASSERT_TRUE(seal && *seal);
  EXPECT_NEAR((*seal)->left, (105 - 21) / 210.0, 0.01);
  EXPECT_NEAR((*seal)->top, (137.5 - 21) / 297.0, 0.01);
  EXPECT_NEAR((*seal)->width, 42 / 210.0, 0.015);
  EXPECT_NEAR((*seal)->height, 42 / 297.0, 0.015);
  EXPECT_GT((*seal)->red_fraction, 0.002);
  const auto none = find_red_seal(scanned({}, {.dpi = 150}));
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST(Qr, OfTheSheetIsReadFromItsScan) {
  for (const int turns : {0, 2}) {
    const auto codes = read_qr(scanned({{.text = arc}}, {.dpi = 150, .tilt_deg = -2, .quarter_turns = turns}, 75));
    ASSERT_TRUE(codes);
    ASSERT_EQ(codes->size(), 1U);
    EXPECT_EQ(codes->front().text, "YX202611210001238/sheet/1");
  }
}

}  // namespace
}  // namespace yinxin::intake
