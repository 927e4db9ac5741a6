#pragma once
// The part of an office's folder that one of several hosts has.

#include <set>
#include <string>

#include "net/tls_host_key.h"
#include "yinxin/office/key_chest.h"

namespace yinxin::supervisor {

// What the bridge is told beside what all domains believe.
inline constexpr const char* hosts_in_brief = "hosts";  // hosts.json
inline constexpr const char* self_in_brief = "host";    // the name of this one
// In pinned.der where there is a hall: the ways of paying, one a line.
inline constexpr const char* hall_in_pinned = "hall";

// A fresh key for this host's bridge in DATA/bridge, in place of the one there was; its certificate's fingerprint, for
// hosts.json on every host. Errors of KeyChest.
Result<std::string> make_bridge_key(const std::string& data, const std::string& name, const crypto::BootSecret& boot,
                                    Random& random, const crypto::PassphraseCost& cost = {});
Result<net::HostKey> kept_host_key(const std::string& data, const office::KeyChest& chest);
bool has_host_key(const std::string& data);

// From the whole office's folder, which nobody serves meanwhile, to the fresh folder `out`: what these roles own, what
// is published, and pinned.der. No key of another role goes along. already_exists; invalid_input for a role that is
// none.
Result<void> part_folder(const std::string& data, const std::string& out, const std::set<std::string>& roles,
                         const crypto::BootSecret& boot);

}  // namespace yinxin::supervisor
