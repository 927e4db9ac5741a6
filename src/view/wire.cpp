#include "view/wire.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "crypto/asn1/der.h"
#include "seal/ofd/limits.h"
#include "view/limits.h"

namespace yinxin::view {

namespace {

constexpr std::int64_t version = 1;
constexpr double um_per_mm = 1000;
constexpr std::int64_t max_pages_told = static_cast<std::int64_t>(seal::ofd::max_pages * seal::ofd::max_bodies);
constexpr std::int64_t max_signatures_told =
    static_cast<std::int64_t>(seal::ofd::max_signatures * seal::ofd::max_bodies);
constexpr std::int64_t max_length_um = place_origin_um;
static_assert(place_origin_um >= 2 * max_number * um_per_mm);

Error not_ours() { return fail(ErrorCode::invalid_input, "this is no message of a drawing cell"); }

std::int64_t um(double mm) {
  return std::clamp(std::llround(mm * um_per_mm), -static_cast<long long>(max_length_um),
                    static_cast<long long>(max_length_um));
}

Result<std::int64_t> number(asn1::Reader& in, std::int64_t least, std::int64_t most) {
  YX_TRY(const std::int64_t found, in.small_integer());
  if (found < least || found > most) {
    return not_ours();
  }
  return found;
}

Result<double> length(asn1::Reader& in) {
  YX_TRY(const std::int64_t found, number(in, 0, max_length_um));
  return static_cast<double>(found) / um_per_mm;
}

Result<double> place(asn1::Reader& in) {
  YX_TRY(const std::int64_t found, number(in, 0, place_origin_um + max_length_um));
  return static_cast<double>(found - place_origin_um) / um_per_mm;
}

std::uint32_t be32(BytesView at) {
  return (std::uint32_t{at[0]} << 24U) | (std::uint32_t{at[1]} << 16U) | (std::uint32_t{at[2]} << 8U) | at[3];
}

// A PNG is its signature and chunks (length, type, content, CRC). Of ours: IHDR of 8-bit RGB, the background, pixels.
bool is_plain_png(BytesView png, std::uint32_t width, std::uint32_t height) {
  constexpr std::array<std::uint8_t, 8> signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  constexpr std::array<std::uint8_t, 5> eight_bit_rgb{8, 2, 0, 0, 0};
  constexpr std::size_t beside_content = 12;
  constexpr std::size_t header_bytes = 13;
  if (png.size() < signature.size() || !std::equal(signature.begin(), signature.end(), png.begin())) {
    return false;
  }
  BytesView rest = png.subspan(signature.size());
  bool is_first = true;
  while (rest.size() >= beside_content) {
    const std::size_t size = be32(rest);
    const std::string_view type = text_of(rest.subspan(4, 4));
    if (size > rest.size() - beside_content) {
      return false;
    }
    const BytesView content = rest.subspan(8, size);
    if (is_first != (type == "IHDR")) {
      return false;
    }
    if (is_first && (size != header_bytes || be32(content) != width || be32(content.subspan(4)) != height ||
                     !std::equal(eight_bit_rgb.begin(), eight_bit_rgb.end(), content.begin() + 8))) {
      return false;
    }
    rest = rest.subspan(beside_content + size);
    if (type == "IEND") {
      return size == 0 && rest.empty();
    }
    if (!is_first && type != "IDAT" && type != "bKGD") {
      return false;
    }
    is_first = false;
  }
  return false;
}

Result<SealPlace> read_seal(asn1::Reader in) {
  SealPlace seal;
  YX_TRY(const std::int64_t signature, number(in, 1, max_signatures_told));
  seal.signature = static_cast<std::size_t>(signature);
  YX_TRY(seal.box.x, place(in));
  YX_TRY(seal.box.y, place(in));
  YX_TRY(seal.box.width, length(in));
  YX_TRY(seal.box.height, length(in));
  YX_TRY(seal.is_drawn, in.boolean());
  YX_CHECK(in.finish());
  return seal;
}

Result<PagePicture> read_picture(asn1::Reader in) {
  PagePicture picture;
  YX_TRY(const std::int64_t pages, number(in, 1, max_pages_told));
  picture.pages = static_cast<std::size_t>(pages);
  YX_TRY(const std::int64_t page, number(in, 1, pages));
  picture.page = static_cast<std::size_t>(page);
  YX_TRY(picture.width_mm, length(in));
  YX_TRY(picture.height_mm, length(in));
  YX_TRY(const std::int64_t width, number(in, 1, static_cast<std::int64_t>(max_page_side_px)));
  picture.width_px = static_cast<std::uint32_t>(width);
  YX_TRY(const std::int64_t height, number(in, 1, static_cast<std::int64_t>(max_page_side_px)));
  picture.height_px = static_cast<std::uint32_t>(height);
  YX_TRY(const std::int64_t not_shown, number(in, 0, std::numeric_limits<std::int32_t>::max()));
  picture.not_shown = static_cast<std::size_t>(not_shown);
  YX_TRY(picture.has_other_fonts, in.boolean());
  YX_TRY(asn1::Reader list, in.sequence());
  while (!list.at_end()) {
    YX_TRY(asn1::Reader one, list.sequence());
    YX_TRY(const SealPlace place, read_seal(one));
    if (picture.seals.size() == max_seals_on_page) {
      return not_ours();
    }
    picture.seals.push_back(place);
  }
  YX_TRY(const BytesView png, in.octet_string());
  YX_CHECK(in.finish());
  if (png.size() > max_png_bytes || !is_plain_png(png, picture.width_px, picture.height_px)) {
    return not_ours();
  }
  picture.png = to_bytes(png);
  return picture;
}

}  // namespace

Bytes to_wire(const Answer& answer) {
  return asn1::sequence([&](asn1::Writer& out) {
    out.integer(version).integer(static_cast<int>(answer.outcome));
    if (answer.outcome != Outcome::drawn) {
      return;
    }
    const PagePicture& picture = answer.picture;
    constexpr std::size_t most_told = std::numeric_limits<std::int32_t>::max();
    out.sequence([&](asn1::Writer& one) {
      one.integer(static_cast<std::int64_t>(picture.pages))
          .integer(static_cast<std::int64_t>(picture.page))
          .integer(um(picture.width_mm))
          .integer(um(picture.height_mm))
          .integer(picture.width_px)
          .integer(picture.height_px)
          .integer(static_cast<std::int64_t>(std::min(picture.not_shown, most_told)))
          .boolean(picture.has_other_fonts);
      one.sequence([&](asn1::Writer& list) {
        for (const SealPlace& place : picture.seals) {
          list.sequence([&](asn1::Writer& seal) {
            seal.integer(static_cast<std::int64_t>(place.signature))
                .integer(place_origin_um + um(place.box.x))
                .integer(place_origin_um + um(place.box.y))
                .integer(um(place.box.width))
                .integer(um(place.box.height))
                .boolean(place.is_drawn);
          });
        }
      });
      one.octet_string(picture.png);
    });
  });
}

Result<Answer> answer_of_wire(BytesView der) {
  asn1::Reader outside(der);
  YX_TRY(asn1::Reader in, outside.sequence());
  YX_CHECK(outside.finish());
  YX_CHECK(number(in, version, version));
  YX_TRY(const std::int64_t outcome, number(in, 0, static_cast<std::int64_t>(Outcome::no_such_page)));
  Answer answer{.outcome = static_cast<Outcome>(outcome), .picture = {}};
  if (answer.outcome == Outcome::drawn) {
    YX_TRY(asn1::Reader picture, in.sequence());
    YX_TRY(answer.picture, read_picture(picture));
  }
  YX_CHECK(in.finish());
  return answer;
}

}  // namespace yinxin::view
