#include "base/testing/kill.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>

#include "base/ensure.h"
#include "base/kill_point.h"

namespace yinxin::testing {
namespace {

struct State {
  pid_t owner = 0;  // a forked child starts counting anew
  std::string at_name;
  unsigned long at_pass = 0;
  int list = -1;
  std::map<std::string, unsigned long, std::less<>> passes;
};

void begin(State& state) {
  state = State{};
  state.owner = getpid();
  if (const char* at = std::getenv("YX_KILL_AT"); at != nullptr && *at != 0) {
    const std::string_view text(at);
    const auto hash = text.rfind('#');
    ensure(hash != std::string_view::npos, "YX_KILL_AT reads name#n");
    state.at_name = text.substr(0, hash);
    const auto [end, failed] = std::from_chars(text.data() + hash + 1, text.data() + text.size(), state.at_pass);
    ensure(failed == std::errc{} && end == text.data() + text.size() && state.at_pass > 0, "YX_KILL_AT reads name#n");
  }
  if (const char* list = std::getenv("YX_KILL_LIST"); list != nullptr && *list != 0) {
    state.list = open(list, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ensure(state.list >= 0, "YX_KILL_LIST can be opened");
  }
}

void pass(std::string_view name) {
  static std::mutex mutex;
  static State state;
  const std::scoped_lock lock(mutex);
  if (state.owner != getpid()) {
    begin(state);
  }
  const auto pass = ++state.passes.try_emplace(std::string(name), 0).first->second;
  if (state.list >= 0) {
    const auto line = std::string(name) + "#" + std::to_string(pass) + "\n";
    ensure(write(state.list, line.data(), line.size()) == static_cast<ssize_t>(line.size()), "YX_KILL_LIST is written");
  }
  if (pass == state.at_pass && name == state.at_name) {
    std::raise(SIGKILL);
    _exit(137);
  }
}

}  // namespace

void arm_kill_points() { kill_hook.store(&pass); }

}  // namespace yinxin::testing
