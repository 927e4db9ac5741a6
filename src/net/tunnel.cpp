#include "net/tunnel.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace yinxin::net {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t part_bytes = 64 * 1024;
constexpr int listen_backlog = 64;
// A host that is gone without a word is noticed after these; RFC 1122 4.2.3.6, RFC 5482.
constexpr int keep_alive_after_s = 5, keep_alive_every_s = 5, keep_alive_times = 3, user_timeout_ms = 20'000;

struct Place {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Result<Place> place_of(const Endpoint& endpoint) {
  Place place;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&place.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&place.storage);
  if (::inet_pton(AF_INET, endpoint.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(endpoint.port);
    place.size = sizeof *v4;
    return place;
  }
  if (::inet_pton(AF_INET6, endpoint.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(endpoint.port);
    place.size = sizeof *v6;
    return place;
  }
  return fail(ErrorCode::invalid_input, "not a literal address: " + endpoint.address);
}

Error gone(const std::string& what) { return fail(ErrorCode::outside_unreachable, what); }

int milliseconds_until(Steady::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

Result<void> wait_for(int socket, short events, int stop, Steady::time_point end) {
  while (true) {
    std::array<pollfd, 2> polled{pollfd{.fd = socket, .events = events, .revents = 0},
                                 pollfd{.fd = stop, .events = POLLIN, .revents = 0}};
    const int ready = ::poll(polled.data(), polled.size(), milliseconds_until(end));
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready <= 0) {
      return gone("not in time");
    }
    return polled[1].revents != 0 ? Result<void>(gone("stopped")) : Result<void>();
  }
}

void keep_watch(int socket) {
  const auto set = [&](int level, int name, int value) { ::setsockopt(socket, level, name, &value, sizeof value); };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, keep_alive_after_s);
  set(IPPROTO_TCP, TCP_KEEPINTVL, keep_alive_every_s);
  set(IPPROTO_TCP, TCP_KEEPCNT, keep_alive_times);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms);
  set(IPPROTO_TCP, TCP_NODELAY, 1);
}

void do_not_wait(int socket) { ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK); }

