#include "outside/payment/wechat_messages.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "crypto/aes_gcm.h"

namespace yinxin::outside::wechat {

namespace {

namespace json = boost::json;

constexpr std::size_t max_code_bytes = 64;
constexpr std::size_t max_code_url_bytes = 512;
constexpr std::size_t max_id_bytes = 64;
constexpr std::string_view transaction_event = "TRANSACTION.SUCCESS";
constexpr std::string_view refund_events = "REFUND.";

// Depth is limited by the library (32), size by the caller.
std::optional<json::object> object_of(BytesView body) {
  json::error_code wrong;
  json::value value = json::parse(text_of(body), wrong);
  if (wrong || !value.is_object()) {
    return std::nullopt;
  }
  return std::move(value.get_object());
}

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

// "" when it is not there or no text.
std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

std::optional<std::int64_t> fen_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) {
    return std::nullopt;
  }
  return value->get_int64();
}

bool is_number(std::string_view number, std::size_t least, std::size_t most) {
  return number.size() >= least && number.size() <= most && std::ranges::all_of(number, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
         });
}

Error broken(std::string detail) { return fail(ErrorCode::corrupt, "wechat_pay: " + std::move(detail)); }
Error strange(std::string detail) { return fail(ErrorCode::invalid_input, "wechat_pay: " + std::move(detail)); }

std::optional<hall::PaymentStanding> standing_of(std::string_view state) {
  using enum hall::PaymentStanding;
  constexpr std::array<std::pair<std::string_view, hall::PaymentStanding>, 7> states{{{"SUCCESS", paid},
                                                                                      {"REFUND", refunded},
                                                                                      {"NOTPAY", not_paid},
                                                                                      {"USERPAYING", not_paid},
                                                                                      {"CLOSED", closed},
                                                                                      {"REVOKED", closed},
                                                                                      {"PAYERROR", failed}}};
  const auto* found = std::ranges::find(states, state, &std::pair<std::string_view, hall::PaymentStanding>::first);
  return found == states.end() ? std::nullopt : std::optional(found->second);
}

std::optional<hall::RefundStanding> refund_standing_of(std::string_view status) {
  using enum hall::RefundStanding;
  constexpr std::array<std::pair<std::string_view, hall::RefundStanding>, 4> states{
      {{"SUCCESS", settled}, {"PROCESSING", under_way}, {"CLOSED", closed}, {"ABNORMAL", abnormal}}};
  const auto* found = std::ranges::find(states, status, &std::pair<std::string_view, hall::RefundStanding>::first);
  return found == states.end() ? std::nullopt : std::optional(found->second);
}

// A paid or refunded order says by which transaction, when and how much.
Result<void> read_money(const json::object& said, hall::PaymentFact& fact) {
  const json::object* amount = object_in(said, "amount");
  const auto total = amount == nullptr ? std::nullopt : fen_in(*amount, "total");
  const auto at = from_rfc3339(text_in(said, "success_time"));
  fact.answer.transaction = text_in(said, "transaction_id");
  fact.currency = amount == nullptr ? std::string() : text_in(*amount, "currency");
  if (!total || fact.currency.empty() || fact.currency.size() > 16 ||
      !is_number(fact.answer.transaction, 1, max_id_bytes)) {
    return broken("a paid order without amount, currency or transaction");
  }
  fact.paid_fen = *total;
  if (fact.standing == hall::PaymentStanding::paid) {
    if (!at) {
      return broken("a paid order without its time");
    }
    fact.paid_at = *at;
  }
  return {};
}

}  // namespace

bool is_order_number(std::string_view number) { return is_number(number, 6, 32); }
bool is_refund_number(std::string_view number) { return is_number(number, 1, 64); }

std::string code_of_refusal(BytesView body) {
  const auto said = object_of(body);
  const std::string code = said ? text_in(*said, "code") : std::string();
  const bool fits = code.size() <= max_code_bytes && std::ranges::all_of(code, [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_';
                    });
  return fits ? code : std::string();
}

