#include "http_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>

namespace yinxin::bench {

namespace {

constexpr std::size_t most_waits_kept = 4'000'000;
constexpr std::size_t most_answer_bytes = std::size_t{1} << 20;
constexpr int patience_ms = 10'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Of a field in the header; empty when there is none. `name` in small letters, with its line break and colon.
std::string_view field(std::string_view header, std::string_view name) {
  const auto at = std::ranges::search(header, name, {}, lower);
  if (at.empty()) {
    return {};
  }
  std::string_view rest = header.substr(static_cast<std::size_t>(at.end() - header.begin()));
  rest = rest.substr(0, rest.find('\r'));
  return rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
}

}  // namespace

Result<std::unique_ptr<LoadClient>> LoadClient::open(Load load) {
  std::unique_ptr<LoadClient> made(new LoadClient(std::move(load)));
  made->poll_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
  made->connections_.resize(made->load_.connections);
  for (std::size_t index = 0; index < made->connections_.size(); ++index) {
    if (!made->connect(index)) {
      return fail(ErrorCode::outside_unreachable, "no connection to port " + std::to_string(made->load_.port));
    }
  }
  return made;
}

bool LoadClient::connect(std::size_t index) {
  Connection& connection = connections_[index];
  connection.socket = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  connection.received.clear();
  connection.has_answered = false;
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(load_.port);
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
  return ::connect(connection.socket.number(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0 &&
         ::setsockopt(connection.socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
         ::epoll_ctl(poll_.number(), EPOLL_CTL_ADD, connection.socket.number(), &event) == 0 && send(connection);
}

bool LoadClient::send(Connection& connection) {
  connection.asked_at = Steady::now();
  const ssize_t sent =
      ::send(connection.socket.number(), load_.request.data(), load_.request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent == static_cast<ssize_t>(load_.request.size());
}

LoadClient::Heard LoadClient::take(std::string& received, bool& closes) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos) {
    return received.size() < most_answer_bytes ? Heard::more : Heard::wrong;
  }
  const std::string_view header = std::string_view(received).substr(0, end + 2);
  const std::string_view length = field(header, "\r\ncontent-length:");
  std::size_t size = 0;
  const auto read = std::from_chars(length.data(), length.data() + length.size(), size);
  if (!header.starts_with("HTTP/1.1 200 ") || read.ec != std::errc() || size == 0 || size > most_answer_bytes) {
    return Heard::wrong;
  }
  const std::size_t whole = end + 4 + size;
  if (received.size() < whole) {
    return Heard::more;
  }
  closes = field(header, "\r\nconnection:") == "close";
  body_.assign(received, end + 4, size);
  const bool is_alone = received.size() == whole;  // nothing more was asked for
  received.clear();
  return is_alone ? Heard::answered : Heard::wrong;
}

bool LoadClient::hear(std::size_t index) {
  Connection& connection = connections_[index];
  std::array<char, 32768> part;  // NOLINT(cppcoreguidelines-pro-type-member-init): it is written to before it is read
  const ssize_t got = ::recv(connection.socket.number(), part.data(), part.size(), MSG_DONTWAIT);
  if (got <= 0) {
    const bool is_nothing = got < 0 && (errno == EAGAIN || errno == EINTR);
    // A server may close what it has answered; asking again changes nothing there.
    return is_nothing || (connection.has_answered && connection.received.empty() && connect(index));
  }
  connection.received.append(part.data(), static_cast<std::size_t>(got));
  bool closes = false;
  const Heard heard = take(connection.received, closes);
  if (heard != Heard::answered) {
    return heard == Heard::more;
  }
  ++answered_;
  connection.has_answered = true;
  // Nobody waited for what was asked before the pause.
  if (connection.asked_at >= begun_ && waits_ms_.size() < most_waits_kept) {
    waits_ms_.push_back(std::chrono::duration<float, std::milli>(Steady::now() - connection.asked_at).count());
  }
  return closes ? connect(index) : send(connection);
}

bool LoadClient::ask(std::size_t count) {
  const std::size_t until = answered_ + count;
  begun_ = Steady::now();
  while (answered_ < until) {
    std::array<epoll_event, 64> events{};
    const int ready = ::epoll_wait(poll_.number(), events.data(), static_cast<int>(events.size()), patience_ms);
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready <= 0) {
      return false;
    }
    for (int n = 0; n < ready; ++n) {
      if (!hear(events.at(static_cast<std::size_t>(n)).data.u64)) {
        return false;
      }
    }
  }
  return true;
}

std::string LoadClient::waits() const {
  std::vector<float> sorted = waits_ms_;
  if (sorted.empty()) {
    return "no waits";
  }
  std::ranges::sort(sorted);
  const auto at = [&](double part) {
    return static_cast<double>(sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))]);
  };
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "p50 %.2f ms, p99 %.2f ms", at(0.5), at(0.99));
  return text.data();
}

}  // namespace yinxin::bench
