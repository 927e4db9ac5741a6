#include <gtest/gtest.h>

#include "base/identifiers/check_digits.h"
#include "base/identifiers/contact.h"
#include "base/identifiers/organization.h"
#include "base/identifiers/person.h"

namespace yinxin {
namespace {

// The rule that a failed parse names; "" when it succeeded. Fails the test when the typed text leaks into the error.
template <class T>
std::string rule(const Result<T>& result, std::string_view typed = {}) {
  if (result.has_value()) {
    return "";
  }
  EXPECT_EQ(result.error().code, ErrorCode::invalid_input);
  if (typed.size() > 3) {
    EXPECT_EQ(result.error().describe().find(typed), std::string::npos) << "the value is in the error";
  }
  return result.error().detail;
}

std::string uscc_rule(std::string_view typed) { return rule(UnifiedSocialCreditCode::parse(typed), typed); }

const Instant now = *from_rfc3339("2026-11-21T00:00:00Z");
std::string id_rule(std::string_view typed) { return rule(ResidentId::parse(typed, now), typed); }

TEST(UnifiedSocialCreditCode, RealCodesPass) {
  for (const char* code : {"11370306MB2867521U", "12100000000018032A", "91370100724250187M", "91100000100003962T"}) {
    EXPECT_EQ(uscc_rule(code), "") << code;
  }
  const auto code = UnifiedSocialCreditCode::parse("　９１３７０１００ 7242-50187ｍ ").value();
  EXPECT_EQ(code.text(), "91370100724250187M");
  EXPECT_EQ(code.registering_department(), '9');
  EXPECT_EQ(code.category(), '1');
  EXPECT_EQ(code.division(), "370100");
  EXPECT_EQ(code.organization_code().text(), "724250187");
}

TEST(UnifiedSocialCreditCode, SaysWhichCheckDigitFails) {
  // Two samples of vendors: the organization's digit is right, the code's own is not.
  EXPECT_EQ(uscc_rule("91500102563638729E"), "uscc.check_digit");
  EXPECT_EQ(uscc_rule("91500106MA2CE71F65"), "uscc.check_digit");
  EXPECT_EQ(uscc_rule("91370100724250178M"), "uscc.both_check_digits");
  // Only the organization's digit: position 17 weighs 28, so another last character makes up for it.
  std::string code = "91370100724250187M";
  bool found = false;
  for (const char last : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
    code[16] = '8';
    code[17] = last;
    found = found || uscc_rule(code) == "uscc.organization_check_digit";
  }
  EXPECT_TRUE(found);
}

TEST(UnifiedSocialCreditCode, EverySingleWrongCharacterIsCaught) {
  const std::string right = "91370100724250187M";
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (const char other : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      std::string wrong = right;
      wrong[i] = other;
      EXPECT_EQ(uscc_rule(wrong).empty(), other == right[i]) << i << other;
    }
  }
}

TEST(UnifiedSocialCreditCode, WrongShapesAreNamed) {
  EXPECT_EQ(uscc_rule(""), "uscc.length");
  EXPECT_EQ(uscc_rule("91370100724250187"), "uscc.length");
  EXPECT_EQ(uscc_rule("91370100724250187M0"), "uscc.length");
  EXPECT_EQ(uscc_rule("9137010072425O187M"), "uscc.character");
  EXPECT_EQ(uscc_rule("印370100724250187M"), "uscc.character");
  EXPECT_EQ(uscc_rule("91000100724250187M"), "uscc.division");
  EXPECT_EQ(uscc_rule("91A70100724250187M"), "uscc.division");
  EXPECT_EQ(uscc_rule("\xff"), "text.utf8");
}

TEST(OrganizationCode, ItsCheckCharacterIsADigitOrX) {
  EXPECT_EQ(OrganizationCode::parse("72425018-7").value().text(), "724250187");
  EXPECT_EQ(OrganizationCode::parse("mb2867521").value().text(), "MB2867521");
  EXPECT_EQ(rule(OrganizationCode::parse("72425018-8")), "organization_code.check_digit");
  EXPECT_EQ(rule(OrganizationCode::parse("7242501")), "organization_code.length");
  EXPECT_EQ(rule(OrganizationCode::parse("7242501_7")), "organization_code.character");
  EXPECT_EQ(OrganizationCode::parse("00001803-2").value().text(), "000018032");
  // Sum mod 11 = 1 is X (10), = 0 is 0 (11): 00000060 weighs 24, 2 more than 22; 00000011 weighs 6.
  EXPECT_TRUE(
      OrganizationCode::check_digit_holds("00000000"
                                          "0"));
  EXPECT_TRUE(
      OrganizationCode::check_digit_holds("00000030"
                                          "X"));
}

TEST(OldNumbers, LicenceAndTaxNumbersOfBefore2015AreStillRead) {
  EXPECT_EQ(BusinessLicenceNumber::parse("4403 0110 2345 678").value().text(), "440301102345678");
  EXPECT_EQ(rule(BusinessLicenceNumber::parse("44030110234567")), "licence_number.length");
  EXPECT_EQ(rule(BusinessLicenceNumber::parse("44030110234567A")), "licence_number.character");
  for (const char* number : {"91370100724250187M", "370100724250187", "11010519491231002X", "11010519491231002X01"}) {
    EXPECT_EQ(rule(TaxNumber::parse(number)), "") << number;
  }
  EXPECT_EQ(rule(TaxNumber::parse("91370100724250187N")), "tax_number.check_digit");
  EXPECT_EQ(rule(TaxNumber::parse("9137010072425018")), "tax_number.length");
  EXPECT_EQ(rule(TaxNumber::parse("37010072425018_")), "tax_number.character");
}

TEST(ResidentId, TheStandardsExamplesPass) {
  const auto woman = ResidentId::parse("11010519491231002x", now).value();
  EXPECT_EQ(woman.text(), "11010519491231002X");
  EXPECT_FALSE(woman.is_male());
  EXPECT_EQ(woman.division(), "110105");
  EXPECT_EQ(woman.born_on(), std::chrono::year(1949) / 12 / 31);
  EXPECT_EQ(woman.masked(), "110105********002X");
  EXPECT_TRUE(ResidentId::parse("４４０５２４ 18800101 0014", now).value().is_male());
}

TEST(ResidentId, ALegacyNumberIsConverted) {
  EXPECT_EQ(ResidentId::parse("110105491231002", now).value().text(), "11010519491231002X");
  EXPECT_EQ(id_rule("110105491331002"), "resident_id.date");
  EXPECT_EQ(id_rule("11010549123100X"), "resident_id.character");
}

TEST(ResidentId, EveryRuleIsNamed) {
  EXPECT_EQ(id_rule(""), "resident_id.length");
  EXPECT_EQ(id_rule("1101051949123100"), "resident_id.length");
  EXPECT_EQ(id_rule("1101051949123100XX"), "resident_id.character");
  EXPECT_EQ(id_rule("11010519491231002A"), "resident_id.character");
  EXPECT_EQ(id_rule("10010519491231002X"), "resident_id.division");
  EXPECT_EQ(id_rule("110105194902290021"), "resident_id.date") << "1949 was no leap year";
  EXPECT_EQ(id_rule("110105179912310021"), "resident_id.date");
  EXPECT_EQ(id_rule("110105194912310021"), "resident_id.check_digit");
}

TEST(ResidentId, ADayBeginsAtMidnightInBeijing) {
  std::string born = "11010520261122001";
  born += resident_id_check_digit(born);
  EXPECT_EQ(rule(ResidentId::parse(born, *from_rfc3339("2026-11-21T15:59:59Z"))), "resident_id.future");
  EXPECT_EQ(rule(ResidentId::parse(born, *from_rfc3339("2026-11-21T16:00:00Z"))), "");
}

TEST(TravelDocument, EachKindHasItsForm) {
  const auto form = [](TravelDocumentKind kind, const char* typed) { return rule(TravelDocument::parse(kind, typed)); };
  for (const char* good : {"E12345678", "ea1234567", "G12345678", "D12345678", "Ｐ12345678"}) {
    EXPECT_EQ(form(TravelDocumentKind::passport, good), "") << good;
  }
  for (const char* bad : {"", "A12345678", "EI1234567", "E1234567", "E123456789", "EAB123456"}) {
    EXPECT_EQ(form(TravelDocumentKind::passport, bad), "passport.form") << bad;
  }
  EXPECT_EQ(form(TravelDocumentKind::hong_kong_macau_permit, "H12345678"), "");
  EXPECT_EQ(form(TravelDocumentKind::hong_kong_macau_permit, "m1234567890"), "");
  EXPECT_EQ(form(TravelDocumentKind::hong_kong_macau_permit, "H123456789"), "hong_kong_macau_permit.form");
  EXPECT_EQ(form(TravelDocumentKind::taiwan_permit, "01234567"), "");
  EXPECT_EQ(form(TravelDocumentKind::taiwan_permit, "0123456"), "taiwan_permit.form");
  EXPECT_EQ(form(TravelDocumentKind::foreign_residence_card, "911124198108030024"), "");
  EXPECT_EQ(form(TravelDocumentKind::foreign_residence_card, "USA110012345678"), "");
  EXPECT_EQ(form(TravelDocumentKind::foreign_residence_card, "811124198108030024"), "foreign_residence_card.form");
  EXPECT_EQ(TravelDocument::parse(TravelDocumentKind::passport, "e12345678").value().kind(),
            TravelDocumentKind::passport);
}

TEST(MobileNumber, IsKeptInOneFormHoweverItIsTyped) {
  for (const char* typed : {"13800138000", "+86 138 0013 8000", "0086-13800138000", "8613800138000",
                            "１３８００１３８０００", "＋86 138-0013-8000"}) {
    const auto number = MobileNumber::parse(typed);
    ASSERT_TRUE(number) << typed;
    EXPECT_EQ(number->e164(), "+8613800138000");
  }
  EXPECT_EQ(MobileNumber::parse("19912345678").value().masked(), "199****5678");
  EXPECT_EQ(rule(MobileNumber::parse("12800138000")), "mobile.prefix");
  EXPECT_EQ(rule(MobileNumber::parse("23800138000")), "mobile.prefix");
  EXPECT_EQ(rule(MobileNumber::parse("1380013800")), "mobile.length");
  EXPECT_EQ(rule(MobileNumber::parse("138001380000")), "mobile.length");
  EXPECT_EQ(rule(MobileNumber::parse("+85213800138")), "mobile.character");
  EXPECT_EQ(rule(MobileNumber::parse("1380013800a")), "mobile.character");
}

TEST(Postcode, IsSixDigits) {
  EXPECT_EQ(Postcode::parse("５１８ 000").value().text(), "518000");
  for (const char* bad : {"", "51800", "5180000", "51800a"}) {
    EXPECT_EQ(rule(Postcode::parse(bad)), "postcode.form") << bad;
  }
}

TEST(EmailAddress, IsAMailboxWithADomain) {
  EXPECT_EQ(EmailAddress::parse(" Li.Ming+ca@Example.COM.cn ").value().text(), "Li.Ming+ca@example.com.cn");
  EXPECT_EQ(rule(EmailAddress::parse("ｌｉ＠ｅｘａｍｐｌｅ．ｃｏｍ")), "");
  for (const char* bad : {"", "li", "@example.com", ".li@example.com", "li.@example.com", "l..i@example.com",
                          "li ming@example.com", "李@example.com", "\"li\"@example.com", "a@b@example.com"}) {
    EXPECT_EQ(rule(EmailAddress::parse(bad)), "email.local_part") << bad;
  }
  for (const char* bad : {"li@", "li@localhost", "li@example..com", "li@-a.com", "li@a-.com", "li@1.2.3.4",
                          "li@[1.2.3.4]", "li@exa_mple.com", "li@例子.com", "li@example.com."}) {
    EXPECT_EQ(rule(EmailAddress::parse(bad)), "email.domain") << bad;
  }
  EXPECT_EQ(rule(EmailAddress::parse(std::string(64, 'a') + "@example.com")), "");
  EXPECT_EQ(rule(EmailAddress::parse(std::string(65, 'a') + "@example.com")), "email.local_part");
  EXPECT_EQ(rule(EmailAddress::parse("a@" + std::string(63, 'b') + ".com")), "");
  EXPECT_EQ(rule(EmailAddress::parse("a@" + std::string(64, 'b') + ".com")), "email.domain");
  EXPECT_EQ(rule(EmailAddress::parse(std::string(255, 'a'))), "email.length");
}

TEST(BankAccount, CardsHaveACheckDigitAndUnitsAccountsHaveNone) {
  const auto card = [](std::string_view typed) {
    return rule(BankAccount::parse(BankAccountKind::card, typed), typed);
  };
  const auto unit = [](std::string_view typed) {
    return rule(BankAccount::parse(BankAccountKind::enterprise, typed), typed);
  };
  EXPECT_EQ(card("4111 1111 1111 1111"), "");
  EXPECT_EQ(card("4111 1111 1111 1112"), "bank_account.check_digit");
  EXPECT_EQ(card("411111111111"), "bank_account.length");
  EXPECT_EQ(card("41111111111111111111"), "bank_account.length");
  EXPECT_EQ(card("4111x11111111111"), "bank_account.character");
  EXPECT_EQ(unit("4000-0230 09027-3124-19"), "");
  EXPECT_EQ(unit("1234567"), "bank_account.length");
  EXPECT_EQ(unit(std::string(32, '1')), "");
  EXPECT_EQ(unit(std::string(33, '1')), "bank_account.length");
  EXPECT_EQ(BankAccount::parse(BankAccountKind::enterprise, "12345678").value().masked(), "****5678");
}

TEST(CheckDigits, LuhnCatchesEverySingleDigitAndHoldsForTheExample) {
  EXPECT_TRUE(luhn_holds("79927398713"));
  EXPECT_FALSE(luhn_holds(""));
  for (char last = '0'; last <= '9'; ++last) {
    EXPECT_EQ(luhn_holds(std::string("7992739871") + last), last == '3');
  }
}

TEST(SealCode, IsADivisionAndASerial) {
  EXPECT_EQ(SealCode::parse("4403 0012 3456 78").value().division(), "440300");
  EXPECT_EQ(rule(SealCode::parse("4403001234567")), "seal_code.length");
  EXPECT_EQ(rule(SealCode::parse("4403001234567a")), "seal_code.character");
  EXPECT_EQ(rule(SealCode::parse("99030012345678")), "seal_code.division");
}

}  // namespace
}  // namespace yinxin
