#include "intake/upload.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "intake/pdf_pages.h"
#include "intake/qr_reader.h"
#include "paper/application_form.h"

namespace yinxin::intake {
namespace {

// Upper left red, upper right green, lower left blue, lower right white.
Picture quarters(int width, int height) {
  Picture picture{.width = width, .height = height, .rgb = {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool right = 2 * x >= width;
      const bool low = 2 * y >= height;
      const std::array<std::uint8_t, 3> colour =
          !low ? (right ? std::array<std::uint8_t, 3>{20, 200, 30} : std::array<std::uint8_t, 3>{220, 20, 30})
               : (right ? std::array<std::uint8_t, 3>{250, 250, 250} : std::array<std::uint8_t, 3>{20, 30, 220});
      picture.rgb.insert(picture.rgb.end(), colour.begin(), colour.end());
    }
  }
  return picture;
}

char colour_at(const Picture& picture, double x_part, double y_part) {
  const auto x = static_cast<std::size_t>(x_part * picture.width);
  const auto y = static_cast<std::size_t>(y_part * picture.height);
  const std::size_t at = 3 * (y * static_cast<std::size_t>(picture.width) + x);
  const bool red = picture.rgb[at] > 128;
  const bool green = picture.rgb[at + 1] > 128;
  return red && green ? 'w' : red ? 'r' : green ? 'g' : 'b';
}

// Its four quarters, row by row.
std::string corners(const Picture& picture) {
  return {colour_at(picture, 0.2, 0.2), colour_at(picture, 0.8, 0.2), colour_at(picture, 0.2, 0.8),
          colour_at(picture, 0.8, 0.8)};
}

Bytes with_orientation(const Bytes& jpeg, std::uint8_t orientation) {
  const std::string tiff = std::string("MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", 19) +
                           static_cast<char>(orientation) + std::string("\0\0\0\0\0\0", 6);
  const std::string body = std::string("Exif\0\0", 6) + tiff;
  const auto length = static_cast<std::uint8_t>(body.size() + 2);
  const Bytes head{0xFF, 0xE1, 0, length};
  return concat({BytesView(jpeg).first(2), head, bytes_of(body), BytesView(jpeg).subspan(2)});
}

std::string flaws_of(const Upload& upload) {
  std::string names;
  for (const Finding& finding : upload.findings) {
    names +=
        std::string(names.empty() ? "" : " ") + std::string(name_of(finding.flaw)) + "@" + std::to_string(finding.page);
  }
  return names;
}

std::string judged(BytesView file, const Limits& limits = {}, PageRenderer* renderer = nullptr) {
  const auto upload = examine(file, limits, renderer);
  EXPECT_TRUE(upload);
  return upload ? flaws_of(*upload) : "error";
}

// A PDF from its objects (object 1 is the catalogue), with a right cross-reference table.
Bytes pdf_of(const std::vector<std::string>& objects) {
  std::string text = "%PDF-1.5\n";
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    offsets.push_back(text.size());
    text += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t table = text.size();
  text += "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
  for (const std::size_t offset : offsets) {
    const std::string digits = std::to_string(offset);
    text += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
  }
  text += "trailer\n<< /Size " + std::to_string(objects.size() + 1) + " /Root 1 0 R >>\nstartxref\n" +
          std::to_string(table) + "\n%%EOF\n";
  return to_bytes(bytes_of(text));
}

std::string stream(const std::string& dictionary, BytesView data) {
  return "<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + std::string(text_of(data)) +
         "\nendstream";
}

Bytes deflated(BytesView data) {
  uLongf size = compressBound(data.size());
  Bytes out(size);
  EXPECT_EQ(compress2(out.data(), &size, data.data(), data.size(), 6), Z_OK);
  out.resize(size);
  return out;
}

constexpr const char* fill_page = "q 595 0 0 842 0 0 cm /Im0 Do Q";

// One page whose content is `content` and whose picture is object 5.
Bytes scan_pdf(const std::string& image, const std::string& page_more = "", const std::string& catalogue_more = "",
               const std::string& content = fill_page) {
  return pdf_of(
      {"<< /Type /Catalog /Pages 2 0 R " + catalogue_more + " >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
       "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Im0 5 0 "
       "R >> >> " +
           page_more + " >>",
       stream("", bytes_of(content)), image});
}

std::string jpeg_image(int width, int height) {
  const auto jpeg = encode_jpeg(quarters(width, height), 90);
  return stream("/Type /XObject /Subtype /Image /Width " + std::to_string(width) + " /Height " +
                    std::to_string(height) + " /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
                *jpeg);
}

class FakeRenderer final : public PageRenderer {
 public:
  Result<Picture> render(BytesView, std::size_t page, int, std::uint64_t) override {
    ++rendered;
    return quarters(1000 + static_cast<int>(page), 1400);
  }
  int rendered = 0;
};

TEST(Upload, IsJudgedByContent) {
  EXPECT_EQ(judged({}), "empty@0");
  EXPECT_EQ(judged(bytes_of("GIF89a and so on")), "not_a_picture@0");
  EXPECT_EQ(judged(Bytes(100, 0)), "not_a_picture@0");
  EXPECT_EQ(judged(Bytes(2000, 0xFF), {.max_bytes = 1999}), "too_big@0");
  const auto jpeg = encode_jpeg(quarters(1200, 900), 80);
  const auto png = encode_png(quarters(1200, 900));
  EXPECT_EQ(judged(*jpeg), "");
  EXPECT_EQ(judged(*png), "");
  const auto taken = examine(*png, {});
  EXPECT_EQ(taken->kind, Kind::png);
  EXPECT_TRUE(taken->acceptable());
  EXPECT_EQ(judged(*encode_jpeg(quarters(999, 2000), 80)), "too_small@1");
  EXPECT_EQ(judged(*encode_jpeg(quarters(2000, 2000), 80), {.max_pixels = 3'999'999}), "too_many_pixels@1");
}

TEST(Upload, IsBrokenWhenItEndsEarlyOrLies) {
  const auto jpeg = encode_jpeg(quarters(1200, 900), 80);
  EXPECT_EQ(judged(BytesView(*jpeg).first(jpeg->size() / 2)), "broken@1");
  EXPECT_EQ(judged(BytesView(*jpeg).first(4)), "broken@1");
  const auto png = encode_png(quarters(1200, 900));
  EXPECT_EQ(judged(BytesView(*png).first(png->size() / 2)), "broken@1");
  Bytes flipped = *png;
  flipped[flipped.size() / 2] ^= 0x40U;
  EXPECT_EQ(judged(flipped), "broken@1");
}

TEST(Upload, OfAPictureThatSwellsIsRefusedByItsHeader) {
  auto bomb = *encode_png(quarters(1200, 900));
  for (const std::size_t at : {16U, 20U}) {  // width and height: 50000
    bomb[at] = bomb[at + 1] = 0;
    bomb[at + 2] = 0xC3;
    bomb[at + 3] = 0x50;
  }
  const auto crc = static_cast<std::uint32_t>(crc32(0, bomb.data() + 12, 17));
  for (unsigned i = 0; i < 4; ++i) {
    bomb[29 + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  }
  EXPECT_EQ(judged(bomb), "too_many_pixels@1");
}

TEST(Upload, IsMadeAnewUprightAndWithoutWhatItSaidBeside) {
  const std::array<std::string, 9> upright{"", "rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"};
  const auto jpeg = encode_jpeg(quarters(1200, 1100), 90);
  for (std::uint8_t orientation = 1; orientation <= 8; ++orientation) {
    const Bytes said = with_orientation(*jpeg, orientation);
    EXPECT_EQ(exif_orientation(said), orientation);
    const auto upload = examine(said, {});
    ASSERT_TRUE(upload && upload->acceptable());
    const Page& page = upload->pages.front();
    EXPECT_EQ(page.width, orientation >= 5 ? 1100 : 1200);
    EXPECT_EQ(text_of(page.rendition).find("Exif"), std::string_view::npos);
    const auto again = decode(page.rendition, 10'000'000);
    ASSERT_TRUE(again);
    EXPECT_EQ(corners(*again), upright[orientation]) << "orientation " << int{orientation};
  }
}

TEST(Upload, OfAScannedPdfIsItsPictures) {
  const auto upload = examine(scan_pdf(jpeg_image(1200, 1600)), {});
  ASSERT_TRUE(upload);
  EXPECT_EQ(flaws_of(*upload), "");
  ASSERT_EQ(upload->pages.size(), 1U);
  EXPECT_EQ(corners(*decode(upload->pages[0].rendition, 10'000'000)), "rgbw");
  const auto turned_page = examine(scan_pdf(jpeg_image(1200, 1600), "/Rotate 90"), {});
  ASSERT_TRUE(turned_page && turned_page->acceptable());
  EXPECT_EQ(turned_page->pages[0].width, 1600);
  EXPECT_EQ(corners(*decode(turned_page->pages[0].rendition, 10'000'000)), "brwg");
  const Picture raw = quarters(1200, 1600);
  const auto flate = examine(scan_pdf(stream("/Subtype /Image /Width 1200 /Height 1600 /ColorSpace /DeviceRGB "
                                             "/BitsPerComponent 8 /Filter /FlateDecode",
                                             deflated(raw.rgb))),
                             {});
  ASSERT_TRUE(flate && flate->acceptable()) << flaws_of(*flate);
  EXPECT_EQ(corners(*decode(flate->pages[0].rendition, 10'000'000)), "rgbw");
}

TEST(Upload, OfAPdfThatIsMoreThanPicturesNeedsARenderer) {
  const std::string image = jpeg_image(1200, 1600);
  const std::vector<Bytes> drawn{scan_pdf(image, "", "", "q 595 0 0 842 0 0 cm /Im0 Do Q BT /F1 12 Tf (x) Tj ET"),
                                 scan_pdf(image, "", "", "q 200 0 0 300 0 0 cm /Im0 Do Q"),
                                 scan_pdf(image, "", "", "q -595 0 0 842 595 0 cm /Im0 Do Q"),
                                 scan_pdf(image, "/Annots [ << /Type /Annot /Subtype /Square /Rect [0 0 9 9] >> ]"),
                                 scan_pdf(image, "/CropBox [0 0 100 100]"),
                                 scan_pdf(image, "", "", std::string(max_page_content_bytes + 1, ' ') + fill_page)};
  for (const Bytes& pdf : drawn) {
    EXPECT_EQ(judged(pdf), "needs_rendering@1");
    FakeRenderer renderer;
    EXPECT_EQ(judged(pdf, {}, &renderer), "");
    EXPECT_EQ(renderer.rendered, 1);
  }
}

TEST(Upload, OfAPdfThatActsIsRefusedAndNeverRendered) {
  const std::string image = jpeg_image(1200, 1600);
  const std::vector<Bytes> acting{
      scan_pdf(image, "", "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
      scan_pdf(image, "", "/OpenAction << /S /URI /URI (http://example.com) >>"),
      scan_pdf(image, "/AA << /O << /S /URI /URI (x) >> >>"),
      scan_pdf(image, "/Annots [ << /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (x.exe) >> >> ]"),
      scan_pdf(image, "", "/Names << /EmbeddedFiles << /Names [] >> >>"),
      scan_pdf(image, "", "/AcroForm << /Fields [] /XFA (x) >>"),
      scan_pdf(image, "/Annots [ << /Subtype /Widget /A << /S /SubmitForm /F (x) >> >> ]")};
  for (const Bytes& pdf : acting) {
    FakeRenderer renderer;
    EXPECT_EQ(judged(pdf, {}, &renderer), "scripted_pdf@0") << text_of(pdf).substr(0, 200);
    EXPECT_EQ(renderer.rendered, 0);
  }
  EXPECT_EQ(judged(scan_pdf(image, "", "/OpenAction [3 0 R /Fit]")), "") << "going to a page harms nobody";
  EXPECT_EQ(judged(scan_pdf(image, "", "/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")), "");
}

TEST(Upload, OfAPdfHasLimitsOfPagesPixelsAndWhatItInflatesTo) {
  std::vector<std::string> objects{"<< /Type /Catalog /Pages 2 0 R >>", ""};
  std::string kids;
  for (int i = 0; i < 11; ++i) {
    kids += std::to_string(i + 3) + " 0 R ";
    objects.push_back("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>");
  }
  objects[1] = "<< /Type /Pages /Count 11 /Kids [" + kids + "] >>";
  EXPECT_EQ(judged(pdf_of(objects)), "too_many_pages@0");
  EXPECT_EQ(judged(scan_pdf(jpeg_image(1200, 1600)), {.max_pixels = 1'000'000}), "too_many_pixels@1");
  const Bytes bomb = deflated(Bytes(60'000'000, 0));
  const std::string huge = "/Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode ";
  EXPECT_EQ(judged(scan_pdf(stream(huge + "/Width 1000 /Height 1000", bomb))), "needs_rendering@1")
      << "more than it says";
  EXPECT_EQ(judged(scan_pdf(stream(huge + "/Width 50000 /Height 50000", bomb))), "too_many_pixels@1");
}

TEST(Upload, OfADamagedPdfIsBroken) {
  const Bytes whole = scan_pdf(jpeg_image(1200, 1600));
  EXPECT_EQ(judged(BytesView(whole).first(whole.size() / 2)), "broken@0");
  EXPECT_EQ(judged(bytes_of("%PDF-1.7\n")), "broken@0");
  EXPECT_EQ(judged(pdf_of({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})),
            "broken@0");
  EXPECT_EQ(judged(pdf_of({"<< /Type /Catalog >>"})), "broken@0");
  std::string deep;
  for (int i = 0; i < 5000; ++i) {
    deep += "[";
  }
  EXPECT_NE(judged(scan_pdf(jpeg_image(1200, 1600), "", "/X " + deep)), "");
}

// A folder for what other programs make, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "yinxin-intake-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }
  void write(const std::string& name, BytesView bytes) const {
    std::ofstream(at(name), std::ios::binary) << text_of(bytes);
  }
  [[nodiscard]] Bytes read(const std::string& name) const {
    std::ifstream in(at(name), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return to_bytes(bytes_of(text));
  }

 private:
  std::filesystem::path path_;
};

TEST(Upload, OfAnEncryptedPdfIsRefusedWithAnyPassword) {
  const Folder folder;
  folder.write("plain.pdf", scan_pdf(jpeg_image(1200, 1600)));
  for (const std::string password : {"secret", ""}) {
    const std::string command =
        "qpdf --encrypt '" + password + "' owner 256 -- " + folder.at("plain.pdf") + " " + folder.at("closed.pdf");
    ASSERT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(judged(folder.read("closed.pdf")), "encrypted_pdf@0");
  }
}

TEST(Upload, OfAPrintedAndScannedFormGivesItsQrBack) {
  paper::ApplicationForm form;
  form.title = "机构数字证书申请表";
  form.application_number = "YX202611210001238";
  form.qr_text = "YX202611210001238/3/0123456789abcdef";
  form.sections.push_back(
      {.title = "I. 证书信息", .note = "", .rows = {{"业务类型", "新申请"}}, .paragraphs = {}, .blanks = {}});
  const auto printed = paper::draw_application_form(form, from_unix_ms(0));
  ASSERT_TRUE(printed);
  EXPECT_EQ(judged(printed->pdf), "needs_rendering@1");
  const Folder folder;
  folder.write("form.pdf", printed->pdf);
  ASSERT_EQ(std::system(("pdftoppm -r 150 -png " + folder.at("form.pdf") + " " + folder.at("page")).c_str()), 0);
  const auto upload = examine(folder.read("page-1.png"), {});
  ASSERT_TRUE(upload && upload->acceptable());
  const auto codes = read_qr(*decode(upload->pages[0].rendition, 40'000'000));
  ASSERT_TRUE(codes);
  ASSERT_EQ(codes->size(), 1U);
  EXPECT_EQ(codes->front().text, form.qr_text);
  EXPECT_GT(codes->front().x, upload->pages[0].width * 3 / 4);
}

}  // namespace
}  // namespace yinxin::intake
