#include "base/error.h"

#include "base/ensure.h"

namespace yinxin {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input: return "invalid_input";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::already_exists: return "already_exists";
    case ErrorCode::not_signed_in: return "not_signed_in";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::wrong_state: return "wrong_state";
    case ErrorCode::precondition: return "precondition";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::too_many_requests: return "too_many_requests";
    case ErrorCode::expired: return "expired";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::declined_by_outside: return "declined_by_outside";
    case ErrorCode::outside_unreachable: return "outside_unreachable";
    case ErrorCode::outside_uncertain: return "outside_uncertain";
    case ErrorCode::token_absent: return "token_absent";
    case ErrorCode::token_removed: return "token_removed";
    case ErrorCode::pin_wrong: return "pin_wrong";
    case ErrorCode::pin_locked: return "pin_locked";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::internal: return "internal";
  }
  ensure_unreachable("an ErrorCode without a name");
}

std::string Error::describe() const {
  std::string text;
  for (const Error* error = this; error != nullptr; error = error->cause.get()) {
    if (!text.empty()) {
      text += "; because ";
    }
    text += name_of(error->code);
    text += ": ";
    text += error->detail;
  }
  return text;
}

Error fail(ErrorCode code, std::string detail) { return Error{.code = code, .detail = std::move(detail)}; }

Error fail(ErrorCode code, std::string detail, Error cause) {
  return Error{.code = code, .detail = std::move(detail), .cause = std::make_shared<const Error>(std::move(cause))};
}

Error within(std::string detail, Error cause) {
  const ErrorCode code = cause.code;
  return fail(code, std::move(detail), std::move(cause));
}

}  // namespace yinxin
