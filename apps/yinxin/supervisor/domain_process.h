#pragma once
// The domain's side: what a process does that the supervisor started.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "net/edge.h"
#include "terminal/tell.h"
#include "yinxin/supervisor/brief.h"
#include "yinxin/supervisor/control.h"
#include "yinxin/supervisor/places.h"

namespace yinxin::supervisor {

// What desk and street are to the world.
struct Serving {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 8443;
  std::uint16_t desk_port = 8444;
  std::uint16_t papers_port = 8445;
  std::string papers_host{};        // empty: as the desk's side chooses
  std::string web{};                // folder of the built pages; empty: there are none
  std::string programmes{};         // folder
  std::string sender{};             // file with the address that parcels are sent from; may be empty
  bool has_hall = false;            // the outside has its providers
  std::vector<std::string> ways{};  // of paying there
  [[nodiscard]] std::vector<std::string> to_arguments() const;
};

// The arguments of `yinxin domain NAME …`.
struct DomainOptions {
  std::string name;
  Level level = Level::one_uid;
  Surroundings around;
  Serving serving{};  // of desk and street
  [[nodiscard]] std::vector<std::string> to_arguments() const;
};

struct Walled {
  cage::Held held;
  Brief brief;
};
// The first deeds of a domain's process, before any thread and before it reads anything: it ends with its supervisor,
// becomes its uid, walls itself in, and then reads its brief. precondition where the walls do not hold.
Result<Walled> enter_walls(const DomainOptions& options);

// What else a test puts into a domain: verbs on each of its edges. Empty in every program but a test's.
using MoreVerbs = std::function<net::EdgeTable(const std::string& domain)>;

// A whole life of a domain (opened_domain.h): hears its edges until the supervisor ends it or goes away.
cli::Exit run_domain(const DomainOptions& options, const MoreVerbs& more = {});

// The control socket's end in a domain that has other things to do: a thread that hands on what comes.
class ControlThread {
 public:
  struct Ears {
    std::function<void(const std::string& asker, const std::string& hearer, bool asks, Descriptor)> on_edge;
    std::function<void(const std::string& states)> on_states{};
    std::function<void()> on_end{};  // the supervisor is gone
  };
  // Tells the supervisor that this domain is ready.
  static Result<std::unique_ptr<ControlThread>> start(Descriptor control, const cage::Held& held, Ears ears);
  ~ControlThread();
  // From any thread; as send_control().
  Result<void> say(const ControlMessage& message) const { return send_control(control_.number(), message); }
  ControlThread(const ControlThread&) = delete;
  ControlThread& operator=(const ControlThread&) = delete;

 private:
  ControlThread(Descriptor control, Ears ears);
  void listen();
  const Descriptor control_;
  const Ears ears_;
  std::thread thread_;
};

}  // namespace yinxin::supervisor
