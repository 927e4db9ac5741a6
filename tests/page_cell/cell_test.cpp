#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "view/limits.h"
#include "view/test_sheet.h"
#include "yinxin/draw_in_cell.h"

namespace yinxin::cli {

namespace {

namespace fs = std::filesystem;
using namespace view;

fs::path vectors_folder() {
  const char* at = std::getenv("YX_VECTORS");
  return at != nullptr ? fs::path(at) : fs::path(YX_SOURCE_DIR) / ".." / "shared" / "vectors";
}

Bytes content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return to_bytes(bytes_of(text));
}

TEST(PageCell, DrawsOfEveryVectorWhatTheRoomDraws) {
  if (!fs::is_directory(vectors_folder())) {
    GTEST_SKIP() << "no vectors at " << vectors_folder();
  }
  int compared = 0;
  for (const char* kind : {"ofd", "ofd_negative", "cert", "ses"}) {
    for (const auto& entry : fs::directory_iterator(vectors_folder() / kind)) {
      const Bytes file = content_of(entry.path());
      const auto there = draw_in_cell(YX_CELL, file, 1);
      ASSERT_TRUE(there) << there.error().describe();
      ASSERT_TRUE(*there) << entry.path();
      EXPECT_TRUE(same(to_wire(**there), to_wire(answer_for(file, 1)))) << entry.path();
      ++compared;
    }
  }
  EXPECT_GE(compared, 20);
}

TEST(PageCell, AnOutcomeIsToldAsJson) {
  const auto drawn = draw_in_cell(YX_CELL, seal::document(), 2);
  ASSERT_TRUE(drawn && *drawn);
  const auto told = boost::json::parse(to_json(*drawn)).as_object();
  EXPECT_EQ(told.at("outcome"), "drawn");
  EXPECT_EQ(told.at("pages"), 2);
  EXPECT_EQ(told.at("page"), 2);
  EXPECT_EQ(told.at("width_mm").to_number<double>(), 148);
  EXPECT_EQ(told.at("not_shown"), 0);
  EXPECT_EQ(told.at("png").as_string(), to_base64((*drawn)->picture.png));
  EXPECT_EQ(to_json(*draw_in_cell(YX_CELL, seal::document(), 3)), R"({"outcome":"no_such_page"})");
  EXPECT_EQ(to_json(*draw_in_cell(YX_CELL, bytes_of("a letter"), 1)), R"({"outcome":"no_pages"})");
  EXPECT_EQ(to_json(*draw_in_cell(YX_CELL, bytes_of("PK?"), 1)), R"({"outcome":"unreadable"})");
}

TEST(PageCell, AProcessThatEndsBadlyOrTalksNonsenseHasNoPicture) {
  for (const char* program : {"/bin/false", "/bin/cat", "/bin/echo"}) {
    const auto answer = draw_in_cell(program, seal::document(), 1);
    ASSERT_TRUE(answer) << program;
    EXPECT_FALSE(*answer) << program;
    EXPECT_EQ(to_json(*answer), R"({"outcome":"failed"})");
  }
  EXPECT_FALSE(draw_in_cell("/no/such/program", seal::document(), 1));
}

// Within every limit of one object, and far beyond the time of the process all together.
TEST(PageCell, ADocumentThatTakesTooLongHasNoPicture) {
  std::string zigzag = "M 0 0";
  for (int i = 0; i < 190'000; ++i) {
    zigzag += " L " + std::to_string(i * 7919 % 210) + " " + std::to_string(i % 2 * 290);
  }
  std::string objects;
  for (int i = 0; i < 10; ++i) {
    objects +=
        "<ofd:PathObject Boundary=\"0 0 210 297\" LineWidth=\"3\" Fill=\"true\"><ofd:FillColor Value=\"9 9 9\"/>"
        "<ofd:AbbreviatedData>" +
        zigzag + "</ofd:AbbreviatedData></ofd:PathObject>";
  }
  const auto answer = draw_in_cell(YX_CELL, document_of({.objects = objects}), 1);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
}

TEST(PageCell, ImagesBeyondTheirLimitsAreNotDrawnAndTheRestIs) {
  Bytes huge = plain_png(0x00FF00);
  huge[18] = 0xFF;  // 65 320 pixels wide, as the header says
  huge[22] = 0xFF;
  const auto answer = draw_in_cell(
      YX_CELL,
      document_of({.objects = "<ofd:ImageObject Boundary=\"0 0 9 9\" CTM=\"9 0 0 9 0 0\" ResourceID=\"9\"/>"
                              "<ofd:ImageObject Boundary=\"20 20 9 9\" CTM=\"9 0 0 9 0 0\" ResourceID=\"8\"/>",
                   .resources = "<ofd:MultiMedias><ofd:MultiMedia ID=\"9\"><ofd:MediaFile>i.png</ofd:MediaFile>"
                                "</ofd:MultiMedia><ofd:MultiMedia ID=\"8\"><ofd:MediaFile>j.png</ofd:MediaFile>"
                                "</ofd:MultiMedia></ofd:MultiMedias>",
                   .files = {{"Doc_0/Res/i.png", huge}, {"Doc_0/Res/j.png", plain_png(0x00FF00)}}}),
      1);
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->picture.not_shown, 1U);
  EXPECT_GT((*answer)->picture.png.size(), 100U);
}

}  // namespace

}  // namespace yinxin::cli
