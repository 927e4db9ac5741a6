#include "outside/sms/aliyun_sms_emulator.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "outside/emulator/admin.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::size_t max_page_size = 50;
constexpr int waiting_status = 1;
constexpr int failed_status = 2;
constexpr int delivered_status = 3;

bool is_chinese_mobile(std::string_view text) {
  return text.size() == 11 && all_digits(text) && text[0] == '1' && text[1] >= '3';
}

std::string text_of_time(Instant at) { return to_beijing_text(at); }

std::string day_of_time(Instant at) {
  const std::string text = to_beijing_text(at);
  return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2);
}

std::string_view standing_name(int status) {
  return status == delivered_status ? "delivered" : status == failed_status ? "failed" : "waiting";
}

// The day's number as a page number of the caller; 0 for one that is none.
std::size_t small_number(const std::string& text) {
  constexpr std::size_t max_digits = 4;
  return !text.empty() && text.size() <= max_digits && all_digits(text) ? std::stoul(text) : 0;
}

}  // namespace

Result<std::unique_ptr<AliyunSmsEmulator>> AliyunSmsEmulator::start(AliyunSmsEmulatorOptions options,
                                                                    const Clock& clock, Random& random) {
  std::optional<CallbackPlace> reports;
  if (!options.report_url.empty()) {
    YX_TRY(reports, callback_place_of(options.report_url));
  }
  return std::unique_ptr<AliyunSmsEmulator>(
      new AliyunSmsEmulator(std::move(options), std::move(reports), clock, random));
}

AliyunSmsEmulator::AliyunSmsEmulator(AliyunSmsEmulatorOptions options, std::optional<CallbackPlace> reports,
                                     const Clock& clock, Random& random)
    : RpcEmulator({.id = options.key.id, .secret = std::move(options.key.secret)}, "2017-05-25",
                  {"SendSms", "QuerySendDetails"}, clock, random),
      options_(std::move(options)),
      reports_(std::move(reports)),
      sender_({std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::minutes(10)}, nullptr) {}

net::Response AliyunSmsEmulator::no(std::string_view code, std::string_view message) const {
  return aliyun::json_response(
      json::serialize(json::object{{"Code", code}, {"Message", message}, {"RequestId", request_id()}}));
}

net::Response AliyunSmsEmulator::decline(const std::string& /*action*/) {
  return no("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1");
}

net::Response AliyunSmsEmulator::perform(const Asked& asked) {
  return asked.action == "SendSms" ? send(asked.parameters) : details(asked.parameters);
}

Result<std::string> AliyunSmsEmulator::fill(const std::string& code, const Parameters& values) const {
  const auto registered = templates_.find(code);
  if (registered == templates_.end()) {
    if (!options_.knows_any_template || !code.starts_with("SMS_") || !all_digits(code.substr(4))) {
      return fail(ErrorCode::invalid_input, "isv.SMS_TEMPLATE_ILLEGAL");
    }
    std::string text = code;
    for (const auto& [name, value] : values) {
      text += " " + name + "=" + value;
    }
    return text;
  }
  std::string text;
  std::string_view rest = registered->second;
  for (std::size_t at = rest.find("${"); at != std::string_view::npos; at = rest.find("${")) {
    const std::size_t end = rest.find('}', at);
    const auto value = values.find(std::string(rest.substr(at + 2, end - at - 2)));
    if (end == std::string_view::npos || value == values.end()) {
      return fail(ErrorCode::invalid_input, "isv.TEMPLATE_MISSING_PARAMETERS");
    }
    text += std::string(rest.substr(0, at)) + value->second;
    rest.remove_prefix(end + 1);
  }
  return text + std::string(rest);
}

net::Response AliyunSmsEmulator::send(const Parameters& parameters) {
  const std::string mobile = member(parameters, "PhoneNumbers");
  if (!is_chinese_mobile(mobile)) {
    return no("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号");
  }
  if (member(parameters, "SignName") != options_.sign_name) {
    return no("isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法");
  }
  const std::string told = member(parameters, "TemplateParam");
  const auto values = flat_object(told.empty() ? "{}" : told);
  if (!values) {
    return no("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值");
  }
  const std::scoped_lock lock(mutex_);
  const auto text = fill(member(parameters, "TemplateCode"), *values);
  if (!text) {
    return no(text.error().detail, "模板不合法");
  }
  if (messages_.size() >= max_emulated_messages) {
    messages_.pop_front();
  }
  const Instant at = now();
  messages_.push_back({.biz_id = std::to_string(to_unix_ms(at)) + "^" + std::to_string(next_++),
                       .out_id = member(parameters, "OutId"),
                       .mobile = mobile,
                       .template_code = member(parameters, "TemplateCode"),
                       .text = "【" + options_.sign_name + "】" + *text,
                       .parameters = *values,
                       .sent_at = at});
  Message& sent = messages_.back();
  if (options_.delivers_by_itself) {
    settle(sent, "DELIVERED");
  }
  return aliyun::json_response(json::serialize(
      json::object{{"Message", "OK"}, {"RequestId", request_id()}, {"Code", "OK"}, {"BizId", sent.biz_id}}));
}

