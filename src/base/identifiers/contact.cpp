#include "base/identifiers/contact.h"

#include <algorithm>
#include <array>

#include "base/identifiers/check_digits.h"
#include "base/text.h"

namespace yinxin {

namespace {

Error broken(std::string_view rule) { return fail(ErrorCode::invalid_input, std::string(rule)); }

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Calls `holds` with each part between dots; false when one does not hold.
template <class Holds>
bool all_parts(std::string_view text, Holds&& holds) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!holds(text.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

// Dot-string = Atom *("." Atom)   -- RFC 5321 4.1.2
bool is_dot_string(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~";
  return all_parts(text, [&](std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, [&](char c) {
      return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
    });
  });
}

// Domain = sub-domain *("." sub-domain); sub-domain = Let-dig [Ldh-str]   -- RFC 5321 4.1.2
bool is_domain(std::string_view text) {
  constexpr std::size_t max_label = 63;
  const std::size_t last_dot = text.rfind('.');
  const bool top_is_named = last_dot != std::string_view::npos && !all_digits(text.substr(last_dot + 1));
  return top_is_named && all_parts(text, [&](std::string_view label) {
           return !label.empty() && label.size() <= max_label && label.front() != '-' && label.back() != '-' &&
                  std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
         });
}

}  // namespace

Result<MobileNumber> MobileNumber::parse(std::string_view typed) {
  constexpr std::size_t size = 11;
  YX_TRY(std::string number, normalised_number(typed));
  constexpr std::array<std::string_view, 3> country_prefixes{"+86", "0086", "86"};
  for (const std::string_view prefix : country_prefixes) {
    if (number.size() > size && number.starts_with(prefix)) {
      number.erase(0, prefix.size());
      break;
    }
  }
  if (!all_digits(number)) {
    return broken("mobile.character");
  }
  if (number.size() != size) {
    return broken("mobile.length");
  }
  if (number[0] != '1' || number[1] < '3') {
    return broken("mobile.prefix");
  }
  return MobileNumber(std::move(number));
}

std::string MobileNumber::masked() const { return yinxin::masked(text(), 3, 4); }

Result<Postcode> Postcode::parse(std::string_view typed) {
  YX_TRY(std::string code, normalised_number(typed));
  if (code.size() != 6 || !all_digits(code)) {
    return broken("postcode.form");
  }
  return Postcode(std::move(code));
}

Result<EmailAddress> EmailAddress::parse(std::string_view typed) {
  constexpr std::size_t max_address = 254;
  constexpr std::size_t max_local_part = 64;
  YX_TRY(const std::string address, normalised(typed));
  if (address.size() > max_address) {
    return broken("email.length");
  }
  const std::size_t at = address.rfind('@');
  if (at == std::string::npos || at > max_local_part || !is_dot_string(std::string_view(address).substr(0, at))) {
    return broken("email.local_part");
  }
  const std::string domain = ascii_lower(std::string_view(address).substr(at + 1));
  if (!is_domain(domain)) {
    return broken("email.domain");
  }
  return EmailAddress(address.substr(0, at + 1) + domain);
}

Result<BankAccount> BankAccount::parse(BankAccountKind kind, std::string_view typed) {
  YX_TRY(std::string digits, normalised_number(typed));
  if (!all_digits(digits)) {
    return broken("bank_account.character");
  }
  const bool card = kind == BankAccountKind::card;
  const std::size_t shortest = card ? 13 : 8;
  const std::size_t longest = card ? 19 : 32;
  if (digits.size() < shortest || digits.size() > longest) {
    return broken("bank_account.length");
  }
  if (card && !luhn_holds(digits)) {
    return broken("bank_account.check_digit");
  }
  return BankAccount(kind, std::move(digits));
}

std::string BankAccount::masked() const { return yinxin::masked(text(), 0, 4); }

Result<SealCode> SealCode::parse(std::string_view typed) {
  constexpr std::size_t size = 14;
  YX_TRY(std::string code, normalised_number(typed));
  if (!all_digits(code)) {
    return broken("seal_code.character");
  }
  if (code.size() != size) {
    return broken("seal_code.length");
  }
  if (!is_division(std::string_view(code).substr(0, 6))) {
    return broken("seal_code.division");
  }
  return SealCode(std::move(code));
}

}  // namespace yinxin
