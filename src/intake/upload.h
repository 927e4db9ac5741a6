#pragma once
// What a stranger uploaded: judged by content, and made anew by us. What is kept for officers to look at is only what
// was made here; the file as it came is evidence and is never shown.

#include <string_view>
#include <vector>

#include "intake/picture.h"

namespace yinxin::intake {

enum class Flaw {
  empty,
  too_big,        // bytes
  not_a_picture,  // neither JPEG, PNG nor PDF
  encrypted_pdf,  // also with an empty password: what is shown could depend on the reader
  scripted_pdf,   // scripts, launches, forms that act, files inside
  broken,
  too_small,  // fewer pixels wide than can be read
  too_many_pixels,
  too_many_pages,
  needs_rendering,  // a page of a PDF that is not one picture, and nobody here to render it
};
std::string_view name_of(Flaw flaw);

struct Finding {
  Flaw flaw = Flaw::broken;
  std::size_t page = 0;  // from 1; 0 is the file
};

struct Limits {
  std::size_t max_bytes = 10 * 1024 * 1024;
  std::size_t max_pages = 10;
  std::uint64_t max_pixels = 40'000'000;       // one page: A4 at 600 dpi has 35 million
  std::uint64_t max_all_pixels = 120'000'000;  // all pages; what examining one file may cost
  int min_width_px = 1000;
  int render_dpi = 250;  // pages of a PDF that have to be rendered
};

struct Page {
  Bytes rendition;  // JPEG or PNG made here: upright, no metadata
  Kind kind = Kind::jpeg;
  int width = 0;
  int height = 0;
};

struct Upload {
  Kind kind = Kind::unknown;
  std::vector<Finding> findings;  // none: it can be taken
  std::vector<Page> pages;        // those that could be read

  [[nodiscard]] bool acceptable() const { return findings.empty() && !pages.empty(); }
};

// Renders a page of a PDF. Declared here, implemented where there is a renderer in a process of its own.
class PageRenderer {
 public:
  PageRenderer() = default;
  PageRenderer(const PageRenderer&) = delete;
  PageRenderer& operator=(const PageRenderer&) = delete;
  virtual ~PageRenderer() = default;
  // `page` from 0. At most max_pixels. Fails with corrupt for a page that cannot be drawn, precondition
  // "picture.pixels" for one that is too large.
  virtual Result<Picture> render(BytesView pdf, std::size_t page, int dpi, std::uint64_t max_pixels) = 0;
};

// Judges the file and makes the renditions. Every flaw of the file is a finding; an Error is our own trouble only
// (internal: no memory). Time grows with max_all_pixels, but the structure of a PDF may inflate to much more than its
// bytes: strangers' PDFs belong into a process with a limit of memory and time (intake/cell.h).
Result<Upload> examine(BytesView file, const Limits& limits, PageRenderer* renderer = nullptr);

}  // namespace yinxin::intake
