#pragma once
// What WeChat Pay (API v3) writes, read strictly. Whoever calls these has verified the signature over the same bytes.

#include "base/secret_bytes.h"
#include "hall/payment/payments.h"

namespace yinxin::outside::wechat {

constexpr std::size_t max_answer_bytes = 64 * 1024;
constexpr std::size_t max_callback_bytes = 64 * 1024;

// Ours and the provider's rule for out_trade_no and out_refund_no together: 6 to 32 (refunds: 1 to 64) of
// [0-9A-Za-z_-].
bool is_order_number(std::string_view number);
bool is_refund_number(std::string_view number);

// What must be the same in every answer: whose order it is.
struct Merchant {
  std::string merchant;  // mchid
  std::string app;       // appid
};

// {"code": …, "message": …} of a refused request; "" when the body is not that. At most 64 of [0-9A-Z_].
std::string code_of_refusal(BytesView body);

// {"code_url": "weixin://…"}; corrupt for anything else.
Result<std::string> read_code_url(BytesView body);

// GET …/out-trade-no/{n}: corrupt when it is not about that order of that merchant, or a field of a paid order lacks.
// `answer` is left to the caller, but for its transaction.
Result<hall::PaymentFact> read_transaction(BytesView body, const Merchant& merchant, const std::string& order);

// Of the request for a refund and of its query: corrupt when it is not about that refund.
struct RefundAnswer {
  hall::RefundFact fact;
  std::string order;
};
Result<RefundAnswer> read_refund(BytesView body, const std::string& refund);

// The outer body of a callback. invalid_input for another form, algorithm or kind of event.
struct Callback {
  std::string event;  // TRANSACTION.SUCCESS or REFUND.…
  Bytes cipher_text;
  Bytes nonce;  // 12 bytes
  std::string additional;
};
Result<Callback> read_callback(BytesView body);
// The order's number in the opened resource; invalid_input when it is another merchant's.
Result<std::string> read_resource(BytesView plain, const std::string& event, const Merchant& merchant);

}  // namespace yinxin::outside::wechat
