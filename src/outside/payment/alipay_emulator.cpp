#include "outside/payment/alipay_emulator.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "outside/emulator/admin.h"
#include "outside/emulator/callback_sender.h"
#include "outside/payment/alipay_gate.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t max_body_bytes = 32 * 1024;
constexpr std::size_t max_orders = 100'000;
constexpr std::int64_t longest_life_minutes = 15 * 24 * 60;

struct Refund {
  std::string number{};
  std::int64_t fen = 0;
};

struct Order {
  std::string number{};
  std::string subject{};
  std::int64_t price_fen = 0;
  std::string notify_url{};
  Instant expires_at{};
  std::string qr_code{};
  std::string status{};  // empty until the code was scanned
  std::int64_t paid_fen = 0;
  std::string currency{};
  std::string trade{};
  Instant paid_at{};
  bool refunds_fail = false;
  std::vector<Refund> refunds{};

  [[nodiscard]] std::int64_t refunded_fen() const {
    std::int64_t sum = 0;
    for (const Refund& refund : refunds) {
      sum += refund.fen;
    }
    return sum;
  }
};

std::string text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : std::string();
}

std::string in_yuan(std::int64_t fen) {
  std::string cents = std::to_string(fen % 100);
  cents.insert(0, 2 - cents.size(), '0');
  return std::to_string(fen / 100) + "." + cents;
}

// -1 for anything but yuan and two decimals, which is how the hall writes them.
std::int64_t in_fen(const std::string& yuan) {
  const std::size_t point = yuan.find('.');
  if (point == std::string::npos || point == 0 || point > 12 || yuan.size() != point + 3) {
    return -1;
  }
  std::string digits = yuan;
  digits.erase(point, 1);
  std::int64_t fen = -1;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), fen);
  return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? fen : -1;
}

// "30m"; 0 for anything else.
std::int64_t minutes_of(const std::string& text) {
  std::int64_t minutes = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), minutes);
  const bool is_whole = read.ec == std::errc{} && read.ptr + 1 == text.data() + text.size() && *read.ptr == 'm';
  return is_whole && minutes >= 1 && minutes <= longest_life_minutes ? minutes : 0;
}

std::string business_refusal(std::string_view sub_code, std::string_view words) {
  return alipay_refusal("40004", "Business Failed", sub_code, words);
}

std::string not_known() { return business_refusal("ACQ.TRADE_NOT_EXIST", "交易不存在"); }

// The provider writes slashes with a backslash: who verifies anything but the bytes received will fail.
std::string written(const json::object& node) {
  std::string text;
  for (const char c : json::serialize(node)) {
    text += c == '/' ? "\\/" : std::string(1, c);
  }
  return text;
}

json::object accepted() { return {{"code", "10000"}, {"msg", "Success"}}; }

}  // namespace

struct AlipayEmulator::Inside {
  std::string callback_host;
  const Clock& clock;
  Random& random;
  AlipayGate gate;
  FaultPlan faults;
  std::mutex mutex{};
  std::map<std::string, Order, std::less<>> orders{};
  CallbackSender sender;  // ends first: what it sends is signed by the gate

  net::Response serve(const net::Request& request);
  void add_admin(net::Router& router);

  // All below under the mutex; each gives the node of its answer.
  using Deed = std::string (Inside::*)(const json::object&, const std::string& notify_url);
  std::string open(const json::object& said, const std::string& notify_url);
  std::string find(const json::object& said, const std::string&);
  std::string close(const json::object& said, const std::string&);
  std::string refund(const json::object& said, const std::string&);
  std::string find_refund(const json::object& said, const std::string&);

  Order* order_of(std::string number);
  // The order of a business content, once its code was scanned.
  Order* trade_of(const json::object& said);
  void scan(Order& order);
  void call_back(const Order& order);
  net::Response pay(const net::Request& request);
  net::Response list();
};

