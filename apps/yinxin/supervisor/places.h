#pragma once
// Which domain is which process, as whom it runs, and what of the office's folder is its own.

#include <optional>
#include <string>
#include <vector>

#include "cage/walls.h"

namespace yinxin::supervisor {

// L0: one process. L1: processes, one uid. L2: processes, a uid each.
enum class Level { one_process = 0, one_uid = 1, a_uid_each = 2 };

struct Place {
  std::string name;
  unsigned uid = 0;                  // at L2
  std::vector<std::string> folders;  // of the office's folder
  std::vector<std::string> writers;  // of the audit
};
// kmc, pin, seal, tsa, ocsp, vault, outside, desk, street, bridge: in this order.
const std::vector<Place>& places();
const Place* find_place(std::string_view name);

// What a domain reads and runs beside its own.
struct Surroundings {
  std::string data;
  std::string profiles;
  std::vector<std::string> readable{};  // of desk and street: programmes, sender
  std::string programs{};               // folder of the street's cells
  std::string authorities{};            // of the outside: file of the providers' certificates
  bool copies_public = false;           // of the bridge, where the vault is on another host: writes what it published
};
cage::DomainWalls walls_of(const Place& place, const Surroundings& around);

// Whether uids that are not ours can come to all that a domain reads or runs; precondition, naming the place.
Result<void> check_ways(const Surroundings& around);

// Before the domains start: every folder and audit file is there and, at L2, each domain's own. precondition, naming
// the place, where another uid could not come to it at all; internal.
Result<void> prepare(const Surroundings& around, Level level, const std::vector<std::string>& domains);

// Gives up every right but those of this uid, for good; this process is alone then. internal.
Result<void> become(unsigned uid);

}  // namespace yinxin::supervisor
