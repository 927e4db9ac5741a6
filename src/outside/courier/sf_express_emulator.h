#pragma once
// The other side of SfExpress: orders, waybills and routes that the admin door moves on.
//
//   GET  /admin/waybills                 [{"waybill","order_id","standing"}]
//   POST /admin/waybills/{n}/advance     {} for the next usual step, or {"to": "collected" | "moving" | "delivering" |
//                                        "delivered" | "refused" | "sent_back" | "lost"}
// Its faults' operations are the service codes; bad_signature: the platform does not sign, so the deed is done and the
// answer is cut short. msgDigest covers msgData and timestamp alone: a changed requestID is seen by nobody.

#include <map>
#include <set>

#include "base/clock.h"
#include "base/random.h"
#include "outside/emulator/emulator.h"

namespace yinxin::outside {

constexpr std::chrono::minutes sf_window{5};
constexpr std::size_t max_emulated_orders = 10'000;
constexpr std::size_t max_emulated_requests = 100'000;

struct SfExpressEmulatorOptions {
  std::string partner_id{};
  SecretBytes checkword{};
};

class SfExpressEmulator final : public Emulator {
 public:
  // `clock` and `random` must outlive it.
  SfExpressEmulator(SfExpressEmulatorOptions options, const Clock& clock, Random& random);
  [[nodiscard]] std::string_view name() const override { return "courier"; }
  void add_routes(net::Router& router) override;

 private:
  using Form = std::map<std::string, std::string>;
  struct Step {
    Instant at;
    std::string op_code, words;
  };
  struct Order {
    std::string waybill, sender_phone, receiver_phone;
    std::vector<Step> steps{};
    bool cancelled = false;
    std::string standing = "waiting";
  };

  net::Response answer(const net::Request& request);
  std::optional<net::Response> refuse(const Form& form);
  net::Response perform(const std::string& service, const std::string& msg_data);
  net::Response create(const std::string& msg_data);
  net::Response search_order(const std::string& msg_data);
  net::Response search_routes(const std::string& msg_data);
  net::Response update(const std::string& msg_data);
  net::Response advance(const net::Request& request);
  net::Response list();
  [[nodiscard]] net::Response gateway(std::string_view code, std::string_view message,
                                      std::string_view data = "") const;
  [[nodiscard]] net::Response yes(std::string_view msg_data) const;
  [[nodiscard]] net::Response no(std::string_view code, std::string_view message) const;

  SfExpressEmulatorOptions options_;
  const Clock& clock_;
  Random& random_;
  FaultPlan faults_;
  std::mutex mutex_;
  std::map<std::string, Order> orders_;
  std::set<std::string> request_ids_;
  std::uint64_t next_ = 1;
};

}  // namespace yinxin::outside
