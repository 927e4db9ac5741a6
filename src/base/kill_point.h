#pragma once
// Named points at which a test may end the process, so that every crash between two steps can be tried. In every
// program but a test the hook is null and a point is one relaxed load: nothing from the environment can set it
// (base/testing/kill.h is linked into tests alone).
//
// A name reads <who>.<step>.<before|after>, e.g. "vault.commit.before".

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

namespace yinxin {

using KillHook = void (*)(std::string_view name);
inline std::atomic<KillHook> kill_hook{nullptr};

inline bool has_kill_points() { return kill_hook.load(std::memory_order_relaxed) != nullptr; }

inline void kill_point(std::string_view name) {
  if (const KillHook hook = kill_hook.load(std::memory_order_relaxed); hook != nullptr) {
    hook(name);
  }
}

// A call that leaves this domain, with a point on either side of it: "<name>.call.before", "<name>.call.after".
template <class Call>
decltype(auto) outgoing_call(std::string_view name, Call&& call) {
  if (has_kill_points()) {
    kill_point(std::string(name) + ".call.before");
    auto answer = std::forward<Call>(call)();
    kill_point(std::string(name) + ".call.after");
    return answer;
  }
  return std::forward<Call>(call)();
}

}  // namespace yinxin
