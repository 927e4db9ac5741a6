#include "intake/pdf_pages.h"

#include <algorithm>
#include <array>
#include <cmath>
// qpdf 11.3's JSON.hh holds a vector of a class inside that class, which clang does not take as C++20. Nothing here
// needs more of it than its name, so it is kept out by its own guard.
#define JSON_HH
class JSON;  // NOLINT(readability-identifier-naming): the name of others
#define POINTERHOLDER_TRANSITION 4
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFLogger.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <sstream>
#include <stdexcept>

namespace yinxin::intake {

namespace {

constexpr int max_object_depth = 60;

// Takes what a stream decodes to, up to a limit; then it throws, which ends the decoding.
class Bounded final : public Pipeline {
 public:
  explicit Bounded(std::size_t limit) : Pipeline("bounded", nullptr), limit_(limit) {}
  void write(unsigned char const* data, std::size_t length) override {
    if (length > limit_ - taken.size()) {
      overflow = true;
      throw std::runtime_error("more than allowed");
    }
    append(taken, {data, length});
  }
  void finish() override {}

  Bytes taken;
  bool overflow = false;

 private:
  std::size_t limit_;
};

std::optional<Bytes> decoded(QPDFObjectHandle stream, std::size_t limit) {
  Bounded into(limit);
  try {
    if (!stream.pipeStreamData(&into, 0, qpdf_dl_generalized, true, false) || into.overflow) {
      return std::nullopt;
    }
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return std::move(into.taken);
}

bool acts(QPDFObjectHandle dictionary) {
  // ISO 32000-1 12.6: actions that run, send, open or fetch something. GoTo and URI do nothing by themselves.
  static const std::array<std::string, 12> acting{"/JavaScript", "/Launch", "/SubmitForm", "/ImportData",
                                                  "/ResetForm",  "/GoToR",  "/GoToE",      "/Rendition",
                                                  "/Sound",      "/Movie",  "/Hide",       "/SetOCGState"};
  for (const char* key : {"/JS", "/AA", "/EmbeddedFiles", "/XFA", "/EF", "/RichMediaContent", "/GoTo3DView"}) {
    if (dictionary.hasKey(key)) {
      return true;
    }
  }
  QPDFObjectHandle kind = dictionary.getKey("/S");
  return kind.isName() && std::ranges::find(acting, kind.getName()) != acting.end();
}

// Direct objects only; indirect ones come by themselves.
bool acts_within(QPDFObjectHandle object, int depth) {
  if (depth > max_object_depth) {
    return true;  // nobody nests like this in good faith
  }
  if (depth > 0 && object.isIndirect()) {
    return false;
  }
  if (object.isStream()) {
    return acts_within(object.getDict(), depth + 1);
  }
  if (object.isArray()) {
    for (int i = 0; i < object.getArrayNItems(); ++i) {
      if (acts_within(object.getArrayItem(i), depth + 1)) {
        return true;
      }
    }
    return false;
  }
  if (!object.isDictionary()) {
    return false;
  }
  if (acts(object)) {
    return true;
  }
  for (const std::string& key : object.getKeys()) {
    if (acts_within(object.getKey(key), depth + 1)) {
      return true;
    }
  }
  return false;
}

bool is_scripted(QPDF& pdf) {
  // An opening action that only goes to a page is what office programs write.
  QPDFObjectHandle opening = pdf.getRoot().getKey("/OpenAction");
  if (!opening.isNull() && !opening.isArray() &&
      !(opening.isDictionary() && opening.getKey("/S").isName() && opening.getKey("/S").getName() == "/GoTo")) {
    return true;
  }
  return std::ranges::any_of(pdf.getAllObjects(),
                             [](const QPDFObjectHandle& object) { return acts_within(object, 0); });
}

// "q a b c d e f cm /Name Do Q", with graphics states and more matrices allowed; the product of the matrices.
struct Placement {
  std::array<double, 6> matrix{1, 0, 0, 1, 0, 0};
  std::string name;
};

std::array<double, 6> product(const std::array<double, 6>& m, const std::array<double, 6>& n) {
  return {m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],        m[2] * n[0] + m[3] * n[2],
          m[2] * n[1] + m[3] * n[3], m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5]};
}

std::optional<Placement> one_picture(std::string_view content) {
  std::istringstream words{std::string(content)};
  std::vector<std::string> operands;
  Placement placement;
  for (std::string word; words >> word;) {
    if (word == "cm") {
      if (operands.size() != 6 || !placement.name.empty()) {
        return std::nullopt;
      }
      std::array<double, 6> matrix{};
      for (std::size_t i = 0; i < matrix.size(); ++i) {
        char* end = nullptr;
        matrix[i] = std::strtod(operands[i].c_str(), &end);
        if (end == nullptr || *end != '\0' || !std::isfinite(matrix[i])) {
          return std::nullopt;
        }
      }
      placement.matrix = product(matrix, placement.matrix);
    } else if (word == "Do") {
      if (operands.size() != 1 || !placement.name.empty()) {
        return std::nullopt;
      }
      placement.name = operands[0];
    } else if (word == "q" || word == "Q") {
      if (!operands.empty()) {
        return std::nullopt;
      }
    } else if (word[0] == '/' || word[0] == '-' || word[0] == '+' || word[0] == '.' ||
               (word[0] >= '0' && word[0] <= '9')) {
      operands.push_back(word);
      continue;
    } else {
      return std::nullopt;
    }
    operands.clear();
  }
  return placement.name.empty() || !operands.empty() ? std::nullopt : std::optional(placement);
}

// Upright, and over nearly all of the page.
bool fills(const std::array<double, 6>& m, QPDFObjectHandle::Rectangle page) {
  constexpr double skew = 0.001;
  constexpr double enough = 0.9;
  const double width = page.urx - page.llx;
  const double height = page.ury - page.lly;
  return width > 0 && height > 0 && m[0] >= enough * width && m[3] >= enough * height &&
         std::abs(m[1]) <= skew * width && std::abs(m[2]) <= skew * width &&
         std::abs(m[4] - page.llx) <= (1 - enough) * width && std::abs(m[5] - page.lly) <= (1 - enough) * height;
}

int integer(QPDFObjectHandle object) {
  return object.isInteger() && object.getIntValue() > 0 && object.getIntValue() < 1'000'000
             ? static_cast<int>(object.getIntValue())
             : 0;
}

// Only what cannot be understood in two ways: one filter, 8 bits, grey or RGB, no masks, no own mapping of values.
std::optional<PageScan> plain_picture(QPDFObjectHandle image, const Limits& limits) {
  if (!image.isStream()) {
    return std::nullopt;
  }
  QPDFObjectHandle dictionary = image.getDict();
  for (const char* key : {"/SMask", "/Mask", "/Decode", "/SMaskInData", "/Alternates", "/OC"}) {
    if (dictionary.hasKey(key)) {
      return std::nullopt;
    }
  }
  QPDFObjectHandle space = dictionary.getKey("/ColorSpace");
  QPDFObjectHandle filter = dictionary.getKey("/Filter");
  if (filter.isArray() && filter.getArrayNItems() == 1) {
    filter = filter.getArrayItem(0);
  }
  const std::string subtype = dictionary.getKey("/Subtype").isName() ? dictionary.getKey("/Subtype").getName() : "";
  if (subtype != "/Image" || !space.isName() || !filter.isName() ||
      integer(dictionary.getKey("/BitsPerComponent")) != 8) {
    return std::nullopt;
  }
  PageScan scan;
  scan.width = integer(dictionary.getKey("/Width"));
  scan.height = integer(dictionary.getKey("/Height"));
  scan.channels = space.getName() == "/DeviceRGB" ? 3 : space.getName() == "/DeviceGray" ? 1 : 0;
  const std::uint64_t pixels = static_cast<std::uint64_t>(scan.width) * static_cast<std::uint64_t>(scan.height);
  if (pixels == 0 || scan.channels == 0) {
    return std::nullopt;
  }
  if (filter.getName() == "/DCTDecode") {
    const auto raw = image.getRawStreamData();
    scan.data = to_bytes({raw->getBuffer(), raw->getSize()});
    scan.is_jpeg = true;
    return scan;
  }
  if (filter.getName() != "/FlateDecode") {
    return std::nullopt;
  }
  if (pixels <= limits.max_pixels) {  // more: picture_of() says so, and nothing is inflated for it
    auto samples = decoded(image, static_cast<std::size_t>(pixels) * static_cast<std::size_t>(scan.channels));
    if (!samples) {
      return std::nullopt;
    }
    scan.data = std::move(*samples);
  }
  return scan;
}

std::optional<PageScan> scan_of(QPDFPageObjectHelper page, const Limits& limits) {
  QPDFObjectHandle object = page.getObjectHandle();
  QPDFObjectHandle media = page.getAttribute("/MediaBox", false);
  QPDFObjectHandle crop = page.getAttribute("/CropBox", false);
  QPDFObjectHandle contents = object.getKey("/Contents");
  if (contents.isArray() && contents.getArrayNItems() == 1) {
    contents = contents.getArrayItem(0);
  }
  if (!media.isRectangle() || (crop.isRectangle() && crop.unparse() != media.unparse()) || !contents.isStream() ||
      object.hasKey("/Annots")) {
    return std::nullopt;
  }
  const auto content = decoded(contents, max_page_content_bytes);
  const auto placement = content ? one_picture(text_of(*content)) : std::nullopt;
  QPDFObjectHandle resources = page.getAttribute("/Resources", false);
  if (!placement || !fills(placement->matrix, media.getArrayAsRectangle()) || !resources.isDictionary() ||
      !resources.getKey("/XObject").isDictionary()) {
    return std::nullopt;
  }
  auto scan = plain_picture(resources.getKey("/XObject").getKey(placement->name), limits);
  if (scan) {
    QPDFObjectHandle rotate = page.getAttribute("/Rotate", false);
    const long long degrees = rotate.isInteger() ? rotate.getIntValue() : 0;
    if (degrees % 90 != 0) {
      return std::nullopt;
    }
    scan->quarter_turns = static_cast<int>(((degrees / 90) % 4 + 4) % 4);
  }
  return scan;
}

void read(QPDF& pdf, BytesView file, const Limits& limits, PdfPages& into) {
  pdf.setSuppressWarnings(true);
  pdf.setAttemptRecovery(false);
  pdf.processMemoryFile("upload", reinterpret_cast<const char*>(file.data()), file.size());
  if (pdf.isEncrypted()) {
    into.flaws.push_back(Flaw::encrypted_pdf);
    return;
  }
  if (pdf.getObjectCount() > max_pdf_objects) {
    into.flaws.push_back(Flaw::broken);
    return;
  }
  if (is_scripted(pdf)) {
    into.flaws.push_back(Flaw::scripted_pdf);
    return;
  }
  const std::vector<QPDFPageObjectHelper> pages = QPDFPageDocumentHelper(pdf).getAllPages();
  if (pages.size() > limits.max_pages) {
    into.flaws.push_back(Flaw::too_many_pages);
    return;
  }
  if (pages.empty()) {
    into.flaws.push_back(Flaw::broken);
    return;
  }
  for (const QPDFPageObjectHelper& page : pages) {
    into.pages.push_back(scan_of(page, limits));
  }
}

}  // namespace

