#pragma once
// WeChat Pay, API v3: Native orders, queries, refunds and callbacks. An answer or a callback is believed only after its
// signature over the bytes received holds under a key of the configuration and its time is within five minutes.

#include "base/clock.h"
#include "base/random.h"
#include "hall/payment/payments.h"
#include "net/client.h"

namespace yinxin::outside {

constexpr std::size_t wechat_api_key_bytes = 32;
constexpr std::int64_t max_wechat_age_s = 300;
constexpr std::size_t max_wechat_platform_keys = 16;

// A key by which WeChat Pay signs: its public key (the id begins "PUB_KEY_ID_") or a platform certificate (the id is
// its serial number in upper-case hexadecimal). During a change of keys there are two.
struct WechatPlatformKey {
  std::string id;
  std::string pem;
};

struct WechatPayOptions {
  net::ClientOptions host;  // api.mch.weixin.qq.com, or an emulator
  std::string merchant;     // mchid
  std::string app;          // appid
  std::string merchant_serial;
  SecretBytes merchant_key_pem;
  SecretBytes api_key;                           // the APIv3 key, wechat_api_key_bytes
  std::vector<WechatPlatformKey> platform_keys;  // the first is the one that answers are asked to be signed by
  std::string notify_url;                        // where callbacks come in, at most 255 bytes
};

class WechatPay final : public hall::Payments {
 public:
  // invalid_input when a key cannot be read or a name does not fit. Clock and random must outlive it and be safe
  // between threads, as this then is.
  static Result<std::unique_ptr<WechatPay>> make(WechatPayOptions options, const Clock& clock, Random& random);
  ~WechatPay() override;

  // declined_by_outside: `detail` is WeChat Pay's code (ORDERPAID, OUT_TRADE_NO_USED …). Busy (429) and failing (5xx)
  // sides are outside_uncertain. corrupt: the answer was not signed by WeChat Pay, too old, or not about our question.
  Result<std::string> open(const hall::PaymentOrder& order) override;
  Result<hall::PaymentFact> find(const std::string& order) override;
  Result<void> close(const std::string& order) override;
  Result<hall::RefundFact> refund(const std::string& order, const std::string& refund, std::int64_t total_fen,
                                  std::int64_t refund_fen) override;
  Result<hall::RefundFact> find_refund(const std::string& order, const std::string& refund) override;
  Result<std::string> hear(const hall::CallbackFields& fields, BytesView body) override;

 private:
  struct Inside;
  explicit WechatPay(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::outside