// More than 0: taken; 0: the other end has closed or is gone; nullopt: not now.
std::optional<std::size_t> read_some(int socket, Bytes& part) {
  part.resize(part_bytes);
  ssize_t got = -1;
  do {
    got = ::recv(socket, part.data(), part.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return std::nullopt;
  }
  part.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return part.size();
}

// Takes away from `pending` what went; false when the other end is gone.
bool write_some(int socket, Bytes& pending) {
  ssize_t sent = -1;
  do {
    sent = ::send(socket, pending.data(), pending.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent > 0) {
    pending.erase(pending.begin(), pending.begin() + sent);
  }
  return sent >= 0 || errno == EAGAIN || errno == EWOULDBLOCK;
}

// The bytes between a session and a local socket, and which ends are still there.
class Carriage {
 public:
  Carriage(int wire, TlsSession& session, int local, int stop, const TunnelLimits& limits, Bytes plain)
      : wire_(wire), session_(session), local_(local), stop_(stop), limits_(limits), to_local_(std::move(plain)) {}

  std::string run() {
    while (!is_over()) {
      std::array<pollfd, 3> polled = wishes();
      const int ready = ::poll(polled.data(), polled.size(), sleep());
      if (ready < 0 && errno == EINTR) {
        continue;
      }
      if (ready <= 0) {
        return "stalled";
      }
      if (polled[2].revents != 0) {
        return "stopped";
      }
      turn(polled[0].revents, polled[1].revents);
    }
    return why_;
  }

 private:
  [[nodiscard]] bool is_over() const {
    return is_broken_ || (wire_ended_ && to_local_.empty()) || (local_ended_ && to_wire_.empty());
  }
  [[nodiscard]] bool has_pending() const { return !to_wire_.empty() || !to_local_.empty(); }
  [[nodiscard]] int sleep() const { return has_pending() ? milliseconds_until(moved_ + limits_.stall_time) : -1; }

  [[nodiscard]] std::array<pollfd, 3> wishes() const {
    const auto wish = [](int socket, bool reads, bool writes) {
      const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
      return pollfd{.fd = events == 0 ? -1 : socket, .events = static_cast<short>(events), .revents = 0};
    };
    return {wish(wire_, !wire_ended_ && to_local_.size() < limits_.max_pending_bytes, !to_wire_.empty()),
            wish(local_, !local_ended_ && to_wire_.size() < limits_.max_pending_bytes, !to_local_.empty()),
            pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
  }

  void end(bool& ended, const char* why) {
    ended = true;
    if (why_.empty()) {
      why_ = why;
    }
  }

  void turn(short of_wire, short of_local) {
    if (!has_pending()) {
      moved_ = Steady::now();
    }
    if (of_wire != 0 && !wire_ended_ && to_local_.size() < limits_.max_pending_bytes) {
      read_wire();
    }
    if (of_local != 0 && !local_ended_ && to_wire_.size() < limits_.max_pending_bytes) {
      read_local();
    }
    write_both();
  }

  void read_wire() {
    const auto got = read_some(wire_, part_);
    if (got && *got == 0) {
      end(wire_ended_, "the other host has closed it");
    } else if (got) {
      Bytes plain;
      const auto taken = session_.receive(part_, plain);
      to_local_.insert(to_local_.end(), plain.begin(), plain.end());
      if (!taken) {
        end(is_broken_, "the other host broke the protocol");
      } else if (session_.is_ended()) {
        end(wire_ended_, "the other host has closed it");
      }
      take_outgoing();
    }
  }

  void read_local() {
    const auto got = read_some(local_, part_);
    if (got && *got == 0) {
      end(local_ended_, "the domain here has closed it");
      session_.end();
      take_outgoing();
    } else if (got) {
      if (!session_.send(part_)) {
        end(is_broken_, "TLS cannot send");
      }
      take_outgoing();
    }
  }

  void take_outgoing() {
    const Bytes out = session_.outgoing();
    to_wire_.insert(to_wire_.end(), out.begin(), out.end());
  }

  void write_both() {
    const std::size_t before = to_wire_.size() + to_local_.size();
    if (!to_wire_.empty() && !write_some(wire_, to_wire_)) {
      end(wire_ended_, "the other host is gone");
      to_wire_.clear();
    }
    if (!to_local_.empty() && !write_some(local_, to_local_)) {
      end(local_ended_, "the domain here is gone");
      to_local_.clear();
    }
    if (to_wire_.size() + to_local_.size() < before) {
      moved_ = Steady::now();
    }
  }

  const int wire_;
  TlsSession& session_;
  const int local_;
  const int stop_;
  const TunnelLimits& limits_;
  Bytes to_local_, to_wire_, part_;
  bool wire_ended_ = false, local_ended_ = false, is_broken_ = false;
  std::string why_;
  Steady::time_point moved_ = Steady::now();
};

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const Error wrong = fail(ErrorCode::invalid_input, "not a literal address with a port: " + std::string(text));
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon < 2) {
    return wrong;
  }
  std::string_view address = text.substr(0, colon);
  const std::string_view number = text.substr(colon + 1);
  const bool is_v6 = address.front() == '[' && address.back() == ']';
  if (is_v6) {
    address = address.substr(1, address.size() - 2);
  }
  Endpoint endpoint{.address = std::string(address)};
  const auto read = std::from_chars(number.data(), number.data() + number.size(), endpoint.port);
  const auto place = place_of(endpoint);
  if (read.ec != std::errc() || read.ptr != number.data() + number.size() || number.front() == '0' || !place ||
      (place->storage.ss_family == AF_INET6) != is_v6) {
    return wrong;
  }
  return endpoint;
}

std::string Endpoint::text() const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return (is_v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Result<Descriptor> connect_to(const Endpoint& endpoint, int stop, const TunnelLimits& limits) {
  YX_TRY(const Place place, place_of(endpoint));
  Descriptor socket(::socket(place.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) {
    return gone(endpoint.text() + ": no socket: " + std::strerror(errno));
  }
  if (::connect(socket.number(), place.address(), place.size) != 0 && errno != EINPROGRESS) {
    return gone(endpoint.text() + ": " + std::strerror(errno));
  }
  YX_CHECK(wait_for(socket.number(), POLLOUT, stop, Steady::now() + limits.step_time));
  int failed = 0;
  socklen_t size = sizeof failed;
  if (::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &failed, &size) != 0 || failed != 0) {
    return gone(endpoint.text() + ": " + std::strerror(failed));
  }
  return socket;
}

Result<Descriptor> listen_on(const Endpoint& endpoint) {
  YX_TRY(const Place place, place_of(endpoint));
  Descriptor socket(::socket(place.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!socket.is_open() || ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket.number(), place.address(), place.size) != 0 || ::listen(socket.number(), listen_backlog) != 0) {
    const int why = errno;
    return fail(why == EADDRINUSE ? ErrorCode::already_exists : ErrorCode::unsupported,
                "cannot listen on " + endpoint.text() + ": " + std::strerror(why));
  }
  return socket;
}

TlsStream::TlsStream(Descriptor socket, std::shared_ptr<const TlsIdentity> identity, int stop,
                     const TunnelLimits& limits)
    : socket_(std::move(socket)),
      identity_(std::move(identity)),
      stop_(stop),
      limits_(limits),
      session_(TlsSession::begin(*identity_)) {
  do_not_wait(socket_.number());
  keep_watch(socket_.number());
}

Result<void> TlsStream::wait(short events, Steady::time_point end) {
  return wait_for(socket_.number(), events, stop_, end);
}

Result<void> TlsStream::flush(Steady::time_point end) {
  for (Bytes out = session_->outgoing(); !out.empty();) {
    YX_CHECK(wait(POLLOUT, end));
    if (!write_some(socket_.number(), out)) {
      return gone("the peer is gone");
    }
  }
  return {};
}

Result<void> TlsStream::receive(Steady::time_point end) {
  YX_CHECK(wait(POLLIN, end));
  Bytes part;
  const auto got = read_some(socket_.number(), part);
  if (!got) {
    return {};
  }
  if (*got == 0) {
    return gone("the peer has closed");
  }
  Bytes plain;
  const auto taken = session_->receive(part, plain);
  plain_.insert(plain_.end(), plain.begin(), plain.end());
  const auto flushed = flush(end);  // an alert of ours, too
  if (taken && session_->is_ended() && plain_.empty()) {
    return gone("the peer has closed");
  }
  return taken ? flushed : taken;
}

Result<void> TlsStream::shake_hands() {
  const auto end = Steady::now() + limits_.step_time;
  YX_CHECK(flush(end));
  while (!session_->is_established()) {
    YX_CHECK(receive(end));
  }
  return {};
}

Result<void> TlsStream::write(BytesView plain) {
  YX_CHECK(session_->send(plain));
  return flush(Steady::now() + limits_.step_time);
}

Result<Bytes> TlsStream::read(std::size_t size, std::chrono::milliseconds within) {
  const auto end = Steady::now() + std::max(within, limits_.step_time);
  while (plain_.size() < size) {
    YX_CHECK(receive(end));
  }
  const auto middle = plain_.begin() + static_cast<std::ptrdiff_t>(size);
  Bytes taken(plain_.begin(), middle);
  plain_.erase(plain_.begin(), middle);
  return taken;
}

std::string TlsStream::carry(Descriptor local) {
  do_not_wait(local.number());
  return Carriage(socket_.number(), *session_, local.number(), stop_, limits_, std::exchange(plain_, {})).run();
}

}  // namespace yinxin::net