PdfPages read_pdf_pages(BytesView file, const Limits& limits) {
  PdfPages pages;
  QPDF pdf;
  try {
    pdf.setLogger(QPDFLogger::create());
    pdf.getLogger()->setError(pdf.getLogger()->discard());
    read(pdf, file, limits, pages);
  } catch (const QPDFExc& error) {
    pages.flaws.push_back(error.getErrorCode() == qpdf_e_password ? Flaw::encrypted_pdf : Flaw::broken);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    pages.flaws.push_back(Flaw::broken);
  }
  return pages;
}

Result<Picture> picture_of(const PageScan& scan, std::uint64_t max_pixels) {
  if (scan.is_jpeg) {
    return decode(scan.data, max_pixels);
  }
  Picture picture{.width = scan.width, .height = scan.height, .rgb = {}};
  const auto channels = static_cast<std::uint64_t>(scan.channels);
  if (picture.pixels() > max_pixels) {
    return fail(ErrorCode::precondition, "picture.pixels");
  }
  if (scan.data.size() != picture.pixels() * channels) {
    return fail(ErrorCode::corrupt, "picture.data");
  }
  if (scan.channels == 3) {
    picture.rgb = scan.data;
    return picture;
  }
  picture.rgb.reserve(scan.data.size() * 3);
  for (const std::uint8_t sample : scan.data) {
    picture.rgb.insert(picture.rgb.end(), 3, sample);
  }
  return picture;
}

}  // namespace yinxin::intake
