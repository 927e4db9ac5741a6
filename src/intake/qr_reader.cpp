#include "intake/qr_reader.h"

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

#include <exception>

#include "base/text.h"

namespace yinxin::intake {

namespace {

// Beyond this a module of our codes has more pixels than the reader needs, and it only takes longer.
constexpr std::uint64_t max_pixels_to_search = 10'000'000;

struct Grey {
  int width = 0;
  int height = 0;
  int step = 1;  // pixels of the picture for one of these, each way
  Bytes values;
};

Grey grey_of(const Picture& picture) {
  Grey grey;
  while (picture.pixels() / (static_cast<std::uint64_t>(grey.step) * static_cast<std::uint64_t>(grey.step)) >
         max_pixels_to_search) {
    ++grey.step;
  }
  grey.width = picture.width / grey.step;
  grey.height = picture.height / grey.step;
  grey.values.reserve(static_cast<std::size_t>(grey.width) * static_cast<std::size_t>(grey.height));
  const auto width = static_cast<std::size_t>(picture.width);
  const auto step = static_cast<std::size_t>(grey.step);
  for (std::size_t y = 0; y < static_cast<std::size_t>(grey.height); ++y) {
    for (std::size_t x = 0; x < static_cast<std::size_t>(grey.width); ++x) {
      unsigned sum = 0;
      for (std::size_t i = 0; i < step * step; ++i) {
        const std::size_t at = 3 * ((y * step + i / step) * width + x * step + i % step);
        sum += (picture.rgb[at] * 77U + picture.rgb[at + 1] * 150U + picture.rgb[at + 2] * 29U) >> 8U;
      }
      grey.values.push_back(static_cast<std::uint8_t>(sum / (step * step)));
    }
  }
  return grey;
}

}  // namespace

Result<std::vector<QrCode>> read_qr(const Picture& picture) {
  try {
    const Grey grey = grey_of(picture);
    std::vector<QrCode> codes;
    if (grey.width < 21 || grey.height < 21) {  // the smallest symbol has 21 modules a side
      return codes;
    }
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode);
    hints.setMaxNumberOfSymbols(max_qr_codes);
    const ZXing::ImageView view(grey.values.data(), grey.width, grey.height, ZXing::ImageFormat::Lum);
    for (const ZXing::Result& result : ZXing::ReadBarcodes(view, hints)) {
      if (result.isValid() && is_utf8(result.text()) && codes.size() < max_qr_codes) {
        const auto corners = result.position();
        const auto middle = (corners.topLeft() + corners.topRight() + corners.bottomLeft() + corners.bottomRight()) / 4;
        codes.push_back({.text = result.text(), .x = middle.x * grey.step, .y = middle.y * grey.step});
      }
    }
    return codes;
  } catch (const std::exception&) {
    return fail(ErrorCode::internal, "intake.qr");
  }
}

}  // namespace yinxin::intake
