#pragma once
// What the entry screen's answers must be (R-051 and the programmes' own lines): each answer by itself, and all of
// them together. An answer is kept as it was typed until it is right; then in the one form that we keep.

#include "hall/payment/bank_directory.h"
#include "hall/programme/programme.h"

namespace yinxin::hall {

constexpr std::size_t max_answer_bytes = 600;
constexpr std::size_t max_answers = 64;

using Answers = std::map<std::string, std::string>;

// Something about an answer that a person should change. `code` finds the sentence ("uscc.check_digit").
struct FieldProblem {
  std::string field;
  std::string code;
  bool is_warning = false;  // may be left as it is
  bool operator==(const FieldProblem&) const = default;
};

enum class EntryPart : std::uint8_t { entry, account };

// The answers in the form that we keep, and what is wrong with them. Fields of blocks that are not this part's, and
// answers to questions that the programme does not ask, are left out.
struct CheckedAnswers {
  Answers answers;
  std::vector<FieldProblem> problems;
  [[nodiscard]] bool is_complete() const;  // no problem but warnings
};
// `complete`: empty answers to required questions are problems too, and what only shows between two answers. `banks`:
// what the unit's bank is picked from; where it is whole there is no other bank.
CheckedAnswers check_answers(const programme::Programme& programme, EntryPart part, const Answers& typed, bool complete,
                             Instant now, const BankDirectory& banks);

// A unit's name as it is kept: half-width brackets become the Chinese ones of a licence, blanks go.
std::string unit_name_form(std::string_view name);

// What a masked view shows of an answer; most are shown as they are.
std::string masked_answer(const std::string& field, const std::string& value);

// The programme's question of that name; null when it does not ask it.
const programme::EntryField* find_field(const programme::Programme& programme, std::string_view name);
// A place typed as levels with slashes between: "广东省/深圳市/福田区".
std::vector<std::string> region_levels(std::string_view region);

}  // namespace yinxin::hall