Result<std::string> read_code_url(BytesView body) {
  const auto said = object_of(body);
  std::string url = said ? text_in(*said, "code_url") : std::string();
  const bool fits = url.starts_with("weixin://") && url.size() <= max_code_url_bytes &&
                    std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!fits) {
    return broken("an opened order without its code");
  }
  return url;
}

Result<hall::PaymentFact> read_transaction(BytesView body, const Merchant& merchant, const std::string& order) {
  const auto said = object_of(body);
  if (!said || text_in(*said, "mchid") != merchant.merchant || text_in(*said, "appid") != merchant.app ||
      text_in(*said, "out_trade_no") != order) {
    return broken("an answer that is not about our order");
  }
  const auto standing = standing_of(text_in(*said, "trade_state"));
  if (!standing) {
    return broken("an order in an unknown state");
  }
  hall::PaymentFact fact;
  fact.standing = *standing;
  fact.order = order;
  if (*standing == hall::PaymentStanding::paid || *standing == hall::PaymentStanding::refunded) {
    YX_CHECK(read_money(*said, fact));
  }
  return fact;
}

Result<RefundAnswer> read_refund(BytesView body, const std::string& refund) {
  const auto said = object_of(body);
  const json::object* amount = said ? object_in(*said, "amount") : nullptr;
  const auto refunded = amount == nullptr ? std::nullopt : fen_in(*amount, "refund");
  const auto standing = said ? refund_standing_of(text_in(*said, "status")) : std::nullopt;
  if (!refunded || !standing || text_in(*said, "out_refund_no") != refund) {
    return broken("an answer that is not about our refund");
  }
  RefundAnswer answer;
  answer.fact.standing = *standing;
  answer.fact.refunded_fen = *refunded;
  answer.fact.answer.transaction = text_in(*said, "refund_id");
  answer.order = text_in(*said, "out_trade_no");
  if (!is_number(answer.fact.answer.transaction, 1, max_id_bytes) || !is_order_number(answer.order)) {
    return broken("a refund without its number or order");
  }
  return answer;
}

Result<Callback> read_callback(BytesView body) {
  if (body.size() > max_callback_bytes) {
    return strange("a callback that is too large");
  }
  const auto said = object_of(body);
  const json::object* resource = said ? object_in(*said, "resource") : nullptr;
  if (resource == nullptr) {
    return strange("a callback without a resource");
  }
  Callback callback;
  callback.event = text_in(*said, "event_type");
  if (callback.event != transaction_event && !callback.event.starts_with(refund_events)) {
    return strange("a callback about another kind of event");
  }
  if (text_in(*said, "resource_type") != "encrypt-resource" || text_in(*resource, "algorithm") != "AEAD_AES_256_GCM") {
    return strange("a resource that is sealed in another way");
  }
  YX_TRY(callback.cipher_text, from_base64(text_in(*resource, "ciphertext")));
  callback.nonce = to_bytes(bytes_of(text_in(*resource, "nonce")));
  callback.additional = text_in(*resource, "associated_data");
  if (callback.nonce.size() != crypto::aes_gcm_nonce_size || callback.cipher_text.size() <= crypto::aes_gcm_tag_size) {
    return strange("a resource of impossible sizes");
  }
  return callback;
}

Result<std::string> read_resource(BytesView plain, const std::string& event, const Merchant& merchant) {
  const auto said = object_of(plain);
  // A refund's resource names no app.
  const bool ours = said && text_in(*said, "mchid") == merchant.merchant &&
                    (event != transaction_event || text_in(*said, "appid") == merchant.app);
  std::string order = ours ? text_in(*said, "out_trade_no") : std::string();
  if (!ours || !is_order_number(order)) {
    return strange("a resource that is not about an order of ours");
  }
  return order;
}

}  // namespace yinxin::outside::wechat
