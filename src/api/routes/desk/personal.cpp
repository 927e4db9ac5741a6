#include "api/routes/desk/personal.h"

#include <algorithm>

#include "hall/street/entry_rules.h"

namespace yinxin::api {

namespace {

constexpr std::string_view address_field = "mailing_address";
// A postcode has fewer characters than any telephone number.
constexpr std::size_t shortest_telephone = 7;

bool is_telephone(std::string_view line) {
  return line.size() >= shortest_telephone && line.find_first_not_of("0123456789-+() ") == std::string_view::npos;
}

void add_person(PersonalValues& values, const std::string& whose, const trust::Person& person) {
  const std::pair<const char*, const std::string*> own[] = {
      {"id_number", &person.resident_id}, {"mobile", &person.mobile}, {"mail", &person.email}};
  for (const auto& [what, value] : own) {
    values[whose + what] = *value;
  }
}

}  // namespace

std::string covered(std::string_view field, const std::string& value) {
  if (field != address_field) {
    return hall::masked_answer(std::string(field), value);
  }
  std::string out;
  std::string_view rest = value;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line(rest.substr(0, end));
    out += is_telephone(line) ? hall::masked_answer("mailing_phone", line) : line;
    out += end < rest.size() ? "\n" : "";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

PersonalValues personal_values(const trust::Snapshot& shot) {
  PersonalValues values;
  add_person(values, "legal_", shot.legal_representative);
  add_person(values, "requester_", shot.requester);
  for (const trust::SnapshotLine& line : shot.lines) {
    if (line.holder) {
      add_person(values, "lines." + std::to_string(line.number) + ".holder_", *line.holder);
    }
  }
  values[std::string(address_field)] = shot.delivery;
  std::erase_if(values, [](const auto& one) { return covered(one.first, one.second) == one.second; });
  return values;
}

}  // namespace yinxin::api
