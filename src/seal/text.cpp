#include "seal/text.h"

#include <cstdint>

namespace yinxin::seal {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

// Bytes of the well-formed character at the front; 0 when there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) {
    return 0;
  }
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  const std::uint8_t second = byte(1);
  const bool bad = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                   (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
  return bad ? 0 : size;
}

// Controls, C1 included, and what breaks lines or turns the direction of writing: nothing that a report needs.
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(character[i]); };
  if (character.size() == 1) {
    return byte(0) < 0x20 || byte(0) == 0x7f;
  }
  if (character.size() == 2) {
    return byte(0) == 0xc2 && byte(1) < 0xa0;
  }
  if (character.size() != 3 || byte(0) != 0xe2) {
    return false;
  }
  const bool is_mark = byte(1) == 0x80 && (byte(2) == 0x8e || byte(2) == 0x8f || (byte(2) >= 0xa8 && byte(2) <= 0xae));
  const bool is_isolate = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
  return is_mark || is_isolate;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t most) {
  std::string clean;
  while (!text.empty()) {
    if (clean.size() + 4 > most) {
      return clean.append(replacement);
    }
    const std::size_t size = character_size(text);
    clean.append(size == 0 || is_control(text.substr(0, size)) ? replacement : text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return clean;
}

}  // namespace yinxin::seal
