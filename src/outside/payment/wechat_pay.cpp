#include "outside/payment/wechat_pay.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/text.h"
#include "crypto/aes_gcm.h"
#include "crypto/openssl/rsa.h"
#include "outside/payment/wechat_messages.h"

namespace yinxin::outside {

namespace {

using crypto::openssl::RsaPrivateKey;
using crypto::openssl::RsaPublicKey;

constexpr std::string_view scheme = "WECHATPAY2-SHA256-RSA2048";
constexpr std::string_view provider = "wechat_pay";
constexpr std::size_t nonce_bytes = 16;
constexpr std::size_t max_description_bytes = 127;
constexpr std::size_t max_notify_url_bytes = 255;
constexpr std::size_t max_name_bytes = 64;
constexpr std::size_t max_signature_text_bytes = 2 * 1024;
constexpr std::size_t max_nonce_text_bytes = 128;
constexpr std::int64_t max_price_fen = 100'000'000'00;
constexpr int http_no_content = 204;
constexpr int http_not_found = 404;
constexpr int http_too_many = 429;
constexpr int http_server_error = 500;

// Nothing that could end a quoted value or a line of the signed text.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= max_name_bytes && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  });
}

// The value of the one field of that name, without blanks around it; "" when it is not there or there twice.
std::string_view only_field(const hall::CallbackFields& fields, std::string_view name) {
  const auto is_it = [&](const auto& field) { return ascii_lower(field.first) == ascii_lower(name); };
  const auto found = std::ranges::find_if(fields, is_it);
  if (found == fields.end() || std::ranges::count_if(fields, is_it) != 1) {
    return {};
  }
  std::string_view value = found->second;
  while (!value.empty() && value.front() == ' ') {
    value.remove_prefix(1);
  }
  while (!value.empty() && value.back() == ' ') {
    value.remove_suffix(1);
  }
  return value;
}

// RFC 3339 in UTC+8 with whole seconds, as the provider's examples write it.
std::string to_beijing_rfc3339(Instant at) {
  std::string text = to_beijing_text(at);
  std::ranges::replace(text, ' ', 'T');
  return text + "+08:00";
}

Error unsigned_answer(std::string detail) { return fail(ErrorCode::corrupt, "wechat_pay: " + std::move(detail)); }

Bytes to_body(std::string_view text) { return to_bytes(bytes_of(text)); }

}  // namespace

struct WechatPay::Inside {
  net::Client client;
  wechat::Merchant merchant;
  std::string merchant_serial;
  RsaPrivateKey merchant_key;
  SecretBytes api_key;
  std::map<std::string, RsaPublicKey, std::less<>> platform_keys;
  std::string first_platform_key;
  std::string notify_url;
  const Clock& clock;
  Random& random;

  [[nodiscard]] std::string authorization(net::Method method, std::string_view target, BytesView body) const;
  // forbidden, with what does not hold.
  [[nodiscard]] Result<void> check_signature(const hall::CallbackFields& fields, BytesView body) const;
  // The body of a signed answer of 2xx.
  [[nodiscard]] Result<Bytes> ask(net::Method method, std::string target, Bytes body) const;
  [[nodiscard]] hall::ProviderAnswer answer_of(std::string transaction, Bytes raw) const;
};

