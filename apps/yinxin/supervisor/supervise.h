#pragma once
// `yinxin serve` at L1 and L2: the process that a person started supervises, and opens no domain itself.

#include "terminal/tell.h"
#include "yinxin/supervisor/house_links.h"
#include "yinxin/supervisor/places.h"

namespace yinxin::supervisor {

struct Supervised {
  Level level = Level::one_uid;
  Surroundings around;
  std::vector<std::string> house_arguments{};  // of the program, for the domains that share a process
  SecretBytes passphrase{};
};

struct LevelChoice {
  Level level = Level::one_process;
  std::string why_not_higher{};  // empty at the highest
};
// The highest level that this machine and this user have.
LevelChoice best_level(const Surroundings& around);

// The plan of an office: kmc (where it has one), pin, seal, tsa and ocsp. precondition where this machine or this user
// cannot have the level; errors of read_pinned() and prepare().
Result<SupervisorPlan> plan_inner_domains(const Supervised& wish, bool with_house);

// Until SIGINT or SIGTERM, which the caller has blocked already.
Result<cli::Exit> supervise(const Supervised& wish);

}  // namespace yinxin::supervisor
