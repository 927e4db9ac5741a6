#include "outside/emulator/phone.h"

#include <array>
#include <boost/json.hpp>

#include "crypto/sm3.h"
#include "outside/emulator/admin.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::string_view page_field = "X-Yinxin-Page";

struct Door {
  net::Method method;
  std::string_view provider, path;
};
// Nothing of faults: who tries the demonstration meets providers that work.
constexpr std::array doors{
    Door{net::Method::get, "sms", "messages"},
    Door{net::Method::get, "carrier", "subscribers"},
    Door{net::Method::post, "carrier", "subscribers"},
    Door{net::Method::get, "wechat_pay", "orders"},
    Door{net::Method::post, "wechat_pay", "orders/{number}/pay"},
    Door{net::Method::get, "alipay", "orders"},
    Door{net::Method::post, "alipay", "orders/{number}/scan"},
    Door{net::Method::post, "alipay", "orders/{number}/pay"},
    Door{net::Method::get, "direct_link", "accounts"},
    Door{net::Method::post, "direct_link", "accounts"},
    Door{net::Method::get, "direct_link", "deposits"},
    Door{net::Method::get, "direct_link", "bookings"},
    Door{net::Method::post, "direct_link", "credits"},
};

bool is_jpeg(BytesView picture) { return text_of(picture).starts_with("\xFF\xD8\xFF"); }

net::Response json_answer(const json::object& said) {
  net::Response response = net::answer("application/json", net::Body(std::string_view(json::serialize(said))));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

void EmulatedPhone::know(Emulator& provider) { provider.add_routes(providers_[std::string(provider.name())]); }

std::optional<net::Response> EmulatedPhone::admit(const net::Request& request) {
  const bool reads = request.method == net::Method::get || request.method == net::Method::head;
  if (reads || request.headers.find(page_field) == "1") {
    return std::nullopt;
  }
  return net::problem(403, "a request of the phone's own page has the field X-Yinxin-Page");
}

net::Response EmulatedPhone::ask(const std::string& provider, std::vector<std::string> segments,
                                 const net::Request& request) const {
  const auto known = providers_.find(provider);
  net::Request inner = request;
  inner.target.segments = std::move(segments);
  auto found = known == providers_.end() ? net::Router::Found{} : known->second.find(request.method, inner.target);
  if (found.route == nullptr) {
    return net::problem(404, "no such provider here");
  }
  inner.parameters = std::move(found.parameters);
  net::Response response = found.route->handler(inner);
  response.headers.add("Cache-Control", "no-store");
  return response;
}

net::Response EmulatedPhone::register_card(const net::Request& request) const {
  if (!is_jpeg(request.body)) {
    return net::problem(400, "the picture of a card is a JPEG");
  }
  const std::string digest = to_hex(crypto::sm3(request.body));
  json::object told;
  for (const auto& [name, value] : request.target.query) {
    told[name] = value;
  }
  told["picture"] = digest;
  net::Request inner;
  inner.method = net::Method::post;
  inner.body = to_bytes(bytes_of(json::serialize(told)));
  net::Response response = ask("card_reader", {"admin", "cards"}, inner);
  return response.status == 204 ? json_answer({{"picture", digest}}) : response;
}

void EmulatedPhone::add_routes(net::Router& router) {
  const auto options_of = [](net::Method method, std::size_t max_body_bytes) {
    const bool has_body = method == net::Method::post;
    return net::RouteOptions{.max_body_bytes = has_body ? max_body_bytes : 0, .slow = true};
  };
  for (const Door& door : doors) {
    const std::string pattern = "/phone/v1/" + std::string(door.provider) + "/" + std::string(door.path);
    router.add(door.method, pattern, options_of(door.method, max_admin_body_bytes),
               [this, provider = std::string(door.provider)](const net::Request& request) {
                 std::vector<std::string> segments(request.target.segments.begin() + 2, request.target.segments.end());
                 segments.front() = "admin";
                 return ask(provider, std::move(segments), request);
               });
  }
  router.add(net::Method::post, "/phone/v1/cards", options_of(net::Method::post, max_phone_picture_bytes),
             [this](const net::Request& request) { return register_card(request); });
  if (add_pages_) {
    add_pages_(router);
  }
}

}  // namespace yinxin::outside
