#include "base/bytes.h"

#include <algorithm>
#include <array>

namespace yinxin {

Bytes concat(std::initializer_list<BytesView> parts) {
  Bytes all;
  std::size_t size = 0;
  for (const BytesView part : parts) {
    size += part.size();
  }
  all.reserve(size);
  for (const BytesView part : parts) {
    append(all, part);
  }
  return all;
}

bool same(BytesView a, BytesView b) { return std::ranges::equal(a, b); }

bool equal_in_constant_time(BytesView a, BytesView b) {
  if (a.size() != b.size()) {
    return false;
  }
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

std::string to_hex(BytesView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
  return text;
}

namespace {

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return digit - '0';
  }
  if (digit >= 'a' && digit <= 'f') {
    return digit - 'a' + 10;
  }
  if (digit >= 'A' && digit <= 'F') {
    return digit - 'A' + 10;
  }
  return -1;
}

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int, 256> base64_values = [] {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64_digits.size(); ++i) {
    values[static_cast<std::uint8_t>(base64_digits[i])] = static_cast<int>(i);
  }
  return values;
}();

}  // namespace

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) {
    return fail(ErrorCode::invalid_input, "hexadecimal text of odd length");
  }
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) {
      return fail(ErrorCode::invalid_input, "not a hexadecimal digit at " + std::to_string(i));
    }
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(BytesView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (left > 1) {
      group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    }
    if (left > 2) {
      group |= bytes[i + 2];
    }
    text += base64_digits[group >> 18 & 63];
    text += base64_digits[group >> 12 & 63];
    text += left > 1 ? base64_digits[group >> 6 & 63] : '=';
    text += left > 2 ? base64_digits[group & 63] : '=';
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      continue;
    }
    if (c == '=') {
      ++padding;
      if (padding > 2) {
        return fail(ErrorCode::invalid_input, "base64 with too much padding");
      }
      continue;
    }
    const int value = base64_values[static_cast<std::uint8_t>(c)];
    if (value < 0 || padding > 0) {
      return fail(ErrorCode::invalid_input, "not base64");
    }
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (++digits == 4) {
      bytes.push_back(static_cast<std::uint8_t>(group >> 16));
      bytes.push_back(static_cast<std::uint8_t>(group >> 8));
      bytes.push_back(static_cast<std::uint8_t>(group));
      group = 0;
      digits = 0;
    }
  }
  if (digits == 1 || (padding > 0 && digits + padding != 4)) {
    return fail(ErrorCode::invalid_input, "base64 cut short");
  }
  // One text for one value (RFC 4648, 3.5): what is signed shall not have two.
  constexpr std::uint32_t unused_of_two = 0xF, unused_of_three = 0x3;
  if ((digits == 2 && (group & unused_of_two) != 0) || (digits == 3 && (group & unused_of_three) != 0)) {
    return fail(ErrorCode::invalid_input, "base64 with bits that nothing reads");
  }
  if (digits == 2) {
    bytes.push_back(static_cast<std::uint8_t>(group >> 4));
  } else if (digits == 3) {
    bytes.push_back(static_cast<std::uint8_t>(group >> 10));
    bytes.push_back(static_cast<std::uint8_t>(group >> 2));
  }
  return bytes;
}

}  // namespace yinxin
