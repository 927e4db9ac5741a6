#pragma once
// What must hold of an office and its providers whatever died in between, counted from the stores of a house that is
// closed, the providers' own books, the tokens, and what the house told the public.

#include "ordeal/journey.h"

namespace yinxin::ordeal {

struct Law {
  std::string name;
  std::uint64_t counted = 0;
  std::vector<std::string> broken{};  // what breaks it
};

// Of the open house, before it is closed: what OCSP says of every journey's certificate.
Law public_answers(const Stage& stage, const std::vector<Outcome>& outcomes);
Law different_stamps(const std::vector<Outcome>& outcomes);
// The house is closed, the providers still answer.
Result<std::vector<Law>> count_laws(const Stage& stage, const std::vector<Outcome>& outcomes);
// What is still under way between the domains of the closed house.
Result<std::vector<std::string>> errands_under_way(const Stage& stage);
// Each with its count and what breaks it; whether all hold.
bool print(const std::vector<Law>& laws);

}  // namespace yinxin::ordeal
