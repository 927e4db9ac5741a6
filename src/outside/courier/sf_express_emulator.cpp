#include "outside/courier/sf_express_emulator.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "crypto/hmac.h"
#include "outside/emulator/admin.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t max_form_bytes = 64 * 1024;
constexpr std::size_t max_request_id_bytes = 40;
constexpr std::size_t max_emulated_steps = 100;  // of one parcel

struct Stage {
  std::string_view name, op_code, words;
};
constexpr std::array<Stage, 7> stages{{{"collected", "50", "顺丰速运 已收取快件"},
                                       {"moving", "30", "快件在【样例集散点】完成分拣，准备发往下一站"},
                                       {"delivering", "204", "快件交给派送员，正在派送途中"},
                                       {"delivered", "80", "已签收，感谢使用顺丰，期待再次为您服务"},
                                       {"refused", "70", "快件派送不成功（因收方拒收），待进一步处理"},
                                       {"sent_back", "648", "快件已退回，新单号为：样例"},
                                       {"lost", "33", "快件在运输途中遗失，客服将与您联系"}}};
constexpr std::size_t last_usual_stage = 3;

// The form that java.net.URLEncoder writes.
std::string as_java_writes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool kept = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
                      std::string_view(".-*_").find(c) != std::string_view::npos;
    if (kept) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      const std::array<std::uint8_t, 1> one{byte};
      out.append("%").append(ascii_upper(to_hex(one)));
    }
  }
  return out;
}

std::optional<std::string> form_text(std::string_view part) {
  std::string blanks(part);
  std::ranges::replace(blanks, '+', ' ');
  auto decoded = net::percent_decoded(blanks);
  return decoded ? std::optional(std::move(*decoded)) : std::nullopt;
}

// name "=" value *( "&" name "=" value ); nullopt when a name comes twice or an encoding is none.
std::optional<std::map<std::string, std::string>> read_form(std::string_view body) {
  std::map<std::string, std::string> form;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      return std::nullopt;
    }
    const auto name = form_text(pair.substr(0, equals));
    auto value = form_text(pair.substr(equals + 1));
    if (!name || !value || !form.emplace(*name, std::move(*value)).second) {
      return std::nullopt;
    }
  }
  return form;
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) {
    return {};
  }
  return found->is_int64()    ? std::to_string(found->get_int64())
         : found->is_string() ? std::string(found->get_string())
                              : std::string();
}

std::optional<json::object> object_of(const std::string& text) {
  boost::system::error_code wrong;
  json::value read = json::parse(text, wrong);
  return wrong || !read.is_object() ? std::nullopt : std::optional(std::move(read.get_object()));
}

json::array waybill_list(const std::string& waybill) {
  return {json::object{{"waybillType", 1}, {"waybillNo", waybill}}};
}

// The phone numbers of sender and receiver; empty when a contact is missing or not whole.
std::pair<std::string, std::string> phones_of(const json::object& msg) {
  std::pair<std::string, std::string> phones;
  const auto* list = msg.if_contains("contactInfoList");
  if (list == nullptr || !list->is_array()) {
    return phones;
  }
  for (const json::value& each : list->get_array()) {
    if (!each.is_object()) {
      return {};
    }
    const json::object& contact = each.get_object();
    for (const std::string_view needed : {"contact", "mobile", "province", "city", "address"}) {
      if (text_at(contact, needed).empty()) {
        return {};
      }
    }
    (text_at(contact, "contactType") == "1" ? phones.first : phones.second) = text_at(contact, "mobile");
  }
  return phones;
}

}  // namespace

