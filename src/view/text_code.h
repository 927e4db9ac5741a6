#pragma once
// Where the characters of a text object stand and how they look (GB/T 33190-2016 11.3, TextCode and CGTransform).

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "view/geometry.h"

namespace yinxin::view {

// deltas ::= { number | "g" count number }: a repeat of `count` equal shifts. nullopt for anything else; no more than
// `most` are kept.
std::optional<std::vector<double>> deltas_of(std::string_view text, std::size_t most);

// The shift from each character to the next along one axis. A list that ends early goes on with its last.
class Deltas {
 public:
  explicit Deltas(std::vector<double> list) : list_(std::move(list)) {}
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] double after(std::size_t character) const {
    return list_.empty() ? 0 : list_[character < list_.size() ? character : list_.size() - 1];
  }

 private:
  std::vector<double> list_;
};

// Characters that are drawn as these glyphs of the embedded font, one for one, several as one or one as several. A
// shift leads from glyph to glyph, not from character to character.
struct GlyphRun {
  std::size_t characters = 1;
  std::vector<unsigned long> glyphs;
};
// By the number of the first character, counted through all TextCode of the object.
using GlyphTable = std::unordered_map<std::size_t, GlyphRun>;
// CGTransform @CodePosition @CodeCount? (1) { Glyphs }; what cannot be read is left out.
void add_glyphs(GlyphTable& table, std::string_view position, std::string_view characters, std::string_view glyphs);

}  // namespace yinxin::view
