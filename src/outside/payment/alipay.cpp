#include "outside/payment/alipay.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/openssl/rsa.h"
#include "outside/payment/alipay_messages.h"

namespace yinxin::outside {

namespace {

using crypto::openssl::RsaPrivateKey;
using crypto::openssl::RsaPublicKey;

constexpr std::string_view provider = "alipay";
constexpr std::string_view signature_type = "RSA2";
constexpr std::size_t max_subject_bytes = 127;  // as the hall's descriptions; Alipay would take 256 characters
constexpr std::size_t max_notify_url_bytes = 255;
constexpr std::size_t max_name_bytes = 32;
constexpr std::size_t max_signature_text_bytes = 2 * 1024;
constexpr std::int64_t max_price_fen = 100'000'000'00;
constexpr std::int64_t max_life_minutes = 15 * 24 * 60;
constexpr std::chrono::minutes notice_clock_tolerance{5};
constexpr int http_ok = 200;
constexpr int http_too_many = 429;
constexpr int http_server_error = 500;

Error not_believed(std::string detail) { return fail(ErrorCode::corrupt, "alipay: " + std::move(detail)); }
Error unfit(std::string detail) { return fail(ErrorCode::invalid_input, "alipay: " + std::move(detail)); }

std::string member(std::string_view name, std::string_view value) {
  return net::json_string(name) + ":" + net::json_string(value);
}

// Minutes until the order ends, at least one, rounded up.
std::string life_of(Instant from, Instant to) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(to - from).count();
  return std::to_string(std::clamp<std::int64_t>(minutes, 1, max_life_minutes)) + "m";
}

}  // namespace

struct Alipay::Inside {
  net::Client client;
  std::string target;
  std::string app;
  std::string seller;
  RsaPrivateKey app_key;
  RsaPublicKey alipay_key;
  std::string notify_url;
  const Clock& clock;

  [[nodiscard]] bool is_signed(std::string_view text, std::string_view signature) const;
  // The whole answer, once its node is signed and of code 10000.
  [[nodiscard]] Result<Bytes> ask(std::string_view method, std::string content, bool notifies) const;
};

