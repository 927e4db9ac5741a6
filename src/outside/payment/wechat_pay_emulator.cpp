#include "outside/payment/wechat_pay_emulator.h"

#include <boost/json.hpp>

#include "outside/emulator/callback_sender.h"
#include "outside/payment/wechat_pay_gate.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t max_body_bytes = 16 * 1024;
constexpr std::size_t max_orders = 100'000;
constexpr std::size_t api_key_bytes = 32;

struct Refund {
  std::string number{};
  std::string id{};
  std::int64_t fen = 0;
  std::int64_t total_fen = 0;
  std::string status{};  // of the books; the answer to the request itself always says PROCESSING
};

struct Order {
  std::string number{};
  std::string description{};
  std::int64_t price_fen = 0;
  std::string notify_url{};
  Instant expires_at{};
  std::string code_url{};
  std::string state = "NOTPAY";
  std::int64_t paid_fen = 0;
  std::string transaction{};
  Instant paid_at{};
  bool refunds_fail = false;
  bool is_hidden = false;
  std::vector<Refund> refunds{};
};

std::optional<json::object> object_of(const net::Request& request) {
  json::error_code wrong;
  json::value value = json::parse(text_of(request.body), wrong);
  return wrong || !value.is_object() ? std::nullopt : std::optional(std::move(value.get_object()));
}

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : std::string();
}

// -1 when it is not there.
std::int64_t fen_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : -1;
}

const json::object* amount_at(const json::object& object) {
  const json::value* value = object.if_contains("amount");
  return value == nullptr ? nullptr : value->if_object();
}

WechatReply param_error(std::string_view message) { return wechat_refusal(400, "PARAM_ERROR", message); }

}  // namespace

struct WechatPayEmulator::Inside {
  std::string app;
  std::string merchant;
  std::string callback_host;
  const Clock& clock;
  Random& random;
  WechatPayGate gate;
  FaultPlan faults;
  std::mutex mutex{};
  std::map<std::string, Order, std::less<>> orders{};
  CallbackSender sender;  // ends first: what it sends is signed by the gate

  using Deed = WechatReply (Inside::*)(const net::Request&);
  void add(net::Router& router, net::Method method, std::string_view pattern, std::string operation, Deed deed);
  void add_admin(net::Router& router);

  WechatReply open(const net::Request& request);
  WechatReply find(const net::Request& request);
  WechatReply close(const net::Request& request);
  WechatReply refund(const net::Request& request);
  WechatReply find_refund(const net::Request& request);

  // All below under the mutex.
  Order* order_of(std::string_view number);
  std::string new_number() { return "42" + to_hex(random.bytes(13)); }
  [[nodiscard]] json::object transaction_of(const Order& order) const;
  [[nodiscard]] json::object refund_of(const Order& order, const Refund& refund, std::string_view status) const;
  void call_back(const Order& order, std::string_view event, std::string_view type, const json::object& resource);
  net::Response pay(const net::Request& request);
  net::Response list();
};

