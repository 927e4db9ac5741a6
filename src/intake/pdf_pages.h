#pragma once
// A stranger's PDF, page by page, read by qpdf. Scanners make pages that are one picture: that picture is taken as it
// lies in the file. Any other page has to be rendered.

#include <optional>
#include <vector>

#include "intake/upload.h"

namespace yinxin::intake {

constexpr std::size_t max_pdf_objects = 20'000;
constexpr std::size_t max_page_content_bytes = 4096;  // of a page that is one picture

// The one picture of a page.
struct PageScan {
  Bytes data;  // a JPEG file, or raw samples
  bool is_jpeg = false;
  int width = 0;  // as the PDF says
  int height = 0;
  int channels = 3;       // of raw samples: 1 or 3, 8 bits each
  int quarter_turns = 0;  // clockwise, by the page's /Rotate
};

struct PdfPages {
  std::vector<Flaw> flaws;                     // of the file; then `pages` is not to be used
  std::vector<std::optional<PageScan>> pages;  // nullopt: has to be rendered
};

PdfPages read_pdf_pages(BytesView file, const Limits& limits);
// What decode() says; corrupt "picture.data" when the samples are not as many as width and height demand.
Result<Picture> picture_of(const PageScan& scan, std::uint64_t max_pixels);

}  // namespace yinxin::intake
