#include "yinxin/supervisor/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "terminal/tell.h"
#include "yinxin/supervisor/control.h"
#include "yinxin/supervisor/spawn.h"

namespace yinxin::supervisor {

namespace {

constexpr std::size_t log_part_bytes = 4096;

std::string how_it_ended(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? "ended with status " + std::to_string(info.si_status)
                                    : "was ended by signal " + std::to_string(info.si_status);
}

// pidfd_send_signal: never to another process that has got the number since.
void signal_to(const Descriptor& process, int signal) {
  if (process.is_open()) {
    ::syscall(SYS_pidfd_send_signal, process.number(), signal, nullptr, 0);
  }
}

}  // namespace

int status_of(const Error& error) {
  const bool is_lasting = error.code == ErrorCode::precondition || error.code == ErrorCode::invalid_input ||
                          error.code == ErrorCode::forbidden || error.code == ErrorCode::unsupported;
  return is_lasting ? unservable_status : static_cast<int>(cli::Exit::could_not);
}

std::string_view name_of(DomainState state) {
  switch (state) {
    case DomainState::waiting: return "waiting";
    case DomainState::starting: return "starting";
    case DomainState::running: return "running";
    case DomainState::stopped: break;
  }
  return "stopped";
}

Supervisor::Supervisor(SupervisorPlan plan)
    : plan_(std::move(plan)), far_(plan_.edges.size()), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  for (const DomainPlan& domain : plan_.domains) {
    Life life;
    life.plan = domain;
    life.status.name = domain.name;
    life.due = Steady::now();
    lives_.push_back(std::move(life));
  }
}

Supervisor::~Supervisor() {
  for (Life& life : lives_) {
    signal_to(life.process, SIGKILL);
    bury(life);
  }
}

void Supervisor::stop() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.number(), &one, sizeof one);
}

std::vector<DomainStatus> Supervisor::states() const {
  const std::scoped_lock lock(mutex_);
  return told();
}

std::vector<DomainStatus> Supervisor::told() const {
  std::vector<DomainStatus> all;
  all.reserve(lives_.size());
  for (const Life& life : lives_) {
    all.push_back(life.status);
  }
  return all;
}

bool Supervisor::wait_until(const std::function<bool(const std::vector<DomainStatus>&)>& holds,
                            std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [&] { return holds(told()); });
}

void Supervisor::set(Life& life, DomainState state) {
  {
    const std::scoped_lock lock(mutex_);
    life.status.state = state;
    life.since = Steady::now();
  }
  changed_.notify_all();
  tell_states();
}

void Supervisor::tell_states() {
  std::string text;
  for (const Life& life : lives_) {
    const bool is_opening = life.status.state == DomainState::running && !life.status.is_open;
    text += life.status.name + " " + std::string(is_opening ? "opening" : name_of(life.status.state)) + "\n";
  }
  for (std::size_t i = 0; i < far_.size(); ++i) {
    const EdgePlan& edge = plan_.edges[i];
    if (!edge.carrier.empty()) {
      text += edge.asker + ">" + edge.hearer + (far_[i].is_up ? " running\n" : " waiting\n");
    }
  }
  for (const Life& life : lives_) {
    if (life.status.state == DomainState::running && is_asker(life)) {
      // Who does not read is found dead by its process, not here.
      [[maybe_unused]] const auto told =
          send_control(life.control.number(), {.kind = ControlKind::states, .text = text});
    }
  }
}

void Supervisor::log(const Life& life, const std::string& line) const {
  if (plan_.log) {
    plan_.log(life.plan.name + " | " + line);
  }
}

Supervisor::Life* Supervisor::find(const std::string& name) {
  const auto found = std::ranges::find(lives_, name, [](const Life& life) { return life.plan.name; });
  return found == lives_.end() ? nullptr : &*found;
}

