#include "yinxin/draw_in_cell.h"

#include <boost/json.hpp>

#include "cage/cell_process.h"

namespace yinxin::cli {

namespace {

constexpr cage::CellBounds bounds{.time = std::chrono::seconds(10), .output_bytes = view::max_answer_bytes};

std::string_view name_of(view::Outcome outcome) {
  switch (outcome) {
    case view::Outcome::drawn: return "drawn";
    case view::Outcome::no_pages: return "no_pages";
    case view::Outcome::unreadable: return "unreadable";
    case view::Outcome::no_such_page: return "no_such_page";
  }
  ensure_unreachable("an outcome without a name");
}

}  // namespace

Result<std::optional<view::Answer>> draw_in_cell(const std::string& cell, BytesView file, std::size_t page) {
  YX_TRY(const auto answered, cage::run_cell(cell, {std::to_string(page)}, file, bounds));
  auto read = answered ? view::answer_of_wire(*answered) : Result<view::Answer>(fail(ErrorCode::invalid_input, ""));
  if (!read || (read->outcome == view::Outcome::drawn && read->picture.page != page)) {
    return std::optional<view::Answer>();
  }
  return std::optional(std::move(*read));
}

std::string to_json(const std::optional<view::Answer>& answer) {
  if (!answer) {
    return R"({"outcome":"failed"})";
  }
  boost::json::object told{{"outcome", name_of(answer->outcome)}};
  if (answer->outcome == view::Outcome::drawn) {
    const view::PagePicture& picture = answer->picture;
    boost::json::array seals;
    for (const view::SealPlace& place : picture.seals) {
      seals.push_back({{"signature", place.signature},
                       {"x_mm", place.box.x},
                       {"y_mm", place.box.y},
                       {"width_mm", place.box.width},
                       {"height_mm", place.box.height},
                       {"drawn", place.is_drawn}});
    }
    told["pages"] = picture.pages;
    told["page"] = picture.page;
    told["width_mm"] = picture.width_mm;
    told["height_mm"] = picture.height_mm;
    told["not_shown"] = picture.not_shown;
    told["other_fonts"] = picture.has_other_fonts;
    told["seals"] = std::move(seals);
    told["png"] = to_base64(picture.png);
  }
  return boost::json::serialize(told);
}

}  // namespace yinxin::cli