WechatPayEmulator::WechatPayEmulator(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
WechatPayEmulator::~WechatPayEmulator() = default;
FaultPlan& WechatPayEmulator::faults() { return inside_->faults; }
bool WechatPayEmulator::wait_for_callbacks(std::chrono::milliseconds patience) {
  return inside_->sender.wait_until_idle(patience);
}

Result<std::unique_ptr<WechatPayEmulator>> WechatPayEmulator::make(WechatPayEmulatorOptions options, const Clock& clock,
                                                                   Random& random) {
  YX_TRY(auto merchant_key, crypto::openssl::RsaPublicKey::from_pem(options.merchant_public_key_pem));
  YX_TRY(auto platform_key, crypto::openssl::RsaPrivateKey::from_pem(options.platform_key_pem));
  if (options.api_key.size() != api_key_bytes) {
    return fail(ErrorCode::invalid_input, "the APIv3 key is 32 bytes");
  }
  WechatPayGate::Keys keys{options.merchant,        options.merchant_serial, std::move(merchant_key),
                           options.platform_key_id, std::move(platform_key), std::move(options.api_key)};
  return std::unique_ptr<WechatPayEmulator>(new WechatPayEmulator(std::unique_ptr<Inside>(
      new Inside{.app = std::move(options.app),
                 .merchant = std::move(options.merchant),
                 .callback_host = std::move(options.callback_host),
                 .clock = clock,
                 .random = random,
                 .gate = {std::move(keys), clock, random},
                 .faults = {},
                 .sender = {std::move(options.callback_retries), std::move(options.callback_tls)}})));
}

void WechatPayEmulator::Inside::add(net::Router& router, net::Method method, std::string_view pattern,
                                    std::string operation, Deed deed) {
  router.add(method, pattern, {.max_body_bytes = max_body_bytes, .slow = true},
             [this, operation = std::move(operation), deed](const net::Request& request) {
               if (const auto refusal = gate.refuses(request)) {
                 return gate.answer(*refusal, Fault::none);
               }
               const Fault fault = faults.take(operation);
               if (fault == Fault::unavailable) {
                 return net::Response{.status = 503};
               }
               if (fault == Fault::decline) {
                 return gate.answer(wechat_refusal(403, "NO_AUTH", "商户无权限"), fault);
               }
               const std::scoped_lock lock(mutex);
               const WechatReply reply = (this->*deed)(request);
               return fault == Fault::lose_answer ? net::Response{.status = 500} : gate.answer(reply, fault);
             });
}

void WechatPayEmulator::add_routes(net::Router& router) {
  using enum net::Method;
  inside_->add(router, post, "/v3/pay/transactions/native", "open", &Inside::open);
  inside_->add(router, get, "/v3/pay/transactions/out-trade-no/{number}", "find", &Inside::find);
  inside_->add(router, post, "/v3/pay/transactions/out-trade-no/{number}/close", "close", &Inside::close);
  inside_->add(router, post, "/v3/refund/domestic/refunds", "refund", &Inside::refund);
  inside_->add(router, get, "/v3/refund/domestic/refunds/{number}", "find_refund", &Inside::find_refund);
  inside_->faults.add_routes(router);
  inside_->add_admin(router);
}

Order* WechatPayEmulator::Inside::order_of(std::string_view number) {
  const auto found = orders.find(number);
  if (found == orders.end()) {
    return nullptr;
  }
  if (found->second.state == "NOTPAY" && clock.now() >= found->second.expires_at) {
    found->second.state = "CLOSED";
  }
  return &found->second;
}

WechatReply WechatPayEmulator::Inside::open(const net::Request& request) {
  const auto said = object_of(request);
  const json::object* amount = said ? amount_at(*said) : nullptr;
  if (amount == nullptr || fen_at(*amount, "total") < 1 || text_at(*amount, "currency") != "CNY") {
    return param_error("参数错误：amount");
  }
  if (text_at(*said, "mchid") != merchant || text_at(*said, "appid") != app) {
    return wechat_refusal(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配");
  }
  Order order{.number = text_at(*said, "out_trade_no"),
              .description = text_at(*said, "description"),
              .price_fen = fen_at(*amount, "total"),
              .notify_url = text_at(*said, "notify_url")};
  const auto place = callback_place_of(order.notify_url);
  const auto expires_at = from_rfc3339(text_at(*said, "time_expire"));
  const bool numbered = order.number.size() >= 6 && order.number.size() <= 32 &&
                        order.number.find_first_not_of(
                            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "_-|*@") == std::string::npos;
  if (!numbered || order.description.empty() || order.description.size() > 127 || !expires_at || !place ||
      place->host != callback_host || order.notify_url.find('?') != std::string::npos) {
    return param_error("参数错误：out_trade_no、description、time_expire或notify_url");
  }
  order.expires_at = *expires_at;
  if (const Order* known = order_of(order.number)) {
    if (known->price_fen != order.price_fen || known->description != order.description) {
      return wechat_refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复");
    }
    if (known->state != "NOTPAY") {
      return known->state == "CLOSED" ? wechat_refusal(400, "ORDER_CLOSED", "该订单已关闭")
                                      : wechat_refusal(400, "ORDERPAID", "该订单已支付");
    }
    return {200, json::serialize(json::object{{"code_url", known->code_url}})};
  }
  if (order.expires_at <= clock.now()) {
    return param_error("time_expire已过");
  }
  if (orders.size() >= max_orders) {
    return wechat_refusal(429, "FREQUENCY_LIMITED", "频率超限");
  }
  order.code_url = "weixin://wxpay/bizpayurl?pr=" + to_hex(random.bytes(5));
  const std::string answer = json::serialize(json::object{{"code_url", order.code_url}});
  orders.emplace(order.number, std::move(order));
  return {200, answer};
}

json::object WechatPayEmulator::Inside::transaction_of(const Order& order) const {
  const bool is_paid = order.state == "SUCCESS" || order.state == "REFUND";
  json::object said{{"appid", app},
                    {"mchid", merchant},
                    {"out_trade_no", order.number},
                    {"trade_state", order.state},
                    {"trade_state_desc", is_paid ? "支付成功" : "订单未支付"},
                    {"amount",
                     {{"total", is_paid ? order.paid_fen : order.price_fen},
                      {"payer_total", is_paid ? order.paid_fen : order.price_fen},
                      {"currency", "CNY"},
                      {"payer_currency", "CNY"}}}};
  if (is_paid) {
    said["trade_type"] = "NATIVE";
    said["bank_type"] = "OTHERS";
    said["transaction_id"] = order.transaction;
    said["success_time"] = to_rfc3339(whole_seconds(order.paid_at));
    said["payer"] = {{"openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"}};
  }
  return said;
}

WechatReply WechatPayEmulator::Inside::find(const net::Request& request) {
  if (request.target.query_value("mchid").value_or("") != merchant) {
    return param_error("参数错误：mchid");
  }
  const Order* order = order_of(request.parameter("number"));
  return order == nullptr || order->is_hidden ? wechat_refusal(404, "ORDER_NOT_EXIST", "订单不存在")
                                              : WechatReply{200, json::serialize(transaction_of(*order))};
}

WechatReply WechatPayEmulator::Inside::close(const net::Request& request) {
  const auto said = object_of(request);
  if (!said || text_at(*said, "mchid") != merchant) {
    return param_error("参数错误：mchid");
  }
  Order* order = order_of(request.parameter("number"));
  if (order == nullptr) {
    return wechat_refusal(404, "ORDER_NOT_EXIST", "订单不存在");
  }
  if (order->state != "NOTPAY" && order->state != "CLOSED") {
    return wechat_refusal(400, "ORDERPAID", "该订单已支付");
  }
  order->state = "CLOSED";
  return {204, ""};
}

json::object WechatPayEmulator::Inside::refund_of(const Order& order, const Refund& refund,
                                                  std::string_view status) const {
  return {{"refund_id", refund.id},
          {"out_refund_no", refund.number},
          {"transaction_id", order.transaction},
          {"out_trade_no", order.number},
          {"channel", "ORIGINAL"},
          {"user_received_account", "支付用户零钱"},
          {"create_time", to_rfc3339(whole_seconds(clock.now()))},
          {"status", status},
          {"funds_account", "AVAILABLE"},
          {"amount",
           {{"total", refund.total_fen},
            {"refund", refund.fen},
            {"payer_total", refund.total_fen},
            {"payer_refund", refund.fen},
            {"currency", "CNY"}}}};
}

WechatReply WechatPayEmulator::Inside::refund(const net::Request& request) {
  const auto said = object_of(request);
  const json::object* amount = said ? amount_at(*said) : nullptr;
  Order* order = said ? order_of(text_at(*said, "out_trade_no")) : nullptr;
  if (amount == nullptr || text_at(*said, "out_refund_no").empty()) {
    return param_error("参数错误");
  }
  if (order == nullptr) {
    return wechat_refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在");
  }
  Refund asked{.number = text_at(*said, "out_refund_no"),
               .fen = fen_at(*amount, "refund"),
               .total_fen = fen_at(*amount, "total")};
  std::int64_t refunded_fen = 0;
  for (const Refund& known : order->refunds) {
    if (known.number == asked.number) {
      return known.fen == asked.fen && known.total_fen == asked.total_fen
                 ? WechatReply{200, json::serialize(refund_of(*order, known, known.status))}
                 : param_error("订单金额或退款金额与之前请求不一致，请核实后再试");
    }
    refunded_fen += known.fen;
  }
  if (order->state != "SUCCESS" && order->state != "REFUND") {
    return wechat_refusal(403, "TRADE_NOT_SUCCESS", "订单未支付");
  }
  if (asked.total_fen != order->paid_fen || asked.fen < 1 || asked.fen > order->paid_fen - refunded_fen) {
    return param_error("订单金额或退款金额与之前请求不一致，请核实后再试");
  }
  asked.id = "50" + to_hex(random.bytes(13));
  asked.status = order->refunds_fail ? "ABNORMAL" : "SUCCESS";
  order->state = "REFUND";
  order->refunds.push_back(asked);
  json::object resource = refund_of(*order, asked, asked.status);
  resource["mchid"] = merchant;
  resource["refund_status"] = asked.status;
  call_back(*order, "REFUND." + asked.status, "refund", resource);
  return {200, json::serialize(refund_of(*order, asked, "PROCESSING"))};
}

WechatReply WechatPayEmulator::Inside::find_refund(const net::Request& request) {
  for (const auto& [number, order] : orders) {
    for (const Refund& refund : order.refunds) {
      if (refund.number == request.parameter("number")) {
        return {200, json::serialize(refund_of(order, refund, refund.status))};
      }
    }
  }
  return wechat_refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在");
}

void WechatPayEmulator::Inside::call_back(const Order& order, std::string_view event, std::string_view type,
                                          const json::object& resource) {
  const Fault fault = faults.take("callback");
  const auto place = callback_place_of(order.notify_url);
  if (fault == Fault::no_callback || !place) {
    return;
  }
  const std::string body =
      gate.sealed_callback(event, type, type == "refund" ? "退款" : "支付成功", json::serialize(resource));
  for (int copies = fault == Fault::repeat_callback ? 2 : 1; copies > 0; --copies) {
    sender.send(*place, [this, body, fault] {
      net::ClientRequest request{.method = net::Method::post, .body = to_bytes(bytes_of(body))};
      request.headers.add("Content-Type", "application/json; charset=utf-8");
      request.headers.add("User-Agent", "Mozilla/4.0");
      request.headers.add("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048");
      gate.sign(request.headers, body, fault);
      return request;
    });
  }
}

net::Response WechatPayEmulator::Inside::pay(const net::Request& request) {
  Order* order = order_of(request.parameter("number"));
  if (order == nullptr) {
    return net::problem(404, "no such order");
  }
  const auto said = object_of(request);
  if ((!said && !request.body.empty()) || (said && said->contains("fen") && fen_at(*said, "fen") < 1)) {
    return net::problem(400, "an object with a positive number of fen, or nothing");
  }
  if (order->state != "NOTPAY") {
    return net::problem(409, "the order is " + order->state);
  }
  order->paid_fen = said && said->contains("fen") ? fen_at(*said, "fen") : order->price_fen;
  order->state = "SUCCESS";
  order->transaction = new_number();
  order->paid_at = clock.now();
  call_back(*order, "TRANSACTION.SUCCESS", "transaction", transaction_of(*order));
  return net::Response{.status = 204};
}

net::Response WechatPayEmulator::Inside::list() {
  json::array all;
  for (auto& [number, stored] : orders) {
    const Order& order = *order_of(number);
    json::array refunds;
    for (const Refund& refund : order.refunds) {
      refunds.push_back(json::object{{"number", refund.number}, {"fen", refund.fen}, {"status", refund.status}});
    }
    all.push_back(json::object{{"number", number},
                               {"description", order.description},
                               {"price_fen", order.price_fen},
                               {"state", order.state},
                               {"expires_at", to_rfc3339(order.expires_at)},
                               {"paid_fen", order.paid_fen},
                               {"code_url", order.code_url},
                               {"refunds", std::move(refunds)}});
  }
  return net::answer("application/json", net::Body(std::string_view(json::serialize(all))));
}

void WechatPayEmulator::Inside::add_admin(net::Router& router) {
  router.add(net::Method::get, "/admin/orders", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex);
    return list();
  });
  router.add(net::Method::post, "/admin/orders/{number}/pay", {.max_body_bytes = max_body_bytes, .slow = true},
             [this](const net::Request& request) {
               const std::scoped_lock lock(mutex);
               return pay(request);
             });
  const auto change = [&](std::string_view pattern, const std::function<bool(Order&)>& deed) {
    router.add(net::Method::post, pattern, {.max_body_bytes = max_body_bytes},
               [this, deed](const net::Request& request) {
                 const std::scoped_lock lock(mutex);
                 Order* order = order_of(request.parameter("number"));
                 if (order == nullptr) {
                   return net::problem(404, "no such order");
                 }
                 return deed(*order) ? net::Response{.status = 204} : net::problem(409, "the order is " + order->state);
               });
  };
  change("/admin/orders/{number}/close", [](Order& order) {
    const bool was_open = order.state == "NOTPAY";
    order.state = was_open ? "CLOSED" : order.state;
    return was_open;
  });
  // As if the provider knew nothing of it.
  change("/admin/orders/{number}/hide", [](Order& order) { return order.is_hidden = true; });
  change("/admin/orders/{number}/show", [](Order& order) { return !(order.is_hidden = false); });
  change("/admin/orders/{number}/refund-fail", [](Order& order) { return order.refunds_fail = true; });
}

}  // namespace yinxin::outside
