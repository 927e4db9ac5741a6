#include "view/pictures.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cstring>

#include "view/limits.h"

namespace yinxin::view {

namespace {

struct TurboGone {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Turbo = std::unique_ptr<void, TurboGone>;

constexpr std::size_t png_header_bytes = 24;  // signature, length and type of IHDR, width, height
constexpr std::uint8_t png_signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

std::uint64_t be32(BytesView at) {
  return (std::uint64_t{at[0]} << 24U) | (std::uint64_t{at[1]} << 16U) | (std::uint64_t{at[2]} << 8U) | at[3];
}

Error too_large() { return fail(ErrorCode::precondition, "view.picture.size"); }
Error damaged() { return fail(ErrorCode::corrupt, "view.picture.data"); }

cairo_status_t take(void* from, unsigned char* into, unsigned int length) {
  auto& rest = *static_cast<BytesView*>(from);
  if (rest.size() < length) {
    return CAIRO_STATUS_READ_ERROR;
  }
  std::copy_n(rest.begin(), length, into);
  rest = rest.subspan(length);
  return CAIRO_STATUS_SUCCESS;
}

Result<Surface> decode_png(BytesView file, std::uint64_t max_pixels) {
  if (file.size() < png_header_bytes) {
    return damaged();
  }
  constexpr std::size_t width_at = 16;
  constexpr std::size_t height_at = 20;
  const std::uint64_t width = be32(file.subspan(width_at));
  const std::uint64_t height = be32(file.subspan(height_at));
  if (width == 0 || height == 0 || width > max_pixels / height) {
    return too_large();
  }
  BytesView rest = file;
  Surface surface(cairo_image_surface_create_from_png_stream(&take, &rest));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return damaged();
  }
  return surface;
}

// Adobe writes inverted CMYK into JPEG, and libjpeg hands it over as it is: 255 is no ink.
void rgb_of_cmyk(std::uint8_t* line, int pixels) {
  for (int i = 0; i < pixels; ++i) {
    std::uint8_t* const at = line + std::ptrdiff_t{4} * i;
    const unsigned black = at[3];
    const std::uint32_t rgb = ((at[0] * black / 255U) << 16U) | ((at[1] * black / 255U) << 8U) | (at[2] * black / 255U);
    std::memcpy(at, &rgb, sizeof rgb);
  }
}

Result<Surface> decode_jpeg(BytesView file, std::uint64_t max_pixels) {
  const Turbo turbo(tjInitDecompress());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int space = 0;
  const auto size = static_cast<unsigned long>(file.size());
  if (!turbo || tjDecompressHeader3(turbo.get(), file.data(), size, &width, &height, &sampling, &space) != 0 ||
      width <= 0 || height <= 0) {
    return damaged();
  }
  if (static_cast<std::uint64_t>(width) > max_pixels / static_cast<std::uint64_t>(height)) {
    return too_large();
  }
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return too_large();
  }
  const bool cmyk = space == TJCS_CMYK || space == TJCS_YCCK;
  std::uint8_t* const pixels = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  // A warning is what every viewer lives with: stray bytes, a missing end.
  constexpr int flags = TJFLAG_LIMITSCANS | TJFLAG_ACCURATEDCT;
  if (tjDecompress2(turbo.get(), file.data(), size, pixels, width, stride, height, cmyk ? TJPF_CMYK : TJPF_BGRX,
                    flags) != 0 &&
      tjGetErrorCode(turbo.get()) != TJERR_WARNING) {
    return damaged();
  }
  for (int y = 0; cmyk && y < height; ++y) {
    rgb_of_cmyk(pixels + std::ptrdiff_t{y} * stride, width);
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

}  // namespace

Result<Surface> decode_picture(BytesView file, std::uint64_t max_pixels) {
  if (file.size() > max_picture_bytes) {
    return too_large();
  }
  if (file.size() >= sizeof png_signature &&
      std::equal(std::begin(png_signature), std::end(png_signature), file.begin())) {
    return decode_png(file, max_pixels);
  }
  if (file.size() >= 3 && file[0] == 0xFF && file[1] == 0xD8 && file[2] == 0xFF) {
    return decode_jpeg(file, max_pixels);
  }
  return fail(ErrorCode::unsupported, "view.picture.kind");
}

cairo_surface_t* Pictures::keep(const std::string& name, const Result<Bytes>& file) {
  const std::uint64_t left = std::min(max_picture_pixels, max_all_picture_pixels - pixels_);
  auto decoded = file ? decode_picture(*file, left) : Result<Surface>(file.error());
  Surface& kept = kept_[name];
  if (decoded) {
    kept = std::move(*decoded);
    pixels_ += static_cast<std::uint64_t>(cairo_image_surface_get_width(kept.get())) *
               static_cast<std::uint64_t>(cairo_image_surface_get_height(kept.get()));
  }
  return kept.get();
}

}  // namespace yinxin::view
