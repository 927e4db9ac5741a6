#include "base/text.h"

#include <algorithm>
#include <array>

namespace yinxin {

namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr char32_t max_code_point = 0x10FFFF;

constexpr bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }

struct Decoded {
  char32_t code_point = 0;
  std::size_t size = 0;  // 0: not UTF-8
};

// UTF8-char = UTF8-1 / UTF8-2 / UTF8-3 / UTF8-4   -- RFC 3629 section 4
Decoded decode_one(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  const char32_t first = byte(0);
  if (first < 0x80) {
    return {.code_point = first, .size = 1};
  }
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) {
    return {};
  }
  char32_t code_point = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) {
      return {};
    }
    code_point = code_point << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (code_point < smallest[size] || code_point > max_code_point || is_surrogate(code_point)) {
    return {};
  }
  return {.code_point = code_point, .size = size};
}

bool is_zero_width(char32_t c) { return (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0xAD; }

bool is_blank(char32_t c) { return c == ' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F; }

bool is_control(char32_t c) {
  // C0, DEL and C1, line and paragraph separators, and the marks that turn the direction of writing.
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

char32_t folded(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) {
    return c - 0xFF01 + '!';
  }
  return c == 0x3000 || c == '\t' ? U' ' : c;
}

Result<std::u32string> normalised_code_points(std::string_view typed) {
  const auto code_points = decode_utf8(typed);
  if (!code_points) {
    return fail(ErrorCode::invalid_input, "text.utf8");
  }
  std::u32string kept;
  for (const char32_t typed_one : *code_points) {
    const char32_t c = folded(typed_one);
    if (is_zero_width(c)) {
      continue;
    }
    if (is_control(c)) {
      return fail(ErrorCode::invalid_input, "text.control");
    }
    kept += c;
  }
  const auto first = std::ranges::find_if_not(kept, is_blank);
  kept.erase(kept.begin(), first);
  while (!kept.empty() && is_blank(kept.back())) {
    kept.pop_back();
  }
  return kept;
}

}  // namespace

std::optional<std::u32string> decode_utf8(std::string_view text) {
  std::u32string code_points;
  while (!text.empty()) {
    const Decoded next = decode_one(text);
    if (next.size == 0) {
      return std::nullopt;
    }
    code_points += next.code_point;
    text.remove_prefix(next.size);
  }
  return code_points;
}

bool is_utf8(std::string_view text) { return decode_utf8(text).has_value(); }

std::string encode_utf8(std::u32string_view code_points) {
  std::string text;
  for (char32_t c : code_points) {
    if (c > max_code_point || is_surrogate(c)) {
      c = replacement;
    }
    const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | c >> 6);
      put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | c >> 12);
      put(0x80 | (c >> 6 & 0x3F));
      put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
      put(0x80 | (c >> 6 & 0x3F));
      put(0x80 | (c & 0x3F));
    }
  }
  return text;
}

Result<std::string> normalised(std::string_view typed) {
  YX_TRY(const std::u32string code_points, normalised_code_points(typed));
  return encode_utf8(code_points);
}

Result<std::string> normalised_number(std::string_view typed) {
  YX_TRY(std::u32string code_points, normalised_code_points(typed));
  std::erase_if(code_points,
                [](char32_t c) { return is_blank(c) || c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212; });
  return encode_utf8(code_points);
}

std::string ascii_upper(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> to_capital_numeral(std::uint64_t number) {
  constexpr std::array<std::string_view, 10> digits{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
  constexpr std::array<std::string_view, 4> places{"", "拾", "佰", "仟"};
  constexpr std::array<std::string_view, 3> groups{"", "万", "亿"};
  constexpr std::uint64_t largest = 999'999'999'999;
  if (number > largest) {
    return fail(ErrorCode::invalid_input, "capital_numeral.range");
  }
  if (number == 0) {
    return std::string(digits[0]);
  }
  const std::string plain = std::to_string(number);
  std::string text;
  bool zero_owed = false;   // one 零 stands for a run of zeros, and only before a digit
  bool group_said = false;  // the group of four has a digit, so its 万 or 亿 must follow
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::size_t left = plain.size() - 1 - i;
    const auto digit = static_cast<std::size_t>(plain[i] - '0');
    if (digit == 0) {
      zero_owed = true;
    } else {
      text += zero_owed ? digits[0] : "";
      text += digits[digit];
      text += places[left % 4];
      zero_owed = false;
      group_said = true;
    }
    if (left % 4 == 0 && group_said) {
      text += groups[left / 4];
      group_said = false;
    }
  }
  return text;
}

std::string masked(std::string_view text, std::size_t keep_front, std::size_t keep_back) {
  std::u32string code_points = decode_utf8(text).value_or(std::u32string(text.size(), replacement));
  const std::size_t size = code_points.size();
  if (keep_front > size || keep_back > size - keep_front || keep_front + keep_back == size) {
    keep_front = keep_back = 0;
  }
  for (std::size_t i = keep_front; i < size - keep_back; ++i) {
    code_points[i] = U'*';
  }
  return encode_utf8(code_points);
}

}  // namespace yinxin
