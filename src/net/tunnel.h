#pragma once
// A TLS connection that somebody waits for, and the bytes of a local socket carried over it. Sockets of TCP to literal
// addresses only: no name is ever looked up.

#include <chrono>
#include <memory>
#include <string>

#include "base/descriptor.h"
#include "net/tls.h"

namespace yinxin::net {

struct Endpoint {
  std::string address;  // literal, IPv4 or IPv6
  std::uint16_t port = 0;
  // "192.0.2.1:8450" or "[2001:db8::1]:8450"; invalid_input.
  static Result<Endpoint> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

struct TunnelLimits {
  std::chrono::milliseconds step_time{10'000};   // for connecting, for the handshake, and for each read and write
  std::chrono::milliseconds stall_time{30'000};  // bytes that nobody takes for so long end it
  std::size_t max_pending_bytes = 256 * 1024;    // either way
};

// Everything that waits ends when `stop` (an eventfd) is readable; it stays so.
// outside_unreachable.
Result<Descriptor> connect_to(const Endpoint& endpoint, int stop, const TunnelLimits& limits = {});
// unsupported where this machine does not have the address; already_exists when the port is taken.
Result<Descriptor> listen_on(const Endpoint& endpoint);

class TlsStream {
 public:
  // `socket` is connected; `stop` outlives this.
  TlsStream(Descriptor socket, std::shared_ptr<const TlsIdentity> identity, int stop, const TunnelLimits& limits = {});
  // Of all three: invalid_input when the peer broke the protocol or is not whom the identity wants,
  // outside_unreachable when it is gone or late.
  Result<void> shake_hands();
  Result<void> write(BytesView plain);
  // `within`: where that is longer than a step.
  Result<Bytes> read(std::size_t size, std::chrono::milliseconds within = {});
  [[nodiscard]] std::string peer_fingerprint() const { return session_->peer_fingerprint(); }
  // Bytes both ways until either end closes, which closes both; what was sent before that is handed on. Why it ended.
  std::string carry(Descriptor local);

 private:
  using Steady = std::chrono::steady_clock;
  Result<void> flush(Steady::time_point end);
  Result<void> receive(Steady::time_point end);
  Result<void> wait(short events, Steady::time_point end);

  Descriptor socket_;
  std::shared_ptr<const TlsIdentity> identity_;
  int stop_;
  TunnelLimits limits_;
  std::unique_ptr<TlsSession> session_;
  Bytes plain_;  // read and not yet asked for
};

}  // namespace yinxin::net
