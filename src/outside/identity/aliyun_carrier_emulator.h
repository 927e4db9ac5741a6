#pragma once
// The other side of AliyunCarrier: a table of who holds which number.
//
//   POST /admin/subscribers  {"name", "resident_id", "mobile"}; a later one of the same number takes its place
//   GET  /admin/subscribers  all of them

#include "outside/aliyun/rpc_emulator.h"

namespace yinxin::outside {

constexpr std::size_t max_emulated_subscribers = 100'000;

class AliyunCarrierEmulator final : public aliyun::RpcEmulator {
 public:
  AliyunCarrierEmulator(aliyun::RpcKey key, const Clock& clock, Random& random);
  [[nodiscard]] std::string_view name() const override { return "carrier"; }

 private:
  struct Subscriber {
    std::string name;
    std::string resident_id;
  };
  net::Response perform(const Asked& asked) override;
  net::Response decline(const std::string& action) override;
  void add_admin_routes(net::Router& router) override;
  [[nodiscard]] net::Response say(std::string_view code, std::string_view message, std::string_view biz_code = "",
                                  std::string_view sub_code = "") const;

  std::mutex mutex_;
  std::map<std::string, Subscriber> subscribers_;
};

}  // namespace yinxin::outside
