#pragma once
// Alipay's open API (gateway, RSA2 in public-key mode): orders paid by a QR code, queries, closing, refunds and
// notifications. An answer or a notification is believed only after its signature over the bytes received holds.

#include "base/clock.h"
#include "base/random.h"
#include "hall/payment/payments.h"
#include "net/client.h"

namespace yinxin::outside {

// A notification comes again for about 25 hours; an older one says nothing that we have not asked for ourselves.
constexpr std::chrono::hours max_alipay_notice_age{26};

struct AlipayOptions {
  net::ClientOptions host;  // openapi.alipay.com, or an emulator
  std::string target = "/gateway.do";
  std::string app;             // app_id
  std::string seller;          // seller_id (PID) that notifications must name
  SecretBytes app_key_pem;     // our RSA key
  std::string alipay_key_pem;  // Alipay's public key
  std::string notify_url;      // where notifications come in, at most 255 bytes
};

// Our numbers of orders and refunds are 6 to 64 of [0-9A-Za-z-]; Alipay keeps them with '_' for '-'.
class Alipay final : public hall::Payments {
 public:
  // invalid_input when a key cannot be read or a name does not fit. The clock must outlive it and be safe between
  // threads, as this then is.
  static Result<std::unique_ptr<Alipay>> make(AlipayOptions options, const Clock& clock);
  ~Alipay() override;

  // declined_by_outside: `detail` is Alipay's sub_code (ACQ.TRADE_HAS_SUCCESS …). corrupt: the answer was not signed by
  // Alipay or not about our question. An order whose code nobody has scanned yet is not_found to find() and close().
  Result<std::string> open(const hall::PaymentOrder& order) override;
  Result<hall::PaymentFact> find(const std::string& order) override;
  Result<void> close(const std::string& order) override;
  Result<hall::RefundFact> refund(const std::string& order, const std::string& refund, std::int64_t total_fen,
                                  std::int64_t refund_fen) override;
  Result<hall::RefundFact> find_refund(const std::string& order, const std::string& refund) override;
  Result<std::string> hear(const hall::CallbackFields& fields, BytesView body) override;

 private:
  struct Inside;
  explicit Alipay(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::outside
