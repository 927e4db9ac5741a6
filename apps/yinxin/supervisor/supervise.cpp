#include "yinxin/supervisor/supervise.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "cage/means.h"
#include "yinxin/office/key_chest.h"
#include "yinxin/serving/public_side.h"
#include "yinxin/supervisor/domain_process.h"
#include "yinxin/supervisor/host_folder.h"

namespace yinxin::supervisor {

namespace {

Result<void> check_level(Level level) {
  const cage::Means means = cage::means_here();
  if (!means.suffice()) {
    return fail(ErrorCode::precondition,
                "levels above 0 need Landlock ABI 2 and seccomp; this kernel has " + means.describe());
  }
  if (level == Level::a_uid_each && ::geteuid() != 0) {
    return fail(ErrorCode::precondition, "level 2 gives each domain a uid of its own, and is started as root");
  }
  return {};
}

void tell_level(const Supervised& wish, const SupervisorPlan& plan) {
  std::string apart;
  for (const DomainPlan& domain : plan.domains) {
    apart += (apart.empty() ? "" : ", ") + domain.name;
  }
  const std::string level = "L" + std::to_string(static_cast<int>(wish.level));
  const std::string means = cage::means_here().describe();
  std::cout << "隔离级别 " << level << "：各域自成进程 " << apart << "；内核 " << means << "\n"
            << "isolation " << level << ": a process for each of " << apart << "; held by " << means << "\n"
            << (wish.level == Level::a_uid_each ? "每个进程一个 uid / a uid for each process"
                                                : "同一 uid / one uid for all processes")
            << std::endl;
}

// The domains and surroundings of this host alone, with its bridge.
Result<void> keep_to_host(const OneHost& host, Surroundings& around, std::vector<std::string>& names) {
  std::erase_if(names, [&](const std::string& name) { return !host.self.roles.contains(name); });
  if (host.hosts.all.size() > 1) {
    if (!has_host_key(around.data)) {
      return fail(ErrorCode::precondition, "this host has no key for the others yet: yinxin host key");
    }
    around.copies_public = !host.self.roles.contains("vault");
    names.emplace_back(bridge_name);
  }
  return {};
}

// Without the edges between others; the bridge in place of a side that is elsewhere.
std::vector<EdgePlan> edges_of_host(std::vector<EdgePlan> edges, const OneHost& host) {
  std::erase_if(edges, [&](EdgePlan& edge) {
    const bool asks_here = host.self.roles.contains(domain_of_asker(edge.asker));
    edge.is_hearer_elsewhere = !host.self.roles.contains(edge.hearer);
    if (asks_here == edge.is_hearer_elsewhere) {
      edge.carrier = bridge_name;
    }
    if (!asks_here) {
      edge.asker_domain = bridge_name;
    }
    return !asks_here && edge.is_hearer_elsewhere;
  });
  return edges;
}

}  // namespace

LevelChoice best_level(const Surroundings& around) {
  if (const auto walls = check_level(Level::one_uid); !walls) {
    return {.level = Level::one_process, .why_not_higher = walls.error().detail};
  }
  if (const auto root = check_level(Level::a_uid_each); !root) {
    return {.level = Level::one_uid, .why_not_higher = root.error().detail};
  }
  if (const auto ways = check_ways(around); !ways) {
    return {.level = Level::one_uid, .why_not_higher = ways.error().detail};
  }
  return {.level = Level::a_uid_each};
}

namespace {

// What each domain is handed. The passphrase itself opens all of them, and stays here.
Result<std::shared_ptr<const std::map<std::string, SecretBytes>>> secrets_of(const std::string& data,
                                                                             const std::vector<std::string>& domains,
                                                                             const crypto::BootSecret& boot) {
  auto all = std::make_shared<std::map<std::string, SecretBytes>>();
  for (const std::string& domain : domains) {
    YX_TRY(const Bytes file, office::KeyChest::file_of(data + "/" + domain));
    YX_TRY(SecretBytes secret, boot.handed_to(domain, file));
    all->emplace(domain, std::move(secret));
  }
  return std::shared_ptr<const std::map<std::string, SecretBytes>>(std::move(all));
}

}  // namespace

Result<SupervisorPlan> plan_domains(const Supervised& wish, const std::vector<std::string>& hall) {
  YX_CHECK(check_level(wish.level));
  YX_TRY(const crypto::BootSecret boot, crypto::BootSecret::from_passphrase(wish.passphrase.clone()));
  YX_TRY(const auto pinned,
         read_pinned(wish.around.data, boot, wish.host ? std::optional(wish.host->self.roles) : std::nullopt));
  SupervisorPlan plan;
  std::vector<std::string> names{"pin", "seal", "tsa", "ocsp", "vault", "outside"};
  if (pinned.contains("kmc")) {
    names.insert(names.begin(), "kmc");
  }
  names.insert(names.end(), hall.begin(), hall.end());
  Surroundings around = wish.around;
  if (wish.host) {
    YX_CHECK(keep_to_host(*wish.host, around, names));
  }
  for (const std::string& name : names) {
    const DomainOptions options{.name = name, .level = wish.level, .around = around, .serving = wish.serving};
    const auto another = wish.instead.find(name);
    plan.domains.push_back(
        {.name = name, .arguments = another == wish.instead.end() ? options.to_arguments() : another->second});
  }
  YX_CHECK(prepare(around, wish.level, names));
  plan.edges = edges_of(pinned, hall);
  if (wish.host) {
    plan.edges = edges_of_host(std::move(plan.edges), *wish.host);
  }
  YX_TRY(const auto secrets, secrets_of(around.data, names, boot));
  plan.brief = [pinned, secrets, host = wish.host](const std::string& name) {
    Brief brief{.secret = secrets->at(name).clone(), .pinned = pinned};
    if (name == bridge_name) {
      brief.pinned.insert_or_assign(hosts_in_brief, to_bytes(bytes_of(host->text)));
      brief.pinned.insert_or_assign(self_in_brief, to_bytes(bytes_of(host->self.name)));
    }
    return brief.to_wire();
  };
  return plan;
}

Result<cli::Exit> supervise(const Supervised& wish) {
  YX_TRY(SupervisorPlan plan, plan_domains(wish, {"desk", "street"}));
  plan.log = [](const std::string& line) { std::cerr << line << std::endl; };
  plan.on_open = [] { serving::tell_open(); };
  tell_level(wish, plan);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const Descriptor ending(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!ending.is_open()) {
    return fail(ErrorCode::internal, "supervisor.signalfd");
  }
  Supervisor supervisor(std::move(plan));
  YX_CHECK(supervisor.run(ending.number()));
  std::cout << "已停止 / stopped" << std::endl;
  return cli::Exit::done;
}

}  // namespace yinxin::supervisor
