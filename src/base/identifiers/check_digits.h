#pragma once
// Check digits that more than one identifier uses.

#include <string_view>

namespace yinxin {

// GB 11643-1999 4.2.3 (ISO 7064 MOD 11-2): whether 17 digits and a digit or 'X' belong together. False for any other
// shape.
bool resident_id_check_digit_holds(std::string_view eighteen);
// The check character of 17 digits.
char resident_id_check_digit(std::string_view seventeen);
// ISO/IEC 7812-1 annex B (Luhn), over a run of digits that ends in its check digit.
bool luhn_holds(std::string_view digits);

}  // namespace yinxin
