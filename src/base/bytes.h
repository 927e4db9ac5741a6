#pragma once
// Byte strings and their textual forms.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace yinxin {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// The bytes of a text, without copying; the text must outlive the view.
inline BytesView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(BytesView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline Bytes to_bytes(BytesView view) { return {view.begin(), view.end()}; }
inline void append(Bytes& to, BytesView more) { to.insert(to.end(), more.begin(), more.end()); }
// The parts one after the other.
Bytes concat(std::initializer_list<BytesView> parts);

// Byte-wise equality for public data. Secrets are compared with equal_in_constant_time().
bool same(BytesView a, BytesView b);
// Equality whose time depends on the lengths only.
bool equal_in_constant_time(BytesView a, BytesView b);

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(BytesView bytes);
// Either case, even length, no separators.
Result<Bytes> from_hex(std::string_view text);

// RFC 4648 section 4, with padding, without line breaks.
std::string to_base64(BytesView bytes);
// RFC 4648 section 4; blanks and line breaks are skipped, anything else foreign, or unread bits set: invalid_input.
Result<Bytes> from_base64(std::string_view text);

}  // namespace yinxin
