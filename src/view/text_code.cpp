#include "view/text_code.h"

#include <algorithm>

#include "view/limits.h"

namespace yinxin::view {

std::optional<std::vector<double>> deltas_of(std::string_view text, std::size_t most) {
  constexpr std::string_view blanks = " \t\r\n,";
  std::vector<double> deltas;
  while (true) {
    const std::size_t next = text.find_first_not_of(blanks);
    if (next == std::string_view::npos || deltas.size() >= most) {
      return deltas;
    }
    text.remove_prefix(next);
    std::size_t count = 1;
    if (text.front() == 'g' || text.front() == 'G') {
      text.remove_prefix(1);
      const auto repeated = take_number(text);
      if (!repeated || *repeated < 0) {
        return std::nullopt;
      }
      count = static_cast<std::size_t>(*repeated);
    }
    const auto shift = take_number(text);
    if (!shift || (!text.empty() && blanks.find(text.front()) == std::string_view::npos)) {
      return std::nullopt;
    }
    deltas.insert(deltas.end(), std::min(count, most - deltas.size()), *shift);
  }
}

void add_glyphs(GlyphTable& table, std::string_view position, std::string_view characters, std::string_view glyphs) {
  const auto first = number_of(position).value_or(0);
  const auto count = number_of(characters).value_or(1);
  const auto list = numbers_of(glyphs, max_text_code_characters);
  if (!list || list->empty() || first < 0 || count < 1 || table.size() >= max_characters) {
    return;
  }
  GlyphRun run{.characters = static_cast<std::size_t>(count), .glyphs = {}};
  for (const double glyph : *list) {
    if (glyph < 0) {
      return;
    }
    run.glyphs.push_back(static_cast<unsigned long>(glyph));
  }
  table[static_cast<std::size_t>(first)] = std::move(run);
}

}  // namespace yinxin::view