WechatPay::WechatPay(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
WechatPay::~WechatPay() = default;

Result<std::unique_ptr<WechatPay>> WechatPay::make(WechatPayOptions options, const Clock& clock, Random& random) {
  const auto wrong = [](std::string detail) {
    return fail(ErrorCode::invalid_input, "wechat_pay: " + std::move(detail));
  };
  if (!is_plain_name(options.merchant) || !is_plain_name(options.app) || !is_plain_name(options.merchant_serial)) {
    return wrong("merchant, app and serial are 1 to 64 letters and digits");
  }
  if (options.api_key.size() != wechat_api_key_bytes) {
    return wrong("the APIv3 key is 32 bytes");
  }
  const bool is_url = options.notify_url.starts_with("https://") || options.notify_url.starts_with("http://");
  if (!is_url || options.notify_url.size() > max_notify_url_bytes ||
      options.notify_url.find('?') != std::string::npos) {
    return wrong("notify_url is a URL without a query, of at most 255 bytes");
  }
  if (options.platform_keys.empty() || options.platform_keys.size() > max_wechat_platform_keys) {
    return wrong("1 to 16 platform keys are needed");
  }
  std::map<std::string, RsaPublicKey, std::less<>> keys;
  for (const WechatPlatformKey& one : options.platform_keys) {
    YX_TRY(RsaPublicKey key, RsaPublicKey::from_pem(one.pem));
    if (!is_plain_name(one.id) || !keys.emplace(one.id, std::move(key)).second) {
      return wrong("a platform key has one id of its own");
    }
  }
  YX_TRY(RsaPrivateKey merchant_key, RsaPrivateKey::from_pem(options.merchant_key_pem));
  options.host.max_body_bytes = wechat::max_answer_bytes;
  return std::unique_ptr<WechatPay>(
      new WechatPay(std::make_unique<Inside>(Inside{net::Client(std::move(options.host)),
                                                    {std::move(options.merchant), std::move(options.app)},
                                                    std::move(options.merchant_serial),
                                                    std::move(merchant_key),
                                                    std::move(options.api_key),
                                                    std::move(keys),
                                                    std::move(options.platform_keys.front().id),
                                                    std::move(options.notify_url),
                                                    clock,
                                                    random})));
}

// Signed text: METHOD \n path and query \n seconds \n nonce \n body \n
std::string WechatPay::Inside::authorization(net::Method method, std::string_view target, BytesView body) const {
  const std::string nonce = to_hex(random.bytes(nonce_bytes));
  const std::string seconds = std::to_string(to_unix_ms(whole_seconds(clock.now())) / 1000);
  const std::string head =
      std::string(net::name_of(method)) + "\n" + std::string(target) + "\n" + seconds + "\n" + nonce + "\n";
  const Bytes signature = merchant_key.sign(concat({bytes_of(head), body, bytes_of("\n")}));
  return std::string(scheme) + " mchid=\"" + merchant.merchant + "\",nonce_str=\"" + nonce + "\",timestamp=\"" +
         seconds + "\",serial_no=\"" + merchant_serial + "\",signature=\"" + to_base64(signature) + "\"";
}

// Signed text: seconds \n nonce \n body \n
Result<void> WechatPay::Inside::check_signature(const hall::CallbackFields& fields, BytesView body) const {
  const auto refuse = [](std::string detail) { return fail(ErrorCode::forbidden, "wechat_pay: " + std::move(detail)); };
  const std::string_view seconds = only_field(fields, "Wechatpay-Timestamp");
  const std::string_view nonce = only_field(fields, "Wechatpay-Nonce");
  const std::string_view type = only_field(fields, "Wechatpay-Signature-Type");
  const std::string_view signature = only_field(fields, "Wechatpay-Signature");
  std::int64_t at_s = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), at_s);
  if (!all_digits(seconds) || error != std::errc{} || end != seconds.data() + seconds.size()) {
    return refuse("no time");
  }
  const std::int64_t now_s = to_unix_ms(clock.now()) / 1000;
  if (at_s <= now_s - max_wechat_age_s || at_s >= now_s + max_wechat_age_s) {
    return refuse("its time is five minutes or more from ours");
  }
  if (nonce.empty() || nonce.size() > max_nonce_text_bytes || nonce.find('\n') != std::string_view::npos) {
    return refuse("no nonce");
  }
  if (!type.empty() && type != scheme) {
    return refuse("signed in another way");
  }
  const auto key = platform_keys.find(only_field(fields, "Wechatpay-Serial"));
  if (key == platform_keys.end()) {
    return refuse("signed by a key that we do not know");
  }
  const auto raw = signature.size() <= max_signature_text_bytes ? from_base64(signature)
                                                                : Result<Bytes>(refuse("an overlong signature"));
  const std::string head = std::string(seconds) + "\n" + std::string(nonce) + "\n";
  if (!raw || !key->second.verify(concat({bytes_of(head), body, bytes_of("\n")}), *raw)) {
    return refuse("the signature does not hold");
  }
  return {};
}

Result<Bytes> WechatPay::Inside::ask(net::Method method, std::string target, Bytes body) const {
  net::ClientRequest request{.method = method, .target = std::move(target), .body = std::move(body)};
  request.headers.add("Authorization", authorization(method, request.target, request.body));
  request.headers.add("Accept", "application/json");
  request.headers.add("User-Agent", "yinxin");
  request.headers.add("Wechatpay-Serial", first_platform_key);
  if (!request.body.empty()) {
    request.headers.add("Content-Type", "application/json");
  }
  YX_TRY(const net::Response answer, client.send(request));
  if (answer.status >= http_server_error || answer.status == http_too_many) {
    // Signed or not: the deed may have been done.
    return fail(ErrorCode::outside_uncertain, "wechat_pay: status " + std::to_string(answer.status));
  }
  if (const auto held = check_signature(answer.headers.fields(), answer.body.view()); !held) {
    return unsigned_answer("an answer of status " + std::to_string(answer.status) + ": " + held.error().detail);
  }
  if (answer.status == 200 || answer.status == http_no_content) {
    return to_bytes(answer.body.view());
  }
  const std::string code = wechat::code_of_refusal(answer.body.view());
  if (answer.status == http_not_found &&
      (code == "ORDER_NOT_EXIST" || code == "ORDERNOTEXIST" || code == "RESOURCE_NOT_EXISTS")) {
    return fail(ErrorCode::not_found, code);
  }
  if (code == "SYSTEM_ERROR" || code == "SYSTEMERROR" || code == "BANK_ERROR") {
    return fail(ErrorCode::outside_uncertain, code);
  }
  return fail(ErrorCode::declined_by_outside, code.empty() ? "status " + std::to_string(answer.status) : code);
}

hall::ProviderAnswer WechatPay::Inside::answer_of(std::string transaction, Bytes raw) const {
  return {std::string(provider), std::move(transaction), std::move(raw)};
}

