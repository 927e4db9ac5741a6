#include "hall/street/entry_rules.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include "base/identifiers/contact.h"
#include "base/identifiers/organization.h"
#include "base/identifiers/person.h"
#include "base/text.h"

namespace yinxin::hall {

namespace {

using programme::EntryField;
using programme::Programme;

constexpr std::size_t shortest_name = 2;
constexpr std::size_t longest_unit_name = 100;
constexpr std::size_t longest_person_name = 30;
constexpr std::size_t shortest_address = 5;
constexpr std::size_t longest_address = 120;
constexpr int youngest_requester = 18;
constexpr int oldest_usual_requester = 75;
constexpr std::string_view no_invoice = "否";

struct Asked {
  const Programme& programme;
  const EntryField& field;
  Instant now;
  const BankDirectory& banks;
};
using Rule = std::function<Result<std::string>(const Asked&, const std::string&)>;

Error wrong(std::string code) { return fail(ErrorCode::invalid_input, std::move(code)); }

std::size_t letters(std::string_view text) {
  const auto decoded = decode_utf8(text);
  return decoded ? decoded->size() : 0;
}

Rule text_between(std::size_t shortest, std::size_t longest, const std::string& code) {
  return [=](const Asked&, const std::string& value) -> Result<std::string> {
    const std::size_t count = letters(value);
    return count < shortest || count > longest ? Result<std::string>(wrong(code)) : Result<std::string>(value);
  };
}

template <class Kind>
Result<std::string> kept(const Result<Kind>& parsed) {
  return parsed ? Result<std::string>(parsed->text()) : Result<std::string>(wrong(parsed.error().detail));
}

Result<std::string> unit_name(const Asked& asked, const std::string& value) {
  return text_between(shortest_name, longest_unit_name, "unit_name.length")(asked, unit_name_form(value));
}

bool is_han_or_dot(char32_t c) {
  constexpr char32_t middle_dot = U'\u00B7';
  return c == middle_dot || (c >= U'\u3400' && c <= U'\u9FFF') || (c >= U'\U00020000' && c <= U'\U000323AF');
}

// Chinese letters and the dot of minorities' names, or Latin letters for foreigners; not both.
Result<std::string> person_name(const Asked&, const std::string& value) {
  const auto decoded = decode_utf8(value);
  if (!decoded || decoded->size() < shortest_name || decoded->size() > longest_person_name) {
    return wrong("person_name.length");
  }
  const bool is_chinese = std::ranges::all_of(*decoded, is_han_or_dot);
  const bool is_latin = std::ranges::all_of(*decoded, [](char32_t c) {
    return c == U' ' || c == U'.' || c == U'\'' || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
  });
  return is_chinese || is_latin ? Result<std::string>(value) : Result<std::string>(wrong("person_name.character"));
}

Result<std::string> resident_id(const Asked& asked, const std::string& value) {
  return kept(ResidentId::parse(value, asked.now));
}

int age_at(const ResidentId& id, Instant now) {
  const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now + std::chrono::hours(8)));
  const auto born = id.born_on();
  const int years = static_cast<int>(today.year()) - static_cast<int>(born.year());
  const bool before_birthday = std::pair(today.month(), today.day()) < std::pair(born.month(), born.day());
  return before_birthday ? years - 1 : years;
}

Result<std::string> requester_id(const Asked& asked, const std::string& value) {
  const auto id = ResidentId::parse(value, asked.now);
  if (id && age_at(*id, asked.now) < youngest_requester) {
    return wrong("resident_id.too_young");
  }
  return kept(id);
}

Result<std::string> mobile(const Asked&, const std::string& value) { return kept(MobileNumber::parse(value)); }

// A mobile number, or area code and number with or without a dash: 0755-12345678.
Result<std::string> phone(const Asked&, const std::string& value) {
  if (const auto parsed = MobileNumber::parse(value)) {
    return parsed->text();
  }
  constexpr std::size_t shortest = 10;
  constexpr std::size_t longest = 12;
  YX_TRY(const std::string digits, normalised_number(value));
  const bool is_landline =
      all_digits(digits) && digits.size() >= shortest && digits.size() <= longest && digits.front() == '0';
  return is_landline ? Result<std::string>(digits) : Result<std::string>(wrong("phone.form"));
}

