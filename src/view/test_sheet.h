#pragma once
// Documents to draw and pixels to look at, for this room's tests.

#include <gtest/gtest.h>

#include <cstring>

#include "seal/test_workshop.h"
#include "view/page_picture.h"
#include "view/pictures.h"

namespace yinxin::view {

constexpr double px_per_mm = 150 / 25.4;

// A square of one colour, `rgb` as 0xRRGGBB.
inline Bytes plain_png(std::uint32_t rgb, int side = 40) {
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side));
  const Canvas canvas(cairo_create(surface.get()));
  constexpr double full = 255;
  cairo_set_source_rgb(canvas.get(), ((rgb >> 16U) & 0xFFU) / full, ((rgb >> 8U) & 0xFFU) / full, (rgb & 0xFFU) / full);
  cairo_paint(canvas.get());
  Bytes png;
  cairo_surface_write_to_png_stream(
      surface.get(),
      [](void* into, const unsigned char* data, unsigned int size) {
        append(*static_cast<Bytes*>(into), {data, size});
        return CAIRO_STATUS_SUCCESS;
      },
      &png);
  return png;
}

// The workshop's document of two pages; its first page, 210 by 297 mm, has these objects.
struct Parts {
  std::string objects{};
  std::string resources{};  // inside Res
  std::string layer = "<ofd:Layer>";
  std::string page{};  // before Content
  std::string common{};
  std::string annotations{};
  std::vector<seal::ofd::NewFile> files{};
};

inline std::string in_page(const std::string& inside) {
  return "<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\">" + inside + "</ofd:Page>";
}

inline Bytes document_of(const Parts& parts) {
  auto files = seal::document_files();
  const auto set = [&](std::string_view path, const std::string& text) {
    for (auto& file : files) {
      if (file.path == path) {
        file.content = to_bytes(bytes_of(text));
      }
    }
  };
  set("Doc_0/Pages/Page_0/Content.xml",
      in_page(parts.page + "<ofd:Content>" + parts.layer + parts.objects + "</ofd:Layer></ofd:Content>"));
  set("Doc_0/PublicRes.xml",
      "<ofd:Res xmlns:ofd=\"http://www.ofdspec.org/2016\" BaseLoc=\"Res\">" + parts.resources + "</ofd:Res>");
  for (auto& file : files) {
    if (file.path == "Doc_0/Document.xml") {
      std::string text(text_of(file.content));
      text.insert(text.find("</ofd:CommonData>"), parts.common);
      text.insert(text.find("</ofd:Document>"), parts.annotations);
      file.content = to_bytes(bytes_of(text));
    }
  }
  files.insert(files.end(), parts.files.begin(), parts.files.end());
  return seal::ofd::zip_of(files, seal::day(2026, 2, 1)).value();
}

inline seal::ofd::NewFile file_of(std::string path, std::string_view text) {
  return {std::move(path), to_bytes(bytes_of(text))};
}

// A page that was drawn.
class Drawn {
 public:
  explicit Drawn(const Bytes& file, std::size_t page = 1) {
    auto drawn = draw_page(file, page);
    EXPECT_TRUE(drawn) << drawn.error().describe();
    if (drawn) {
      picture = std::move(*drawn);
      surface_ = decode_picture(picture.png, 100'000'000).value();
    }
  }
  // 0xRRGGBB at a place in millimetres.
  [[nodiscard]] std::uint32_t at(double x_mm, double y_mm) const {
    return pixel(static_cast<int>(x_mm * px_per_mm), static_cast<int>(y_mm * px_per_mm));
  }
  // Pixels in the box, in millimetres, that are darker than half.
  [[nodiscard]] int ink(const Box& box) const {
    int dark = 0;
    for (int y = static_cast<int>(box.y * px_per_mm); y < static_cast<int>((box.y + box.height) * px_per_mm); ++y) {
      for (int x = static_cast<int>(box.x * px_per_mm); x < static_cast<int>((box.x + box.width) * px_per_mm); ++x) {
        const std::uint32_t rgb = pixel(x, y);
        dark += ((rgb >> 16U) & 0xFFU) + ((rgb >> 8U) & 0xFFU) + (rgb & 0xFFU) < 3 * 128 ? 1 : 0;
      }
    }
    return dark;
  }
  PagePicture picture;

 private:
  [[nodiscard]] std::uint32_t pixel(int x, int y) const {
    std::uint32_t value = 0;
    std::memcpy(&value,
                cairo_image_surface_get_data(surface_.get()) +
                    std::ptrdiff_t{y} * cairo_image_surface_get_stride(surface_.get()) + std::ptrdiff_t{x} * 4,
                sizeof value);
    return value & 0xFFFFFFU;
  }
  Surface surface_;
};

}  // namespace yinxin::view
