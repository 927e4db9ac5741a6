#pragma once
// A small HTTP/1.1 client: one request a connection, to the one place it was configured for. It follows no redirect.

#include <chrono>

#include "net/http.h"
#include "net/tls.h"

namespace yinxin::net {

struct ClientOptions {
  std::string host;  // a name or a literal address, for Host too
  std::uint16_t port = 0;
  std::shared_ptr<const TlsIdentity> tls{};   // none: plain HTTP
  std::chrono::milliseconds timeout{15'000};  // for the whole exchange, once the name is resolved
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 16 * 1024 * 1024;
};

// RFC 9110 7.2: what is sent as Host; the scheme's own port is left out, as signatures over Host expect it.
std::string host_field(const ClientOptions& options);

struct ClientRequest {
  Method method = Method::get;
  std::string target = "/";  // already percent-encoded
  Headers headers{};         // Host, Content-Length and Connection are the client's own
  Bytes body{};
};

class Client {
 public:
  explicit Client(ClientOptions options) : options_(std::move(options)) {}

  // Any complete answer is a value, whatever its status. outside_unreachable: no byte of the request has left.
  // outside_uncertain: some of it has, and no complete, well-formed answer within the limits came back; the other side
  // may have acted. invalid_input: the request would not be one (a line break in a field or in the target).
  // May be called from several threads.
  [[nodiscard]] Result<Response> send(const ClientRequest& request) const;
  [[nodiscard]] Result<Response> get(std::string target) const;
  [[nodiscard]] Result<Response> post(std::string target, std::string content_type, Bytes body) const;

 private:
  ClientOptions options_;
};

}  // namespace yinxin::net
