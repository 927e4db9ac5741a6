#pragma once
// The numbers of a person's papers.

#include <chrono>

#include "base/identifiers/identifier.h"
#include "base/time.h"

namespace yinxin {

// 公民身份号码, GB 11643-1999: 18 characters. A number of the first generation (15 digits) is converted.
class ResidentId : public Identifier<ResidentId> {
 public:
  // resident_id.length | .character | .division | .date (does not exist) | .future (born after `now` in UTC+8) |
  // .check_digit
  static Result<ResidentId> parse(std::string_view typed, Instant now);

  [[nodiscard]] std::string_view division() const { return std::string_view(text()).substr(0, 6); }
  [[nodiscard]] std::chrono::year_month_day born_on() const;
  // The third digit of the sequence: odd is male.
  [[nodiscard]] bool is_male() const { return (text()[16] - '0') % 2 == 1; }
  // "110105********002X" without its date of birth.
  [[nodiscard]] std::string masked() const;

 private:
  using Identifier::Identifier;
};

// Papers of persons without a resident identity card.
enum class TravelDocumentKind {
  passport,                // 护照 of the PRC: [EGDSP], a letter other than I O or a digit, seven digits
  hong_kong_macau_permit,  // 港澳居民来往内地通行证: H or M and 8 digits, older ones 10
  taiwan_permit,           // 台湾居民来往大陆通行证: 8 digits
  foreign_residence_card,  // 外国人永久居留身份证: 18 characters from 9; before 2023 three letters and 12 digits
};

class TravelDocument : public Identifier<TravelDocument> {
 public:
  // passport.form | hong_kong_macau_permit.form | taiwan_permit.form | foreign_residence_card.form
  static Result<TravelDocument> parse(TravelDocumentKind kind, std::string_view typed);
  [[nodiscard]] TravelDocumentKind kind() const { return kind_; }

 private:
  TravelDocument(TravelDocumentKind kind, std::string text) : Identifier(std::move(text)), kind_(kind) {}
  TravelDocumentKind kind_;
};

}  // namespace yinxin
