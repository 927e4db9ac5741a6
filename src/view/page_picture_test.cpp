#include "view/page_picture.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "view/limits.h"
#include "view/test_sheet.h"

namespace yinxin::view {
namespace {

constexpr std::uint32_t red = 0xFF0000;
constexpr std::uint32_t blue = 0x0000FF;
constexpr std::uint32_t white = 0xFFFFFF;
constexpr std::uint32_t black = 0;

std::string text_object(const std::string& attributes, const std::string& code) {
  return "<ofd:TextObject Boundary=\"20 30 150 20\" Font=\"3\" Size=\"10\" " + attributes + ">" + code +
         "</ofd:TextObject>";
}
const std::string song = "<ofd:Fonts><ofd:Font ID=\"3\" FontName=\"宋体\"/></ofd:Fonts>";

std::string square(const std::string& boundary, const std::string& colour, const std::string& more = "") {
  return "<ofd:PathObject Boundary=\"" + boundary + "\" Fill=\"true\" Stroke=\"false\" " + more +
         "><ofd:FillColor Value=\"" + colour +
         "\"/><ofd:AbbreviatedData>M 0 0 L 500 0 L 500 500 L 0 500 C</ofd:AbbreviatedData></ofd:PathObject>";
}

Drawn drawn(const std::string& objects, const std::string& resources = song) {
  return Drawn(document_of({.objects = objects, .resources = resources}));
}

TEST(PagePicture, TextStandsWhereItsShiftsPutIt) {
  const auto page = drawn(text_object("", "<ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"g 2 40\">印信章</ofd:TextCode>"));
  for (const double x : {20.0, 60.0, 100.0}) {
    EXPECT_GT(page.ink({x, 31, 10, 11}), 300) << x;
  }
  EXPECT_EQ(page.ink({31, 25, 28, 25}), 0);
  EXPECT_EQ(page.ink({71, 25, 28, 25}), 0);
  EXPECT_EQ(page.ink({20, 44, 150, 6}), 0) << "nothing below the base line and its descent";
  EXPECT_EQ(page.picture.not_shown, 0U);
  EXPECT_TRUE(page.picture.has_other_fonts);
  EXPECT_EQ(page.picture.pages, 2U);
  EXPECT_EQ(page.picture.width_px, 1240U);
  EXPECT_EQ(page.picture.height_px, 1754U);
}

TEST(PagePicture, TextGoesDownWithDeltaYAndOnWithItsFontWhereNothingIsSaid) {
  const auto down = drawn(
      "<ofd:TextObject Boundary=\"20 30 20 80\" Font=\"3\" Size=\"10\"><ofd:TextCode X=\"0\" "
      "Y=\"10\" DeltaY=\"30\">印信</ofd:TextCode></ofd:TextObject>");
  EXPECT_GT(down.ink({20, 31, 10, 11}), 300);
  EXPECT_GT(down.ink({20, 61, 10, 11}), 300);
  EXPECT_EQ(down.ink({31, 31, 60, 60}), 0);
  const auto plain = drawn(text_object("", "<ofd:TextCode X=\"0\" Y=\"10\">印信</ofd:TextCode>"));
  EXPECT_GT(plain.ink({30, 31, 10, 11}), 300) << "an em further";
  EXPECT_EQ(plain.ink({41, 25, 60, 25}), 0);
}

TEST(PagePicture, TextIsScaledTurnedAndColoured) {
  const std::string code = "<ofd:FillColor Value=\"255 0 0\"/><ofd:TextCode X=\"0\" Y=\"10\">█</ofd:TextCode>";
  const auto wide = drawn(text_object("", code));
  const auto narrow = drawn(text_object("HScale=\"0.5\"", code));
  EXPECT_EQ(wide.at(22, 36), red);
  EXPECT_EQ(wide.at(24, 36), red);
  EXPECT_EQ(narrow.at(22, 36), red);
  EXPECT_EQ(narrow.at(28, 36), white);
  const auto moved = drawn(text_object("CTM=\"1 0 0 1 50 0\"", code));
  EXPECT_EQ(moved.at(22, 36), white);
  EXPECT_EQ(moved.at(72, 36), red);
  const auto faint = drawn(text_object("Alpha=\"51\"", code));
  EXPECT_EQ(faint.at(22, 36) >> 16U, 0xFFU);
  EXPECT_NEAR(faint.at(22, 36) & 0xFFU, 204, 2);
}

TEST(PagePicture, LatinLettersOfAnOfficeFontKeepToTheirCells) {
  // Four W of half an em each; the font that stands in has them nearly twice as wide.
  const auto page = drawn(text_object("", "<ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"g 3 5\">WWWW</ofd:TextCode>"));
  EXPECT_GT(page.ink({20, 30, 20, 12}), 300);
  EXPECT_EQ(page.ink({40.4, 30, 20, 12}), 0) << "the last ends with its cell";
}

TEST(PagePicture, EmbeddedFontsAndTheirGlyphNumbersAreUsed) {
  const std::filesystem::path font = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
  std::ifstream in(font, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  ASSERT_FALSE(bytes.empty()) << font;
  const auto with = [&](const std::string& code) {
    return Drawn(document_of({.objects = text_object("", code),
                              .resources = "<ofd:Fonts><ofd:Font ID=\"3\" FontName=\"x\"><ofd:FontFile>f.ttf"
                                           "</ofd:FontFile></ofd:Font></ofd:Fonts>",
                              .files = {file_of("Doc_0/Res/f.ttf", bytes)}}));
  };
  const auto by_code = with("<ofd:TextCode X=\"0\" Y=\"10\">I</ofd:TextCode>");
  EXPECT_FALSE(by_code.picture.has_other_fonts);
  EXPECT_GT(by_code.ink({20, 30, 10, 12}), 50);
  EXPECT_EQ(by_code.picture.not_shown, 0U);
  // Whatever its code says, glyph 44 is what is drawn: DejaVu's I.
  const auto by_number = with(
      "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"1\" GlyphCount=\"1\"><ofd:Glyphs>44</ofd:Glyphs>"
      "</ofd:CGTransform><ofd:TextCode X=\"0\" Y=\"10\">W</ofd:TextCode>");
  EXPECT_EQ(text_of(by_number.picture.png), text_of(by_code.picture.png));
  // Two characters as one glyph, and one as two: a shift leads from glyph to glyph.
  const auto joined = with(
      "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"2\" GlyphCount=\"1\"><ofd:Glyphs>44</ofd:Glyphs>"
      "</ofd:CGTransform><ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"40\">fiI</ofd:TextCode>");
  const auto parted = with(
      "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"1\" GlyphCount=\"2\"><ofd:Glyphs>44 44</ofd:Glyphs>"
      "</ofd:CGTransform><ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"40\">W</ofd:TextCode>");
  const auto two = with("<ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"40\">II</ofd:TextCode>");
  EXPECT_EQ(text_of(joined.picture.png), text_of(two.picture.png));
  EXPECT_EQ(text_of(parted.picture.png), text_of(two.picture.png));
  // What the font has not is taken from another.
  EXPECT_GT(with("<ofd:TextCode X=\"0\" Y=\"10\">印</ofd:TextCode>").ink({20, 30, 10, 12}), 300);
}

TEST(PagePicture, JoinedGlyphsOfAFontThatIsNotThereAreSetFromTheirCharacters) {
  const auto page = drawn(
      text_object("",
                  "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"2\" GlyphCount=\"1\"><ofd:Glyphs>191</ofd:Glyphs>"
                  "</ofd:CGTransform><ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"60\">印信章</ofd:TextCode>"));
  EXPECT_GT(page.ink({20, 31, 10, 11}), 300);
  EXPECT_GT(page.ink({30, 31, 10, 11}), 300) << "beside the first";
  EXPECT_EQ(page.ink({41, 25, 38, 25}), 0);
  EXPECT_GT(page.ink({80, 31, 10, 11}), 300) << "by the first shift, not the second";
}

TEST(PagePicture, AFontThatIsNoneIsReplaced) {
  const Drawn page(document_of({.objects = text_object("", "<ofd:TextCode X=\"0\" Y=\"10\">印</ofd:TextCode>"),
                                .resources = "<ofd:Fonts><ofd:Font ID=\"3\" FontName=\"x\"><ofd:FontFile>f.ttf"
                                             "</ofd:FontFile></ofd:Font></ofd:Fonts>",
                                .files = {file_of("Doc_0/Res/f.ttf", "no font at all")}}));
  EXPECT_TRUE(page.picture.has_other_fonts);
  EXPECT_GT(page.ink({20, 30, 10, 12}), 300);
}

TEST(PagePicture, PathsAreFilledStrokedAndClippedByTheirBoundary) {
  const auto page =
      drawn(square("20 20 30 10", "255 0 0") +
            "<ofd:PathObject Boundary=\"20 50 60 20\" LineWidth=\"4\"><ofd:StrokeColor Value=\"0 0 255\"/>"
            "<ofd:AbbreviatedData>M 0 10 L 60 10</ofd:AbbreviatedData></ofd:PathObject>" +
            "<ofd:PathObject Boundary=\"100 20 30 30\" Fill=\"true\"><ofd:AbbreviatedData>M 0 0 L 30 0 L 30 30 L 0 30 C"
            "</ofd:AbbreviatedData></ofd:PathObject>");
  EXPECT_EQ(page.at(21, 21), red);
  EXPECT_EQ(page.at(49, 29), red);
  EXPECT_EQ(page.at(51, 25), white) << "the path goes on, its boundary does not";
  EXPECT_EQ(page.at(25, 31), white);
  EXPECT_EQ(page.at(40, 60), blue);
  EXPECT_EQ(page.at(40, 63), white);
  EXPECT_EQ(page.at(115, 35), white) << "filled with nothing where no colour is said";
  EXPECT_EQ(page.picture.not_shown, 0U);
}

TEST(PagePicture, RulesDashesAndDrawParamsCount) {
  const std::string rings =
      "<ofd:FillColor Value=\"255 0 0\"/><ofd:AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C M 10 10 L 30 10 L 30 30 L "
      "10 30 C</ofd:AbbreviatedData></ofd:PathObject>";
  const auto page = drawn(
      "<ofd:PathObject Boundary=\"10 10 40 40\" Fill=\"true\" Stroke=\"false\" Rule=\"Even-Odd\">" + rings +
          "<ofd:PathObject Boundary=\"60 10 40 40\" Fill=\"true\" Stroke=\"false\">" + rings +
          "<ofd:PathObject Boundary=\"10 100 100 10\" DrawParam=\"7\"><ofd:AbbreviatedData>M 0 5 L 100 5"
          "</ofd:AbbreviatedData></ofd:PathObject>",
      "<ofd:DrawParams><ofd:DrawParam ID=\"6\" LineWidth=\"6\"><ofd:StrokeColor Value=\"0 0 255\"/></ofd:DrawParam>"
      "<ofd:DrawParam ID=\"7\" Relative=\"6\" DashPattern=\"20 20\"/></ofd:DrawParams>");
  EXPECT_EQ(page.at(15, 15), red);
  EXPECT_EQ(page.at(30, 30), white);
  EXPECT_EQ(page.at(80, 30), red);
  EXPECT_EQ(page.at(20, 103), blue);
  EXPECT_EQ(page.at(40, 105), white) << "between two dashes";
  EXPECT_EQ(page.at(60, 107), blue);
}

TEST(PagePicture, ClipsAreInsideOrOutsideTheMatrixAsTheirFlagSays) {
  const auto clipped = [](const std::string& flag) {
    return drawn(
        "<ofd:PathObject Boundary=\"20 20 100 100\" CTM=\"10 0 0 10 0 0\" Fill=\"true\" Stroke=\"false\">"
        "<ofd:FillColor Value=\"255 0 0\"/><ofd:Clips" +
        flag +
        "><ofd:Clip><ofd:Area><ofd:Path><ofd:AbbreviatedData>M 0 0 L 5 0 L 5 5 L 0 5 C</ofd:AbbreviatedData>"
        "</ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
        "<ofd:AbbreviatedData>M 0 0 L 90 0 L 90 90 L 0 90 C</ofd:AbbreviatedData></ofd:PathObject>");
  };
  EXPECT_EQ(clipped("").at(60, 60), red) << "five of ten millimetres each";
  EXPECT_EQ(clipped("").at(80, 60), white);
  EXPECT_EQ(clipped(" TransFlag=\"false\"").at(24, 24), red);
  EXPECT_EQ(clipped(" TransFlag=\"false\"").at(30, 30), white);
}

TEST(PagePicture, ShadingsGoFromColourToColour) {
  const auto page = drawn(
      "<ofd:PathObject Boundary=\"20 20 100 20\" Fill=\"true\" Stroke=\"false\"><ofd:FillColor><ofd:AxialShd "
      "StartPoint=\"0 0\" EndPoint=\"100 0\" Extend=\"3\"><ofd:Segment><ofd:Color Value=\"255 0 0\"/></ofd:Segment>"
      "<ofd:Segment><ofd:Color Value=\"0 0 255\"/></ofd:Segment></ofd:AxialShd></ofd:FillColor>"
      "<ofd:AbbreviatedData>M 0 0 L 100 0 L 100 20 L 0 20 C</ofd:AbbreviatedData></ofd:PathObject>");
  EXPECT_GT(page.at(22, 30) >> 16U, 0xF0U);
  EXPECT_GT(page.at(118, 30) & 0xFFU, 0xF0U);
  EXPECT_NEAR(page.at(70, 30) >> 16U, 0x80, 4);
  EXPECT_EQ(page.picture.not_shown, 0U);
}

TEST(PagePicture, ImagesFillTheUnitSquareOfTheirMatrix) {
  const Drawn page(document_of(
      {.objects = "<ofd:ImageObject Boundary=\"20 20 50 50\" CTM=\"50 0 0 25 0 10\" ResourceID=\"9\"/>",
       .resources = "<ofd:MultiMedias><ofd:MultiMedia ID=\"9\" Type=\"Image\"><ofd:MediaFile>i.png</ofd:MediaFile>"
                    "</ofd:MultiMedia></ofd:MultiMedias>",
       .files = {{"Doc_0/Res/i.png", plain_png(0x00FF00)}}}));
  EXPECT_EQ(page.at(21, 31), 0x00FF00U);
  EXPECT_EQ(page.at(69, 54), 0x00FF00U);
  EXPECT_EQ(page.at(45, 28), white);
  EXPECT_EQ(page.at(45, 57), white);
  EXPECT_EQ(page.picture.not_shown, 0U);
}

TEST(PagePicture, WhatCannotBeDrawnIsCounted) {
  const auto page = drawn(
      "<ofd:ImageObject Boundary=\"1 1 9 9\" CTM=\"9 0 0 9 0 0\" ResourceID=\"77\"/>"
      "<ofd:VideoObject Boundary=\"1 1 9 9\"/>"
      "<ofd:PathObject Boundary=\"1 1 9 9\"><ofd:AbbreviatedData>M 0 0 Z</ofd:AbbreviatedData></ofd:PathObject>"
      "<ofd:PathObject><ofd:AbbreviatedData>M 0 0 L 1 1</ofd:AbbreviatedData></ofd:PathObject>"
      "<ofd:PathObject Boundary=\"1 1 9 9\" Fill=\"true\"><ofd:FillColor><ofd:Pattern/></ofd:FillColor>"
      "<ofd:AbbreviatedData>M 0 0 L 1 1</ofd:AbbreviatedData></ofd:PathObject>" +
      text_object("", "<ofd:TextCode X=\"0\" Y=\"10\">&#xE123;</ofd:TextCode>") +
      text_object("", "<ofd:TextCode X=\"0\" Y=\"10\" DeltaX=\"g 9\">印信</ofd:TextCode>") +
      "<ofd:CompositeObject Boundary=\"0 0 9 9\" ResourceID=\"4\"/>");
  EXPECT_EQ(page.picture.not_shown, 8U);
  const auto hidden = drawn("<ofd:VideoObject Visible=\"false\" Boundary=\"1 1 9 9\"/>" +
                            text_object("CTM=\"0 0 0 1 0 0\"", "<ofd:TextCode X=\"0\" Y=\"1\"> </ofd:TextCode>"));
  EXPECT_EQ(hidden.picture.not_shown, 0U) << "what shows nothing anywhere is no loss";
}

TEST(PagePicture, ObjectsBeyondTheLimitAreCounted) {
  std::string many;
  for (std::size_t i = 0; i < max_objects + 3; ++i) {
    many +=
        "<ofd:PathObject Boundary=\"0 0 9 9\"><ofd:AbbreviatedData>M 0 0 L 1 1</ofd:AbbreviatedData></ofd:PathObject>";
  }
  EXPECT_EQ(drawn(many).picture.not_shown, 3U);
}

TEST(PagePicture, CompositesAreDrawnAndThoseInsideThemselvesEnd) {
  const auto page = drawn(
      "<ofd:CompositeObject Boundary=\"50 50 40 40\" ResourceID=\"4\"/>"
      "<ofd:CompositeObject Boundary=\"0 100 90 90\" ResourceID=\"5\"/>",
      "<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID=\"4\" Width=\"40\" Height=\"40\"><ofd:Content>" +
          square("10 10 20 20", "255 0 0") +
          "</ofd:Content></ofd:CompositeGraphicUnit><ofd:CompositeGraphicUnit ID=\"5\"><ofd:Content>"
          "<ofd:CompositeObject Boundary=\"0 0 90 90\" ResourceID=\"5\"/>"
          "<ofd:CompositeObject Boundary=\"0 0 90 90\" ResourceID=\"5\"/></ofd:Content></ofd:CompositeGraphicUnit>"
          "</ofd:CompositeGraphicUnits>");
  EXPECT_EQ(page.at(61, 61), red);
  EXPECT_EQ(page.at(55, 55), white);
  EXPECT_EQ(page.at(81, 81), white);
  EXPECT_GE(page.picture.not_shown, 1U);
}

TEST(PagePicture, TemplatesLiePerOrderAndLayersToo) {
  const auto page_with = [](const std::string& order) {
    return Drawn(document_of(
        {.objects = square("20 20 50 50", "255 0 0"),
         .resources = "",
         .page = "<ofd:Template TemplateID=\"50\" ZOrder=\"" + order + "\"/>",
         .common = "<ofd:TemplatePage ID=\"50\" BaseLoc=\"Tpls/t.xml\"/>",
         .files = {file_of("Doc_0/Tpls/t.xml", in_page("<ofd:Content><ofd:Layer>" + square("40 40 50 50", "0 0 255") +
                                                       "</ofd:Layer></ofd:Content>"))}}));
  };
  EXPECT_EQ(page_with("Background").at(50, 50), red);
  EXPECT_EQ(page_with("Background").at(80, 80), blue);
  EXPECT_EQ(page_with("Foreground").at(50, 50), blue);
  const Drawn layers(
      document_of({.objects = square("20 20 50 50", "255 0 0") + "</ofd:Layer><ofd:Layer Type=\"Background\">" +
                              square("40 40 50 50", "0 0 255")}));
  EXPECT_EQ(layers.at(50, 50), red) << "a background comes first wherever it stands";
  const Drawn missing(document_of({.page = "<ofd:Template TemplateID=\"51\"/>"}));
  EXPECT_EQ(missing.picture.not_shown, 1U);
}

TEST(PagePicture, AnnotationsLieOverTheirPageAlone) {
  const Bytes file = document_of(
      {.annotations = "<ofd:Annotations>Annots/a.xml</ofd:Annotations>",
       .files = {file_of("Doc_0/Annots/a.xml",
                         "<ofd:Annotations><ofd:Page PageID=\"1\"><ofd:FileLoc>p.xml"
                         "</ofd:FileLoc></ofd:Page></ofd:Annotations>"),
                 file_of("Doc_0/Annots/p.xml",
                         "<ofd:PageAnnot><ofd:Annot><ofd:Appearance Boundary=\"20 20 30 30\">" +
                             square("10 10 90 90", "255 0 0") +
                             "</ofd:Appearance></ofd:Annot><ofd:Annot Visible=\"false\"><ofd:Appearance Boundary=\"0 0 "
                             "10 10\">" +
                             square("0 0 90 90", "0 0 255") + "</ofd:Appearance></ofd:Annot></ofd:PageAnnot>")}});
  const Drawn page(file);
  EXPECT_EQ(page.at(31, 31), red);
  EXPECT_EQ(page.at(52, 52), white) << "clipped by the appearance's boundary";
  EXPECT_EQ(page.at(5, 5), white);
  EXPECT_EQ(Drawn(file, 2).at(31, 31), white);
}

class SealedPage : public testing::Test {
 protected:
  Bytes sealed(Bytes file, const std::vector<seal::ofd::StampPlace>& places, Bytes png = plain_png(0xFF0000)) {
    auto order = workshop_.order();
    order.picture_png = std::move(png);
    auto request = workshop_.request();
    request.seal = workshop_.seal(order);
    request.places = places;
    return workshop_.stamp(file, request).value();
  }
  seal::Workshop workshop_;
};

TEST_F(SealedPage, TheSealIsWhereItsSignatureSaysAndTheTextShowsThrough) {
  const Drawn page(
      sealed(document_of({.objects = square("60 70 10 10", "0 0 0")}), {{"1", {50, 60.5, 42, 42}, std::nullopt}}));
  EXPECT_EQ(page.at(51, 61.5), red);
  EXPECT_EQ(page.at(91, 101.5), red);
  EXPECT_EQ(page.at(65, 75), black) << "ink over ink";
  EXPECT_EQ(page.at(49, 80), white);
  ASSERT_EQ(page.picture.seals.size(), 1U);
  EXPECT_EQ(page.picture.seals[0].signature, 1U);
  EXPECT_EQ(page.picture.seals[0].box.y, 60.5);
  EXPECT_TRUE(page.picture.seals[0].is_drawn);
  EXPECT_EQ(page.picture.not_shown, 0U);
}

TEST_F(SealedPage, ASliceOfARidingSealIsClippedAndEachPageHasItsOwn) {
  const Bytes file = sealed(
      document_of({}), {{"1", {189, 100, 42, 42}, Box{0, 0, 21, 42}}, {"5", {106, 100, 42, 42}, Box{21, 0, 21, 42}}});
  const Drawn first(file);
  EXPECT_EQ(first.at(208, 120), red);
  EXPECT_EQ(first.at(188, 120), white);
  const Drawn second(file, 2);
  EXPECT_NEAR(second.picture.width_mm, 148, 1e-9);
  EXPECT_EQ(second.at(120, 120), white) << "the half that is not there";
  EXPECT_EQ(second.at(140, 120), red);
  ASSERT_EQ(second.picture.seals.size(), 1U);
  EXPECT_EQ(second.picture.seals[0].box.x, 106);
}

TEST_F(SealedPage, ASealWithWhitePaperHidesNothing) {
  const Drawn page(sealed(document_of({.objects = square("60 70 10 10", "0 0 255")}),
                          {{"1", {50, 60, 42, 42}, std::nullopt}}, plain_png(0xFFFFFF)));
  EXPECT_EQ(page.at(65, 75), blue);
  EXPECT_TRUE(page.picture.seals.at(0).is_drawn);
}

TEST(PagePicture, WhatIsNoPageIsSaidToBeNone) {
  EXPECT_EQ(draw_page(to_bytes(bytes_of("%PDF-1.7")), 1).error().detail, "view.kind");
  EXPECT_EQ(draw_page({}, 1).error().detail, "view.kind");
  EXPECT_EQ(draw_page(seal::document(), 3).error().detail, "view.page");
  EXPECT_EQ(draw_page(seal::document(), 0).error().detail, "view.page");
  EXPECT_FALSE(draw_page(to_bytes(bytes_of("PK what is this")), 1));
}

TEST(PagePicture, LargePagesAreDrawnCoarserAndHugeOnesNot) {
  const auto sized = [](const std::string& box) {
    return document_of({.objects = square("0 0 500 500", "255 0 0"),
                        .page = "<ofd:Area><ofd:PhysicalBox>" + box + "</ofd:PhysicalBox></ofd:Area>"});
  };
  const auto large = draw_page(sized("0 0 2000 1000"), 1);
  ASSERT_TRUE(large);
  EXPECT_LE(std::uint64_t{large->width_px} * large->height_px, max_page_pixels + 10'000);
  EXPECT_NEAR(static_cast<double>(large->width_px) / large->height_px, 2, 0.01);
  EXPECT_EQ(draw_page(sized("0 0 30000 10"), 1).error().detail, "view.page.size");
  const auto thin = draw_page(sized("0 0 10000 0.001"), 1);
  ASSERT_TRUE(thin);
  EXPECT_EQ(thin->height_px, 1U);
  // Objects are counted from the corner of the page's box.
  EXPECT_EQ(Drawn(sized("100 100 50 50")).at(10, 10), red);
  EXPECT_EQ(Drawn(sized("480 480 50 50")).at(30, 30), white);
}

TEST(PagePicture, TheSameFileGivesTheSamePicture) {
  const Bytes file = document_of({.objects = text_object("", "<ofd:TextCode X=\"0\" Y=\"10\">印信</ofd:TextCode>")});
  EXPECT_EQ(text_of(draw_page(file, 1)->png), text_of(draw_page(file, 1)->png));
}

// The vectors of the field: each is drawn whole, or it is one that the verifier refuses to open.
TEST(PagePicture, EveryVectorIsDrawnOrRefused) {
  const char* said = std::getenv("YX_VECTORS");
  const std::filesystem::path folder =
      said != nullptr ? std::filesystem::path(said) : std::filesystem::path("..") / "shared" / "vectors";
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "no vectors at " << folder;
  }
  int drawn_pages = 0;
  for (const char* kind : {"ofd", "ofd_negative"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / kind)) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      const Bytes file = to_bytes(bytes_of(text));
      const auto first = draw_page(file, 1);
      if (!first) {
        EXPECT_EQ(entry.path().filename(), "path_traversal_entry.ofd") << first.error().describe();
        continue;
      }
      for (std::size_t page = 1; page <= first->pages; ++page) {
        const Drawn one(file, page);
        EXPECT_EQ(one.picture.not_shown, 0U) << entry.path() << " page " << page;
        EXPECT_GT(one.ink({0, 0, one.picture.width_mm, one.picture.height_mm}), 500) << entry.path() << page;
        ++drawn_pages;
      }
    }
  }
  EXPECT_GE(drawn_pages, 15);
}

}  // namespace
}  // namespace yinxin::view