Rule one_of_choices() {
  return [](const Asked& asked, const std::string& value) -> Result<std::string> {
    const auto& choices = asked.field.choices;
    return choices.empty() || std::ranges::find(choices, value) != choices.end() ? Result<std::string>(value)
                                                                                 : Result<std::string>(wrong("choice"));
  };
}

Rule region_of(std::size_t levels) {
  return [=](const Asked&, const std::string& value) -> Result<std::string> {
    const auto parts = region_levels(value);
    const bool whole = parts.size() == levels && std::ranges::none_of(parts, &std::string::empty);
    return whole ? Result<std::string>(value) : Result<std::string>(wrong("region.incomplete"));
  };
}

Result<std::string> years(const Asked& asked, const std::string& value) {
  const bool sold = std::ranges::any_of(asked.programme.years,
                                        [&](std::int64_t offered) { return std::to_string(offered) == value; });
  return sold ? Result<std::string>(value) : Result<std::string>(wrong("years.not_sold"));
}

// In the words of the operator's table, where it has the bank.
Result<std::string> account_bank(const Asked& asked, const std::string& value) {
  YX_TRY(std::string typed, text_between(shortest_name, longest_unit_name, "text.length")(asked, value));
  if (const auto known = asked.banks.find(typed)) {
    return known->name;
  }
  return asked.banks.is_complete() ? Result<std::string>(wrong("account_bank.not_listed"))
                                   : Result<std::string>(std::move(typed));
}

const std::map<std::string, Rule, std::less<>>& rules() {
  static const std::map<std::string, Rule, std::less<>> all{
      {"years", years},
      {"unit_name", unit_name},
      {"unit_department", text_between(1, longest_unit_name, "text.length")},
      {"unit_document_kind", one_of_choices()},
      {"unit_document_number",
       [](const Asked&, const std::string& v) { return kept(UnifiedSocialCreditCode::parse(v)); }},
      {"unit_region", region_of(2)},
      {"unit_address", text_between(shortest_address, longest_address, "address.length")},
      {"legal_name", person_name},
      {"legal_id_number", resident_id},
      {"legal_mobile", mobile},
      {"requester_name", person_name},
      {"requester_post", text_between(1, longest_person_name, "text.length")},
      {"requester_id_number", requester_id},
      {"requester_mobile", mobile},
      {"requester_mail", [](const Asked&, const std::string& v) { return kept(EmailAddress::parse(v)); }},
      {"mailing_name", text_between(shortest_name, longest_person_name, "person_name.length")},
      {"mailing_phone", phone},
      {"mailing_region", region_of(3)},
      {"mailing_address", text_between(shortest_address, longest_address, "address.length")},
      {"mailing_postcode", [](const Asked&, const std::string& v) { return kept(Postcode::parse(v)); }},
      {"invoice_choice", one_of_choices()},
      {"invoice_title", unit_name},
      {"invoice_tax_number", [](const Asked&, const std::string& v) { return kept(TaxNumber::parse(v)); }},
      {"account_name", unit_name},
      {"account_bank", account_bank},
      {"account_number",
       [](const Asked&, const std::string& v) { return kept(BankAccount::parse(BankAccountKind::enterprise, v)); }},
      {"remittance", text_between(1, longest_address, "text.length")},
  };
  return all;
}

bool is_in(EntryPart part, const EntryField& field) {
  return (field.block == "account") == (part == EntryPart::account);
}

std::string answer(const Answers& answers, const std::string& field) {
  const auto found = answers.find(field);
  return found == answers.end() ? std::string() : found->second;
}

// Questions that one answer makes another one's business.
bool is_required(const EntryField& field, const Answers& answers) {
  if (field.block == "invoice" && field.name != "invoice_choice" && answer(answers, "invoice_choice") == no_invoice) {
    return false;
  }
  return field.required;
}

