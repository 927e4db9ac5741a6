#pragma once
// Who may ask the agent anything, judged by a request's header before its body is taken; and the fields by which a
// browser lets a page send and read (Fetch, 3.2 CORS; Private Network Access 3.1).

#include <functional>
#include <set>

#include "agent/web/consents.h"
#include "net/http.h"

namespace yinxin::agent::web {

struct RouteRule {
  net::Method method = net::Method::get;
  bool is_open = false;  // answered to origins without consent too
};

class Gate {
 public:
  struct Parts {
    const Consents& consents;
    std::set<std::string> allowed;        // origins that an operator allowed at the start
    std::function<std::uint16_t()> port;  // what Host must name
  };
  explicit Gate(Parts parts) : parts_(std::move(parts)) {}

  // forbidden "agent.foreign" when Host is not this agent's or Origin no page's that may ask.
  [[nodiscard]] Result<std::string> origin_of(const net::Request& request) const;
  // What the person has answered; nothing also where that cannot be known.
  [[nodiscard]] std::optional<Answer> standing(const std::string& origin) const;

  // The refusal of a request that may not go on.
  [[nodiscard]] std::optional<net::Response> admit(const net::Request& request, RouteRule rule) const;
  // The answer with the fields that let the page read it. Consent that was taken back meanwhile: a refusal instead.
  [[nodiscard]] net::Response let_read(const net::Request& request, RouteRule rule, net::Response response) const;
  // The answer to a browser that asks before it sends.
  [[nodiscard]] net::Response preflight(const net::Request& request, RouteRule rule) const;

 private:
  [[nodiscard]] bool may_read(const std::string& origin, RouteRule rule) const;
  Parts parts_;
};

}  // namespace yinxin::agent::web
