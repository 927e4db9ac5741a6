#pragma once
// Measuring: Google Benchmark finds how many rounds make a measurement and times them; ours and the peer's take turns.

#include "subject.h"

namespace yinxin::bench {

struct Pace {
  double seconds = 0.1;  // of one turn, at least
  int turns = 15;        // of each side; the median counts
};
// For trying the benchmarks out: its figures say nothing.
constexpr Pace quick_pace{.seconds = 0.01, .turns = 3};

struct Figure {
  std::string name, unit, peer, note;
  double ours = 0, theirs = 0;  // of the unit, medians
  double ratio = 0;             // 0 without a peer
  Target target{};
};

// Before the first measurement.
void start_engine();
// As prepare() fails; internal when an operation of either side failed.
Result<Figure> measure(const Subject& subject, const Pace& pace);

}  // namespace yinxin::bench