net::Response AliyunSmsEmulator::details(const Parameters& parameters) {
  const std::string mobile = member(parameters, "PhoneNumber");
  const std::string day = member(parameters, "SendDate");
  const std::size_t size = small_number(member(parameters, "PageSize"));
  const std::size_t page = small_number(member(parameters, "CurrentPage"));
  if (!is_chinese_mobile(mobile)) {
    return no("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号");
  }
  if (day.size() != 8 || !all_digits(day) || size == 0 || size > max_page_size || page == 0) {
    return no("isv.INVALID_PARAMETERS", "参数异常");
  }
  const std::string biz_id = member(parameters, "BizId");
  const std::scoped_lock lock(mutex_);
  json::array list;
  std::size_t total = 0;
  for (auto message = messages_.rbegin(); message != messages_.rend(); ++message) {  // the newest first
    if (message->mobile != mobile || day_of_time(message->sent_at) != day ||
        (!biz_id.empty() && message->biz_id != biz_id)) {
      continue;
    }
    if (total >= (page - 1) * size && total < page * size) {
      list.push_back(
          json::object{{"ErrCode", message->err_code.empty() ? "WAITING" : message->err_code},
                       {"TemplateCode", message->template_code},
                       {"OutId", message->out_id},
                       {"ReceiveDate", message->status == waiting_status ? "" : text_of_time(message->sent_at)},
                       {"SendDate", text_of_time(message->sent_at)},
                       {"PhoneNum", message->mobile},
                       {"Content", message->text},
                       {"SendStatus", message->status}});
    }
    ++total;
  }
  return aliyun::json_response(
      json::serialize(json::object{{"TotalCount", std::to_string(total)},
                                   {"Message", "OK"},
                                   {"RequestId", request_id()},
                                   {"SmsSendDetailDTOs", json::object{{"SmsSendDetailDTO", std::move(list)}}},
                                   {"Code", "OK"}}));
}

void AliyunSmsEmulator::settle(Message& message, const std::string& err_code) {
  const bool delivered = err_code == "DELIVERED";
  message.status = delivered ? delivered_status : failed_status;
  message.err_code = err_code;
  const Fault fault = faults().take("receipt");
  if (fault == Fault::no_callback || !reports_) {
    return;
  }
  const json::array report{json::object{{"phone_number", message.mobile},
                                        {"send_time", text_of_time(message.sent_at)},
                                        {"report_time", text_of_time(now())},
                                        {"success", delivered},
                                        {"err_code", err_code},
                                        {"err_msg", delivered ? "用户接收成功" : "用户接收失败"},
                                        {"sms_size", "1"},
                                        {"biz_id", message.biz_id},
                                        {"out_id", message.out_id}}};
  const std::string text = json::serialize(report);
  for (int times = fault == Fault::repeat_callback ? 2 : 1; times > 0; --times) {
    sender_.send(*reports_, [text, target = reports_->target] {
      net::ClientRequest request{.method = net::Method::post, .target = target, .body = to_bytes(bytes_of(text))};
      request.headers.add("Content-Type", "application/json;charset=utf-8");
      return request;
    });
  }
}

net::Response AliyunSmsEmulator::outbox(const net::Request& request) {
  const auto mobile = request.target.query_value("mobile");
  const std::scoped_lock lock(mutex_);
  json::array list;
  for (const Message& message : messages_) {
    if (mobile && message.mobile != *mobile) {
      continue;
    }
    json::object parameters;
    for (const auto& [name, value] : message.parameters) {
      parameters[name] = value;
    }
    list.push_back(json::object{{"biz_id", message.biz_id},
                                {"out_id", message.out_id},
                                {"mobile", message.mobile},
                                {"template_code", message.template_code},
                                {"parameters", std::move(parameters)},
                                {"text", message.text},
                                {"sent_at", to_rfc3339(message.sent_at)},
                                {"standing", standing_name(message.status)},
                                {"err_code", message.err_code}});
  }
  return aliyun::json_response(json::serialize(list));
}

net::Response AliyunSmsEmulator::take_receipt(const net::Request& request) {
  const auto told = flat_object(text_of(request.body));
  const std::string err_code = told ? member(*told, "err_code") : "";
  if (err_code.empty()) {
    return net::problem(400, "an object with err_code is needed");
  }
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(messages_, request.parameter("biz_id"), &Message::biz_id);
  if (found == messages_.end()) {
    return net::problem(404, "no message of this biz_id");
  }
  settle(*found, err_code);
  return {.status = 204};
}

net::Response AliyunSmsEmulator::add_template(const net::Request& request) {
  const auto told = flat_object(text_of(request.body));
  if (!told || member(*told, "code").empty() || member(*told, "text").empty()) {
    return net::problem(400, "an object with code and text is needed");
  }
  const std::scoped_lock lock(mutex_);
  if (templates_.size() >= max_emulated_templates) {
    return net::problem(409, "too many templates");
  }
  templates_[member(*told, "code")] = member(*told, "text");
  return {.status = 204};
}

void AliyunSmsEmulator::add_admin_routes(net::Router& router) {
  router.add(net::Method::get, "/admin/messages", {}, [this](const net::Request& r) { return outbox(r); });
  router.add(net::Method::post, "/admin/messages/{biz_id}/receipt", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return take_receipt(r); });
  router.add(net::Method::post, "/admin/templates", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& r) { return add_template(r); });
}

}  // namespace yinxin::outside
