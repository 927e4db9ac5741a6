#include "api/routes/phone/phone.h"

#include <boost/json.hpp>

#include "api/body.h"
#include "api/problem/problem.h"
#include "api/routes/hall/views.h"
#include "api/session/session.h"

namespace yinxin::api {

namespace {

using net::Method;
using net::Request;
using net::Response;

struct Visit {
  Bytes token;
  std::string device;
};

Result<Visit> visit_of(const Request& request) {
  YX_CHECK(check_page(request));
  const auto token = from_hex(request.parameter("token"));
  if (!token || token->size() != hall::phone_token_bytes) {
    return fail(ErrorCode::not_found, "link.unknown");
  }
  return Visit{.token = *token, .device = std::string(request.headers.find(device_field).value_or(""))};
}

Result<Response> view(const Result<hall::PhoneView>& result) {
  if (!result) {
    return result.error();
  }
  return json_answer(phone_view(*result));
}

net::Handler visiting(std::function<Result<Response>(const Visit&, const Request&)> handler) {
  return [handler = std::move(handler)](const Request& request) {
    const auto visit = visit_of(request);
    const auto answered = visit ? handler(*visit, request) : Result<Response>(visit.error());
    return answered ? *answered : problem_of(answered.error());
  };
}

Result<Response> take_card(hall::Street& street, const Visit& visit, const Request& request) {
  const std::string_view side = request.parameter("side");
  if (side != "portrait" && side != "emblem") {
    return fail(ErrorCode::not_found, "slot.unknown");
  }
  return view(street.phone_card(visit.token, visit.device,
                                side == "portrait" ? hall::CardSide::portrait : hall::CardSide::emblem, request.body));
}

Result<Response> begin_face(hall::Street& street, const std::string& page, const Visit& visit, const Request& request) {
  YX_TRY(const JsonBody body, JsonBody::of(request));
  YX_TRY(const auto consent, body.flag("consent"));
  if (!consent.value_or(false)) {
    return fail(ErrorCode::precondition, "face.consent");
  }
  YX_TRY(const std::string url, street.phone_begin_face(visit.token, visit.device, page + to_hex(visit.token),
                                                        body.text_or("device_info", "{}")));
  return json_answer(boost::json::object{{"url", url}});
}

// {"left": true} when the person came back from the provider's page without an end.
Result<Response> face_result(hall::Street& street, const Visit& visit, const Request& request) {
  YX_TRY(const JsonBody body, JsonBody::of(request));
  YX_TRY(const auto left, body.flag("left"));
  return view(street.phone_result(visit.token, visit.device, left.value_or(false)));
}

}  // namespace

void add_phone_routes(net::Router& router, hall::Street& street, const std::string& phone_page) {
  const net::RouteOptions form{.max_body_bytes = max_phone_body_bytes, .slow = true};
  const net::RouteOptions picture{.max_body_bytes = hall::max_upload_bytes, .slow = true};
  router.add(Method::post, "/api/v1/phone/{token}/visit", form, visiting([&street](const Visit& visit, const Request&) {
               return view(street.phone_open(visit.token, visit.device));
             }));
  router.add(
      Method::put, "/api/v1/phone/{token}/card/{side}", picture,
      visiting([&street](const Visit& visit, const Request& request) { return take_card(street, visit, request); }));
  router.add(Method::post, "/api/v1/phone/{token}/face", form,
             visiting([&street, phone_page](const Visit& visit, const Request& request) {
               return begin_face(street, phone_page, visit, request);
             }));
  router.add(Method::post, "/api/v1/phone/{token}/by-person", form,
             visiting([&street](const Visit& visit, const Request&) {
               return view(street.phone_ask_for_person(visit.token, visit.device));
             }));
  router.add(
      Method::post, "/api/v1/phone/{token}/face/result", form,
      visiting([&street](const Visit& visit, const Request& request) { return face_result(street, visit, request); }));
}

}  // namespace yinxin::api
