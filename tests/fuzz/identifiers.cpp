// What people type into a field: no input may crash a parser, and what one accepts it accepts again as it is kept.

#include <cstdint>

#include "base/bytes.h"
#include "base/identifiers/contact.h"
#include "base/identifiers/organization.h"
#include "base/identifiers/person.h"
#include "base/text.h"

using namespace yinxin;

namespace {

template <class Parse>
void expect_stable(Parse&& parse, std::string_view typed) {
  if (const auto parsed = parse(typed)) {
    const auto again = parse(parsed->text());
    ensure(again.has_value() && again->text() == parsed->text(), "a kept identifier parses to itself");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view typed = text_of({data, size});
  const Instant now = from_unix_ms(1795219200000);
  expect_stable(UnifiedSocialCreditCode::parse, typed);
  expect_stable(OrganizationCode::parse, typed);
  expect_stable(BusinessLicenceNumber::parse, typed);
  expect_stable(TaxNumber::parse, typed);
  expect_stable([&](std::string_view text) { return ResidentId::parse(text, now); }, typed);
  for (const auto kind : {TravelDocumentKind::passport, TravelDocumentKind::hong_kong_macau_permit,
                          TravelDocumentKind::taiwan_permit, TravelDocumentKind::foreign_residence_card}) {
    expect_stable([&](std::string_view text) { return TravelDocument::parse(kind, text); }, typed);
  }
  expect_stable(MobileNumber::parse, typed);
  expect_stable(Postcode::parse, typed);
  expect_stable(EmailAddress::parse, typed);
  for (const auto kind : {BankAccountKind::card, BankAccountKind::enterprise}) {
    expect_stable([&](std::string_view text) { return BankAccount::parse(kind, text); }, typed);
  }
  expect_stable(SealCode::parse, typed);
  ensure(is_utf8(masked(typed, 3, 4)), "what is shown is UTF-8");
  if (const auto code_points = decode_utf8(typed)) {
    ensure(encode_utf8(*code_points) == typed, "UTF-8 is written as it was read");
  }
  return 0;
}
