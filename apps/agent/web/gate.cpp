#include "agent/web/gate.h"

#include "agent/web/answers.h"
#include "agent/web/origin.h"
#include "api/session/session.h"

namespace yinxin::agent::web {

namespace {

constexpr int nothing_to_say = 204;

void add_readers(net::Response& response, const std::string& origin) {
  response.headers.add("Access-Control-Allow-Origin", origin);
  response.headers.add("Vary", "Origin");
}

bool asks(const net::Request& request, std::string_view field) { return request.headers.find(field) == "true"; }

}  // namespace

Result<std::string> Gate::origin_of(const net::Request& request) const {
  const Error foreign = fail(ErrorCode::forbidden, "agent.foreign");
  const auto host = request.headers.find("Host");
  const auto origin = request.headers.find("Origin");
  if (!request.peer.is_loopback || !request.target.authority.empty() || !host ||
      !names_this_agent(*host, parts_.port()) || !origin || request.headers.count("Origin") != 1) {
    return foreign;
  }
  auto read = parse_origin(*origin);
  return read ? std::move(read) : Result<std::string>(foreign);
}

std::optional<Answer> Gate::standing(const std::string& origin) const {
  if (parts_.allowed.contains(origin)) {
    return Answer::granted;
  }
  const auto kept = parts_.consents.find(origin);
  return kept ? *kept : std::nullopt;
}

bool Gate::may_read(const std::string& origin, RouteRule rule) const {
  return rule.is_open || standing(origin) == Answer::granted;
}

std::optional<net::Response> Gate::admit(const net::Request& request, RouteRule rule) const {
  const auto origin = origin_of(request);
  if (!origin) {
    return refusal(origin.error());
  }
  if (!may_read(*origin, rule)) {
    return refusal("agent.no_consent");
  }
  const bool is_json = net::media_type(request.headers.find("Content-Type").value_or("")) == "application/json";
  if (rule.method == net::Method::post && (!is_json || request.headers.count(api::page_field) == 0)) {
    return let_read(request, rule, refusal("agent.bad_request"));
  }
  return std::nullopt;
}

net::Response Gate::let_read(const net::Request& request, RouteRule rule, net::Response response) const {
  const auto origin = origin_of(request);
  if (!origin || !may_read(*origin, rule)) {
    return refusal("agent.no_consent");
  }
  add_readers(response, *origin);
  return response;
}

net::Response Gate::preflight(const net::Request& request, RouteRule rule) const {
  const auto origin = origin_of(request);
  if (!origin) {
    return refusal(origin.error());
  }
  if (!may_read(*origin, rule)) {
    return refusal("agent.no_consent");
  }
  net::Response response{.status = nothing_to_say};
  add_readers(response, *origin);
  response.headers.add("Access-Control-Allow-Methods", std::string(net::name_of(rule.method)));
  response.headers.add("Access-Control-Allow-Headers", "Content-Type, " + std::string(api::page_field));
  // Chrome's private network access asks so of an address nearer than the page's; its drafts also under another name.
  for (const char* network : {"Private-Network", "Local-Network"}) {
    if (asks(request, std::string("Access-Control-Request-") + network)) {
      response.headers.add(std::string("Access-Control-Allow-") + network, "true");
    }
  }
  return response;
}

}  // namespace yinxin::agent::web
