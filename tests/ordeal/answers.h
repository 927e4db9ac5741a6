#pragma once
// What is read from the answers of house and providers.

#include <boost/json.hpp>
#include <string>

#include "demo/customer/customer.h"

namespace yinxin::ordeal {

inline std::string text_at(const boost::json::value& json, const char* key) {
  const auto* fields = json.if_object();
  const auto* found = fields == nullptr ? nullptr : fields->if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// An error with the answer's own words where it is not this status.
inline Result<void> answered(const Result<demo::Answered>& answer, int status) {
  if (!answer) {
    return answer.error();
  }
  constexpr std::size_t most_said = 400;
  return answer->status == status
             ? Result<void>()
             : Result<void>(fail(ErrorCode::wrong_state, "answered " + std::to_string(answer->status) + ": " +
                                                             std::string(text_of(answer->body)).substr(0, most_said)));
}

// An order's number as we write it: Alipay's books have '_' for '-'.
inline std::string our_number(std::string number) {
  for (char& each : number) {
    each = each == '_' ? '-' : each;
  }
  return number;
}

}  // namespace yinxin::ordeal
