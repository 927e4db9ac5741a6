#pragma once
// On which host each domain of an office runs, as the operator's hosts.json says it; the same file on every host.
//
//   { "hosts": [ { "name": "inner", "address": "192.0.2.1:8450", "fingerprint": "64 hexadecimal digits",
//                  "roles": [ "vault", "kmc", "pin", "seal", "ocsp", "tsa" ] }, … ] }

#include <set>
#include <string>
#include <vector>

#include "net/tunnel.h"
#include "yinxin/supervisor/supervisor.h"

namespace yinxin::supervisor {

constexpr std::size_t max_hosts_bytes = 8 * 1024;
constexpr std::size_t max_hosts = 9;  // one for each role
constexpr std::size_t max_host_name_bytes = 32;

inline constexpr std::string_view bridge_name = "bridge";

struct Host {
  std::string name;         // small letters, digits, '-'
  net::Endpoint address;    // where its bridge listens
  std::string fingerprint;  // SHA-256 of its bridge's certificate
  std::set<std::string> roles;
};

struct Hosts {
  std::vector<Host> all;
  // invalid_input with what is wrong: a field too many or too few; a name, address or fingerprint that is none or there
  // twice; a role that is none, that two hosts play, or that nobody plays (but for kmc, which not every office has).
  static Result<Hosts> parse(std::string_view json);
  [[nodiscard]] const Host* find(std::string_view name) const;
  [[nodiscard]] const Host* of_fingerprint(std::string_view fingerprint) const;
  [[nodiscard]] const Host* of_role(std::string_view role) const;
  // Which host plays exactly these; not_found.
  [[nodiscard]] Result<Host> playing(const std::set<std::string>& roles) const;
};

// The domain that is this asker: itself, but for "desk-fetch".
std::string domain_of_asker(const std::string& asker);

struct FarEdge {
  std::string asker, hearer;
  std::string host;  // of its other side
  bool asks_here = false;
  [[nodiscard]] std::string name() const { return asker + " " + hearer; }
};
// Those with one side on `self`.
std::vector<FarEdge> far_edges_of(const std::vector<EdgePlan>& edges, const Hosts& hosts, const Host& self);

}  // namespace yinxin::supervisor
