#pragma once
// What is measured: an operation of ours, the same by a peer where there is one, and what makes both ready.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace yinxin::bench {

// Whose time counts. thread: processor time of the thread that asks. processes: processor time of this process and of
// those it started and saw end. wall: the clock on the wall.
enum class Time { thread, processes, wall };

// Once is one operation, or one round of them; false when an operation did not do what it should, which ends the
// measurement as a failure.
struct Side {
  std::function<bool()> once;
  double counts = 1;  // of the unit in one round
};

// Ready to run. What the sides need lives in their closures.
struct Contest {
  Side ours;
  std::optional<Side> theirs{};
  std::optional<Side> yardstick{};      // without a peer: how fast this machine was in the same turns, for the note
  std::function<std::string()> note{};  // what is known only afterwards
};

// What docs promise; 0 where nothing is promised.
struct Target {
  double ratio = 0;
  double ours = 0;  // in the unit
};

struct Subject {
  std::string name;
  std::string unit;
  std::string peer;  // empty: there is none
  Time time = Time::thread;
  Target target{};
  std::string note;
  std::function<Result<Contest>()> prepare;
};

// In the order in which they are measured.
std::vector<Subject> document_subjects();
std::vector<Subject> hall_subjects();
std::vector<Subject> sm2_subjects();
std::vector<Subject> symmetric_subjects();
std::vector<Subject> x509_subjects();
std::vector<Subject> answer_subjects();

}  // namespace yinxin::bench
