#pragma once
// The other side of AliyunCardReader: it knows the pictures it was told of, by their SM3.
//
//   POST /admin/cards  {"picture": hex, "side": "portrait", "name", "resident_id"} or
//                      {"picture": hex, "side": "emblem", "valid_from": "20150203", "valid_to": "20350203" | "长期"};
//                      "is_copy": true where it looks like one

#include "outside/aliyun/rpc_emulator.h"

namespace yinxin::outside {

constexpr std::size_t max_emulated_cards = 10'000;
constexpr std::size_t max_emulated_picture_bytes = 10UL * 1024 * 1024;

class AliyunCardReaderEmulator final : public aliyun::RpcEmulator {
 public:
  AliyunCardReaderEmulator(aliyun::RpcKey key, const Clock& clock, Random& random);
  [[nodiscard]] std::string_view name() const override { return "card_reader"; }

 private:
  net::Response perform(const Asked& asked) override;
  net::Response decline(const std::string& action) override;
  void add_admin_routes(net::Router& router) override;
  [[nodiscard]] std::size_t max_body_bytes() const override { return max_emulated_picture_bytes; }
  net::Response add_card(const net::Request& request);
  [[nodiscard]] net::Response cannot(std::string_view code, std::string_view message) const;

  std::mutex mutex_;
  std::map<std::string, Parameters> cards_;
};

}  // namespace yinxin::outside
