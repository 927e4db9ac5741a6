#pragma once
// Named points at which a test may kill the process, so that every crash between two steps can be
// tried. They exist only when built with YX_KILL_POINTS (preset `kill`); otherwise they are nothing.
//
//   YX_KILL_LIST=FILE      append "name#n" for every point passed (n counts the passes of that name)
//   YX_KILL_AT=name#n      SIGKILL to ourselves at the n-th pass of that name
//
// A name reads <who>.<step>.<before|after>, e.g. "vault.commit.before".

#include <string>
#include <string_view>
#include <utility>

namespace yinxin {

#ifdef YX_KILL_POINTS
constexpr bool has_kill_points = true;
void kill_point(std::string_view name);
#else
constexpr bool has_kill_points = false;
inline void kill_point(std::string_view) {}
#endif

// A call that leaves this domain, with a point on either side of it: "<name>.call.before", "<name>.call.after".
template <class Call>
decltype(auto) outgoing_call([[maybe_unused]] std::string_view name, Call&& call) {
  if constexpr (has_kill_points) {
    kill_point(std::string(name) + ".call.before");
    auto answer = std::forward<Call>(call)();
    kill_point(std::string(name) + ".call.after");
    return answer;
  } else {
    return std::forward<Call>(call)();
  }
}

}  // namespace yinxin
