// Any bytes as an uploaded picture, and what could be read of it as a page to search.
#include "base/ensure.h"
#include "intake/impression.h"
#include "intake/qr_reader.h"
#include "intake/red_seal.h"
#include "intake/upload.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  using namespace yinxin::intake;
  const BytesView input(data, size);
  const Limits limits{
      .max_bytes = 64 * 1024, .max_pages = 2, .max_pixels = 40'000, .max_all_pixels = 60'000, .min_width_px = 1};
  if (kind_of(input) == Kind::pdf) {
    return 0;  // has a target of its own
  }
  const auto upload = examine(input, limits);
  ensure(upload.has_value(), "a stranger's file is a finding, not an error");
  ensure(!upload->findings.empty() || !upload->pages.empty(), "what has no finding has a page");
  for (const Page& page : upload->pages) {
    const auto again = decode(page.rendition, limits.max_pixels);
    ensure(again && again->width == page.width && again->height == page.height, "a rendition is read again");
    ensure(exif_orientation(page.rendition) == 1, "a rendition says nothing beside");
    ensure(read_qr(*again).has_value(), "a page is searched");
    ensure(find_red_seal(*again).has_value(), "a page is searched for red");
    ensure(cut_impression(*again, 150).has_value(), "a page is measured or not");
  }
  return 0;
}
