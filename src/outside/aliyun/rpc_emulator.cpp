#include "outside/aliyun/rpc_emulator.h"

namespace yinxin::outside::aliyun {

net::Response json_response(std::string_view text, int status) {
  net::Response response = net::answer("application/json;charset=utf-8", net::Body(text));
  response.status = status;
  return response;
}

RpcEmulator::RpcEmulator(RpcKey key, std::string version, std::set<std::string> actions, const Clock& clock,
                         Random& random)
    : gate_(std::move(key.id), std::move(key.secret), std::move(version), std::move(actions), clock, random),
      clock_(clock),
      random_(random) {}

void RpcEmulator::add_routes(net::Router& router) {
  router.add(net::Method::post, "/", {.max_body_bytes = max_body_bytes(), .slow = true},
             [this](const net::Request& request) { return answer(request); });
  faults_.add_routes(router);
  add_admin_routes(router);
}

net::Response RpcEmulator::answer(const net::Request& request) {
  if (auto refused = gate_.refuse(request)) {
    return std::move(*refused);
  }
  Asked asked{.action = std::string(request.headers.find("x-acs-action").value_or("")),
              .parameters = {},
              .body = request.body,
              .host = std::string(request.headers.find("host").value_or(""))};
  for (const auto& [name, value] : request.target.query) {
    if (!asked.parameters.emplace(name, value).second) {
      return gateway_error(400, "InvalidParameter", "A parameter is given twice.", request_id(), asked.host);
    }
  }
  const Fault fault = faults_.take(asked.action);
  if (fault == Fault::decline) {
    return decline(asked.action);
  }
  if (fault == Fault::unavailable) {
    return gateway_error(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.",
                         request_id(), asked.host);
  }
  net::Response done = perform(asked);
  if (fault == Fault::lose_answer) {
    return {.status = 500};
  }
  if (fault == Fault::bad_signature) {
    const BytesView whole = done.body.view();
    return json_response(text_of(whole.first(whole.size() / 2)));
  }
  return done;
}

}  // namespace yinxin::outside::aliyun
