#pragma once
// Where a person or unit can be reached, paid and recognised: mobile, postcode, e-mail, bank account, seal code.

#include "base/identifiers/identifier.h"

namespace yinxin {

// A mobile number of the mainland: 11 digits, 1[3-9]…; typed with or without +86, 0086 or 86.
class MobileNumber : public Identifier<MobileNumber> {
 public:
  // mobile.length | .character | .prefix
  static Result<MobileNumber> parse(std::string_view typed);
  [[nodiscard]] std::string e164() const { return "+86" + text(); }
  // "138****5678"
  [[nodiscard]] std::string masked() const;

 private:
  using Identifier::Identifier;
};

// Six digits.
class Postcode : public Identifier<Postcode> {
 public:
  // postcode.form
  static Result<Postcode> parse(std::string_view typed);

 private:
  using Identifier::Identifier;
};

// RFC 5321 4.1.2 Mailbox with a dot-string before the @ and a domain of two or more labels after it; ASCII. The
// domain is kept in lower case, the part before it as typed.
class EmailAddress : public Identifier<EmailAddress> {
 public:
  // email.length | .local_part | .domain
  static Result<EmailAddress> parse(std::string_view typed);

 private:
  using Identifier::Identifier;
};

enum class BankAccountKind {
  card,        // 13 to 19 digits with a Luhn check digit
  enterprise,  // 8 to 32 digits, no check digit
};

class BankAccount : public Identifier<BankAccount> {
 public:
  // bank_account.character | .length | .check_digit (cards)
  static Result<BankAccount> parse(BankAccountKind kind, std::string_view typed);
  [[nodiscard]] BankAccountKind kind() const { return kind_; }
  // All but the last four digits hidden.
  [[nodiscard]] std::string masked() const;

 private:
  BankAccount(BankAccountKind kind, std::string text) : Identifier(std::move(text)), kind_(kind) {}
  BankAccountKind kind_;
};

// 印章编码 of a registered seal: a six-digit division and an eight-digit serial.
class SealCode : public Identifier<SealCode> {
 public:
  // seal_code.character | .length | .division
  static Result<SealCode> parse(std::string_view typed);
  [[nodiscard]] std::string_view division() const { return std::string_view(text()).substr(0, 6); }

 private:
  using Identifier::Identifier;
};

}  // namespace yinxin
