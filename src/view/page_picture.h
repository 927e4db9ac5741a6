#pragma once
// The door: a page of a stranger's document as a picture. For a person to look at beside a verification, never a base
// of one.

#include "base/bytes.h"
#include "seal/ofd/document.h"

namespace yinxin::view {

using seal::ofd::Box;

// Where a signature says that its seal stands.
struct SealPlace {
  std::size_t signature = 0;  // from 1 through all documents of the package, as the verification counts
  Box box;                    // on the page, millimetres from its top left corner
  bool is_drawn = false;
};

struct PagePicture {
  std::size_t pages = 0;  // of all documents of the package
  std::size_t page = 0;   // this one, from 1
  double width_mm = 0;
  double height_mm = 0;
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  std::size_t not_shown = 0;  // objects, seals and annotations that are not drawn, or not whole
  bool has_other_fonts = false;
  std::vector<SealPlace> seals{};
  Bytes png{};  // 8-bit RGB
};

// `page` from 1. unsupported "view.kind" for a file of another kind than OFD; invalid_input or corrupt for a package
// that cannot be read safely; not_found "view.page"; precondition "view.fonts", "view.page.size".
Result<PagePicture> draw_page(Bytes file, std::size_t page);

}  // namespace yinxin::view
