#include "api/routes/desk/desk_gate.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/problem/problem.h"
#include "api/session/session.h"

namespace yinxin::api {

namespace {
constexpr std::size_t longest_token_text = 256;
}

Result<void> DeskGate::check_page(const net::Request& request) const {
  const std::string origin = origin_();
  const auto named = request.headers.find("Origin");
  const bool is_ours = request.headers.find(desk_page_field) && (!named || *named == origin);
  return is_ours ? check_host(request) : Result<void>(fail(ErrorCode::forbidden, "page.foreign"));
}

Result<void> DeskGate::check_host(const net::Request& request) const {
  const std::string origin = origin_();
  const std::string_view authority = std::string_view(origin).substr(origin.find("://") + 3);
  return request.headers.find("Host").value_or("") == authority
             ? Result<void>()
             : Result<void>(fail(ErrorCode::forbidden, "page.foreign"));
}

Result<Bytes> DeskGate::token_of(const net::Request& request) {
  const std::string_view text = cookie(request, desk_cookie);
  const auto token = text.empty() || text.size() > longest_token_text
                         ? Result<Bytes>(fail(ErrorCode::not_signed_in, "session.none"))
                         : from_hex(text);
  return token ? token : Result<Bytes>(fail(ErrorCode::not_signed_in, "session.none"));
}

Result<OfficerSession> DeskGate::who(const net::Request& request) const {
  YX_CHECK(check_host(request));
  YX_TRY(const Bytes token, token_of(request));
  return sessions_.find(token);
}

Result<OfficerSession> DeskGate::who(const net::Request& request, std::initializer_list<trust::Role> roles) const {
  YX_TRY(OfficerSession session, who(request));
  return std::ranges::find(roles, session.role) != roles.end()
             ? Result<OfficerSession>(std::move(session))
             : Result<OfficerSession>(fail(ErrorCode::forbidden, "not this role's step"));
}

net::Response told_to_officer(Error error) {
  boost::json::object more{{"why", error.detail}};
  if (!has_sentence(error.detail)) {
    error.detail = "desk." + std::string(name_of(error.code));
  }
  return problem_of(error, std::move(more));
}

}  // namespace yinxin::api
