#pragma once
// Failures and field problems as problem documents (RFC 9457), each with a sentence for a person.

#include "api/json_names.h"
#include "api/problem/sentences.h"
#include "base/result.h"
#include "hall/street/entry_rules.h"
#include "net/http.h"

namespace yinxin::api {

// The status that a failure has over HTTP.
int status_of(ErrorCode code);
// {"type": "about:blank", "title", "status", "detail" (Chinese), "detail_en", "code", "reason"}; `reason` is the
// machine word, only when we know a sentence for it. Details that are not such words stay inside.
net::Response problem_of(const Error& error);
// The same with fields of the caller's beside.
net::Response problem_of(const Error& error, boost::json::object more);
// 422, or another status, with "problems": [{"field", "code", "message", "message_en", "is_warning"}].
net::Response problem_of(const std::vector<hall::FieldProblem>& problems, int status = 422);
boost::json::array problems_json(const std::vector<hall::FieldProblem>& problems);

}  // namespace yinxin::api
