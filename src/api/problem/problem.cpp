#include "api/problem/problem.h"

#include <boost/json.hpp>

namespace yinxin::api {

namespace {

net::Response document(int status, boost::json::object fields) {
  fields["type"] = "about:blank";
  fields["title"] = net::reason_of(status);
  fields["status"] = status;
  const std::string text = boost::json::serialize(fields);
  net::Response response = net::answer("application/problem+json", std::string_view(text));
  response.status = status;
  response.headers.add("Cache-Control", "no-store");
  return response;
}

// What finds the sentence: our own word, or that a provider has not answered. The rest is nobody's business.
std::string_view word_of(const Error& error) {
  const bool is_outside = error.code == ErrorCode::outside_unreachable || error.code == ErrorCode::outside_uncertain;
  return is_outside && !has_sentence(error.detail) ? std::string_view("provider.unavailable")
                                                   : std::string_view(error.detail);
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input: return 400;
    case ErrorCode::not_signed_in: return 401;
    case ErrorCode::forbidden:
    case ErrorCode::pin_wrong:
    case ErrorCode::pin_locked: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::expired: return 410;
    case ErrorCode::already_exists:
    case ErrorCode::wrong_state:
    case ErrorCode::precondition:
    case ErrorCode::conflict: return 409;
    case ErrorCode::too_many_requests: return 429;
    case ErrorCode::unsupported: return 501;
    case ErrorCode::declined_by_outside: return 422;
    case ErrorCode::outside_unreachable:
    case ErrorCode::outside_uncertain: return 503;
    case ErrorCode::token_absent:
    case ErrorCode::token_removed:
    case ErrorCode::corrupt:
    case ErrorCode::internal: return 500;
  }
  ensure_unreachable("a code without a status");
}

net::Response problem_of(const Error& error) { return problem_of(error, {}); }

net::Response problem_of(const Error& error, boost::json::object more) {
  const std::string_view word = word_of(error);
  boost::json::object fields = std::move(more);
  fields["detail"] = sentence(word, Language::zh);
  fields["detail_en"] = sentence(word, Language::en);
  fields["code"] = name_of(error.code);
  if (has_sentence(word)) {
    fields["reason"] = word;
  }
  return document(status_of(error.code), std::move(fields));
}

boost::json::array problems_json(const std::vector<hall::FieldProblem>& problems) {
  boost::json::array list;
  for (const hall::FieldProblem& problem : problems) {
    list.push_back(boost::json::object{{"field", problem.field},
                                       {"code", problem.code},
                                       {"message", sentence(problem.code, Language::zh)},
                                       {"message_en", sentence(problem.code, Language::en)},
                                       {"is_warning", problem.is_warning}});
  }
  return list;
}

net::Response problem_of(const std::vector<hall::FieldProblem>& problems, int status) {
  boost::json::object fields;
  fields["detail"] = "请修改标出的项目";
  fields["detail_en"] = "Change what is marked";
  fields["code"] = "invalid_input";
  fields["problems"] = problems_json(problems);
  return document(status, std::move(fields));
}

}  // namespace yinxin::api
