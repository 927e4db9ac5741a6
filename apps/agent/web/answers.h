#pragma once
// What a page is told: JSON, and problem documents (RFC 9457) with a machine word of the agent's own.

#include "api/json_names.h"
#include "net/http.h"

namespace yinxin::agent::web {

// Of a failure whose detail is one of our words ("agent.busy"), or else by its code. Words and their sentences stand in
// answers.cpp and in api/agent.yaml.
net::Response refusal(const Error& error, std::optional<std::uint32_t> tries_left = {});
net::Response refusal(std::string_view word);
// Never to be stored by anybody between.
net::Response told(const boost::json::object& fields);

}  // namespace yinxin::agent::web
