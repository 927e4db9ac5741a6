#pragma once
// What may stand in a programme's file: one table of keys. The reader, the check and the canonical
// manifest walk this table; a new key is one line here.

#include <span>
#include <string_view>

namespace yinxin::hall::programme {

// Bump when the meaning of the canonical bytes changes.
inline constexpr int manifest_version = 1;

enum class Type { code, text, integer, fen, yes_no, word, hex, url, date, texts, integers, words, record, records };

struct Field {
  std::string_view key;
  Type type = Type::text;
  bool required = false;
  std::span<const std::string_view> words{};
  std::span<const Field> fields{};
};

// The keys of the whole file, in the order of the canonical manifest.
std::span<const Field> schema();

}  // namespace yinxin::hall::programme
