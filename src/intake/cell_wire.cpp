#include <charconv>

#include "intake/cell.h"

namespace yinxin::intake {

namespace {

constexpr std::string_view magic = "YXI1";

void put(Bytes& to, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    to.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
  }
}

// Reads on until something is missing; then everything is 0 and good() is false.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }
  BytesView take(std::size_t count) {
    if (count > rest_.size()) {
      good_ = false;
      rest_ = {};
      return {};
    }
    const BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::uint32_t number() {
    const BytesView four = take(4);
    std::uint32_t value = 0;
    for (const std::uint8_t byte : four) {
      value = value << 8U | byte;
    }
    return value;
  }

 private:
  BytesView rest_;
  bool good_ = true;
};

bool right(const Page& page, const Limits& limits) {
  if (page.kind != Kind::jpeg && page.kind != Kind::png) {
    return false;
  }
  const auto head = read_head(page.rendition);
  return head && head->kind == page.kind && head->width == page.width && head->height == page.height &&
         head->orientation == 1 &&
         static_cast<std::uint64_t>(page.width) * static_cast<std::uint64_t>(page.height) <= limits.max_pixels;
}

template <class Number>
bool read_number(const std::string& text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Bytes to_wire(const Upload& upload) {
  Bytes out = to_bytes(bytes_of(magic));
  put(out, static_cast<std::uint32_t>(upload.kind));
  put(out, static_cast<std::uint32_t>(upload.findings.size()));
  for (const Finding& finding : upload.findings) {
    put(out, static_cast<std::uint32_t>(finding.flaw));
    put(out, static_cast<std::uint32_t>(finding.page));
  }
  put(out, static_cast<std::uint32_t>(upload.pages.size()));
  for (const Page& page : upload.pages) {
    put(out, static_cast<std::uint32_t>(page.kind));
    put(out, static_cast<std::uint32_t>(page.width));
    put(out, static_cast<std::uint32_t>(page.height));
    put(out, static_cast<std::uint32_t>(page.rendition.size()));
    append(out, page.rendition);
  }
  return out;
}

Result<Upload> from_wire(BytesView answer, const Limits& limits) {
  const Error refused = fail(ErrorCode::corrupt, "cell.answer");
  Reader in(answer);
  if (text_of(in.take(magic.size())) != magic) {
    return refused;
  }
  Upload upload;
  const std::uint32_t kind = in.number();
  const std::uint32_t findings = in.number();
  if (kind > static_cast<std::uint32_t>(Kind::pdf) || findings > 2 * limits.max_pages + 2) {
    return refused;
  }
  upload.kind = static_cast<Kind>(kind);
  for (std::uint32_t i = 0; i < findings && in.good(); ++i) {
    const std::uint32_t flaw = in.number();
    const std::uint32_t page = in.number();
    if (flaw > static_cast<std::uint32_t>(Flaw::needs_rendering) || page > limits.max_pages) {
      return refused;
    }
    upload.findings.push_back({.flaw = static_cast<Flaw>(flaw), .page = page});
  }
  const std::uint32_t pages = in.number();
  if (pages > limits.max_pages) {
    return refused;
  }
  for (std::uint32_t i = 0; i < pages; ++i) {
    Page page;
    const std::uint32_t page_kind = in.number();
    page.kind = page_kind == static_cast<std::uint32_t>(Kind::jpeg)  ? Kind::jpeg
                : page_kind == static_cast<std::uint32_t>(Kind::png) ? Kind::png
                                                                     : Kind::unknown;
    page.width = static_cast<int>(in.number());
    page.height = static_cast<int>(in.number());
    page.rendition = to_bytes(in.take(in.number()));
    if (!in.good() || !right(page, limits)) {
      return refused;
    }
    upload.pages.push_back(std::move(page));
  }
  if (!in.at_end()) {
    return refused;
  }
  return upload;
}

std::vector<std::string> arguments_of(const Limits& limits, const CellLimits& cell_limits) {
  return {std::to_string(limits.max_bytes),         std::to_string(limits.max_pages),
          std::to_string(limits.max_pixels),        std::to_string(limits.max_all_pixels),
          std::to_string(limits.min_width_px),      std::to_string(limits.render_dpi),
          std::to_string(cell_limits.time.count()), std::to_string(cell_limits.memory_bytes)};
}

Result<std::pair<Limits, CellLimits>> limits_of(const std::vector<std::string>& arguments) {
  Limits limits;
  CellLimits cell;
  std::int64_t time_ms = 0;
  constexpr std::size_t count = 8;
  if (arguments.size() != count || !read_number(arguments[0], limits.max_bytes) ||
      !read_number(arguments[1], limits.max_pages) || !read_number(arguments[2], limits.max_pixels) ||
      !read_number(arguments[3], limits.max_all_pixels) || !read_number(arguments[4], limits.min_width_px) ||
      !read_number(arguments[5], limits.render_dpi) || !read_number(arguments[6], time_ms) ||
      !read_number(arguments[7], cell.memory_bytes)) {
    return fail(ErrorCode::invalid_input, "cell.arguments");
  }
  cell.time = std::chrono::milliseconds(time_ms);
  return std::pair(limits, cell);
}

}  // namespace yinxin::intake