AlipayEmulator::AlipayEmulator(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
AlipayEmulator::~AlipayEmulator() = default;
FaultPlan& AlipayEmulator::faults() { return inside_->faults; }
bool AlipayEmulator::wait_for_callbacks(std::chrono::milliseconds patience) {
  return inside_->sender.wait_until_idle(patience);
}

Result<std::unique_ptr<AlipayEmulator>> AlipayEmulator::make(AlipayEmulatorOptions options, const Clock& clock,
                                                             Random& random) {
  YX_TRY(auto app_key, crypto::openssl::RsaPublicKey::from_pem(options.app_public_key_pem));
  YX_TRY(auto alipay_key, crypto::openssl::RsaPrivateKey::from_pem(options.alipay_key_pem));
  AlipayGate::Keys keys{std::move(options.app), std::move(options.seller), std::move(app_key), std::move(alipay_key)};
  return std::unique_ptr<AlipayEmulator>(new AlipayEmulator(std::unique_ptr<Inside>(
      new Inside{.callback_host = std::move(options.callback_host),
                 .clock = clock,
                 .random = random,
                 .gate = {std::move(keys), clock},
                 .faults = {},
                 .sender = {std::move(options.callback_retries), std::move(options.callback_tls)}})));
}

net::Response AlipayEmulator::Inside::serve(const net::Request& request) {
  const AlipayGate::Asked asked = gate.read(request);
  if (!asked.refusal.empty()) {
    return gate.answer("", asked.refusal, Fault::none);
  }
  static const std::map<std::string, std::pair<std::string_view, Deed>, std::less<>> deeds{
      {"alipay.trade.precreate", {"open", &Inside::open}},
      {"alipay.trade.query", {"find", &Inside::find}},
      {"alipay.trade.close", {"close", &Inside::close}},
      {"alipay.trade.refund", {"refund", &Inside::refund}},
      {"alipay.trade.fastpay.refund.query", {"find_refund", &Inside::find_refund}}};
  const auto deed = deeds.find(asked.method);
  json::error_code wrong;
  const json::value content = json::parse(asked.content, wrong);
  if (deed == deeds.end() || wrong || !content.is_object()) {
    return gate.answer("", alipay_refusal("40002", "Invalid Arguments", "isv.invalid-parameter", "参数无效"),
                       Fault::none);
  }
  const Fault fault = faults.take(deed->second.first);
  if (fault == Fault::unavailable) {
    return net::Response{.status = 503};
  }
  if (fault == Fault::decline) {
    return gate.answer(
        asked.method,
        alipay_refusal("40006", "Insufficient Permissions", "isv.insufficient-isv-permissions", "权限不足"), fault);
  }
  const std::scoped_lock lock(mutex);
  const std::string node = (this->*deed->second.second)(content.get_object(), asked.notify_url);
  return fault == Fault::lose_answer ? net::Response{.status = 500} : gate.answer(asked.method, node, fault);
}

void AlipayEmulator::add_routes(net::Router& router) {
  router.add(net::Method::post, "/gateway.do", {.max_body_bytes = max_body_bytes, .slow = true},
             [this](const net::Request& request) { return inside_->serve(request); });
  inside_->add_admin(router);
  inside_->faults.add_routes(router);
}

Order* AlipayEmulator::Inside::order_of(std::string number) {
  std::ranges::replace(number, '-', '_');
  const auto found = orders.find(number);
  if (found == orders.end()) {
    return nullptr;
  }
  Order& order = found->second;
  if (order.status == "WAIT_BUYER_PAY" && clock.now() >= order.expires_at) {
    order.status = "TRADE_CLOSED";
  }
  return &order;
}

Order* AlipayEmulator::Inside::trade_of(const json::object& said) {
  Order* order = order_of(text_at(said, "out_trade_no"));
  return order == nullptr || order->status.empty() ? nullptr : order;
}

std::string AlipayEmulator::Inside::open(const json::object& said, const std::string& notify_url) {
  Order order{.number = text_at(said, "out_trade_no"),
              .subject = text_at(said, "subject"),
              .price_fen = in_fen(text_at(said, "total_amount")),
              .notify_url = notify_url};
  const std::int64_t life = minutes_of(text_at(said, "timeout_express"));
  const auto place = callback_place_of(notify_url);
  const bool is_number =
      !order.number.empty() && order.number.size() <= 64 && std::ranges::all_of(order.number, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
      });
  if (!is_number || order.subject.empty() || order.subject.size() > 256 || order.price_fen < 1 || life == 0 || !place ||
      place->host != callback_host) {
    return business_refusal("ACQ.INVALID_PARAMETER", "参数无效");
  }
  if (const Order* known = order_of(order.number)) {
    if (known->price_fen != order.price_fen || known->subject != order.subject) {
      return business_refusal("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改");
    }
    if (known->status == "TRADE_SUCCESS") {
      return business_refusal("ACQ.TRADE_HAS_SUCCESS", "交易已被支付");
    }
    if (known->status == "TRADE_CLOSED") {
      return business_refusal("ACQ.TRADE_HAS_CLOSE", "交易已经关闭");
    }
    order.qr_code = known->qr_code;
  } else {
    if (orders.size() >= max_orders) {
      return alipay_refusal("20000", "Service Currently Unavailable", "aop.unknow-error", "系统繁忙");
    }
    order.qr_code = "https://qr.alipay.com/bax" + to_hex(random.bytes(8));
    order.expires_at = clock.now() + std::chrono::minutes(life);
    orders.emplace(order.number, order);
  }
  json::object node = accepted();
  node["out_trade_no"] = order.number;
  node["qr_code"] = order.qr_code;
  return written(node);
}

