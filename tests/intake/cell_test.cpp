#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

#include "intake/cell.h"
#include "intake/qr_reader.h"
#include "paper/application_form.h"

namespace yinxin::intake {
namespace {

Bytes form_pdf() {
  paper::ApplicationForm form;
  form.title = "机构数字证书申请表";
  form.application_number = "YX202611210001238";
  form.qr_text = "YX202611210001238/3/0123456789abcdef";
  form.sections.push_back(
      {.title = "I. 证书信息", .note = "", .rows = {{"业务类型", "新申请"}}, .paragraphs = {}, .blanks = {}});
  const auto paper = paper::draw_application_form(form, from_unix_ms(0));
  EXPECT_TRUE(paper);
  return paper->pdf;
}

std::vector<std::string> flaws_of(const Result<Upload>& upload) {
  std::vector<std::string> names;
  EXPECT_TRUE(upload);
  if (upload) {
    for (const Finding& finding : upload->findings) {
      names.emplace_back(name_of(finding.flaw));
    }
  }
  return names;
}

TEST(Cell, RendersAPdfThatIsNotOnePicture) {
  const auto upload = examine_in_cell(YX_CELL, form_pdf(), {});
  ASSERT_TRUE(upload);
  EXPECT_EQ(flaws_of(upload), std::vector<std::string>{});
  ASSERT_EQ(upload->pages.size(), 1U);
  const auto page = decode(upload->pages[0].rendition, 40'000'000);
  ASSERT_TRUE(page);
  EXPECT_NEAR(page->width, 2067, 2) << "A4 at 250 dpi";
  const auto codes = read_qr(*page);
  ASSERT_TRUE(codes && codes->size() == 1);
  EXPECT_EQ(codes->front().text, "YX202611210001238/3/0123456789abcdef");
  EXPECT_EQ(page->rgb[0], 255) << "on white";
}

TEST(Cell, SaysTheSameAsTheRoomOfAPicture) {
  const auto png = encode_png({.width = 1200, .height = 1000, .rgb = Bytes(3'600'000, 77)});
  const auto upload = examine_in_cell(YX_CELL, *png, {});
  ASSERT_TRUE(upload && upload->acceptable());
  EXPECT_EQ(text_of(to_wire(*upload)), text_of(to_wire(*examine(*png, {}))));
  EXPECT_EQ(flaws_of(examine_in_cell(YX_CELL, {}, {})), std::vector<std::string>{"empty"});
  EXPECT_EQ(flaws_of(examine_in_cell(YX_CELL, bytes_of("GIF89a"), {})), std::vector<std::string>{"not_a_picture"});
}

TEST(Cell, EndsWithAFileThatTakesTooMuchMemoryOrTime) {
  // An object stream of two gigabytes in two megabytes, that a reader inflates before it knows better.
  z_stream zip{};
  ASSERT_EQ(deflateInit(&zip, 9), Z_OK);
  const Bytes zeros(1 << 20, 0);
  Bytes bomb(8 << 20);
  zip.next_out = bomb.data();
  zip.avail_out = static_cast<uInt>(bomb.size());
  for (int i = 0; i < 2048; ++i) {
    zip.next_in = const_cast<Bytef*>(zeros.data());
    zip.avail_in = static_cast<uInt>(zeros.size());
    ASSERT_EQ(deflate(&zip, i == 2047 ? Z_FINISH : Z_NO_FLUSH), i == 2047 ? Z_STREAM_END : Z_OK);
  }
  bomb.resize(zip.total_out);
  deflateEnd(&zip);
  std::string pdf = "%PDF-1.5\n";
  const std::size_t objects = pdf.size();
  pdf += "1 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length " + std::to_string(bomb.size()) +
         " >>\nstream\n" + std::string(text_of(bomb)) + "\nendstream\nendobj\n";
  const std::size_t table = pdf.size();
  const auto row = [](int kind, std::size_t offset, int third) {
    return std::string{static_cast<char>(kind), static_cast<char>(offset >> 8U), static_cast<char>(offset & 0xFFU),
                       static_cast<char>(third)};
  };
  const std::string rows = row(0, 0, 0) + row(1, objects, 0) + row(2, 1, 0);
  pdf += "3 0 obj\n<< /Type /XRef /Size 3 /W [1 2 1] /Root 2 0 R /Length 12 >>\nstream\n" + rows +
         "\nendstream\nendobj\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
  EXPECT_EQ(flaws_of(examine_in_cell(YX_CELL, bytes_of(pdf), {})), std::vector<std::string>{"broken"});
  CellLimits hurried;
  hurried.time = std::chrono::milliseconds(1);
  EXPECT_EQ(flaws_of(examine_in_cell(YX_CELL, form_pdf(), {}, hurried)), std::vector<std::string>{"broken"});
}

TEST(Cell, IsNotBelievedWhenItsAnswerIsNotWhatItMayBe) {
  // Programs that answer something else, or nothing.
  EXPECT_EQ(flaws_of(examine_in_cell("/bin/cat", form_pdf(), {})), std::vector<std::string>{"broken"});
  EXPECT_EQ(flaws_of(examine_in_cell("/bin/false", form_pdf(), {})), std::vector<std::string>{"broken"});
  const auto none = examine_in_cell("/nonexistent/cell", form_pdf(), {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().detail, "cell.start");
}

TEST(CellAnswer, IsReadAsWrittenAndRefusedWhenChanged) {
  Upload upload{.kind = Kind::png, .findings = {{.flaw = Flaw::too_small, .page = 1}}, .pages = {}};
  upload.pages.push_back({.rendition = *encode_png({.width = 3, .height = 2, .rgb = Bytes(18, 9)}),
                          .kind = Kind::png,
                          .width = 3,
                          .height = 2});
  const Bytes wire = to_wire(upload);
  const auto read = from_wire(wire, {});
  ASSERT_TRUE(read);
  EXPECT_EQ(text_of(to_wire(*read)), text_of(wire));
  for (std::size_t length = 0; length < wire.size(); ++length) {
    EXPECT_FALSE(from_wire(BytesView(wire).first(length), {})) << length;
  }
  EXPECT_FALSE(from_wire(concat({wire, bytes_of("x")}), {}));
  for (const std::size_t at : {0U, 7U, 11U, 15U, 19U, 23U, 27U, 31U, 35U, 39U, 45U}) {
    Bytes changed = wire;
    changed[at] ^= 0x80U;
    EXPECT_FALSE(from_wire(changed, {})) << at;
  }
  EXPECT_FALSE(from_wire(wire, {.max_pixels = 5}));
}

TEST(CellArguments, AreReadAsWritten) {
  const Limits limits{
      .max_bytes = 1, .max_pages = 2, .max_pixels = 3, .max_all_pixels = 4, .min_width_px = 5, .render_dpi = 6};
  const auto read = limits_of(arguments_of(limits, {}));
  ASSERT_TRUE(read);
  EXPECT_EQ(arguments_of(read->first, read->second), arguments_of(limits, {}));
  EXPECT_FALSE(limits_of({}));
  EXPECT_FALSE(limits_of({"1", "2", "3", "4", "5", "6", "7", "x"}));
}

}  // namespace
}  // namespace yinxin::intake
