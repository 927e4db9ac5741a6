#include "intake/upload.h"

#include <exception>
#include <new>

#include "intake/pdf_pages.h"

namespace yinxin::intake {

namespace {

constexpr int rendition_quality = 92;
constexpr std::uint64_t max_png_rendition_pixels = 4'000'000;  // beyond that a PNG of a scan is tens of megabytes

Flaw flaw_of(const Error& error) { return error.detail == "picture.pixels" ? Flaw::too_many_pixels : Flaw::broken; }

class Examination {
 public:
  Examination(BytesView file, const Limits& limits, PageRenderer* renderer)
      : file_(file), limits_(limits), renderer_(renderer) {}

  Result<Upload> run() {
    if (file_.empty()) {
      found(Flaw::empty, 0);
    } else if (file_.size() > limits_.max_bytes) {
      found(Flaw::too_big, 0);
    } else {
      upload_.kind = kind_of(file_);
      switch (upload_.kind) {
        case Kind::unknown: found(Flaw::not_a_picture, 0); break;
        case Kind::pdf: YX_CHECK(pdf()); break;
        case Kind::jpeg:
        case Kind::png: YX_CHECK(add(decode(file_, pixels_left()), upload_.kind, 1)); break;
      }
    }
    return std::move(upload_);
  }

 private:
  void found(Flaw flaw, std::size_t page) { upload_.findings.push_back({.flaw = flaw, .page = page}); }
  [[nodiscard]] std::uint64_t pixels_left() const {
    return std::min(limits_.max_pixels, limits_.max_all_pixels - used_pixels_);
  }

  Result<void> add(const Result<Picture>& picture, Kind from, std::size_t number) {
    if (!picture) {
      if (picture.error().code == ErrorCode::internal) {
        return picture.error();
      }
      found(flaw_of(picture.error()), number);
      return {};
    }
    used_pixels_ += picture->pixels();
    if (picture->width < limits_.min_width_px) {
      found(Flaw::too_small, number);
    }
    Page page{.rendition = {}, .kind = Kind::jpeg, .width = picture->width, .height = picture->height};
    if (from == Kind::png && picture->pixels() <= max_png_rendition_pixels) {
      page.kind = Kind::png;
      YX_TRY(page.rendition, encode_png(*picture));
    } else {
      YX_TRY(page.rendition, encode_jpeg(*picture, rendition_quality));
    }
    upload_.pages.push_back(std::move(page));
    return {};
  }

  Result<void> pdf() {
    PdfPages pages = read_pdf_pages(file_, limits_);
    for (const Flaw flaw : pages.flaws) {
      found(flaw, 0);
    }
    if (!pages.flaws.empty()) {
      return {};  // a page of it is not decoded, let alone rendered
    }
    for (std::size_t i = 0; i < pages.pages.size(); ++i) {
      if (const auto& scan = pages.pages[i]) {
        Result<Picture> picture = picture_of(*scan, pixels_left());
        if (picture && scan->quarter_turns != 0) {
          picture = turned(*picture, scan->quarter_turns);
        }
        YX_CHECK(add(picture, Kind::pdf, i + 1));
      } else if (renderer_ == nullptr) {
        found(Flaw::needs_rendering, i + 1);
      } else {
        YX_CHECK(add(renderer_->render(file_, i, limits_.render_dpi, pixels_left()), Kind::pdf, i + 1));
      }
    }
    return {};
  }

  BytesView file_;
  const Limits& limits_;
  PageRenderer* renderer_;
  std::uint64_t used_pixels_ = 0;
  Upload upload_;
};

}  // namespace

std::string_view name_of(Flaw flaw) {
  switch (flaw) {
    case Flaw::empty: return "empty";
    case Flaw::too_big: return "too_big";
    case Flaw::not_a_picture: return "not_a_picture";
    case Flaw::encrypted_pdf: return "encrypted_pdf";
    case Flaw::scripted_pdf: return "scripted_pdf";
    case Flaw::broken: return "broken";
    case Flaw::too_small: return "too_small";
    case Flaw::too_many_pixels: return "too_many_pixels";
    case Flaw::too_many_pages: return "too_many_pages";
    case Flaw::needs_rendering: return "needs_rendering";
  }
  ensure_unreachable("a flaw without a name");
}

Result<Upload> examine(BytesView file, const Limits& limits, PageRenderer* renderer) {
  try {
    return Examination(file, limits, renderer).run();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::internal, "intake.memory");
  }
}

}  // namespace yinxin::intake
