#pragma once
// What the identifiers have in common: a text that can only have come through their own parse().
//
// Every parse() takes what a person typed (full-width digits, blanks and all) and answers either the one form we keep
// or invalid_input whose detail is a machine word naming the rule that was broken ("uscc.check_digit"); the detail
// never carries the value.

#include <string>
#include <string_view>

#include "base/result.h"

namespace yinxin {

template <class Kind>
class Identifier {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }
  bool operator==(const Identifier&) const = default;
  auto operator<=>(const Identifier&) const = default;

 protected:
  explicit Identifier(std::string text) : text_(std::move(text)) {}

 private:
  std::string text_;
};

// GB/T 2260: the first two digits of a six-digit division code name a province-level division. Only those two are
// checked: the lower ones are re-used and retired, and papers keep the code of their day.
bool is_division(std::string_view six_digits);

}  // namespace yinxin
