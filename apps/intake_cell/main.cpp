// yinxin-intake-cell LIMITS…: one stranger's file on standard input, what became of it on standard output
// (intake/cell.h). Started by the house, not by people. Exit status 0 whenever there is an answer.

#include <QBuffer>
#include <QCoreApplication>
#include <QImage>
#include <QPdfDocument>
#include <cmath>
#include <exception>

#include "cage/cell_side.h"
#include "cage/walls.h"
#include "intake/cell.h"

namespace {

using namespace yinxin;
using namespace yinxin::intake;

// PDFium, through Qt.
class QtRenderer final : public PageRenderer {
 public:
  Result<Picture> render(BytesView pdf, std::size_t page, int dpi, std::uint64_t max_pixels) override {
    if (!loaded_) {
      loaded_ = true;
      buffer_.setData(reinterpret_cast<const char*>(pdf.data()), static_cast<int>(pdf.size()));
      buffer_.open(QIODevice::ReadOnly);
      document_.load(&buffer_);
    }
    const int number = static_cast<int>(page);
    if (document_.status() != QPdfDocument::Status::Ready || number >= document_.pageCount()) {
      return fail(ErrorCode::corrupt, "picture.data");
    }
    constexpr double points_per_inch = 72;
    const QSizeF points = document_.pagePointSize(number);
    const double width = std::round(points.width() * dpi / points_per_inch);
    const double height = std::round(points.height() * dpi / points_per_inch);
    if (!(width >= 1 && height >= 1)) {
      return fail(ErrorCode::corrupt, "picture.data");
    }
    if (width * height > static_cast<double>(max_pixels) || width > max_side_px || height > max_side_px) {
      return fail(ErrorCode::precondition, "picture.pixels");
    }
    QPdfDocumentRenderOptions options;
    options.setRenderFlags(QPdfDocumentRenderOptions::RenderFlag::Annotations);
    const QImage drawn = document_.render(number, QSize(static_cast<int>(width), static_cast<int>(height)), options)
                             .convertToFormat(QImage::Format_ARGB32_Premultiplied);
    if (drawn.isNull()) {
      return fail(ErrorCode::corrupt, "picture.data");
    }
    return on_white(drawn);
  }

 private:
  static constexpr double max_side_px = 30'000;

  static Picture on_white(const QImage& drawn) {
    Picture picture{.width = drawn.width(), .height = drawn.height(), .rgb = {}};
    picture.rgb.reserve(3 * static_cast<std::size_t>(picture.pixels()));
    for (int y = 0; y < drawn.height(); ++y) {
      const auto* line = reinterpret_cast<const QRgb*>(drawn.constScanLine(y));
      for (int x = 0; x < drawn.width(); ++x) {
        const int paper = 255 - qAlpha(line[x]);
        for (const int ink : {qRed(line[x]), qGreen(line[x]), qBlue(line[x])}) {
          picture.rgb.push_back(static_cast<std::uint8_t>(ink + paper));
        }
      }
    }
    return picture;
  }

  QBuffer buffer_;
  QPdfDocument document_;
  bool loaded_ = false;
};

// What a renderer opens while it works: libraries that come late, fonts.
const std::vector<std::string> readable{
    "/usr/lib", "/lib", "/lib64", "/usr/share/fonts", "/etc/fonts", "/var/cache/fontconfig", "/etc/ld.so.cache"};

bool run(int argc, char** argv) {
  const auto limits = limits_of({argv + 1, argv + argc});
  if (!limits || !cage::bound_cell({.memory_bytes = limits->second.memory_bytes,
                                    .processor_time = std::chrono::ceil<std::chrono::seconds>(limits->second.time)})) {
    return false;
  }
  int no_arguments = 1;
  const QCoreApplication application(no_arguments, argv);
  // What this machine's kernel cannot hold is said by the house, which asks the same (cage/means.h).
  if (!cage::wall_in_cell(readable)) {
    return false;
  }
  const auto input = cage::read_input(limits->first.max_bytes);
  if (!input) {
    return false;
  }
  QtRenderer renderer;
  const auto upload = examine(*input, limits->first, &renderer);
  return upload && cage::write_output(to_wire(*upload));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv) ? 0 : 1;
  } catch (const std::exception&) {
    return 1;
  }
}
