#pragma once
// For tests: emulators behind real servers on ports of their own, and one client that steers them.

#include <gtest/gtest.h>

#include "net/client.h"
#include "net/server.h"
#include "outside/emulator/emulator.h"
#include "outside/json.h"

namespace yinxin::outside {

class Running {
 public:
  Running(Emulator& emulator, const Clock& clock) {
    net::Router router;
    emulator.add_routes(router);
    auto started = net::Server::start({}, std::move(router), clock);
    EXPECT_TRUE(started.has_value());
    server_ = std::move(*started);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  [[nodiscard]] net::ClientOptions place() const { return {.host = "127.0.0.1", .port = port()}; }
  [[nodiscard]] std::string base() const { return "http://127.0.0.1:" + std::to_string(port()); }
  void stop() { server_->stop(); }

  [[nodiscard]] int post(const std::string& target, std::string_view json) const {
    const auto response = net::Client(place()).post(target, "application/json", to_bytes(bytes_of(json)));
    return response ? response->status : 0;
  }
  [[nodiscard]] Json get(const std::string& target) const {
    const auto response = net::Client(place()).get(target);
    const auto read = response ? Json::parse(response->body.view()) : Result<Json>(Json());
    return read.value_or(Json());
  }
  // The next request of the operation behaves so.
  void plan(std::string_view operation, Fault fault) const {
    EXPECT_EQ(post("/admin/faults", R"({"operation":")" + std::string(operation) + R"(","fault":")" +
                                        std::string(name_of(fault)) + R"("})"),
              204);
  }

 private:
  std::unique_ptr<net::Server> server_;
};

}  // namespace yinxin::outside
