#include "intake/picture.h"

#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

namespace yinxin::intake {

namespace {

constexpr int max_side_px = 65500;  // libjpeg's own limit; a PNG of that width has none to spare either
constexpr std::size_t pdf_header_within_bytes = 1024;

struct TurboGone {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Turbo = std::unique_ptr<void, TurboGone>;

bool side_is_sane(int side) { return side > 0 && side <= max_side_px; }

Bytes rgb_of_cmyk(const Bytes& cmyk) {
  // Adobe writes inverted CMYK into JPEG, and libjpeg hands it over as it is: 255 is no ink.
  Bytes rgb(cmyk.size() / 4 * 3);
  for (std::size_t i = 0; i < cmyk.size() / 4; ++i) {
    const unsigned black = cmyk[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      rgb[3 * i + c] = static_cast<std::uint8_t>(cmyk[4 * i + c] * black / 255U);
    }
  }
  return rgb;
}

Result<Picture> decode_jpeg(BytesView file, const PictureHead& head) {
  const Turbo turbo(tjInitDecompress());
  int width = 0;
  int height = 0;
  int sampling = 0;
  int space = 0;
  const auto size = static_cast<unsigned long>(file.size());
  if (!turbo || tjDecompressHeader3(turbo.get(), file.data(), size, &width, &height, &sampling, &space) != 0 ||
      width != head.width || height != head.height) {
    return fail(ErrorCode::corrupt, "picture.data");
  }
  const bool cmyk = space == TJCS_CMYK || space == TJCS_YCCK;
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  Picture picture{.width = width, .height = height, .rgb = Bytes(pixels * (cmyk ? 4 : 3))};
  constexpr int flags = TJFLAG_LIMITSCANS | TJFLAG_STOPONWARNING | TJFLAG_ACCURATEDCT;
  if (tjDecompress2(turbo.get(), file.data(), size, picture.rgb.data(), width, 0, height, cmyk ? TJPF_CMYK : TJPF_RGB,
                    flags) != 0) {
    return fail(ErrorCode::corrupt, "picture.data");
  }
  if (cmyk) {
    picture.rgb = rgb_of_cmyk(picture.rgb);
  }
  return picture;
}

class PngImage {
 public:
  PngImage() {
    std::memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
  }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;

  png_image image;
};

Result<Picture> decode_png(BytesView file, const PictureHead& head) {
  PngImage png;
  if (png_image_begin_read_from_memory(&png.image, file.data(), file.size()) == 0 ||
      static_cast<int>(png.image.width) != head.width || static_cast<int>(png.image.height) != head.height) {
    return fail(ErrorCode::corrupt, "picture.data");
  }
  png.image.format = PNG_FORMAT_RGB;
  Picture picture{.width = head.width, .height = head.height, .rgb = {}};
  picture.rgb.resize(static_cast<std::size_t>(picture.pixels()) * 3);
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&png.image, &white, picture.rgb.data(), 0, nullptr) == 0) {
    return fail(ErrorCode::corrupt, "picture.data");
  }
  return picture;
}

Picture mirrored(const Picture& picture) {
  Picture out = picture;
  const auto width = static_cast<std::size_t>(picture.width);
  for (std::size_t row = 0; row < static_cast<std::size_t>(picture.height); ++row) {
    for (std::size_t column = 0; column < width; ++column) {
      std::copy_n(&picture.rgb[3 * (row * width + column)], 3, &out.rgb[3 * (row * width + width - 1 - column)]);
    }
  }
  return out;
}

// EXIF 2.3, table 6 of 4.6.4: how the stored picture must be turned to stand upright.
Picture upright(Picture picture, int orientation) {
  switch (orientation) {
    case 2: return mirrored(picture);
    case 3: return turned(picture, 2);
    case 4: return turned(mirrored(picture), 2);
    case 5: return turned(mirrored(picture), 3);
    case 6: return turned(picture, 1);
    case 7: return turned(mirrored(picture), 1);
    case 8: return turned(picture, 3);
    default: return picture;
  }
}

// Numbers of a TIFF header inside APP1, in the byte order it names.
class Tiff {
 public:
  explicit Tiff(BytesView bytes) : bytes_(bytes), little_(bytes.size() > 1 && bytes[0] == 'I') {}
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  // 0 beyond the end.
  [[nodiscard]] unsigned u16(std::size_t at) const {
    if (at + 2 > bytes_.size()) {
      return 0;
    }
    const unsigned first = bytes_[at];
    const unsigned second = bytes_[at + 1];
    return little_ ? first | second << 8U : first << 8U | second;
  }
  [[nodiscard]] std::size_t u32(std::size_t at) const {
    const std::size_t first = u16(at);
    const std::size_t second = u16(at + 2);
    return little_ ? second << 16U | first : first << 16U | second;
  }

