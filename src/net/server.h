#pragma once
// An HTTP/1.1 server for strangers (RFC 9112). Every connection lives on one event loop, so that idle or slow clients
// cost memory and never a thread.

#include <chrono>

#include "base/clock.h"
#include "net/http.h"
#include "net/tls.h"

namespace yinxin::net {

struct ServerLimits {
  std::size_t max_header_bytes = 16 * 1024;  // request line and fields together: 431
  std::size_t max_header_fields = 100;       // 431
  std::size_t max_connections = 8 * 1024;    // one more is answered 503
  std::size_t max_turned_away = 64;          // that many wait for their 503 at a time; the next is just closed
  std::size_t max_requests_a_connection = 10'000;
  std::size_t max_waiting_slow_requests = 1'024;  // 503
  std::size_t max_streams = 2'048;                // answers that are written piece by piece; one more: 503
  // The longest wait for a request's first byte, from there for the end of its header (408), and for a handshake.
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds request_timeout{15'000};
  // A body gets request_timeout, an answer answer_timeout, and both the time their size takes at this rate.
  std::chrono::milliseconds answer_timeout{30'000};
  std::size_t slowest_bytes_per_s = 16 * 1024;
  std::chrono::milliseconds linger_timeout{2'000};  // after a refusal, for the client to read it
  std::chrono::milliseconds drain_timeout{10'000};  // stop() waits that long for answers under way
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // a literal IPv4 or IPv6 address
  std::uint16_t port = 0;             // 0: any free one
  std::size_t threads = 1;            // event loops
  std::size_t workers = 2;            // threads for slow routes
  ServerLimits limits{};
  std::shared_ptr<const TlsIdentity> tls{};               // none: plain HTTP
  std::function<void(std::string_view)> on_failure = {};  // told what a handler threw; may be called from any thread
  // Judges requests that have a route by their header, before any byte of a body is taken: an answer refuses. Must not
  // wait; called on the loops' threads.
  std::function<std::optional<Response>(const Request&)> admit = {};
};

struct ServerCounts {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_turned_away = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t requests = 0;  // answered, refusals included
  std::uint64_t streams_open = 0;
  std::uint64_t timeouts = 0;  // connections ended by a deadline, idle ones included
};

class Server {
 public:
  // invalid_input for an address that is none; already_exists when the port is taken; forbidden when we may not have
  // it. `clock` (for Date) must outlive the server.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Router router, const Clock& clock);
  virtual ~Server() = default;  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual ServerCounts counts() const = 0;
  // Listens no more, closes idle connections, lets requests under way be answered, ends streams and returns: after
  // drain_timeout at the latest, or when the last running handler returns if that is later. Not to be called by a
  // handler.
  virtual void stop() = 0;

 protected:
  Server() = default;
};

}  // namespace yinxin::net