Alipay::Alipay(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Alipay::~Alipay() = default;

Result<std::unique_ptr<Alipay>> Alipay::make(AlipayOptions options, const Clock& clock) {
  const auto is_name = [](const std::string& name) {
    return !name.empty() && name.size() <= max_name_bytes && all_digits(name);
  };
  if (!is_name(options.app) || !is_name(options.seller)) {
    return unfit("app and seller are numbers");
  }
  const bool is_url = options.notify_url.starts_with("https://") || options.notify_url.starts_with("http://");
  if (!is_url || options.notify_url.size() > max_notify_url_bytes ||
      options.notify_url.find('?') != std::string::npos) {
    return unfit("notify_url is a URL without a query, of at most 255 bytes");
  }
  YX_TRY(RsaPrivateKey app_key, RsaPrivateKey::from_pem(options.app_key_pem));
  YX_TRY(RsaPublicKey alipay_key, RsaPublicKey::from_pem(options.alipay_key_pem));
  options.host.max_body_bytes = alipay::max_answer_bytes;
  return std::unique_ptr<Alipay>(new Alipay(std::make_unique<Inside>(Inside{
      net::Client(std::move(options.host)), std::move(options.target), std::move(options.app),
      std::move(options.seller), std::move(app_key), std::move(alipay_key), std::move(options.notify_url), clock})));
}

bool Alipay::Inside::is_signed(std::string_view text, std::string_view signature) const {
  if (signature.empty() || signature.size() > max_signature_text_bytes) {
    return false;
  }
  const auto raw = from_base64(signature);
  return raw && alipay_key.verify(bytes_of(text), *raw);
}

Result<Bytes> Alipay::Inside::ask(std::string_view method, std::string content, bool notifies) const {
  alipay::Fields fields{{"app_id", app},
                        {"method", std::string(method)},
                        {"format", "JSON"},
                        {"charset", "utf-8"},
                        {"sign_type", std::string(signature_type)},
                        {"timestamp", to_beijing_text(clock.now())},
                        {"version", "1.0"},
                        {"biz_content", std::move(content)}};
  if (notifies) {
    fields.emplace_back("notify_url", notify_url);
  }
  fields.emplace_back("sign", to_base64(app_key.sign(bytes_of(alipay::signed_text(fields, {"sign"}, true)))));
  net::ClientRequest request{
      .method = net::Method::post, .target = target, .body = to_bytes(bytes_of(alipay::write_form(fields)))};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded;charset=utf-8");
  request.headers.add("User-Agent", "yinxin");
  YX_TRY(const net::Response answer, client.send(request));
  if (answer.status >= http_server_error || answer.status == http_too_many) {
    return fail(ErrorCode::outside_uncertain, "alipay: status " + std::to_string(answer.status));
  }
  if (answer.status != http_ok) {
    return not_believed("an answer of status " + std::to_string(answer.status));
  }
  YX_TRY(const alipay::Answer said, alipay::read_answer(answer.body.view(), method));
  if (!is_signed(said.node, said.signature)) {
    // Its gate does not sign what it says to somebody whom it does not know; the code helps who set up the keys.
    const auto refusal = alipay::check_code(said.node);
    return not_believed("an answer that is not signed" + (refusal ? "" : ": " + refusal.error().detail));
  }
  YX_CHECK(alipay::check_code(said.node));
  if (said.is_error) {
    return not_believed("an error without one");
  }
  return to_bytes(answer.body.view());
}

Result<std::string> Alipay::open(const hall::PaymentOrder& order) {
  if (!alipay::is_our_number(order.number) || order.description.empty() ||
      order.description.size() > max_subject_bytes || !is_utf8(order.description) || order.price_fen < 1 ||
      order.price_fen > max_price_fen) {
    return unfit("the order does not fit");
  }
  constexpr std::string_view method = "alipay.trade.precreate";
  YX_TRY(const Bytes answer,
         inside_->ask(method,
                      "{" + member("out_trade_no", alipay::number_there(order.number)) + "," +
                          member("total_amount", alipay::yuan_of_fen(order.price_fen)) + "," +
                          member("subject", order.description) + "," +
                          member("timeout_express", life_of(inside_->clock.now(), order.expires_at)) + "}",
                      true));
  YX_TRY(const alipay::Answer said, alipay::read_answer(answer, method));
  return alipay::read_code_url(said.node, order.number);
}

Result<hall::PaymentFact> Alipay::find(const std::string& order) {
  if (!alipay::is_our_number(order)) {
    return unfit("not the number of an order");
  }
  constexpr std::string_view method = "alipay.trade.query";
  YX_TRY(Bytes answer, inside_->ask(method, "{" + member("out_trade_no", alipay::number_there(order)) + "}", false));
  YX_TRY(const alipay::Answer said, alipay::read_answer(answer, method));
  YX_TRY(hall::PaymentFact fact, alipay::read_trade(said.node, order, whole_seconds(inside_->clock.now())));
  fact.answer = {std::string(provider), std::move(fact.answer.transaction), std::move(answer)};
  return fact;
}

Result<void> Alipay::close(const std::string& order) {
  if (!alipay::is_our_number(order)) {
    return unfit("not the number of an order");
  }
  YX_CHECK(inside_->ask("alipay.trade.close", "{" + member("out_trade_no", alipay::number_there(order)) + "}", false));
  return {};
}

Result<hall::RefundFact> Alipay::refund(const std::string& order, const std::string& refund, std::int64_t total_fen,
                                        std::int64_t refund_fen) {
  if (!alipay::is_our_number(order) || !alipay::is_our_number(refund) || refund_fen < 1 || refund_fen > total_fen ||
      total_fen > max_price_fen) {
    return unfit("the refund does not fit");
  }
  constexpr std::string_view method = "alipay.trade.refund";
  YX_TRY(Bytes answer, inside_->ask(method,
                                    "{" + member("out_trade_no", alipay::number_there(order)) + "," +
                                        member("refund_amount", alipay::yuan_of_fen(refund_fen)) + "," +
                                        member("out_request_no", alipay::number_there(refund)) + "}",
                                    false));
  YX_TRY(const alipay::Answer said, alipay::read_answer(answer, method));
  YX_TRY(hall::RefundFact fact, alipay::read_refund(said.node, order, refund_fen));
  fact.answer = {std::string(provider), std::move(fact.answer.transaction), std::move(answer)};
  return fact;
}

Result<hall::RefundFact> Alipay::find_refund(const std::string& order, const std::string& refund) {
  if (!alipay::is_our_number(order) || !alipay::is_our_number(refund)) {
    return unfit("not the number of a refund");
  }
  constexpr std::string_view method = "alipay.trade.fastpay.refund.query";
  YX_TRY(Bytes answer, inside_->ask(method,
                                    "{" + member("out_trade_no", alipay::number_there(order)) + "," +
                                        member("out_request_no", alipay::number_there(refund)) + "}",
                                    false));
  YX_TRY(const alipay::Answer said, alipay::read_answer(answer, method));
  YX_TRY(hall::RefundFact fact, alipay::read_found_refund(said.node, order, refund));
  fact.answer = {std::string(provider), std::move(fact.answer.transaction), std::move(answer)};
  return fact;
}

// Signed text: every parameter but sign and sign_type, decoded, sorted by name.
Result<std::string> Alipay::hear(const hall::CallbackFields&, BytesView body) {
  YX_TRY(const alipay::Fields fields, alipay::read_form(body));
  const std::string text = alipay::signed_text(fields, {"sign", "sign_type", "alipay_cert_sn"}, false);
  if (alipay::value_of(fields, "sign_type") != signature_type ||
      !inside_->is_signed(text, alipay::value_of(fields, "sign"))) {
    return fail(ErrorCode::forbidden, "alipay: a notification that is not signed");
  }
  YX_TRY(alipay::Notice notice, alipay::read_notice(fields));
  const Instant now = inside_->clock.now();
  if (notice.at < now - max_alipay_notice_age || notice.at > now + notice_clock_tolerance) {
    return fail(ErrorCode::forbidden, "alipay: a notification of another time");
  }
  if (notice.app != inside_->app || notice.seller != inside_->seller) {
    return unfit("a notification about another seller");
  }
  return std::move(notice.order);
}

}  // namespace yinxin::outside