 private:
  BytesView bytes_;
  bool little_;
};

int orientation_of_tiff(BytesView bytes) {
  const Tiff tiff(bytes);
  const std::size_t directory = tiff.u32(4);
  constexpr std::size_t entry_bytes = 12;
  constexpr unsigned tag_orientation = 0x0112;
  if (tiff.u16(2) != 42 || directory >= tiff.size()) {
    return 1;
  }
  const std::size_t entries = tiff.u16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + i * entry_bytes;
    if (at + entry_bytes > tiff.size()) {
      return 1;
    }
    if (tiff.u16(at) == tag_orientation) {
      const unsigned value = tiff.u16(at + 8);
      return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
  }
  return 1;
}

Result<Bytes> written_png(png_image& image, const void* pixels) {
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes out(size);
  if (png_image_write_to_memory(&image, out.data(), &size, 0, pixels, 0, nullptr) == 0) {
    return fail(ErrorCode::internal, "picture.png");
  }
  out.resize(size);
  return out;
}

}  // namespace

Kind kind_of(BytesView file) {
  constexpr std::array<std::uint8_t, 8> png_signature{0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
  if (file.size() >= 3 && file[0] == 0xFF && file[1] == 0xD8 && file[2] == 0xFF) {
    return Kind::jpeg;
  }
  if (file.size() >= png_signature.size() && same(file.first(png_signature.size()), png_signature)) {
    return Kind::png;
  }
  const std::string_view head = text_of(file.first(std::min(file.size(), pdf_header_within_bytes)));
  return head.find("%PDF-") != std::string_view::npos ? Kind::pdf : Kind::unknown;
}

int exif_orientation(BytesView jpeg) {
  std::size_t at = 2;
  while (at + 4 <= jpeg.size() && jpeg[at] == 0xFF) {
    const unsigned marker = jpeg[at + 1];
    if (marker == 0xDA || marker == 0xD9) {  // the scan begins, or the end: no more headers
      return 1;
    }
    const std::size_t length = static_cast<std::size_t>(jpeg[at + 2]) << 8U | jpeg[at + 3];
    if (length < 2 || at + 2 + length > jpeg.size()) {
      return 1;
    }
    const BytesView segment = jpeg.subspan(at + 4, length - 2);
    constexpr std::string_view exif("Exif\0\0", 6);
    if (marker == 0xE1 && segment.size() > exif.size() && text_of(segment.first(exif.size())) == exif) {
      return orientation_of_tiff(segment.subspan(exif.size()));
    }
    at += 2 + length;
  }
  return 1;
}

Result<PictureHead> read_head(BytesView file) {
  PictureHead head;
  head.kind = kind_of(file);
  if (head.kind == Kind::jpeg) {
    const Turbo turbo(tjInitDecompress());
    int sampling = 0;
    int space = 0;
    if (!turbo || tjDecompressHeader3(turbo.get(), file.data(), static_cast<unsigned long>(file.size()), &head.width,
                                      &head.height, &sampling, &space) != 0) {
      return fail(ErrorCode::corrupt, "picture.header");
    }
    head.orientation = exif_orientation(file);
  } else if (head.kind == Kind::png) {
    constexpr std::size_t width_at = 16;
    constexpr std::size_t head_bytes = 33;
    if (file.size() < head_bytes || text_of(file.subspan(12, 4)) != "IHDR") {
      return fail(ErrorCode::corrupt, "picture.header");
    }
    const auto number = [&](std::size_t at) {
      return static_cast<std::uint32_t>(file[at]) << 24U | static_cast<std::uint32_t>(file[at + 1]) << 16U |
             static_cast<std::uint32_t>(file[at + 2]) << 8U | file[at + 3];
    };
    constexpr std::uint32_t beyond = max_side_px + 1;
    head.width = static_cast<int>(std::min(number(width_at), beyond));
    head.height = static_cast<int>(std::min(number(width_at + 4), beyond));
  } else {
    return fail(ErrorCode::unsupported, "picture.kind");
  }
  if (head.width <= 0 || head.height <= 0) {
    return fail(ErrorCode::corrupt, "picture.header");
  }
  return head;
}

Result<Picture> decode(BytesView file, std::uint64_t max_pixels) {
  YX_TRY(const PictureHead head, read_head(file));
  const std::uint64_t pixels = static_cast<std::uint64_t>(head.width) * static_cast<std::uint64_t>(head.height);
  if (!side_is_sane(head.width) || !side_is_sane(head.height) || pixels > max_pixels) {
    return fail(ErrorCode::precondition, "picture.pixels");
  }
  if (head.kind == Kind::png) {
    return decode_png(file, head);
  }
  YX_TRY(Picture picture, decode_jpeg(file, head));
  return upright(std::move(picture), head.orientation);
}

Picture turned(const Picture& picture, int quarter_turns) {
  const int turns = ((quarter_turns % 4) + 4) % 4;
  if (turns == 0) {
    return picture;
  }
  const bool swaps = turns % 2 == 1;
  Picture out{.width = swaps ? picture.height : picture.width,
              .height = swaps ? picture.width : picture.height,
              .rgb = Bytes(picture.rgb.size())};
  const auto width = static_cast<std::size_t>(picture.width);
  const auto height = static_cast<std::size_t>(picture.height);
  const auto out_width = static_cast<std::size_t>(out.width);
  for (std::size_t row = 0; row < height; ++row) {
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t to_row = turns == 1 ? column : turns == 2 ? height - 1 - row : width - 1 - column;
      const std::size_t to_column = turns == 1 ? height - 1 - row : turns == 2 ? width - 1 - column : row;
      std::copy_n(&picture.rgb[3 * (row * width + column)], 3, &out.rgb[3 * (to_row * out_width + to_column)]);
    }
  }
  return out;
}

