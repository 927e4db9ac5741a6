#include "yinxin/supervisor/domain_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <iostream>

#include "yinxin/supervisor/opened_domain.h"
#include "yinxin/supervisor/supervisor.h"

namespace yinxin::supervisor {

namespace {

// Until SIGTERM, which the supervisor sends to end us.
void keep_up(OpenedDomain& domain, const sigset_t& signals) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(domain.pace());
  const timespec wait{.tv_sec = whole.count(), .tv_nsec = std::chrono::nanoseconds(domain.pace() - whole).count()};
  while (::sigtimedwait(&signals, nullptr, &wait) <= 0) {
    if (const auto worked = domain.work(); !worked) {
      cli::tell(worked.error());
    }
  }
}

Result<void> live(const DomainOptions& options, const MoreVerbs& more) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  YX_TRY(Walled walled, enter_walls(options));
  static SystemRandom random;
  static const SystemClock clock;
  YX_TRY(const crypto::BootSecret boot, crypto::BootSecret::from_handed(walled.brief.secret));
  YX_TRY(const auto domain, open_domain(options, walled.brief, boot, random, clock));
  YX_CHECK(
      domain->audit().record({.role = options.name,
                              .subject = "uid " + std::to_string(::getuid()),
                              .action = "domain.walls",
                              .object = "L" + std::to_string(static_cast<int>(options.level)),
                              .result = cage::Means{walled.held.landlock_abi, walled.held.has_seccomp}.describe()}));
  YX_CHECK(domain->work());  // who is ready has what it hands out
  std::mutex hearing;
  std::map<std::string, std::unique_ptr<net::EdgeHearer>> hearers;
  const auto hear = [&](const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) {
    if (asks) {
      domain->attach(asker, hearer, true, std::move(socket));
      return;
    }
    if (domain->hears_itself(asker)) {
      domain->attach(asker, hearer, false, std::move(socket));
      return;
    }
    if (hearer != options.name) {
      return;
    }
    net::EdgeTable table = domain->table_for(asker);
    if (more) {
      table.merge(more(options.name));
    }
    const std::scoped_lock lock(hearing);
    hearers[asker] = std::make_unique<net::EdgeHearer>(std::move(socket), std::move(table), domain->limits());
  };
  YX_TRY(const auto control,
         ControlThread::start(Descriptor(control_descriptor), walled.held,
                              {.on_edge = hear,
                               .on_states = [&](const std::string& all) { domain->hear_states(all); },
                               .on_end = [] { ::kill(::getpid(), SIGTERM); }}));
  domain->may_say([&control](const ControlMessage& message) { return control->say(message); });
  YX_CHECK(domain->begin());
  YX_CHECK(control->say({.kind = ControlKind::open}));
  keep_up(*domain, signals);
  return {};
}

}  // namespace

std::vector<std::string> Serving::to_arguments() const {
  std::vector<std::string> all{"--listen",      listen,
                               "--port",        std::to_string(port),
                               "--desk-port",   std::to_string(desk_port),
                               "--papers-port", std::to_string(papers_port)};
  if (!papers_host.empty()) {
    all.insert(all.end(), {"--papers-host", papers_host});
  }
  if (!web.empty()) {
    all.insert(all.end(), {"--web", web});
  }
  if (!programmes.empty()) {
    all.insert(all.end(), {"--programmes", programmes});
  }
  if (!sender.empty()) {
    all.insert(all.end(), {"--sender", sender});
  }
  if (has_hall) {
    all.emplace_back("--hall");
  }
  for (const std::string& way : ways) {
    all.insert(all.end(), {"--way", way});
  }
  return all;
}

std::vector<std::string> DomainOptions::to_arguments() const {
  std::vector<std::string> all{"domain", name,        "--level",    std::to_string(static_cast<int>(level)),
                               "--data", around.data, "--profiles", around.profiles};
  if (!around.authorities.empty()) {
    all.insert(all.end(), {"--authorities", around.authorities});
  }
  if (around.copies_public) {
    all.emplace_back("--copies-public");
  }
  if (name == "desk" || name == "street") {
    const std::vector<std::string> own = serving.to_arguments();
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

Result<Walled> enter_walls(const DomainOptions& options) {
  const Place* place = find_place(options.name);
  if (place == nullptr) {
    return fail(ErrorCode::invalid_input, "there is no domain " + options.name);
  }
  for (const int own : {control_descriptor, brief_descriptor}) {
    if (::fcntl(own, F_SETFD, FD_CLOEXEC) != 0) {
      return fail(ErrorCode::wrong_state, "a domain is started by its supervisor alone");
    }
  }
  if (options.level == Level::a_uid_each) {
    YX_CHECK(become(place->uid));
  }
  // After the change of uid, which takes the order back. A supervisor that ended before it leaves a closed socket.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
    return fail(ErrorCode::internal, "the supervisor's end cannot be heard of");
  }
  YX_TRY(const cage::Held held, cage::wall_in_domain(walls_of(*place, options.around)));
  if (!held.suffices()) {
    return fail(ErrorCode::precondition, "this machine's kernel does not hold a domain: " +
                                             cage::Means{held.landlock_abi, held.has_seccomp}.describe());
  }
  YX_TRY(Brief brief, read_brief(brief_descriptor));
  return Walled{held, std::move(brief)};
}

cli::Exit run_domain(const DomainOptions& options, const MoreVerbs& more) {
  const auto lived = live(options, more);
  if (lived) {
    return cli::Exit::done;
  }
  cli::tell(lived.error());
  return static_cast<cli::Exit>(status_of(lived.error()));
}

ControlThread::ControlThread(Descriptor control, Ears ears)
    : control_(std::move(control)), ears_(std::move(ears)), thread_([this] { listen(); }) {}

Result<std::unique_ptr<ControlThread>> ControlThread::start(Descriptor control, const cage::Held& held, Ears ears) {
  YX_CHECK(send_control(
      control.number(),
      {.kind = ControlKind::ready, .flag = held.has_seccomp, .number = static_cast<std::uint32_t>(held.landlock_abi)}));
  return std::unique_ptr<ControlThread>(new ControlThread(std::move(control), std::move(ears)));
}

ControlThread::~ControlThread() {
  ::shutdown(control_.number(), SHUT_RDWR);
  thread_.join();
}

void ControlThread::listen() {
  while (true) {
    auto said = receive_control(control_.number());
    if (!said || !*said) {
      if (ears_.on_end) {
        ears_.on_end();
      }
      return;
    }
    ControlMessage& message = **said;
    if (message.kind == ControlKind::states && ears_.on_states) {
      ears_.on_states(message.text);
    }
    const auto blank = message.text.find(' ');
    if (message.kind == ControlKind::edge && message.socket.is_open() && blank != std::string::npos) {
      ears_.on_edge(message.text.substr(0, blank), message.text.substr(blank + 1), message.flag,
                    std::move(message.socket));
    }
  }
}

}  // namespace yinxin::supervisor
