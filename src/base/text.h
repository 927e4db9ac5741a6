#pragma once
// Text as people type it in China: UTF-8, with full-width digits, ideographic blanks and capital numerals.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yinxin {

// The code points of well-formed UTF-8 (RFC 3629: shortest form, no surrogates, at most U+10FFFF); else nullopt.
std::optional<std::u32string> decode_utf8(std::string_view text);
bool is_utf8(std::string_view text);
// The code points must be scalar values; anything else becomes U+FFFD.
std::string encode_utf8(std::u32string_view code_points);

// What a person typed into one field, in the one form we keep: full-width ASCII (U+FF01…U+FF5E) and the
// ideographic blank (U+3000) folded to half width, every kind of blank at both ends cut, zero-width marks dropped.
// invalid_input "text.utf8" for bytes that are not UTF-8, "text.control" for control characters (tabs become blanks).
Result<std::string> normalised(std::string_view typed);
// As normalised(), then without any blank or dash (ASCII '-', U+2010…U+2015, U+2212) inside: for numbers.
Result<std::string> normalised_number(std::string_view typed);

std::string ascii_upper(std::string_view text);
std::string ascii_lower(std::string_view text);
bool all_digits(std::string_view text);

// 大写数字 as papers demand them: 1 壹, 10 壹拾, 105 壹佰零伍. At most 999 999 999 999; else invalid_input.
Result<std::string> to_capital_numeral(std::uint64_t number);

// For display: the first and last characters stay, each one between becomes '*'. Counts characters, not bytes.
// When the text has no more characters than would stay, all of them are hidden.
std::string masked(std::string_view text, std::size_t keep_front, std::size_t keep_back);

}  // namespace yinxin