Result<Bytes> encode_jpeg(const Picture& picture, int quality) {
  const Turbo turbo(tjInitCompress());
  unsigned char* made = nullptr;
  unsigned long size = 0;
  const int failed = turbo ? tjCompress2(turbo.get(), picture.rgb.data(), picture.width, 0, picture.height, TJPF_RGB,
                                         &made, &size, TJSAMP_444, quality, TJFLAG_ACCURATEDCT)
                           : 1;
  const std::unique_ptr<unsigned char, decltype(&tjFree)> owner(made, &tjFree);
  if (failed != 0) {
    return fail(ErrorCode::internal, "picture.jpeg");
  }
  return Bytes(made, made + size);
}

Result<Bytes> encode_png(const Picture& picture) {
  PngImage png;
  png.image.width = static_cast<png_uint_32>(picture.width);
  png.image.height = static_cast<png_uint_32>(picture.height);
  png.image.format = PNG_FORMAT_RGB;
  return written_png(png.image, picture.rgb.data());
}

Result<Bytes> encode_png_rgba(BytesView rgba, int width, int height, int dpi) {
  if (width <= 0 || height <= 0 ||
      rgba.size() != 4 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    return fail(ErrorCode::invalid_input, "picture.size");
  }
  PngImage png;
  png.image.width = static_cast<png_uint_32>(width);
  png.image.height = static_cast<png_uint_32>(height);
  png.image.format = PNG_FORMAT_RGBA;
  YX_TRY(const Bytes plain, written_png(png.image, rgba.data()));
  // PNG (ISO/IEC 15948) 11.3.5.3: pHYs, 9 bytes, before IDAT; here right behind IHDR.
  constexpr std::size_t after_ihdr = 33;
  constexpr double metres_per_inch = 0.0254;
  const auto per_metre = static_cast<std::uint32_t>(std::lround(static_cast<double>(dpi) / metres_per_inch));
  Bytes chunk{0, 0, 0, 9, 'p', 'H', 'Y', 's'};
  const auto put = [&chunk](std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      chunk.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
    }
  };
  put(per_metre);
  put(per_metre);
  chunk.push_back(1);  // the unit is the metre
  put(static_cast<std::uint32_t>(crc32(0, chunk.data() + 4, static_cast<uInt>(chunk.size() - 4))));
  return concat({BytesView(plain).first(after_ihdr), chunk, BytesView(plain).subspan(after_ihdr)});
}

}  // namespace yinxin::intake
