#pragma once
// The numbers of an organization: unified social credit code, organization code, old licence and tax numbers.

#include "base/identifiers/identifier.h"

namespace yinxin {

// 组织机构代码, GB 11714-1997: eight characters 0-9A-Z and a check character; the dash before it is optional.
class OrganizationCode : public Identifier<OrganizationCode> {
 public:
  // organization_code.length | .character | .check_digit
  static Result<OrganizationCode> parse(std::string_view typed);
  // Whether nine characters 0-9A-Z end in the right check character.
  static bool check_digit_holds(std::string_view nine);

 private:
  using Identifier::Identifier;
};

// 统一社会信用代码, GB 32100-2015: 18 characters without I O S V Z.
class UnifiedSocialCreditCode : public Identifier<UnifiedSocialCreditCode> {
 public:
  // uscc.length | .character | .division | .organization_check_digit (position 17) | .check_digit (position 18) |
  // .both_check_digits
  static Result<UnifiedSocialCreditCode> parse(std::string_view typed);

  [[nodiscard]] char registering_department() const { return text()[0]; }
  [[nodiscard]] char category() const { return text()[1]; }
  // Six digits, GB/T 2260; 100000 is the nation.
  [[nodiscard]] std::string_view division() const { return std::string_view(text()).substr(2, 6); }
  [[nodiscard]] OrganizationCode organization_code() const;

 private:
  using Identifier::Identifier;
};

// 营业执照注册号 from before 2015: 15 digits, older ones 13. (R-195: both numbers are accepted.)
class BusinessLicenceNumber : public Identifier<BusinessLicenceNumber> {
 public:
  // licence_number.length | .character
  static Result<BusinessLicenceNumber> parse(std::string_view typed);

 private:
  using Identifier::Identifier;
};

// 纳税人识别号: since 2015 the unified social credit code; before, 15, 17, 18 or 20 characters. One of 18 must
// satisfy GB 32100, or GB 11643's check digit (a sole trader's was the resident identity number).
class TaxNumber : public Identifier<TaxNumber> {
 public:
  // tax_number.length | .character | .check_digit
  static Result<TaxNumber> parse(std::string_view typed);

 private:
  using Identifier::Identifier;
};

}  // namespace yinxin
