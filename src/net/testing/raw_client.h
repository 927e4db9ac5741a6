#pragma once
// For tests: a client that sends bytes as they are, and reads what comes.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>

namespace yinxin::net::testing {

constexpr int patience_ms = 20'000;  // only a broken server takes that long

// A client that says exactly what it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)), rest_(std::move(other.rest_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool say(std::string_view text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  // Everything until the server closes; "(never closed)" if it does not.
  std::string hear_all() {
    std::string heard = std::exchange(rest_, {});
    while (more(heard)) {
    }
    return heard;
  }
  // Until `text` has been heard: everything as far as its end. What came behind it is for the next call of this one.
  std::string hear_until(std::string_view text) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (rest_.find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() >= until || !more(rest_)) {
        ADD_FAILURE() << "never heard: " << text << " but " << rest_;
        return std::exchange(rest_, {});
      }
    }
    const std::size_t end = rest_.find(text) + text.size();
    std::string heard = rest_.substr(0, end);
    rest_.erase(0, end);
    return heard;
  }
  // One answer with a Content-Length, or the interim answer before it, and nothing beyond.
  std::string hear_one() {
    std::string heard;
    std::size_t size = std::string::npos;
    while (heard.size() < size && more(heard)) {
      const std::size_t end = heard.find("\r\n\r\n");
      const std::size_t length = heard.find("Content-Length: ");
      if (end != std::string::npos && heard.starts_with("HTTP/1.1 100 ")) {
        size = end + 4;
      } else if (end != std::string::npos && length != std::string::npos) {
        size = end + 4 + std::stoul(heard.substr(length + 16));
      }
    }
    return heard;
  }

 private:
  bool more(std::string& heard) {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, patience_ms) != 1) {
      heard += "(never closed)";
      return false;
    }
    std::array<char, 65536> part{};
    const ssize_t size = ::recv(socket_, part.data(), part.size(), 0);
    heard.append(part.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return size > 0;
  }

  int socket_;
  std::string rest_;
};

}  // namespace yinxin::net::testing