std::string AlipayEmulator::Inside::find(const json::object& said, const std::string&) {
  const Order* order = trade_of(said);
  if (order == nullptr) {
    return not_known();
  }
  json::object node = accepted();
  node["out_trade_no"] = order->number;
  node["trade_no"] = order->trade;
  node["trade_status"] = order->status;
  node["total_amount"] = in_yuan(order->paid_fen > 0 ? order->paid_fen : order->price_fen);
  if (order->paid_fen > 0) {
    node["send_pay_date"] = to_beijing_text(order->paid_at);
    node["buyer_logon_id"] = "159****5620";
    if (order->currency != "CNY") {
      node["trans_currency"] = order->currency;
    }
  }
  return written(node);
}

std::string AlipayEmulator::Inside::close(const json::object& said, const std::string&) {
  Order* order = trade_of(said);
  if (order == nullptr) {
    return not_known();
  }
  if (order->status != "WAIT_BUYER_PAY" && (order->status != "TRADE_CLOSED" || order->paid_fen > 0)) {
    return business_refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法");
  }
  order->status = "TRADE_CLOSED";
  json::object node = accepted();
  node["out_trade_no"] = order->number;
  node["trade_no"] = order->trade;
  return written(node);
}

std::string AlipayEmulator::Inside::refund(const json::object& said, const std::string&) {
  Order* order = trade_of(said);
  if (order == nullptr) {
    return not_known();
  }
  const Refund asked{.number = text_at(said, "out_request_no"), .fen = in_fen(text_at(said, "refund_amount"))};
  const auto known = std::ranges::find(order->refunds, asked.number, &Refund::number);
  const bool is_repeated = known != order->refunds.end();
  if (asked.number.empty() || asked.fen < 1 || (is_repeated && known->fen != asked.fen)) {
    return business_refusal("ACQ.INVALID_PARAMETER", "参数无效");
  }
  if (!is_repeated && order->status != "TRADE_SUCCESS") {
    return business_refusal("ACQ.TRADE_STATUS_ERROR", "交易状态不合法");
  }
  if (!is_repeated && asked.fen > order->paid_fen - order->refunded_fen()) {
    return business_refusal("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限");
  }
  const std::int64_t so_far = order->refunded_fen() + (is_repeated ? 0 : asked.fen);
  if (!is_repeated && !order->refunds_fail) {
    order->refunds.push_back(asked);
    order->status = order->refunded_fen() == order->paid_fen ? "TRADE_CLOSED" : order->status;
    call_back(*order);
  }
  json::object node = accepted();
  node["out_trade_no"] = order->number;
  node["trade_no"] = order->trade;
  node["fund_change"] = is_repeated || order->refunds_fail ? "N" : "Y";
  node["refund_fee"] = in_yuan(so_far);
  return written(node);
}

std::string AlipayEmulator::Inside::find_refund(const json::object& said, const std::string&) {
  const Order* order = trade_of(said);
  if (order == nullptr) {
    return not_known();
  }
  json::object node = accepted();
  const auto known = std::ranges::find(order->refunds, text_at(said, "out_request_no"), &Refund::number);
  if (known != order->refunds.end()) {
    node["out_trade_no"] = order->number;
    node["trade_no"] = order->trade;
    node["out_request_no"] = known->number;
    node["refund_amount"] = in_yuan(known->fen);
    node["total_amount"] = in_yuan(order->paid_fen);
    node["refund_status"] = "REFUND_SUCCESS";
  }
  return written(node);
}

