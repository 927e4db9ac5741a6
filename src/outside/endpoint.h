#pragma once
// The one place that an adapter speaks to, from its configured base address.

#include "net/client.h"

namespace yinxin::outside {

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool is_tls = false;
  std::string path;  // without a slash at its end; empty for the root

  // http[s]://host[:port][/path]; an IPv6 address in brackets. invalid_input for user information, a query, a fragment
  // or anything else.
  static Result<Endpoint> parse(std::string_view base_url);
  // `authorities_pem`: whom to believe over TLS; precondition when they are needed and missing.
  [[nodiscard]] Result<net::ClientOptions> client_options(std::string_view authorities_pem) const;
};

}  // namespace yinxin::outside
