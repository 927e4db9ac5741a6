// Any bytes behind a PDF's header: never an error, and no page of a file that was refused.
#include "base/ensure.h"
#include "intake/upload.h"

namespace {

using namespace yinxin;

class Blank final : public intake::PageRenderer {
 public:
  Result<intake::Picture> render(BytesView, std::size_t, int, std::uint64_t) override {
    return intake::Picture{.width = 8, .height = 8, .rgb = Bytes(192, 255)};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input = concat({bytes_of("%PDF-1.5\n"), BytesView(data, size)});
  const intake::Limits limits{
      .max_bytes = 64 * 1024, .max_pages = 3, .max_pixels = 20'000, .max_all_pixels = 40'000, .min_width_px = 1};
  Blank renderer;
  const auto upload = intake::examine(input, limits, &renderer);
  ensure(upload.has_value(), "a stranger's file is a finding, not an error");
  ensure(!upload->findings.empty() || !upload->pages.empty(), "what has no finding has a page");
  ensure(upload->pages.size() <= limits.max_pages, "pages have a limit");
  for (const intake::Finding& finding : upload->findings) {
    ensure(finding.page != 0 || upload->pages.empty(), "a file that is refused shows nothing");
  }
  return 0;
}
