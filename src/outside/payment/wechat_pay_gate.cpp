#include "outside/payment/wechat_pay_gate.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "crypto/aes_gcm.h"

namespace yinxin::outside {

namespace {

constexpr std::int64_t window_s = 300;
constexpr std::int64_t stale_by_s = 3'600;
constexpr std::size_t nonce_bytes = 16;

std::int64_t seconds_of(Instant at) { return to_unix_ms(at) / 1000; }

// name="value" pairs with commas between them; empty for any other form.
std::map<std::string, std::string, std::less<>> pairs_of(std::string_view text) {
  std::map<std::string, std::string, std::less<>> pairs;
  while (!text.empty()) {
    const std::size_t equals = text.find("=\"");
    const std::size_t end = equals == std::string_view::npos ? equals : text.find('"', equals + 2);
    if (end == std::string_view::npos ||
        !pairs.emplace(text.substr(0, equals), text.substr(equals + 2, end - equals - 2)).second) {
      return {};
    }
    text.remove_prefix(end + 1);
    if (!text.empty()) {
      if (text.front() != ',' || text.size() == 1) {
        return {};
      }
      text.remove_prefix(1);
    }
  }
  return pairs;
}

// Path and query as the merchant must have signed them.
std::string signed_target(const net::Target& target) {
  std::string text;
  for (const std::string& segment : target.segments) {
    text += "/" + net::percent_encoded(segment);
  }
  char before = '?';
  for (const auto& [name, value] : target.query) {
    text += before + net::percent_encoded(name) + "=" + net::percent_encoded(value);
    before = '&';
  }
  return text;
}

WechatReply sign_error(std::string_view message) { return wechat_refusal(401, "SIGN_ERROR", message); }

}  // namespace

WechatReply wechat_refusal(int status, std::string_view code, std::string_view message) {
  return {status, boost::json::serialize(boost::json::object{{"code", code}, {"message", message}})};
}

WechatPayGate::WechatPayGate(Keys keys, const Clock& clock, Random& random)
    : keys_(std::move(keys)),
      unknown_key_(crypto::openssl::RsaPrivateKey::generate()),
      clock_(clock),
      random_(random) {}

bool WechatPayGate::is_repeated(const std::string& nonce, std::int64_t now_s) {
  const std::scoped_lock lock(mutex_);
  // A nonce's request could have carried a time up to one window ahead of ours.
  std::erase_if(nonces_, [&](const auto& entry) { return entry.second < now_s - 2 * window_s; });
  return nonces_.size() >= max_remembered_nonces || !nonces_.emplace(nonce, now_s).second;
}

std::optional<WechatReply> WechatPayGate::refuses(const net::Request& request) {
  if (request.headers.find("Accept").value_or("") != "application/json" ||
      request.headers.find("User-Agent").value_or("").empty()) {
    return wechat_refusal(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent");
  }
  const auto wanted = request.headers.find("Wechatpay-Serial");
  if (wanted && *wanted != keys_.platform_key_id) {
    return wechat_refusal(400, "PARAM_ERROR", "Wechatpay-Serial有误");
  }
  constexpr std::string_view scheme = "WECHATPAY2-SHA256-RSA2048 ";
  const std::string_view header = request.headers.find("Authorization").value_or("");
  if (!header.starts_with(scheme) || request.headers.count("Authorization") != 1) {
    return sign_error("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》");
  }
  auto pairs = pairs_of(header.substr(scheme.size()));
  constexpr std::size_t parts = 5;
  const std::string seconds = pairs["timestamp"];
  const std::string nonce = pairs["nonce_str"];
  const auto signature = from_base64(pairs["signature"]);
  std::int64_t at_s = 0;
  const auto read = std::from_chars(seconds.data(), seconds.data() + seconds.size(), at_s);
  if (!signature || nonce.empty() || read.ec != std::errc{} || read.ptr != seconds.data() + seconds.size()) {
    return sign_error("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》");
  }
  if (pairs["mchid"] != keys_.merchant || pairs["serial_no"] != keys_.merchant_serial || pairs.size() != parts) {
    return sign_error("商户证书序列号有误。请使用签名私钥匹配的证书序列号");
  }
  const std::int64_t now_s = seconds_of(clock_.now());
  if (now_s - at_s >= window_s || at_s - now_s >= window_s) {
    return sign_error("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟");
  }
  std::string text = std::string(net::name_of(request.method)) + '\n';
  text += signed_target(request.target) + '\n';
  text += seconds + '\n' + nonce + '\n';
  text.append(request.body.begin(), request.body.end());
  text += '\n';
  if (!keys_.merchant_key.verify(bytes_of(text), *signature)) {
    return sign_error("签名错误，请检查后再试");
  }
  if (is_repeated(nonce, now_s)) {
    return sign_error("Http头Authorization中的nonce_str重复");
  }
  return std::nullopt;
}

void WechatPayGate::sign(net::Headers& headers, std::string_view body, Fault fault) {
  const std::int64_t at_s = seconds_of(clock_.now()) - (fault == Fault::stale ? stale_by_s : 0);
  const std::string nonce = to_hex(random_.bytes(nonce_bytes));
  std::string text = std::to_string(at_s) + '\n' + nonce + '\n';
  text += body;
  text += '\n';
  const bool is_strange = fault == Fault::unknown_key;
  Bytes signature = (is_strange ? unknown_key_ : keys_.platform_key).sign(bytes_of(text));
  if (fault == Fault::bad_signature) {
    signature.back() ^= 1;
  }
  headers.add("Wechatpay-Timestamp", std::to_string(at_s));
  headers.add("Wechatpay-Nonce", nonce);
  headers.add("Wechatpay-Signature", to_base64(signature));
  headers.add("Wechatpay-Serial", is_strange ? "PUB_KEY_ID_UNKNOWN" : keys_.platform_key_id);
  headers.add("Request-ID", to_hex(random_.bytes(nonce_bytes)));
}

net::Response WechatPayGate::answer(const WechatReply& reply, Fault fault) {
  net::Response response{.status = reply.status, .body = net::Body(std::string_view(reply.body))};
  if (!reply.body.empty()) {
    response.headers.add("Content-Type", "application/json; charset=utf-8");
  }
  sign(response.headers, reply.body, fault);
  return response;
}

std::string WechatPayGate::sealed_callback(std::string_view event, std::string_view original_type,
                                           std::string_view summary, std::string_view plain) {
  const std::string nonce = to_hex(random_.bytes(crypto::aes_gcm_nonce_size / 2));
  const auto sealed =
      crypto::aes256_gcm_encrypt(keys_.api_key.expose(), bytes_of(nonce), bytes_of(original_type), bytes_of(plain));
  ensure(sealed.has_value(), "the key and the nonce have their sizes");
  const std::string id = to_hex(random_.bytes(nonce_bytes));
  return boost::json::serialize(boost::json::object{{"id", id},
                                                    {"create_time", to_rfc3339(whole_seconds(clock_.now()))},
                                                    {"event_type", event},
                                                    {"resource_type", "encrypt-resource"},
                                                    {"summary", summary},
                                                    {"resource",
                                                     {{"original_type", original_type},
                                                      {"algorithm", "AEAD_AES_256_GCM"},
                                                      {"ciphertext", to_base64(*sealed)},
                                                      {"associated_data", original_type},
                                                      {"nonce", nonce}}}});
}

}  // namespace yinxin::outside
