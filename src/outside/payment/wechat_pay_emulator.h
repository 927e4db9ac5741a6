#pragma once
// The other side of WeChat Pay's API v3, for tests and the demo. It believes nobody: signature, age, nonce, merchant
// and amounts are checked by code of its own, and refused in the provider's words.

#include "base/clock.h"
#include "base/random.h"
#include "net/client.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

struct WechatPayEmulatorOptions {
  std::string merchant;  // mchid
  std::string app;       // appid
  std::string merchant_serial;
  std::string merchant_public_key_pem;
  std::string platform_key_id;
  SecretBytes platform_key_pem;
  SecretBytes api_key;  // 32 bytes
  // Callbacks go nowhere else, whatever an order asks for.
  std::string callback_host = "127.0.0.1";
  std::shared_ptr<const net::TlsIdentity> callback_tls{};  // for https
  // The waits between tries of a callback that was not answered by 200 or 204.
  std::vector<std::chrono::milliseconds> callback_retries{std::chrono::seconds(15), std::chrono::seconds(15),
                                                          std::chrono::seconds(30), std::chrono::minutes(3)};
};

// Routes, beside the provider's:
//   GET  /admin/orders                  all orders, with what is paid and refunded
//   POST /admin/orders/{n}/pay          the payer pays; {"fen": 1} lets the provider's books hold another amount
//   POST /admin/orders/{n}/close        the order is closed by the provider
//   POST /admin/orders/{n}/refund-fail  refunds of this order will end as ABNORMAL
//   POST /admin/faults                  operations: open, find, close, refund, find_refund, callback
class WechatPayEmulator final : public Emulator {
 public:
  // invalid_input when a key cannot be read. Clock and random must outlive it.
  static Result<std::unique_ptr<WechatPayEmulator>> make(WechatPayEmulatorOptions options, const Clock& clock,
                                                         Random& random);
  ~WechatPayEmulator() override;  // waits for a callback under way, drops the others
  [[nodiscard]] std::string_view name() const override { return "wechat_pay"; }
  void add_routes(net::Router& router) override;
  FaultPlan& faults();
  // Until no callback waits or is under way, for at most that long; false when some still are.
  bool wait_for_callbacks(std::chrono::milliseconds patience);

 private:
  struct Inside;
  explicit WechatPayEmulator(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::outside
