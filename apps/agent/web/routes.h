#pragma once
// What a page in a browser of this machine may ask of the agent (api/agent.yaml).

#include "agent/web/gate.h"
#include "agent/web/officer_keys.h"
#include "agent/web/window.h"
#include "base/clock.h"
#include "base/random.h"

namespace yinxin::agent::web {

constexpr std::uint16_t default_port = 21051;
constexpr std::size_t max_consent_body_bytes = 1024;
constexpr std::size_t max_login_body_bytes = 8 * 1024;
constexpr std::chrono::seconds consent_patience{120};
constexpr std::chrono::seconds login_patience{120};
constexpr std::chrono::seconds approval_patience{15 * 60};  // a case is read first

// What this machine was set up to sign for.
struct SignsFor {
  crypto::Digest ca_key_hash{};
  std::string environment;
};

// All outlive the routes; calls come from several threads.
struct WebParts {
  Window& window;
  OfficerKeys& keys;
  const Consents& consents;
  std::set<std::string> allowed;
  std::function<std::uint16_t()> port;
  std::optional<SignsFor> signs_for;  // none: no approvals
  std::string version;
  const Clock& clock;
  Random& random;
};
// The judge of headers, for the server that serves them (net::ServerOptions::admit).
using Admit = std::function<std::optional<net::Response>(const net::Request&)>;
Admit add_web_routes(net::Router& router, WebParts parts);

}  // namespace yinxin::agent::web
