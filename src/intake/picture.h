#pragma once
// Pictures as plain pixels, read and written by libjpeg-turbo and libpng behind this wall.

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace yinxin::intake {

// 8-bit RGB, rows from above without padding: 3 * width * height bytes.
struct Picture {
  int width = 0;
  int height = 0;
  Bytes rgb;

  [[nodiscard]] std::uint64_t pixels() const {
    return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
  }
};

enum class Kind { unknown, jpeg, png, pdf };
// By the first bytes alone; a PDF's header may stand within the first kibibyte (ISO 32000-1 annex H).
Kind kind_of(BytesView file);

// What the header says, before a pixel is decoded.
struct PictureHead {
  Kind kind = Kind::unknown;
  int width = 0;
  int height = 0;
  int orientation = 1;  // EXIF 2.3 tag 0x0112, 1 to 8; 1 where there is none
};

// JPEG or PNG. unsupported "picture.kind"; corrupt "picture.header".
Result<PictureHead> read_head(BytesView file);
// The pixels, upright (orientation applied), alpha over white, CMYK as RGB. The head is read again here.
// precondition "picture.pixels" when there are more than `max_pixels`; corrupt "picture.data" (a JPEG that ends too
// early or carries hundreds of scans is corrupt); what read_head() says.
Result<Picture> decode(BytesView file, std::uint64_t max_pixels);
// The EXIF orientation of a JPEG; 1 for anything that is not well-formed.
int exif_orientation(BytesView jpeg);
// Quarter turns clockwise.
Picture turned(const Picture& picture, int quarter_turns);

// Full chroma, no metadata. quality 1 to 100.
Result<Bytes> encode_jpeg(const Picture& picture, int quality);
// 8-bit RGB, no metadata.
Result<Bytes> encode_png(const Picture& picture);
// 8-bit RGBA (4 * width * height bytes) with its physical size (pHYs).
Result<Bytes> encode_png_rgba(BytesView rgba, int width, int height, int dpi);

}  // namespace yinxin::intake