bool Supervisor::is_asker(const Life& life) const {
  return std::ranges::any_of(plan_.edges, [&](const EdgePlan& edge) { return edge.asker_domain == life.plan.name; });
}

// ---------------------------------------------------------------------------------------------------- birth and death

Result<void> Supervisor::give_birth(Life& life) {
  YX_TRY(const SecretBytes brief, plan_.brief(life.plan.name));
  YX_TRY(Born born, spawn({.program = plan_.program, .arguments = life.plan.arguments, .brief = brief.expose()}));
  life.control = std::move(born.control);
  life.process = std::move(born.process);
  life.log = std::move(born.log);
  const std::scoped_lock lock(mutex_);
  life.status.pid = born.pid;
  ++life.status.lives;
  return {};
}

void Supervisor::birth(Life& life) {
  const auto born = give_birth(life);
  if (!born) {
    log(life, "cannot be started: " + born.error().describe());
    bury(life);
    return;
  }
  life.due = Steady::now() + plan_.timing.birth_time;
  set(life, DomainState::starting);
}

// Takes away what is left of a life and says when the next one begins.
void Supervisor::bury(Life& life) {
  if (life.process.is_open()) {
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(life.process.number()), &info, WEXITED) != 0 && errno == EINTR) {
    }
    read_log(life, true);
    log(life, how_it_ended(info));
    if (info.si_code == CLD_EXITED && info.si_status == unservable_status && life.status.lives == 1) {
      unservable_ = life.plan.name;
    }
  }
  life.control.close();
  life.process.close();
  life.log.close();
  const bool was_steady =
      life.status.state == DomainState::running && Steady::now() - life.since >= plan_.timing.steady_life;
  life.pause = was_steady || life.pause.count() == 0 ? plan_.timing.first_pause
                                                     : std::min(life.pause * 2, plan_.timing.longest_pause);
  life.due = Steady::now() + life.pause;
  {
    const std::scoped_lock lock(mutex_);
    life.status.pid = -1;
    life.status.is_open = false;
  }
  forget_far(life);
  set(life, life.ordered_to_end ? DomainState::stopped : DomainState::waiting);
}

// ------------------------------------------------------------------------------------------------------------- talk

void Supervisor::hear(Life& life) {
  const auto said = receive_control(life.control.number());
  if (said && !*said) {
    life.control.close();  // it is going: its process tells when it is gone
    return;
  }
  if (said && (hear_carrier(life, **said) || hear_open(life, **said))) {
    return;
  }
  if (!said || (*said)->kind != ControlKind::ready || life.status.state != DomainState::starting) {
    log(life, "says what no domain says, and is ended");
    signal_to(life.process, SIGKILL);
    life.control.close();
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    life.status.landlock_abi = static_cast<int>((*said)->number);
    life.status.has_seccomp = (*said)->flag;
  }
  set(life, DomainState::running);
  connect_all_of(life);
}

void Supervisor::connect_all_of(const Life& life) {
  for (std::size_t i = 0; i < plan_.edges.size(); ++i) {
    const EdgePlan& edge = plan_.edges[i];
    const bool is_its = edge.asker_domain == life.plan.name || edge.hearer_domain() == life.plan.name;
    if (is_its && (edge.carrier.empty() || far_[i].is_wished)) {
      connect(i);
    }
  }
}

// Whether it says that it has begun.
bool Supervisor::hear_open(Life& life, const ControlMessage& said) {
  if (said.kind != ControlKind::open || life.status.state != DomainState::running || life.status.is_open) {
    return false;
  }
  {
    const std::scoped_lock lock(mutex_);
    life.status.is_open = true;
  }
  changed_.notify_all();
  tell_states();
  if (!is_open_told_ && std::ranges::all_of(lives_, [](const Life& one) { return one.status.is_open; })) {
    is_open_told_ = true;
    // What they have said of where they are found comes first.
    for (Life& one : lives_) {
      read_log(one, false);
    }
    if (plan_.on_open) {
      plan_.on_open();
    }
  }
  return true;
}