Result<std::string> WechatPay::open(const hall::PaymentOrder& order) {
  if (!wechat::is_order_number(order.number) || order.description.empty() ||
      order.description.size() > max_description_bytes || !is_utf8(order.description) || order.price_fen < 1 ||
      order.price_fen > max_price_fen) {
    return fail(ErrorCode::invalid_input, "wechat_pay: the order does not fit");
  }
  const std::string body = R"({"appid":)" + net::json_string(inside_->merchant.app) + R"(,"mchid":)" +
                           net::json_string(inside_->merchant.merchant) + R"(,"description":)" +
                           net::json_string(order.description) + R"(,"out_trade_no":)" +
                           net::json_string(order.number) + R"(,"time_expire":)" +
                           net::json_string(to_beijing_rfc3339(order.expires_at)) + R"(,"notify_url":)" +
                           net::json_string(inside_->notify_url) + R"(,"amount":{"total":)" +
                           std::to_string(order.price_fen) + R"(,"currency":"CNY"}})";
  YX_TRY(const Bytes answer, inside_->ask(net::Method::post, "/v3/pay/transactions/native", to_body(body)));
  return wechat::read_code_url(answer);
}

Result<hall::PaymentFact> WechatPay::find(const std::string& order) {
  if (!wechat::is_order_number(order)) {
    return fail(ErrorCode::invalid_input, "wechat_pay: not the number of an order");
  }
  YX_TRY(Bytes answer, inside_->ask(net::Method::get,
                                    "/v3/pay/transactions/out-trade-no/" + order +
                                        "?mchid=" + net::percent_encoded(inside_->merchant.merchant),
                                    {}));
  YX_TRY(hall::PaymentFact fact, wechat::read_transaction(answer, inside_->merchant, order));
  fact.answer = inside_->answer_of(std::move(fact.answer.transaction), std::move(answer));
  return fact;
}

Result<void> WechatPay::close(const std::string& order) {
  if (!wechat::is_order_number(order)) {
    return fail(ErrorCode::invalid_input, "wechat_pay: not the number of an order");
  }
  const std::string body = R"({"mchid":)" + net::json_string(inside_->merchant.merchant) + "}";
  YX_CHECK(inside_->ask(net::Method::post, "/v3/pay/transactions/out-trade-no/" + order + "/close", to_body(body)));
  return {};
}

Result<hall::RefundFact> WechatPay::refund(const std::string& order, const std::string& refund, std::int64_t total_fen,
                                           std::int64_t refund_fen) {
  if (!wechat::is_order_number(order) || !wechat::is_refund_number(refund) || refund_fen < 1 ||
      refund_fen > total_fen || total_fen > max_price_fen) {
    return fail(ErrorCode::invalid_input, "wechat_pay: the refund does not fit");
  }
  const std::string body = R"({"out_trade_no":)" + net::json_string(order) + R"(,"out_refund_no":)" +
                           net::json_string(refund) + R"(,"notify_url":)" + net::json_string(inside_->notify_url) +
                           R"(,"amount":{"refund":)" + std::to_string(refund_fen) + R"(,"total":)" +
                           std::to_string(total_fen) + R"(,"currency":"CNY"}})";
  YX_TRY(Bytes answer, inside_->ask(net::Method::post, "/v3/refund/domestic/refunds", to_body(body)));
  YX_TRY(wechat::RefundAnswer said, wechat::read_refund(answer, refund));
  if (said.order != order || said.fact.refunded_fen != refund_fen) {
    return unsigned_answer("a refund of another order or amount");
  }
  said.fact.answer = inside_->answer_of(std::move(said.fact.answer.transaction), std::move(answer));
  return std::move(said.fact);
}

Result<hall::RefundFact> WechatPay::find_refund(const std::string& order, const std::string& refund) {
  if (!wechat::is_order_number(order) || !wechat::is_refund_number(refund)) {
    return fail(ErrorCode::invalid_input, "wechat_pay: not the number of a refund");
  }
  YX_TRY(Bytes answer, inside_->ask(net::Method::get, "/v3/refund/domestic/refunds/" + refund, {}));
  YX_TRY(wechat::RefundAnswer said, wechat::read_refund(answer, refund));
  if (said.order != order) {
    return unsigned_answer("a refund of another order");
  }
  said.fact.answer = inside_->answer_of(std::move(said.fact.answer.transaction), std::move(answer));
  return std::move(said.fact);
}

Result<std::string> WechatPay::hear(const hall::CallbackFields& fields, BytesView body) {
  if (body.size() > wechat::max_callback_bytes) {
    return fail(ErrorCode::invalid_input, "wechat_pay: a callback that is too large");
  }
  YX_CHECK(inside_->check_signature(fields, body));
  YX_TRY(const wechat::Callback callback, wechat::read_callback(body));
  const auto plain = crypto::aes256_gcm_decrypt(inside_->api_key.expose(), callback.nonce,
                                                bytes_of(callback.additional), callback.cipher_text);
  if (!plain) {
    return fail(ErrorCode::invalid_input, "wechat_pay: a callback whose seal does not hold");
  }
  return wechat::read_resource(plain->expose(), callback.event, inside_->merchant);
}

}  // namespace yinxin::outside
