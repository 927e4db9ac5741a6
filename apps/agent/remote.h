#pragma once
// A server of ours as the agent reaches it: one address, plain HTTP only on this machine, failures as they were told.

#include "net/client.h"

namespace yinxin::agent {

constexpr std::size_t max_remote_answer_bytes = std::size_t{128} << 20;  // a case with all its materials
constexpr std::chrono::milliseconds remote_timeout{60'000};

class Remote {
 public:
  // "https://host[:port]" with the authorities (PEM) that its certificate must come from, or "http://" and a loopback
  // address. invalid_input for anything else.
  static Result<Remote> at(const std::string& url, const std::string& authorities_pem);

  // As login signatures name it: scheme, host and port, nothing behind.
  [[nodiscard]] const std::string& origin() const { return origin_; }
  // The answer when it is a success; else the failure it tells, with the server's words cleaned for a terminal.
  // forbidden, not_found and so on as the other side meant them; outside_unreachable and outside_uncertain as net.
  Result<net::Response> send(const net::ClientRequest& request) const;

 private:
  Remote(net::Client client, std::string origin) : client_(std::move(client)), origin_(std::move(origin)) {}
  net::Client client_;
  std::string origin_;
};

// A part of a path or query, percent-encoded.
std::string path_part(std::string_view text);

}  // namespace yinxin::agent
