// The small grammars: numbers, paths, shifts, glyphs, colours.

#include "view/geometry.h"

#include <gtest/gtest.h>

#include "view/colour.h"
#include "view/limits.h"
#include "view/path.h"
#include "view/text_code.h"

namespace yinxin::view {
namespace {

using Kind = Segment::Kind;

TEST(Numbers, AreReadAsProductsWriteThem) {
  EXPECT_EQ(numbers_of(" 1 -2.5\t+3,4e1\n.5 ", 9), (std::vector<double>{1, -2.5, 3, 40, 0.5}));
  EXPECT_EQ(numbers_of("", 9), std::vector<double>{});
  for (const char* wrong : {"1 x", "1-2", "nan", "inf", "1e7", "--1", "0x10", "1;2"}) {
    EXPECT_FALSE(numbers_of(wrong, 9)) << wrong;
  }
  EXPECT_FALSE(numbers_of("1 2 3", 2));
  EXPECT_FALSE(number_of(""));
  EXPECT_FALSE(box_of("1 2 3"));
  EXPECT_EQ(box_of("1 2 3 0")->width, 3);
  EXPECT_FALSE(matrix_of("1 0 0 1 0"));
  EXPECT_TRUE(matrix_of("0.3528 0 0 0.3528 9 9")->is_regular());
  EXPECT_FALSE(matrix_of("1 2 2 4 0 0")->is_regular());
}

TEST(Path, HasEveryOperationOfTheStandard) {
  const auto path = path_of("S 0 0 M 1 2 L 3 4 Q 5 6 7 8 B 1 1 2 2 3 3 C");
  ASSERT_TRUE(path);
  ASSERT_EQ(path->size(), 6U);
  EXPECT_EQ((*path)[1].kind, Kind::move);
  EXPECT_EQ((*path)[1].points[0].y, 2);
  EXPECT_EQ((*path)[2].kind, Kind::line);
  // A quadratic curve as a cubic one: a third of the way from the control point.
  EXPECT_EQ((*path)[3].kind, Kind::curve);
  EXPECT_NEAR((*path)[3].points[0].x, 3 + 2.0 / 3 * (5 - 3), 1e-12);
  EXPECT_NEAR((*path)[3].points[1].y, 8 + 2.0 / 3 * (6 - 8), 1e-12);
  EXPECT_EQ((*path)[4].points[2].x, 3);
  EXPECT_EQ((*path)[5].kind, Kind::close);
  EXPECT_TRUE(path_of("M0 0L73 0")) << "without blanks";
}

TEST(Path, ArcsEndWhereTheyShouldAndBulgeToTheRightSide) {
  // A half circle from (0,0) to (20,0): swept clockwise, y downwards, it goes above.
  for (const auto& [sweep, y] : {std::pair{"1", -10.0}, std::pair{"0", 10.0}}) {
    const auto path = path_of(std::string("M 0 0 A 10 10 0 0 ") + sweep + " 20 0");
    ASSERT_TRUE(path && path->size() == 3) << "two quarters";
    EXPECT_NEAR((*path)[1].points[2].x, 10, 1e-9);
    EXPECT_NEAR((*path)[1].points[2].y, y, 1e-9);
    EXPECT_EQ((*path)[2].points[2].x, 20);
  }
  // Radii that do not reach are made longer; the large arc is the long way round.
  const auto grown = path_of("M 0 0 A 1 1 0 0 1 20 0");
  ASSERT_TRUE(grown);
  EXPECT_NEAR((*grown)[1].points[2].y, -10, 1e-9);
  EXPECT_EQ(path_of("M 0 0 A 10 10 0 1 1 10 10")->size(), 4U) << "three quarters";
  EXPECT_EQ(path_of("M 0 0 A 10 10 0 0 1 10 10")->size(), 2U) << "one quarter";
  EXPECT_EQ(path_of("M 0 0 A 0 10 0 0 1 10 10")->back().kind, Kind::line);
  EXPECT_EQ(path_of("M 5 5 A 10 10 0 0 1 5 5")->size(), 1U);
}

TEST(Path, AnythingElseIsNone) {
  for (const char* wrong :
       {"", " ", "L 1 1", "M 1", "M 1 1 Z", "M 1 1 L 1", "M 1 1 2 2", "M nan 1", "M 1 1 A 1 1 0 1"}) {
    EXPECT_FALSE(path_of(wrong)) << wrong;
  }
  std::string longest = "M 0 0";
  for (std::size_t i = 0; i < max_path_segments; ++i) {
    longest += "L 1 1";
  }
  EXPECT_FALSE(path_of(longest));
}

TEST(Shifts, AreRepeatedAndGoOnWithTheirLast) {
  EXPECT_EQ(deltas_of("g 3 1.5 2 g 0 9 g 2 3", 99), (std::vector<double>{1.5, 1.5, 1.5, 2, 3, 3}));
  EXPECT_EQ(deltas_of("g 1000000 1", 5)->size(), 5U) << "no more than characters";
  for (const char* wrong : {"g", "g 2", "g -1 2", "x", "1 2x", "g g 1"}) {
    EXPECT_FALSE(deltas_of(wrong, 99)) << wrong;
  }
  const Deltas deltas({1, 2});
  EXPECT_EQ(deltas.after(0), 1);
  EXPECT_EQ(deltas.after(7), 2);
  EXPECT_EQ(Deltas({}).after(3), 0);
}

TEST(Glyphs, AreCountedThroughTheWholeText) {
  GlyphTable table;
  add_glyphs(table, "2", "2", "11 12 13");
  add_glyphs(table, "9", "1", "-4");
  add_glyphs(table, "-1", "1", "5");
  ASSERT_EQ(table.size(), 1U) << "what is no glyph and no place is left out";
  EXPECT_EQ(table.at(2).characters, 2U);
  EXPECT_EQ(table.at(2).glyphs, (std::vector<unsigned long>{11, 12, 13}));
}

TEST(Colours, AreOfTheirSpace) {
  const auto red = colour_in({}, *channels_of("#ff 0 0"));
  ASSERT_TRUE(red);
  EXPECT_EQ(red->red, 1);
  EXPECT_EQ(red->green, 0);
  EXPECT_EQ(colour_in({.kind = ColourSpace::Kind::grey}, *channels_of("51"))->blue, 0.2);
  const auto cyan = colour_in({.kind = ColourSpace::Kind::cmyk}, *channels_of("255 0 0 0"));
  EXPECT_EQ(cyan->red, 0);
  EXPECT_EQ(cyan->green, 1);
  EXPECT_EQ(colour_in({.kind = ColourSpace::Kind::grey, .bits = 1}, {1})->red, 1);
  EXPECT_EQ(colour_in({}, {999, -5, 0})->red, 1) << "taken at the end of its range";
  EXPECT_FALSE(colour_in({}, {1, 2}));
  EXPECT_FALSE(channels_of("1 2 3 4 5"));
  EXPECT_FALSE(channels_of("#xy"));
  EXPECT_FALSE(channels_of("red"));
}

}  // namespace
}  // namespace yinxin::view
