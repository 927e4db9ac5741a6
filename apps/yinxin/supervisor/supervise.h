#pragma once
// `yinxin serve` at L1 and L2: the process that a person started supervises, and opens no domain itself.

#include "terminal/tell.h"
#include "yinxin/supervisor/domain_process.h"
#include "yinxin/supervisor/hosts.h"
#include "yinxin/supervisor/links.h"

namespace yinxin::supervisor {

// Which of several hosts this is.
struct OneHost {
  Hosts hosts;
  std::string text;  // hosts.json
  Host self;
};

struct Supervised {
  Level level = Level::one_uid;
  Surroundings around;
  Serving serving{};
  // Of the program, for domains in whose place another runs: tests.
  std::map<std::string, std::vector<std::string>> instead{};
  std::optional<OneHost> host{};  // of the edges, one side at least is a role of this one
  SecretBytes passphrase{};
};

struct LevelChoice {
  Level level = Level::one_process;
  std::string why_not_higher{};  // empty at the highest
};
// The highest level that this machine and this user have.
LevelChoice best_level(const Surroundings& around);

// The plan of an office: kmc (where it has one), pin, seal, tsa, ocsp, vault, outside, and of desk and street those
// that `hall` names; with only one of them, the other is this process's own. precondition where this machine or this
// user cannot have the level, or this host has no key; errors of read_pinned() and prepare(). On one of several hosts
// those of them that are its roles, and the bridge.
Result<SupervisorPlan> plan_domains(const Supervised& wish, const std::vector<std::string>& hall);

// Until SIGINT or SIGTERM, which the caller has blocked already.
Result<cli::Exit> supervise(const Supervised& wish);

}  // namespace yinxin::supervisor
