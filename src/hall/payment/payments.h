#pragma once
// Money by a payment provider, as the hall needs it. Implemented by outside/payment.

#include <map>
#include <utility>
#include <vector>

#include "hall/provider_answer.h"

namespace yinxin::hall {

struct PaymentOrder {
  std::string number;       // ours, unique for ever: 6 to 32 of [0-9A-Za-z_-]
  std::string description;  // what the payer reads, at most 127 bytes of UTF-8
  std::int64_t price_fen = 0;
  Instant expires_at;
};

enum class PaymentStanding : std::uint8_t { not_paid, paid, closed, refunded, failed };

struct PaymentFact {
  PaymentStanding standing = PaymentStanding::not_paid;
  std::string order;          // as the provider says it
  std::int64_t paid_fen = 0;  // the order's total in the provider's books
  std::string currency;       // "CNY"
  Instant paid_at;            // only when paid
  ProviderAnswer answer;
  std::string payer_name{};  // where the provider names the payer
};

enum class RefundStanding : std::uint8_t { under_way, settled, closed, abnormal };
struct RefundFact {
  RefundStanding standing = RefundStanding::under_way;
  std::int64_t refunded_fen = 0;
  ProviderAnswer answer;
};

// Fields of a callback as they came, names in any case.
using CallbackFields = std::vector<std::pair<std::string, std::string>>;

class Payments {
 public:
  virtual ~Payments() = default;
  // The text of the QR code that the payer scans. The same order may be opened again: it stays one order.
  virtual Result<std::string> open(const PaymentOrder& order) = 0;
  // not_found: the provider does not know the order.
  virtual Result<PaymentFact> find(const std::string& order) = 0;
  virtual Result<void> close(const std::string& order) = 0;
  // The same number of a refund is one refund, however often it is asked for.
  virtual Result<RefundFact> refund(const std::string& order, const std::string& refund, std::int64_t total_fen,
                                    std::int64_t refund_fen) = 0;
  // not_found: the provider knows no such refund; the same one may be asked for again.
  virtual Result<RefundFact> find_refund(const std::string& order, const std::string& refund) = 0;
  // The number of the order that a callback is about, once its signature over the raw body, its age and its seal hold;
  // otherwise forbidden (signature, age) or invalid_input. The caller asks find() and believes only that.
  virtual Result<std::string> hear(const CallbackFields& fields, BytesView body) = 0;
};

// By which way of paying, as programmes name it ("wechat", "alipay"), which provider is asked. All outlive the map.
using PaymentWays = std::map<std::string, Payments*, std::less<>>;

}  // namespace yinxin::hall