void AlipayEmulator::Inside::scan(Order& order) {
  if (order.status.empty() && clock.now() < order.expires_at) {
    order.status = "WAIT_BUYER_PAY";
    order.trade = "2026" + std::to_string(random.below(1'000'000'000'000'000'000));
  }
}

void AlipayEmulator::Inside::call_back(const Order& order) {
  const Fault fault = faults.take("callback");
  const auto place = callback_place_of(order.notify_url);
  if (fault == Fault::no_callback || !place) {
    return;
  }
  std::map<std::string, std::string> values{{"notify_id", to_hex(random.bytes(17))},
                                            {"out_trade_no", order.number},
                                            {"trade_no", order.trade},
                                            {"trade_status", order.status},
                                            {"subject", order.subject},
                                            {"total_amount", in_yuan(order.paid_fen)},
                                            {"gmt_payment", to_beijing_text(order.paid_at)}};
  if (!order.refunds.empty()) {
    values["refund_fee"] = in_yuan(order.refunded_fen());
  }
  for (int copies = fault == Fault::repeat_callback ? 2 : 1; copies > 0; --copies) {
    sender.send(*place, [this, values, fault] {
      const std::string body = gate.notification(values, fault);
      net::ClientRequest request{.method = net::Method::post, .body = to_bytes(bytes_of(body))};
      request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
      return request;
    });
  }
}

net::Response AlipayEmulator::Inside::pay(const net::Request& request) {
  Order* order = order_of(std::string(request.parameter("number")));
  if (order == nullptr) {
    return net::problem(404, "no such order");
  }
  const auto said =
      request.body.empty() ? std::optional(std::map<std::string, std::string>()) : flat_object(text_of(request.body));
  std::int64_t fen = order->price_fen;
  const std::string wanted = said ? member(*said, "fen") : "x";
  if (!wanted.empty()) {
    const auto read = std::from_chars(wanted.data(), wanted.data() + wanted.size(), fen);
    if (read.ec != std::errc{} || read.ptr != wanted.data() + wanted.size() || fen < 1) {
      return net::problem(400, "an object with a positive number of fen, or nothing");
    }
  }
  scan(*order);
  if (order->status != "WAIT_BUYER_PAY") {
    return net::problem(409, "the order is " + (order->status.empty() ? "over" : order->status));
  }
  const std::string currency = member(*said, "currency");
  order->paid_fen = fen;
  order->currency = currency.empty() ? "CNY" : currency;
  order->status = "TRADE_SUCCESS";
  order->paid_at = clock.now();
  call_back(*order);
  return net::Response{.status = 204};
}

net::Response AlipayEmulator::Inside::list() {
  json::array all;
  for (auto& [number, stored] : orders) {
    const Order& order = *order_of(number);
    json::array refunds;
    for (const Refund& refund : order.refunds) {
      refunds.push_back(json::object{{"number", refund.number}, {"fen", refund.fen}});
    }
    all.push_back(json::object{{"number", number},
                               {"subject", order.subject},
                               {"price_fen", order.price_fen},
                               {"status", order.status},
                               {"expires_at", to_rfc3339(order.expires_at)},
                               {"paid_fen", order.paid_fen},
                               {"qr_code", order.qr_code},
                               {"refunds", std::move(refunds)}});
  }
  return net::answer("application/json", net::Body(std::string_view(json::serialize(all))));
}

void AlipayEmulator::Inside::add_admin(net::Router& router) {
  router.add(net::Method::get, "/admin/orders", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex);
    return list();
  });
  router.add(net::Method::post, "/admin/orders/{number}/pay", {.max_body_bytes = max_admin_body_bytes, .slow = true},
             [this](const net::Request& request) {
               const std::scoped_lock lock(mutex);
               return pay(request);
             });
  const auto change = [&](std::string_view pattern, const std::function<void(Order&)>& deed) {
    router.add(net::Method::post, pattern, {.max_body_bytes = max_admin_body_bytes},
               [this, deed](const net::Request& request) {
                 const std::scoped_lock lock(mutex);
                 Order* order = order_of(std::string(request.parameter("number")));
                 if (order == nullptr) {
                   return net::problem(404, "no such order");
                 }
                 deed(*order);
                 return net::Response{.status = 204};
               });
  };
  change("/admin/orders/{number}/scan", [this](Order& order) { scan(order); });
  change("/admin/orders/{number}/refund-fail", [](Order& order) { order.refunds_fail = true; });
}

}  // namespace yinxin::outside
