#pragma once
// Starts each domain as a process of its own, joins those that may talk, starts again what dies, and ends them all. It
// hears nobody but its own children: that they are ready, and from who carries edges to other hosts that he wants one.

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/secret_bytes.h"

namespace yinxin::supervisor {

struct ControlMessage;

// One life of a domain follows another after first_pause, twice as long each time, up to longest_pause; who lived
// steady_life begins anew.
struct Timing {
  std::chrono::milliseconds first_pause{100};
  std::chrono::milliseconds longest_pause{10'000};
  std::chrono::milliseconds steady_life{60'000};
  std::chrono::milliseconds birth_time{60'000};  // from its start until it is ready
  std::chrono::milliseconds stop_time{10'000};   // from the order to end until SIGKILL, for all of them together
};

constexpr std::size_t max_log_line_bytes = 4096;
// The exit status of a domain that no other life would help: its settings are wrong. In its first life, all end with
// it.
constexpr int unservable_status = 78;
// What serve and domain end with where a failure is of that kind; 3 otherwise.
int status_of(const Error& error);

struct DomainPlan {
  std::string name;
  std::vector<std::string> arguments;  // of the program; nothing secret
};

// `asker` asks `hearer`. Both are roles that processes play: "vault", "pin". A side that no DomainPlan has is this
// process's own, by on_edge; one side at least is a domain.
struct EdgePlan {
  std::string asker;
  std::string asker_domain;  // name of its DomainPlan
  std::string hearer;        // name of its DomainPlan
  // For an edge to another host: the name of the DomainPlan that carries it there, in place of the side that is there.
  // It gets an end whenever it wishes for one, and not by itself.
  std::string carrier{};
  bool is_hearer_elsewhere = false;
  [[nodiscard]] const std::string& hearer_domain() const { return is_hearer_elsewhere ? carrier : hearer; }
};

enum class DomainState { waiting, starting, running, stopped };
std::string_view name_of(DomainState state);

struct DomainStatus {
  std::string name;
  DomainState state = DomainState::waiting;
  pid_t pid = -1;
  std::uint64_t lives = 0;
  int landlock_abi = 0;  // as it said when it was ready
  bool has_seccomp = false;
  bool is_open = false;  // it has begun: whoever may come to it finds it
};

struct SupervisorPlan {
  std::string program = "/proc/self/exe";
  std::vector<DomainPlan> domains;
  std::vector<EdgePlan> edges;
  std::function<Result<SecretBytes>(const std::string& domain)> brief;
  std::function<void(const EdgePlan&, bool asks, Descriptor)> on_edge{};  // this process's end of an edge
  std::function<void(const std::string& line)> log{};                     // without a line break
  std::function<void()> on_open{};                                        // once, when every domain is open
  Timing timing{};
};

class Supervisor {
 public:
  explicit Supervisor(SupervisorPlan plan);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Until stop(), or `ending` becomes readable; then every domain is gone. Its thread must outlive the domains: they
  // end with it. precondition when a domain can never be served; internal when something cannot be had at all.
  Result<void> run(int ending = -1);
  void stop();  // from any thread

  [[nodiscard]] std::vector<DomainStatus> states() const;
  // Whether `holds` came to hold of them in time; asked at every change.
  bool wait_until(const std::function<bool(const std::vector<DomainStatus>&)>& holds,
                  std::chrono::milliseconds time) const;

 private:
  using Steady = std::chrono::steady_clock;
  struct Life {
    DomainPlan plan;
    DomainStatus status;
    Descriptor control, process, log;
    std::string half_line;
    std::chrono::milliseconds pause{};
    Steady::time_point since, due;  // of the state; when a waiting one starts, a starting one is given up
    bool ordered_to_end = false;
  };

  [[nodiscard]] std::vector<DomainStatus> told() const;  // under mutex_
  Result<void> give_birth(Life& life);
  void birth(Life& life);
  void bury(Life& life);
  void hear(Life& life);
  void read_log(Life& life, bool to_the_end);
  void connect(std::size_t at);
  bool hear_carrier(const Life& life, const ControlMessage& said);
  bool hear_open(Life& life, const ControlMessage& said);
  void forget_far(const Life& life);
  void connect_all_of(const Life& life);
  void tell_states();
  void set(Life& life, DomainState state);
  void turn(bool ending);
  bool wait_for_events(int ending);
  bool end_some(Steady::time_point last);
  void log(const Life& life, const std::string& line) const;
  [[nodiscard]] bool is_asker(const Life& life) const;
  Life* find(const std::string& name);

  SupervisorPlan plan_;
  mutable std::mutex mutex_;  // of what states() reads
  mutable std::condition_variable changed_;
  std::vector<Life> lives_;
  struct Far {
    bool is_wished = false, is_up = false;
  };
  std::vector<Far> far_;    // of each of the plan's edges; of use for those that have a carrier
  std::string unservable_;  // a domain's name
  bool is_open_told_ = false;
  Descriptor wake_;
};

}  // namespace yinxin::supervisor
