#include "outside/bank/direct_link_gate.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"
#include "crypto/sm4.h"

namespace yinxin::outside {

namespace {

namespace json = boost::json;

constexpr std::int64_t window_s = 3'600;
constexpr std::size_t time_digits = 17;  // yyyyMMddHHmmssSSS
constexpr std::size_t min_request_bytes = 18;
constexpr std::size_t max_request_bytes = 51;

Error refusal(std::string_view words) { return fail(ErrorCode::declined_by_outside, "ErrMsg:" + std::string(words)); }

// The text in the order of the names' bytes, all the way down.
std::string in_order(const json::value& value) {
  if (const json::array* list = value.if_array()) {
    std::string text;
    for (const json::value& one : *list) {
      text += (text.empty() ? "" : ",") + in_order(one);
    }
    return "[" + text + "]";
  }
  if (const json::object* object = value.if_object()) {
    std::map<std::string, const json::value*> sorted;
    for (const auto& member : *object) {
      sorted.emplace(member.key(), &member.value());
    }
    std::string text;
    for (const auto& [name, one] : sorted) {
      text += (text.empty() ? "" : ",") + json::serialize(json::string(name)) + ":" + in_order(*one);
    }
    return "{" + text + "}";
  }
  return json::serialize(value);
}

// A member of members; "" when anything on the way is not there.
std::string text_at(const json::value& whole, std::initializer_list<std::string_view> path) {
  const json::value* at = &whole;
  for (const std::string_view name : path) {
    const json::object* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(name);
    if (at == nullptr) {
      return {};
    }
  }
  return at->is_string() ? std::string(at->get_string().c_str()) : std::string();
}

// yyyyMMddHHmmss of UTC+8.
std::optional<std::int64_t> seconds_of(std::string_view digits) {
  if (digits.size() != 14 || !all_digits(digits)) {
    return std::nullopt;
  }
  const std::string text = std::string(digits.substr(0, 4)) + "-" + std::string(digits.substr(4, 2)) + "-" +
                           std::string(digits.substr(6, 2)) + "T" + std::string(digits.substr(8, 2)) + ":" +
                           std::string(digits.substr(10, 2)) + ":" + std::string(digits.substr(12, 2)) + "+08:00";
  const auto at = from_rfc3339(text);
  return at ? std::optional(to_unix_ms(*at) / 1000) : std::nullopt;
}

std::map<std::string, std::string, std::less<>> form_of(BytesView body) {
  std::map<std::string, std::string, std::less<>> fields;
  std::string_view rest = text_of(body);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto value = net::percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!value || !fields.emplace(pair.substr(0, equals), *value).second) {
      return {};
    }
  }
  return fields;
}

std::string digits_of(Instant at) {
  std::string text = to_beijing_text(at);
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

}  // namespace

DirectLinkGate::DirectLinkGate(Keys keys, const Clock& clock, Random& random)
    : keys_(std::move(keys)),
      padded_user_((keys_.user + "0000000000000000").substr(0, 16)),
      unknown_key_(crypto::Sm2PrivateKey::generate(random)),
      clock_(clock),
      random_(random) {}

