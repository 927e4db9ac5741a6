#include "base/identifiers/person.h"

#include "base/identifiers/check_digits.h"
#include "base/text.h"

namespace yinxin {

namespace {

constexpr std::size_t resident_id_size = 18;
constexpr std::size_t legacy_size = 15;
constexpr int earliest_year = 1800;
constexpr std::chrono::hours beijing_offset{8};

int number_at(std::string_view text, std::size_t at, std::size_t size) {
  int value = 0;
  for (const char c : text.substr(at, size)) {
    value = value * 10 + (c - '0');
  }
  return value;
}

std::chrono::year_month_day date_at(std::string_view text, std::size_t at) {
  return {std::chrono::year(number_at(text, at, 4)),
          std::chrono::month(static_cast<unsigned>(number_at(text, at + 4, 2))),
          std::chrono::day(static_cast<unsigned>(number_at(text, at + 6, 2)))};
}

Error broken(std::string_view rule) { return fail(ErrorCode::invalid_input, std::string(rule)); }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_passport(std::string_view text) {
  constexpr std::string_view kinds = "EGDSP";
  return text.size() == 9 && kinds.find(text[0]) != std::string_view::npos &&
         (is_digit(text[1]) || (is_upper(text[1]) && text[1] != 'I' && text[1] != 'O')) && all_digits(text.substr(2));
}

bool is_hong_kong_macau_permit(std::string_view text) {
  return (text.size() == 9 || text.size() == 11) && (text[0] == 'H' || text[0] == 'M') && all_digits(text.substr(1));
}

bool is_foreign_residence_card(std::string_view text) {
  if (text.size() == resident_id_size) {
    return text[0] == '9' && all_digits(text.substr(0, 17)) && (is_digit(text[17]) || text[17] == 'X');
  }
  return text.size() == 15 && is_upper(text[0]) && is_upper(text[1]) && is_upper(text[2]) && all_digits(text.substr(3));
}

}  // namespace

Result<ResidentId> ResidentId::parse(std::string_view typed, Instant now) {
  YX_TRY(std::string id, normalised_number(typed));
  id = ascii_upper(id);
  const bool legacy = id.size() == legacy_size;
  const std::string_view digits = std::string_view(id).substr(0, legacy ? legacy_size : resident_id_size - 1);
  if (id.size() != resident_id_size && !legacy) {
    return broken("resident_id.length");
  }
  if (!all_digits(digits) || (!is_digit(id.back()) && id.back() != 'X')) {
    return broken("resident_id.character");
  }
  if (legacy) {
    // GB 11643-1999 annex A: the year gains its century, the number its check digit.
    id.insert(6, "19");
    id += resident_id_check_digit(id);
  }
  if (!is_division(std::string_view(id).substr(0, 6))) {
    return broken("resident_id.division");
  }
  const std::chrono::year_month_day born = date_at(id, 6);
  if (!born.ok() || born.year() < std::chrono::year(earliest_year)) {
    return broken("resident_id.date");
  }
  if (std::chrono::sys_days(born) > std::chrono::floor<std::chrono::days>(now + beijing_offset)) {
    return broken("resident_id.future");
  }
  if (!resident_id_check_digit_holds(id)) {
    return broken("resident_id.check_digit");
  }
  return ResidentId(std::move(id));
}

std::chrono::year_month_day ResidentId::born_on() const { return date_at(text(), 6); }

std::string ResidentId::masked() const { return yinxin::masked(text(), 6, 4); }

Result<TravelDocument> TravelDocument::parse(TravelDocumentKind kind, std::string_view typed) {
  YX_TRY(std::string number, normalised_number(typed));
  number = ascii_upper(number);
  switch (kind) {
    case TravelDocumentKind::passport:
      if (!is_passport(number)) {
        return broken("passport.form");
      }
      break;
    case TravelDocumentKind::hong_kong_macau_permit:
      if (!is_hong_kong_macau_permit(number)) {
        return broken("hong_kong_macau_permit.form");
      }
      break;
    case TravelDocumentKind::taiwan_permit:
      if (number.size() != 8 || !all_digits(number)) {
        return broken("taiwan_permit.form");
      }
      break;
    case TravelDocumentKind::foreign_residence_card:
      if (!is_foreign_residence_card(number)) {
        return broken("foreign_residence_card.form");
      }
      break;
  }
  return TravelDocument(kind, std::move(number));
}

}  // namespace yinxin
