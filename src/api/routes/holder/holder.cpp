#include "api/routes/holder/holder.h"

#include <boost/json.hpp>

#include "api/body.h"
#include "api/problem/problem.h"
#include "api/session/session.h"

namespace yinxin::api {

namespace {

using net::Method;
using net::Request;
using net::Response;

constexpr std::size_t max_serial_text = 64;

net::Handler from_agent(std::function<Result<Response>(const Request&)> handler) {
  return [handler = std::move(handler)](const Request& request) {
    const auto allowed = check_page(request);
    const auto result = allowed ? handler(request) : Result<Response>(allowed.error());
    return result ? *result : problem_of(result.error());
  };
}

constexpr int accepted = 202;

Result<TokenSeen> token_in(const JsonBody& body) {
  TokenSeen seen;
  YX_TRY(seen.device_serial, body.text("device_serial"));
  YX_TRY(const std::string serial, body.text("certificate_serial"));
  if (seen.device_serial.size() > max_serial_text || serial.size() > max_serial_text) {
    return fail(ErrorCode::not_found, "token.unknown");
  }
  YX_TRY(seen.certificate_serial, from_hex(serial));
  return seen;
}

Result<Response> begin(const HolderPorts& ports, const Request& request) {
  YX_TRY(const JsonBody body, JsonBody::of(request));
  YX_TRY(const TokenSeen seen, token_in(body));
  YX_TRY(const ActivationOpened opened, ports.begin(seen));
  boost::json::object out{
      {"line", opened.line}, {"door", to_base64(opened.door)}, {"pin_domain", to_base64(opened.pin_domain)}};
  out["seal_sm3"] = opened.seal_hash ? boost::json::value(to_hex(*opened.seal_hash)) : boost::json::value(nullptr);
  return json_answer(out);
}

Result<Response> send_code(const HolderPorts& ports, const Request& request) {
  YX_TRY(const JsonBody body, JsonBody::of(request));
  YX_TRY(const TokenSeen seen, token_in(body));
  YX_TRY(const std::string mobile, body.text("mobile"));
  YX_TRY(const CodeTicket ticket, ports.send_code(seen, mobile));
  return json_answer(boost::json::object{{"challenge", to_hex(ticket.challenge)},
                                         {"expires_at", to_rfc3339(ticket.expires_at)},
                                         {"next_at", to_rfc3339(ticket.next_at)}},
                     accepted);
}

}  // namespace

void add_holder_routes(net::Router& router, HolderPorts ports) {
  const auto shared = std::make_shared<const HolderPorts>(std::move(ports));
  router.add(Method::post, "/api/v1/activation/begin", {.max_body_bytes = max_activation_form_bytes, .slow = true},
             from_agent([shared](const Request& request) { return begin(*shared, request); }));
  router.add(Method::post, "/api/v1/activation/code", {.max_body_bytes = max_activation_form_bytes, .slow = true},
             from_agent([shared](const Request& request) { return send_code(*shared, request); }));
  router.add(Method::post, "/api/v1/activation", {.max_body_bytes = max_activation_bytes, .slow = true},
             from_agent([shared](const Request& request) -> Result<Response> {
               YX_TRY(Bytes answer, shared->activate(request.body));
               Response response = net::answer("application/octet-stream", std::move(answer));
               response.headers.add("Cache-Control", "no-store");
               return response;
             }));
  router.add(Method::post, "/api/v1/activation/confirmed", {.max_body_bytes = max_token_word_bytes, .slow = true},
             from_agent([shared](const Request& request) -> Result<Response> {
               YX_TRY(const auto seal, shared->confirm(request.body));
               boost::json::object out;
               out["seal"] = seal ? boost::json::value(to_base64(*seal)) : boost::json::value(nullptr);
               return json_answer(out);
             }));
}

}  // namespace yinxin::api