Result<DirectLinkGate::Asked> DirectLinkGate::open(const net::Request& request) {
  auto fields = form_of(request.body);
  if (net::media_type(request.headers.find("Content-Type").value_or("")) != "application/x-www-form-urlencoded") {
    return refusal("CDC0001 不是表单");
  }
  if (fields["UID"] != keys_.user || fields["ALG"] != "SM") {
    return refusal("CDC0002 用户不存在或算法不支持");
  }
  const auto cipher = from_base64(fields["DATA"]);
  if (!cipher) {
    return refusal("CDC0003 解密失败");
  }
  auto plain = crypto::sm4_cbc_pkcs7_decrypt(keys_.transport_key.expose(), bytes_of(padded_user_), *cipher);
  if (!plain) {
    return refusal("CDC0003 解密失败");
  }
  Asked asked{.function = fields["FUNCODE"], .request = {}, .text = std::move(*plain)};
  json::error_code wrong;
  const json::value whole = json::parse(asked.text.expose_text(), wrong);
  if (wrong) {
    return refusal("CDC0004 报文格式错误");
  }
  asked.request = text_at(whole, {"request", "head", "reqid"});
  if (text_at(whole, {"request", "head", "funcode"}) != asked.function || asked.function.empty() ||
      text_at(whole, {"request", "head", "userid"}) != keys_.user) {
    return refusal("CDC0005 报文头与表单不一致");
  }
  // What was sent must be in order already, and is what was signed but for the signature itself.
  const std::string signature = text_at(whole, {"signature", "sigdat"});
  if (signature.empty() || in_order(whole) != asked.text.expose_text()) {
    return refusal("CDC0006 报文未排序");
  }
  json::value unsigned_whole = whole;
  unsigned_whole.as_object()["signature"].as_object()["sigdat"] = "__signature_sigdat__";
  const auto raw = from_base64(signature);
  const auto held = raw ? crypto::Sm2Signature::from_raw(*raw) : Result<crypto::Sm2Signature>(refusal("CDC0007"));
  if (!held || !crypto::sm2_verify(keys_.user_key, bytes_of(in_order(unsigned_whole)), *held, padded_user_)) {
    return refusal("CDC0007 验签失败");
  }
  YX_CHECK(judge(asked, text_at(whole, {"signature", "sigtim"})));
  return asked;
}

// The request's and the signature's time, and that the request comes for the first time.
Result<void> DirectLinkGate::judge(const Asked& asked, std::string_view signed_at) {
  const std::int64_t now_s = to_unix_ms(clock_.now()) / 1000;
  const auto at_s = seconds_of(signed_at);
  if (!at_s || *at_s <= now_s - window_s || *at_s >= now_s + window_s) {
    return refusal("CDC0008 签名时间与当前时间相差超过一小时");
  }
  const std::string& request = asked.request;
  if (request.size() < min_request_bytes || request.size() > max_request_bytes ||
      !all_digits(std::string_view(request).substr(0, time_digits)) ||
      !seconds_of(std::string_view(request).substr(0, 14))) {
    return refusal("CDC0009 reqid格式错误");
  }
  const std::scoped_lock lock(mutex_);
  std::erase_if(requests_, [&](const auto& entry) { return entry.second < now_s - 2 * window_s; });
  if (requests_.size() >= max_remembered_requests || !requests_.emplace(request, now_s).second) {
    return refusal("CDC0010 reqid重复");
  }
  return {};
}

net::Response DirectLinkGate::answer(const Asked& asked, std::string_view result_code, std::string_view result_words,
                                     std::string_view body, Fault fault) {
  json::value whole = {{"response",
                        {{"head",
                          {{"funcode", asked.function},
                           {"reqid", asked.request},
                           {"userid", keys_.user},
                           {"rspid", digits_of(clock_.now()) + to_hex(random_.bytes(8))},
                           {"resultcode", result_code},
                           {"resultmsg", result_words},
                           {"bizcode", ""}}},
                         {"body", json::parse(body)}}},
                       {"signature", {{"sigtim", digits_of(clock_.now())}, {"sigdat", "__signature_sigdat__"}}}};
  const auto& key = fault == Fault::unknown_key ? unknown_key_ : keys_.bank_key;
  Bytes signature = crypto::sm2_sign(key, bytes_of(in_order(whole)), padded_user_).to_raw();
  if (fault == Fault::bad_signature) {
    signature.back() ^= 1;
  }
  whole.as_object()["signature"].as_object()["sigdat"] = to_base64(signature);
  const auto sealed =
      crypto::sm4_cbc_pkcs7_encrypt(keys_.transport_key.expose(), bytes_of(padded_user_), bytes_of(in_order(whole)));
  ensure(sealed.has_value(), "the key and the vector have their sizes");
  return net::answer("text/plain; charset=utf-8", net::Body(std::string_view(to_base64(*sealed))));
}

}  // namespace yinxin::outside
