#pragma once
// JSON (RFC 8259) kept as it was written, because the bank signs it: numbers stay their digits, strings their escapes,
// and only the order of members and the blanks between tokens may change.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace yinxin::outside {

constexpr std::size_t max_json_depth = 16;
constexpr std::size_t max_json_values = 200'000;

class SignedJson {
 public:
  enum class Kind { object, array, string, number, word };

  // invalid_input for anything but one JSON text of well-formed UTF-8, for two members of one name and beyond the
  // limits. The text must outlive what is returned.
  static Result<SignedJson> parse(std::string_view text);

  [[nodiscard]] Kind kind() const { return kind_; }
  // Of a string with its escapes resolved, of a number or word as it stands; of others "".
  [[nodiscard]] std::string text() const;
  // Without regard to case, as the bank's documents spell names in several ways; nullptr when it is not there.
  [[nodiscard]] const SignedJson* member(std::string_view name) const;
  // text() of a member that is a string or number; "" when it is not there.
  [[nodiscard]] std::string member_text(std::string_view name) const;
  // The objects in a member that is a list of them, or the one object that stands there instead; else none.
  [[nodiscard]] std::vector<const SignedJson*> records(std::string_view name) const;

  // Members in the order of their names' bytes, no blank between tokens, and the string at
  // `replaced_in`.`replaced_name` (both exact) written as `replacement`. Holds what the message holds.
  void write_sorted(std::string& to, std::string_view replaced_in = {}, std::string_view replaced_name = {},
                    std::string_view replacement = {}) const;

 private:
  friend class SignedJsonReader;
  Kind kind_ = Kind::word;
  std::string_view raw_;                     // of a string, number or word
  std::vector<std::string_view> raw_names_;  // with their quotes
  std::vector<std::string> names_;           // of an object, in the order of children_
  std::vector<SignedJson> children_;
};

}  // namespace yinxin::outside
