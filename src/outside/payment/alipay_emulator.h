#pragma once
// The other side of Alipay's open API, for tests and the demo. It believes nobody: signature, time, app and amounts are
// checked by code of its own, and refused in the provider's words. As at the provider, an order is nothing to query or
// to close before somebody has scanned its code.

#include "base/clock.h"
#include "base/random.h"
#include "net/client.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

struct AlipayEmulatorOptions {
  std::string app;     // app_id
  std::string seller;  // PID
  std::string app_public_key_pem;
  SecretBytes alipay_key_pem;
  // Notifications go nowhere else, whatever an order asks for.
  std::string callback_host = "127.0.0.1";
  std::shared_ptr<const net::TlsIdentity> callback_tls{};  // for https
  // The waits between tries of a notification that was not answered by 200.
  std::vector<std::chrono::milliseconds> callback_retries{std::chrono::minutes(4), std::chrono::minutes(10)};
};

// Routes, beside the provider's /gateway.do:
//   GET  /admin/orders                  all orders, by the provider's writing of their numbers
//   POST /admin/orders/{n}/scan         somebody looks at the code: from now on the order can be asked for
//   POST /admin/orders/{n}/pay          the payer pays; {"fen": 1, "currency": "USD"} is what the books then hold
//   POST /admin/orders/{n}/refund-fail  refunds of this order are taken, and never found
//   POST /admin/faults                  operations: open, find, close, refund, find_refund, callback
// An order may be named as we do ('-') or as the provider does ('_').
class AlipayEmulator final : public Emulator {
 public:
  // invalid_input when a key cannot be read. Clock and random must outlive it.
  static Result<std::unique_ptr<AlipayEmulator>> make(AlipayEmulatorOptions options, const Clock& clock,
                                                      Random& random);
  ~AlipayEmulator() override;  // waits for a notification under way, drops the others
  [[nodiscard]] std::string_view name() const override { return "alipay"; }
  void add_routes(net::Router& router) override;
  FaultPlan& faults();
  // Until no notification waits or is under way, for at most that long; false when some still are.
  bool wait_for_callbacks(std::chrono::milliseconds patience);

 private:
  struct Inside;
  explicit AlipayEmulator(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yinxin::outside
