#pragma once
// What machines found out about a case, for the officer who judges it: a hint, never a verdict, and nothing stops at
// it.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace yinxin::hall {

enum class CheckLevel : std::uint8_t { good, attention, not_checked };

struct MachineCheck {
  std::string id;  // finds the sentence: "licence.uscc_differs"
  CheckLevel level = CheckLevel::not_checked;
  std::string subject;        // what was looked at: "materials.licence", "card", "account"
  std::string compared_with;  // the answer's field, or what else it was held against; may be empty
  std::string found;          // what the machine saw, masked where it is a person's; may be empty
  bool operator==(const MachineCheck&) const = default;
};
constexpr std::size_t max_machine_checks = 64;
constexpr std::size_t max_check_text_bytes = 400;

std::string_view name_of(CheckLevel level);

// MachineChecks ::= SEQUENCE OF SEQUENCE { id UTF8String, level INTEGER (0..2), subject, comparedWith,
//   found UTF8String }
Bytes to_der(const std::vector<MachineCheck>& checks);
Result<std::vector<MachineCheck>> machine_checks_of(BytesView der);  // corrupt, invalid_input
// invalid_input for too many, or one whose texts are too long.
Result<void> check_bounds(const std::vector<MachineCheck>& checks);

}  // namespace yinxin::hall
