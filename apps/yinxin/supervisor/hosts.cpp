#include "yinxin/supervisor/hosts.h"

#include <algorithm>
#include <boost/json.hpp>

#include "yinxin/supervisor/links.h"
#include "yinxin/supervisor/places.h"

namespace yinxin::supervisor {

namespace {

namespace json = boost::json;

constexpr std::size_t fingerprint_digits = 64;

Error wrong(const std::string& what) { return fail(ErrorCode::invalid_input, "hosts.json: " + what); }

bool is_host_name(const std::string& name) {
  return !name.empty() && name.size() <= max_host_name_bytes &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool is_fingerprint(const std::string& text) {
  return text.size() == fingerprint_digits &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_role(const std::string& name) { return name != bridge_name && find_place(name) != nullptr; }

Result<std::string> text_in(const json::object& from, const char* key) {
  const json::value* value = from.if_contains(key);
  if (value == nullptr || !value->is_string()) {
    return wrong(std::string("a host has no \"") + key + "\"");
  }
  return std::string(value->get_string());
}

Result<Host> host_of(const json::value& value) {
  const json::object* object = value.if_object();
  constexpr std::size_t fields = 4;
  if (object == nullptr || object->size() != fields) {
    return wrong("a host has name, address, fingerprint and roles, and nothing else");
  }
  Host host;
  YX_TRY(host.name, text_in(*object, "name"));
  YX_TRY(const std::string address, text_in(*object, "address"));
  YX_TRY(host.address, net::Endpoint::parse(address));
  YX_TRY(host.fingerprint, text_in(*object, "fingerprint"));
  if (!is_host_name(host.name)) {
    return wrong("not a host's name: " + host.name);
  }
  if (!is_fingerprint(host.fingerprint)) {
    return wrong(host.name + " has no fingerprint of 64 small hexadecimal digits");
  }
  const json::value* roles = object->if_contains("roles");
  const json::array* list = roles == nullptr ? nullptr : roles->if_array();
  if (list == nullptr || list->empty()) {
    return wrong(host.name + " has no roles");
  }
  for (const json::value& role : *list) {
    const std::string name = role.is_string() ? std::string(role.get_string()) : std::string();
    if (!is_role(name) || !host.roles.insert(name).second) {
      return wrong(host.name + " has a role that is none, or has it twice: " + name);
    }
  }
  return host;
}

Result<void> check_together(const Hosts& hosts) {
  std::set<std::string> names, addresses, fingerprints, roles;
  for (const Host& host : hosts.all) {
    if (!names.insert(host.name).second || !addresses.insert(host.address.text()).second ||
        !fingerprints.insert(host.fingerprint).second) {
      return wrong("two hosts have one name, address or fingerprint: " + host.name);
    }
    for (const std::string& role : host.roles) {
      if (!roles.insert(role).second) {
        return wrong("two hosts play " + role);
      }
    }
  }
  for (const Place& place : places()) {
    if (place.name != "kmc" && is_role(place.name) && !roles.contains(place.name)) {
      return wrong("no host plays " + place.name);
    }
  }
  return {};
}

}  // namespace

Result<Hosts> Hosts::parse(std::string_view text) {
  if (text.size() > max_hosts_bytes) {
    return wrong("too long");
  }
  boost::system::error_code failed;
  const json::value read = json::parse({text.data(), text.size()}, failed);
  const json::object* object = failed ? nullptr : read.if_object();
  const json::value* hosts = object == nullptr || object->size() != 1 ? nullptr : object->if_contains("hosts");
  const json::array* list = hosts == nullptr ? nullptr : hosts->if_array();
  if (list == nullptr || list->empty() || list->size() > max_hosts) {
    return wrong("not an object with a list of 1 to 9 \"hosts\" alone");
  }
  Hosts made;
  for (const json::value& one : *list) {
    YX_TRY(Host host, host_of(one));
    made.all.push_back(std::move(host));
  }
  YX_CHECK(check_together(made));
  return made;
}

const Host* Hosts::find(std::string_view name) const {
  const auto found = std::ranges::find(all, name, &Host::name);
  return found == all.end() ? nullptr : &*found;
}

const Host* Hosts::of_fingerprint(std::string_view fingerprint) const {
  const auto found = std::ranges::find(all, fingerprint, &Host::fingerprint);
  return found == all.end() ? nullptr : &*found;
}

const Host* Hosts::of_role(std::string_view role) const {
  const auto found =
      std::ranges::find_if(all, [&](const Host& host) { return host.roles.contains(std::string(role)); });
  return found == all.end() ? nullptr : &*found;
}

Result<Host> Hosts::playing(const std::set<std::string>& roles) const {
  const auto found = std::ranges::find(all, roles, &Host::roles);
  if (found == all.end()) {
    return fail(ErrorCode::not_found, "hosts.json has no host that plays exactly these roles");
  }
  return *found;
}

std::string domain_of_asker(const std::string& asker) { return asker == desk_fetch ? "desk" : asker; }

std::vector<FarEdge> far_edges_of(const std::vector<EdgePlan>& edges, const Hosts& hosts, const Host& self) {
  std::vector<FarEdge> far;
  for (const EdgePlan& edge : edges) {
    const std::string asker = domain_of_asker(edge.asker);
    const bool asks_here = self.roles.contains(asker), hears_here = self.roles.contains(edge.hearer);
    const Host* other = hosts.of_role(asks_here ? edge.hearer : asker);
    if (asks_here != hears_here && other != nullptr) {
      far.push_back({.asker = edge.asker, .hearer = edge.hearer, .host = other->name, .asks_here = asks_here});
    }
  }
  return far;
}

}  // namespace yinxin::supervisor
