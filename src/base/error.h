#pragma once
// One failure type for the whole house. A failure says what could not be done and lets the caller
// react; a verdict about an examined thing is data and never an Error (ARCHITECTURE.md, "Bad news").

#include <memory>
#include <string>
#include <string_view>

namespace yinxin {

// A new code only if some caller would react to it.
enum class ErrorCode {
  invalid_input,
  not_found,
  already_exists,
  not_signed_in,
  forbidden,
  wrong_state,
  precondition,
  conflict,
  too_many_requests,
  expired,
  unsupported,
  declined_by_outside,
  outside_unreachable,
  outside_uncertain,  // it may or may not have happened: ask again, never repeat blindly
  token_absent,
  token_removed,
  pin_wrong,
  pin_locked,
  corrupt,
  internal,
};

// The code as it is written in logs and JSON, e.g. "invalid_input".
std::string_view name_of(ErrorCode code);

// What went wrong, for an operator. `detail` never carries a secret or an identity number.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail;
  std::shared_ptr<const Error> cause{};

  // "code: detail; because code: detail …", outermost first.
  [[nodiscard]] std::string describe() const;
};

[[nodiscard]] Error fail(ErrorCode code, std::string detail);
// Wraps `cause` as the reason of a new failure with its own code.
[[nodiscard]] Error fail(ErrorCode code, std::string detail, Error cause);
// Keeps the code of `cause` and says where it happened.
[[nodiscard]] Error within(std::string detail, Error cause);

}  // namespace yinxin
