#pragma once
// For tests: makes kill points act on this process.
//
//   YX_KILL_LIST=FILE      append "name#n" for every point passed (n counts the passes of that name)
//   YX_KILL_AT=name#n      SIGKILL to ourselves at the n-th pass of that name

namespace yinxin::testing {

// Reads the two variables at the first point that is passed, and again in a forked child.
void arm_kill_points();

}  // namespace yinxin::testing
