#pragma once
// Many clients of one HTTP server, kept alive, each asking the same again as soon as it is answered; one thread.

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

namespace yinxin::bench {

struct Load {
  std::uint16_t port = 0;  // on loopback
  std::string request;     // the whole, without a body
  std::size_t connections = 16;
};

class LoadClient {
 public:
  // outside_unreachable.
  static Result<std::unique_ptr<LoadClient>> open(Load load);
  // Asks on until that many more were answered. False when one was not answered with 200 and a body, or nothing came
  // for ten seconds.
  bool ask(std::size_t count);
  // The last of the bodies.
  [[nodiscard]] const std::string& body() const { return body_; }
  // Of the waits in ask() so far: "p50 0.4 ms, p99 1.2 ms".
  [[nodiscard]] std::string waits() const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Connection {
    Descriptor socket;
    std::string received;
    Steady::time_point asked_at;
    bool has_answered = false;
  };
  enum class Heard { more, answered, wrong };

  explicit LoadClient(Load load) : load_(std::move(load)) {}
  bool connect(std::size_t index);
  bool send(Connection& connection);
  // What is there to read of one connection.
  bool hear(std::size_t index);
  // Takes the answer from what was received, when it is whole.
  Heard take(std::string& received, bool& closes);

  Load load_;
  Descriptor poll_;
  std::vector<Connection> connections_;
  std::string body_;
  std::size_t answered_ = 0;
  Steady::time_point begun_;
  std::vector<float> waits_ms_;
};

}  // namespace yinxin::bench
