#include "base/identifiers/check_digits.h"

#include <algorithm>
#include <array>

#include "base/ensure.h"
#include "base/identifiers/identifier.h"
#include "base/text.h"

namespace yinxin {

bool is_division(std::string_view six_digits) {
  constexpr std::array<int, 34> provinces{11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42,
                                          43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82};
  constexpr int abroad = 91;
  if (six_digits.size() != 6 || !all_digits(six_digits)) {
    return false;
  }
  const int province = (six_digits[0] - '0') * 10 + (six_digits[1] - '0');
  return province == abroad || std::ranges::binary_search(provinces, province);
}

char resident_id_check_digit(std::string_view seventeen) {
  constexpr std::array<int, 17> weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  ensure(seventeen.size() == weights.size() && all_digits(seventeen), "the check digit of 17 digits");
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += (seventeen[i] - '0') * weights[i];
  }
  constexpr std::string_view digits = "10X98765432";
  return digits[static_cast<std::size_t>(sum % 11)];
}

bool resident_id_check_digit_holds(std::string_view eighteen) {
  return eighteen.size() == 18 && all_digits(eighteen.substr(0, 17)) &&
         eighteen.back() == resident_id_check_digit(eighteen.substr(0, 17));
}

bool luhn_holds(std::string_view digits) {
  int sum = 0;
  bool doubled = false;
  for (std::size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    const int digit = digits[i] - '0';
    sum += !doubled ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return !digits.empty() && sum % 10 == 0;
}

}  // namespace yinxin
