#include "outside/payment/alipay_gate.h"

#include <boost/json.hpp>

namespace yinxin::outside {

namespace {

constexpr std::chrono::minutes window{10};
constexpr std::chrono::hours stale_by{48};

int digit_of(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Names and values of a form; nothing for one that cannot be read, or that has a name twice.
std::optional<std::map<std::string, std::string>> parse_form(std::string_view text) {
  std::map<std::string, std::string> values;
  std::string name;
  std::string word;
  bool in_value = false;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : '&';
    if (c == '&') {
      if (!in_value || !values.emplace(name, word).second) {
        return std::nullopt;
      }
      word.clear();
      in_value = false;
    } else if (c == '=' && !in_value) {
      name = std::exchange(word, "");
      in_value = true;
    } else if (c == '%') {
      const int high = at + 2 < text.size() ? digit_of(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? digit_of(text[at + 2]) : -1;
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      word += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      word += c == '+' ? ' ' : c;
    }
  }
  return values;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                          c == '_' || c == '.' || c == '*';
    if (is_plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    }
  }
  return out;
}

std::string sign_content(const std::map<std::string, std::string>& values, bool with_type) {
  std::string text;
  for (const auto& [name, value] : values) {
    if (name == "sign" || (name == "sign_type" && !with_type) || value.empty()) {
      continue;
    }
    text += text.empty() ? "" : "&";
    text += name;
    text += '=';
    text += value;
  }
  return text;
}

}  // namespace

std::string alipay_refusal(std::string_view code, std::string_view msg, std::string_view sub_code,
                           std::string_view sub_msg) {
  return boost::json::serialize(
      boost::json::object{{"code", code}, {"msg", msg}, {"sub_code", sub_code}, {"sub_msg", sub_msg}});
}

AlipayGate::AlipayGate(Keys keys, const Clock& clock)
    : keys_(std::move(keys)), unknown_key_(crypto::openssl::RsaPrivateKey::generate()), clock_(clock) {}

AlipayGate::Asked AlipayGate::read(const net::Request& request) const {
  const auto refuse = [](std::string_view sub_code, std::string_view words) {
    return Asked{.method = {},
                 .content = {},
                 .notify_url = {},
                 .refusal = alipay_refusal("40002", "Invalid Arguments", sub_code, words)};
  };
  const std::string_view type = request.headers.find("Content-Type").value_or("");
  if (net::media_type(type) != "application/x-www-form-urlencoded") {
    return refuse("isv.invalid-method", "不存在的方法名");
  }
  auto read = parse_form(text_of(request.body));
  if (!read) {
    return refuse("isv.invalid-encode", "编码错误");
  }
  auto& values = *read;
  if (values["app_id"] != keys_.app) {
    return refuse("isv.invalid-app-id", "无效的AppID参数");
  }
  if (values["sign_type"] != "RSA2") {
    return refuse("isv.invalid-signature-type", "无效的签名类型");
  }
  if (values["charset"] != "utf-8" || values["version"] != "1.0" || values["format"] != "JSON") {
    return refuse("isv.invalid-format", "无效的数据格式");
  }
  const auto signature = from_base64(values["sign"]);
  if (!signature || !keys_.app_key.verify(bytes_of(sign_content(values, true)), *signature)) {
    return refuse("isv.invalid-signature", "无效签名");
  }
  std::string timestamp = values["timestamp"];
  const bool is_long = timestamp.size() == 19 && timestamp[10] == ' ';
  const auto at = is_long ? from_rfc3339(timestamp.replace(10, 1, "T") + "+08:00")
                          : Result<Instant>(fail(ErrorCode::invalid_input, "not a time"));
  if (!at || *at < clock_.now() - window || *at > clock_.now() + window) {
    return refuse("isv.invalid-timestamp", "非法的时间戳参数");
  }
  return {
      .method = values["method"], .content = values["biz_content"], .notify_url = values["notify_url"], .refusal = {}};
}

std::string AlipayGate::signature(std::string_view text, Fault fault) const {
  Bytes signature = (fault == Fault::unknown_key ? unknown_key_ : keys_.alipay_key).sign(bytes_of(text));
  if (fault == Fault::bad_signature) {
    signature.back() ^= 1;
  }
  return to_base64(signature);
}

net::Response AlipayGate::answer(const std::string& method, const std::string& node, Fault fault) const {
  std::string name = method.empty() ? "error" : method;
  for (char& c : name) {
    c = c == '.' ? '_' : c;
  }
  const std::string body = "{\"" + name + "_response\":" + node + ",\"sign\":\"" + signature(node, fault) + "\"}";
  return net::answer("text/html;charset=utf-8", net::Body(std::string_view(body)));
}

std::string AlipayGate::notification(std::map<std::string, std::string> values, Fault fault) const {
  values["app_id"] = keys_.app;
  values["auth_app_id"] = keys_.app;
  values["seller_id"] = keys_.seller;
  values["charset"] = "utf-8";
  values["version"] = "1.0";
  values["notify_type"] = "trade_status_sync";
  values["notify_time"] = to_beijing_text(clock_.now() - (fault == Fault::stale ? stale_by : std::chrono::hours(0)));
  values["sign"] = signature(sign_content(values, false), fault);
  values["sign_type"] = "RSA2";
  std::string body;
  for (const auto& [name, value] : values) {
    body += body.empty() ? "" : "&";
    body += escaped(name) + "=" + escaped(value);
  }
  return body;
}

}  // namespace yinxin::outside