// Whether it was about an edge that this life carries.
bool Supervisor::hear_carrier(const Life& life, const ControlMessage& said) {
  if (life.status.state != DomainState::running ||
      (said.kind != ControlKind::wish && said.kind != ControlKind::ended)) {
    return false;
  }
  for (std::size_t i = 0; i < plan_.edges.size(); ++i) {
    const EdgePlan& edge = plan_.edges[i];
    if (edge.carrier == life.plan.name && edge.asker + " " + edge.hearer == said.text) {
      far_[i].is_wished = said.kind == ControlKind::wish;
      if (far_[i].is_wished) {
        connect(i);
      } else if (std::exchange(far_[i].is_up, false)) {
        tell_states();
      }
      return true;
    }
  }
  return false;
}

// What a life that ended had to do with other hosts.
void Supervisor::forget_far(const Life& life) {
  for (std::size_t i = 0; i < plan_.edges.size(); ++i) {
    const EdgePlan& edge = plan_.edges[i];
    if (edge.carrier == life.plan.name) {
      far_[i] = {};
    } else if (edge.asker_domain == life.plan.name || edge.hearer_domain() == life.plan.name) {
      far_[i].is_up = false;
    }
  }
}

// A fresh pair, an end to each side, once both run; what either had before ends with it.
void Supervisor::connect(std::size_t at) {
  const EdgePlan& edge = plan_.edges[at];
  const Life* hearer = find(edge.hearer_domain());
  const Life* asker = find(edge.asker_domain);
  const auto is_up = [](const Life* life) {
    return life == nullptr || (life->status.state == DomainState::running && !life->ordered_to_end);
  };
  if (!is_up(hearer) || !is_up(asker)) {
    return;
  }
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    log(hearer != nullptr ? *hearer : *asker, "no socket pair for an edge");
    return;
  }
  const auto message = [&](bool is_asker, Descriptor end) {
    return ControlMessage{
        .kind = ControlKind::edge, .flag = is_asker, .text = edge.asker + " " + edge.hearer, .socket = std::move(end)};
  };
  const auto give = [&](const Life* side, bool is_asker, Descriptor end) {
    if (side != nullptr) {
      if (!send_control(side->control.number(), message(is_asker, std::move(end)))) {
        log(*side, "does not hear of its edge " + edge.asker + " " + edge.hearer);
      }
    } else if (plan_.on_edge) {
      plan_.on_edge(edge, is_asker, std::move(end));
    }
  };
  Descriptor asks(ends[0]);
  give(hearer, false, Descriptor(ends[1]));
  give(asker, true, std::move(asks));
  if (!edge.carrier.empty()) {
    far_[at] = {.is_wished = false, .is_up = true};
    tell_states();
  }
}

// Lines go on as they end; an endless one is cut.
void Supervisor::read_log(Life& life, bool to_the_end) {
  std::array<char, log_part_bytes> part{};
  do {
    const ssize_t got = life.log.is_open() ? ::read(life.log.number(), part.data(), part.size()) : 0;
    if (got <= 0) {
      if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        life.log.close();
      }
      break;
    }
    for (const char one : std::string_view(part.data(), static_cast<std::size_t>(got))) {
      if (one == '\n' || life.half_line.size() == max_log_line_bytes) {
        log(life, std::exchange(life.half_line, {}));
      }
      if (one != '\n') {
        // A domain that was taken over writes no terminal's orders.
        life.half_line += static_cast<unsigned char>(one) < ' ' ? ' ' : one;
      }
    }
  } while (to_the_end);
  if (to_the_end && !life.half_line.empty()) {
    log(life, std::exchange(life.half_line, {}));
  }
}

// -------------------------------------------------------------------------------------------------------------- run

