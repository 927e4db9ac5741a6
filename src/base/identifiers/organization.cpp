#include "base/identifiers/organization.h"

#include <algorithm>
#include <array>

#include "base/identifiers/check_digits.h"
#include "base/text.h"

namespace yinxin {

namespace {

constexpr std::size_t uscc_size = 18;
constexpr std::size_t organization_code_size = 9;
constexpr std::string_view nation_division = "100000";

// GB 32100-2015 table 1: the characters in order of their values.
constexpr std::string_view uscc_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

// GB 32100-2015 5.6: C18 = (31 - sum(Ci * 3^(i-1) mod 31) mod 31) mod 31
bool uscc_check_digit_holds(std::string_view code) {
  constexpr std::array<std::size_t, 17> weights{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
  std::size_t sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += uscc_alphabet.find(code[i]) * weights[i];
  }
  return code[uscc_size - 1] == uscc_alphabet[(31 - sum % 31) % 31];
}

Error broken(std::string_view rule) { return fail(ErrorCode::invalid_input, std::string(rule)); }

}  // namespace

bool OrganizationCode::check_digit_holds(std::string_view nine) {
  // GB 11714-1997 3.2: C9 = 11 - sum(Ci * Wi) mod 11; 10 is X, 11 is 0
  constexpr std::array<int, 8> weights{3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const int value = nine[i] <= '9' ? nine[i] - '0' : nine[i] - 'A' + 10;
    sum += value * weights[i];
  }
  constexpr std::string_view digits = "0X987654321";  // by sum mod 11
  return nine[organization_code_size - 1] == digits[static_cast<std::size_t>(sum % 11)];
}

Result<OrganizationCode> OrganizationCode::parse(std::string_view typed) {
  YX_TRY(std::string code, normalised_number(typed));
  code = ascii_upper(code);
  if (!std::ranges::all_of(code, is_letter_or_digit)) {
    return broken("organization_code.character");
  }
  if (code.size() != organization_code_size) {
    return broken("organization_code.length");
  }
  if (!check_digit_holds(code)) {
    return broken("organization_code.check_digit");
  }
  return OrganizationCode(std::move(code));
}

Result<UnifiedSocialCreditCode> UnifiedSocialCreditCode::parse(std::string_view typed) {
  YX_TRY(std::string code, normalised_number(typed));
  code = ascii_upper(code);
  if (code.find_first_not_of(uscc_alphabet) != std::string::npos) {
    return broken("uscc.character");
  }
  if (code.size() != uscc_size) {
    return broken("uscc.length");
  }
  const std::string_view division = std::string_view(code).substr(2, 6);
  if (division != nation_division && !is_division(division)) {
    return broken("uscc.division");
  }
  const bool organization_holds = OrganizationCode::check_digit_holds(std::string_view(code).substr(8, 9));
  const bool whole_holds = uscc_check_digit_holds(code);
  if (!organization_holds || !whole_holds) {
    return broken(organization_holds ? "uscc.check_digit"
                  : whole_holds      ? "uscc.organization_check_digit"
                                     : "uscc.both_check_digits");
  }
  return UnifiedSocialCreditCode(std::move(code));
}

OrganizationCode UnifiedSocialCreditCode::organization_code() const {
  return OrganizationCode::parse(std::string_view(text()).substr(8, organization_code_size)).value();
}

Result<BusinessLicenceNumber> BusinessLicenceNumber::parse(std::string_view typed) {
  constexpr std::size_t size = 15;
  constexpr std::size_t older_size = 13;
  YX_TRY(std::string number, normalised_number(typed));
  if (!all_digits(number)) {
    return broken("licence_number.character");
  }
  if (number.size() != size && number.size() != older_size) {
    return broken("licence_number.length");
  }
  return BusinessLicenceNumber(std::move(number));
}

Result<TaxNumber> TaxNumber::parse(std::string_view typed) {
  constexpr std::array<std::size_t, 4> sizes{15, 17, 18, 20};
  YX_TRY(std::string number, normalised_number(typed));
  number = ascii_upper(number);
  if (!std::ranges::all_of(number, is_letter_or_digit)) {
    return broken("tax_number.character");
  }
  if (std::ranges::find(sizes, number.size()) == sizes.end()) {
    return broken("tax_number.length");
  }
  if (number.size() == uscc_size && !UnifiedSocialCreditCode::parse(number) && !resident_id_check_digit_holds(number)) {
    return broken("tax_number.check_digit");
  }
  return TaxNumber(std::move(number));
}

}  // namespace yinxin