SfExpressEmulator::SfExpressEmulator(SfExpressEmulatorOptions options, const Clock& clock, Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {}

net::Response SfExpressEmulator::gateway(std::string_view code, std::string_view message, std::string_view data) const {
  const json::object body{{"apiErrorMsg", message},
                          {"apiResponseID", to_hex(random_.bytes(16))},
                          {"apiResultCode", code},
                          {"apiResultData", data}};
  return net::answer("application/json;charset=UTF-8", net::Body(std::string_view(json::serialize(body))));
}

net::Response SfExpressEmulator::yes(std::string_view msg_data) const {
  return gateway("A1000", "",
                 R"({"success":true,"errorCode":"S0000","errorMsg":null,"msgData":)" + std::string(msg_data) + "}");
}

net::Response SfExpressEmulator::no(std::string_view code, std::string_view message) const {
  return gateway("A1000", "",
                 json::serialize(json::object{
                     {"success", false}, {"errorCode", code}, {"errorMsg", message}, {"msgData", nullptr}}));
}

std::optional<net::Response> SfExpressEmulator::refuse(const Form& form) {
  static const std::set<std::string, std::less<>> services{"EXP_RECE_CREATE_ORDER", "EXP_RECE_SEARCH_ORDER_RESP",
                                                           "EXP_RECE_SEARCH_ROUTES", "EXP_RECE_UPDATE_ORDER"};
  for (const char* needed : {"partnerID", "requestID", "serviceCode", "timestamp", "msgDigest", "msgData"}) {
    if (member(form, needed).empty()) {
      return gateway("A1001", "必传参数不可为空");
    }
  }
  if (member(form, "partnerID") != options_.partner_id || !services.contains(member(form, "serviceCode"))) {
    return gateway("A1004", "无对应服务权限");
  }
  const std::string timestamp = member(form, "timestamp");
  const std::string wanted = to_base64(crypto::md5(
      bytes_of(as_java_writes(member(form, "msgData") + timestamp + std::string(options_.checkword.expose_text())))));
  if (!equal_in_constant_time(bytes_of(wanted), bytes_of(member(form, "msgDigest")))) {
    return gateway("A1006", "数字签名无效");
  }
  constexpr std::size_t timestamp_digits = 13;
  const Instant now = clock_.now();
  if (timestamp.size() != timestamp_digits || !all_digits(timestamp)) {
    return gateway("A1002", "请求时效已过期");
  }
  const Instant at = from_unix_ms(std::stoll(timestamp));
  if (at < now - sf_window || at > now + sf_window) {
    return gateway("A1002", "请求时效已过期");
  }
  const std::scoped_lock lock(mutex_);
  if (request_ids_.size() >= max_emulated_requests) {
    return gateway("A1005", "API流量受控");
  }
  if (member(form, "requestID").size() > max_request_id_bytes ||
      !request_ids_.insert(member(form, "requestID")).second) {
    return gateway("A1007", "重复请求");
  }
  return std::nullopt;
}

net::Response SfExpressEmulator::answer(const net::Request& request) {
  const auto form = read_form(text_of(request.body));
  if (!form) {
    return gateway("A1001", "必传参数不可为空");
  }
  if (auto refused = refuse(*form)) {
    return std::move(*refused);
  }
  const std::string service = member(*form, "serviceCode");
  const Fault fault = faults_.take(service);
  if (fault == Fault::decline) {
    return no("8057", "样例：不能收派");
  }
  if (fault == Fault::unavailable) {
    return {.status = 503};
  }
  net::Response done = perform(service, member(*form, "msgData"));
  if (fault == Fault::lose_answer) {
    return {.status = 500};
  }
  if (fault == Fault::bad_signature) {
    const BytesView whole = done.body.view();
    return net::answer("application/json;charset=UTF-8", net::Body(text_of(whole.first(whole.size() / 2))));
  }
  return done;
}

net::Response SfExpressEmulator::perform(const std::string& service, const std::string& msg_data) {
  const std::scoped_lock lock(mutex_);
  if (service == "EXP_RECE_CREATE_ORDER") {
    return create(msg_data);
  }
  if (service == "EXP_RECE_SEARCH_ORDER_RESP") {
    return search_order(msg_data);
  }
  return service == "EXP_RECE_SEARCH_ROUTES" ? search_routes(msg_data) : update(msg_data);
}

net::Response SfExpressEmulator::create(const std::string& msg_data) {
  const auto msg = object_of(msg_data);
  if (!msg) {
    return no("S0001", "非法的JSON格式");
  }
  const std::string id = text_at(*msg, "orderId");
  const auto [sender, receiver] = phones_of(*msg);
  const std::string pay = text_at(*msg, "payMethod");
  if (id.empty() || sender.empty() || receiver.empty() || (pay != "1" && pay != "2" && pay != "3")) {
    return no("S0002", "必填参数为空或不合法");
  }
  if (orders_.contains(id)) {
    return no("8016", "重复下单");
  }
  if (orders_.size() >= max_emulated_orders) {
    return no("8057", "样例：订单过多");
  }
  std::string digits = std::to_string(next_++);
  const std::string waybill = "SF7" + std::string(12 - digits.size(), '0') + digits;
  orders_[id] = {.waybill = waybill, .sender_phone = sender, .receiver_phone = receiver};
  return yes(json::serialize(
      json::object{{"orderId", id}, {"filterResult", 2}, {"waybillNoInfoList", waybill_list(waybill)}}));
}

net::Response SfExpressEmulator::search_order(const std::string& msg_data) {
  const auto msg = object_of(msg_data);
  const auto found = msg ? orders_.find(text_at(*msg, "orderId")) : orders_.end();
  if (found == orders_.end()) {
    return no("8024", "未下单");
  }
  return yes(json::serialize(json::object{
      {"orderId", found->first}, {"filterResult", 2}, {"waybillNoInfoList", waybill_list(found->second.waybill)}}));
}

net::Response SfExpressEmulator::search_routes(const std::string& msg_data) {
  const auto msg = object_of(msg_data);
  const auto* numbers = msg ? msg->if_contains("trackingNumber") : nullptr;
  if (numbers == nullptr || !numbers->is_array() || text_at(*msg, "trackingType") != "1") {
    return no("S0002", "必填参数为空或不合法");
  }
  const std::string phone_end = text_at(*msg, "checkPhoneNo");
  json::array parcels;
  for (const json::value& number : numbers->get_array()) {
    const std::string waybill = number.is_string() ? std::string(number.get_string()) : "";
    json::array routes;
    for (const auto& [id, order] : orders_) {
      const bool allowed = order.sender_phone.ends_with(phone_end) || order.receiver_phone.ends_with(phone_end);
      if (order.waybill != waybill || phone_end.size() != 4 || !allowed) {
        continue;
      }
      for (const Step& step : order.steps) {
        routes.push_back(json::object{{"acceptTime", to_beijing_text(step.at)},
                                      {"acceptAddress", "样例市"},
                                      {"remark", step.words},
                                      {"opCode", step.op_code}});
      }
    }
    parcels.push_back(json::object{{"mailNo", waybill}, {"routes", std::move(routes)}});
  }
  return yes(json::serialize(json::object{{"routeResps", std::move(parcels)}}));
}

net::Response SfExpressEmulator::update(const std::string& msg_data) {
  const auto msg = object_of(msg_data);
  if (!msg || text_at(*msg, "dealType") != "2") {
    return no("S0002", "必填参数为空或不合法");
  }
  const auto found = orders_.find(text_at(*msg, "orderId"));
  if (found == orders_.end()) {
    return no("8024", "未下单");
  }
  if (found->second.cancelled) {
    return no("8037", "已消单");
  }
  if (!found->second.steps.empty()) {
    return no("8252", "订单已揽收，不能消单");
  }
  found->second.cancelled = true;
  found->second.standing = "cancelled";
  return yes(json::serialize(json::object{
      {"orderId", found->first}, {"resStatus", 2}, {"waybillNoInfoList", waybill_list(found->second.waybill)}}));
}

net::Response SfExpressEmulator::advance(const net::Request& request) {
  const auto told = flat_object(request.body.empty() ? "{}" : text_of(request.body));
  if (!told) {
    return net::problem(400, "an object is needed");
  }
  const std::scoped_lock lock(mutex_);
  const auto found =
      std::ranges::find_if(orders_, [&](const auto& each) { return each.second.waybill == request.parameter("n"); });
  if (found == orders_.end()) {
    return net::problem(404, "no such waybill");
  }
  Order& order = found->second;
  const std::string wanted = member(*told, "to");
  const auto by_name = [&](std::string_view name) { return std::ranges::find(stages, name, &Stage::name); };
  const auto* stage = by_name(wanted.empty() ? std::string_view(order.standing) : std::string_view(wanted));
  if (wanted.empty()) {
    stage = stage == stages.end() ? stages.begin() : stage + 1;
  }
  const bool usual = wanted.empty() && stage > stages.begin() + last_usual_stage;
  if (order.cancelled || stage == stages.end() || usual || order.steps.size() >= max_emulated_steps) {
    return net::problem(409, "this waybill cannot go there");
  }
  order.standing = stage->name;
  order.steps.push_back(
      {.at = clock_.now(), .op_code = std::string(stage->op_code), .words = std::string(stage->words)});
  return {.status = 204};
}

net::Response SfExpressEmulator::list() {
  const std::scoped_lock lock(mutex_);
  json::array waybills;
  for (const auto& [id, order] : orders_) {
    waybills.push_back(json::object{{"waybill", order.waybill}, {"order_id", id}, {"standing", order.standing}});
  }
  return net::answer("application/json", net::Body(std::string_view(json::serialize(waybills))));
}

void SfExpressEmulator::add_routes(net::Router& router) {
  router.add(net::Method::post, "/std/service", {.max_body_bytes = max_form_bytes, .slow = true},
             [this](const net::Request& r) { return answer(r); });
  router.add(net::Method::get, "/admin/waybills", {}, [this](const net::Request& /*r*/) { return list(); });
  router.add(net::Method::post, "/admin/waybills/{n}/advance", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return advance(r); });
  faults_.add_routes(router);
}

}  // namespace yinxin::outside