// Sleeps until something happens or is due; whether an end was ordered.
bool Supervisor::wait_for_events(int ending) {
  struct Watched {
    Life* life;
    enum { of_control, of_process, of_log } what;
  };
  std::vector<pollfd> polled{{.fd = wake_.number(), .events = POLLIN, .revents = 0},
                             {.fd = ending, .events = POLLIN, .revents = 0}};
  std::vector<Watched> watched(polled.size());
  auto due = Steady::time_point::max();
  for (Life& life : lives_) {
    if (life.status.state == DomainState::waiting || life.status.state == DomainState::starting) {
      due = std::min(due, life.due);
    }
    for (const auto& [descriptor, what] :
         {std::pair{life.control.number(), Watched::of_control}, std::pair{life.log.number(), Watched::of_log},
          std::pair{life.process.number(), Watched::of_process}}) {
      polled.push_back({.fd = descriptor, .events = POLLIN, .revents = 0});
      watched.push_back({&life, what});
    }
  }
  constexpr std::chrono::milliseconds longest_sleep{1000};
  const auto left = due == Steady::time_point::max()
                        ? longest_sleep
                        : std::chrono::ceil<std::chrono::milliseconds>(due - Steady::now());
  const int sleep = static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), longest_sleep).count());
  if (::poll(polled.data(), polled.size(), sleep) <= 0) {
    return false;
  }
  for (std::size_t i = 2; i < polled.size(); ++i) {
    Life& life = *watched[i].life;
    if (polled[i].revents == 0) {
      continue;
    }
    switch (watched[i].what) {
      case Watched::of_control:
        if (life.control.number() == polled[i].fd) {
          hear(life);
        }
        break;
      case Watched::of_log: read_log(life, false); break;
      case Watched::of_process: bury(life); break;
    }
  }
  return polled[0].revents != 0 || polled[1].revents != 0;
}

void Supervisor::turn(bool ending) {
  for (Life& life : lives_) {
    if (ending || Steady::now() < life.due) {
      continue;
    }
    if (life.status.state == DomainState::waiting) {
      birth(life);
    } else if (life.status.state == DomainState::starting) {
      log(life, "was not ready in time, and is ended");
      signal_to(life.process, SIGKILL);
      life.due = Steady::now() + plan_.timing.birth_time;
    }
  }
}

// Who asks ends before those whom it asks. Whether somebody is left.
bool Supervisor::end_some(Steady::time_point last) {
  const auto lives = [](const Life& life) { return life.process.is_open(); };
  const bool is_asker_left = std::ranges::any_of(lives_, [&](const Life& l) { return lives(l) && is_asker(l); });
  const bool is_late = Steady::now() >= last;
  for (Life& life : lives_) {
    if (!lives(life)) {
      if (life.status.state != DomainState::stopped) {
        set(life, DomainState::stopped);
      }
    } else if (is_late) {
      log(life, "did not end in time");
      signal_to(life.process, SIGKILL);
    } else if (!life.ordered_to_end && (is_asker(life) || !is_asker_left)) {
      life.ordered_to_end = true;
      signal_to(life.process, SIGTERM);
    }
  }
  return std::ranges::any_of(lives_, lives);
}

Result<void> Supervisor::run(int ending) {
  if (!wake_.is_open()) {
    return fail(ErrorCode::internal, "supervisor.eventfd");
  }
  for (bool is_ending = false; !is_ending;) {
    turn(false);
    is_ending = !unservable_.empty() || wait_for_events(ending);
  }
  const auto last = Steady::now() + plan_.timing.stop_time;
  // The order itself stays readable: it must not keep poll() from sleeping.
  std::uint64_t ignored = 0;
  [[maybe_unused]] const auto got = ::read(wake_.number(), &ignored, sizeof ignored);
  while (end_some(last)) {
    wait_for_events(-1);
  }
  return unservable_.empty() ? Result<void>()
                             : Result<void>(fail(ErrorCode::precondition,
                                                 "the domain " + unservable_ + " cannot be served, as it says"));
}

}  // namespace yinxin::supervisor