// What only shows between two answers.
void check_together(const CheckedAnswers& checked, std::vector<FieldProblem>& problems, Instant now,
                    const BankDirectory& banks) {
  const auto of = [&](const char* field) { return answer(checked.answers, field); };
  const bool same_id = !of("legal_id_number").empty() && of("legal_id_number") == of("requester_id_number");
  if (same_id && of("legal_name") != of("requester_name")) {
    problems.push_back({"requester_name", "person.one_id_two_names"});
  }
  if (!same_id && !of("legal_mobile").empty() && of("legal_mobile") == of("requester_mobile")) {
    problems.push_back({"requester_mobile", "person.two_ids_one_mobile"});
  }
  if (const auto id = ResidentId::parse(of("requester_id_number"), now);
      id && age_at(*id, now) > oldest_usual_requester) {
    problems.push_back({"requester_id_number", "resident_id.old", true});
  }
  for (const std::string& level : region_levels(of("mailing_region"))) {
    if (!level.empty() && of("mailing_address").starts_with(level)) {
      problems.push_back({"mailing_address", "address.repeats_region", true});
      break;
    }
  }
  // A parcel whose freight the receiver pays goes nowhere beyond the mainland.
  constexpr std::string_view not_served[] = {"台湾省", "香港特别行政区", "澳门特别行政区"};
  const auto mailing = region_levels(of("mailing_region"));
  if (!mailing.empty() && std::ranges::find(not_served, mailing.front()) != std::end(not_served)) {
    problems.push_back({"mailing_region", "region.not_served", true});
  }
  const std::string number = of("account_number");
  constexpr std::size_t card_lengths[] = {16, 19};
  if (number.starts_with("62") && std::ranges::find(card_lengths, number.size()) != std::end(card_lengths) &&
      BankAccount::parse(BankAccountKind::card, number)) {
    problems.push_back({"account_number", "bank_account.looks_personal", true});
  }
  const std::string bank = of("account_bank");
  if (!bank.empty() && banks.size() > 0 && !banks.is_complete() && !banks.find(bank)) {
    problems.push_back({"account_bank", "account_bank.not_found", true});
  }
}

}  // namespace

bool CheckedAnswers::is_complete() const { return std::ranges::all_of(problems, &FieldProblem::is_warning); }

const EntryField* find_field(const Programme& programme, std::string_view name) {
  const auto found = std::ranges::find(programme.fields, name, &EntryField::name);
  return found == programme.fields.end() ? nullptr : &*found;
}

std::vector<std::string> region_levels(std::string_view region) {
  std::vector<std::string> levels;
  while (!region.empty()) {
    const std::size_t slash = region.find('/');
    levels.emplace_back(region.substr(0, slash));
    region = slash == std::string_view::npos ? std::string_view() : region.substr(slash + 1);
  }
  return levels;
}

CheckedAnswers check_answers(const Programme& programme, EntryPart part, const Answers& typed, bool complete,
                             Instant now, const BankDirectory& banks) {
  CheckedAnswers checked;
  for (const EntryField& field : programme.fields) {
    if (!is_in(part, field)) {
      continue;
    }
    std::string value = answer(typed, field.name);
    const auto clean = value.size() <= max_answer_bytes ? normalised(value) : wrong("text.length");
    if (!clean) {
      checked.problems.push_back({field.name, clean.error().detail});
      continue;
    }
    if (clean->empty()) {
      if (complete && is_required(field, typed)) {
        checked.problems.push_back({field.name, "required"});
      }
      continue;
    }
    const auto rule = rules().find(field.name);
    ensure(rule != rules().end(), "every word of the schema has its rule");
    const auto right = rule->second({programme, field, now, banks}, *clean);
    if (!right) {
      checked.problems.push_back({field.name, right.error().detail});
    }
    checked.answers[field.name] = right ? *right : *clean;
  }
  if (complete) {
    check_together(checked, checked.problems, now, banks);
  }
  return checked;
}

std::string unit_name_form(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '(') {
      out += "（";
    } else if (c == ')') {
      out += "）";
    } else if (c != ' ') {
      out += c;
    }
  }
  return out;
}

std::string masked_answer(const std::string& field, const std::string& value) {
  if (field.ends_with("_id_number")) {
    return masked(value, 3, 4);
  }
  if (field.ends_with("_mobile") || field == "mailing_phone") {
    return masked(value, 3, 4);
  }
  if (field == "account_number") {
    return masked(value, 0, 4);
  }
  if (const std::size_t at = value.find('@'); field.ends_with("_mail") && at != std::string::npos && at > 0) {
    return masked(value.substr(0, at), 1, 0) + value.substr(at);
  }
  return value;
}

}  // namespace yinxin::hall
