#include "engine.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

namespace yinxin::bench {

namespace {

double seconds_of(const timeval& time) {
  constexpr double microseconds = 1e-6;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * microseconds;
}

double processor_seconds() {
  double all = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    getrusage(who, &used);
    all += seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  }
  return all;
}

// One measurement: how many rounds, and how many of them a second.
struct Turn {
  std::int64_t rounds = 0;
  double rounds_a_second = 0;
};

class Listener final : public benchmark::BenchmarkReporter {
 public:
  explicit Listener(Time time) : time_(time) {}
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) {
        wrong_ = run.error_message;
        continue;
      }
      const double seconds = time_ == Time::thread ? run.cpu_accumulated_time : run.real_accumulated_time;
      turn_ = {.rounds = run.iterations,
               .rounds_a_second = seconds > 0 ? static_cast<double>(run.iterations) / seconds : 0};
    }
  }
  [[nodiscard]] Result<Turn> turn() const {
    if (!wrong_.empty()) {
      return fail(ErrorCode::internal, wrong_);
    }
    return turn_.rounds_a_second > 0 ? Result<Turn>(turn_)
                                     : Result<Turn>(fail(ErrorCode::internal, "nothing was measured"));
  }

 private:
  Time time_;
  std::string wrong_;
  Turn turn_;
};

void run_side(benchmark::State& state, const Side& side, Time time) {
  for ([[maybe_unused]] auto round : state) {
    const double before = time == Time::processes ? processor_seconds() : 0;
    if (!side.once()) {
      state.SkipWithError("an operation failed while it was measured");
      break;
    }
    if (time == Time::processes) {
      state.SetIterationTime(processor_seconds() - before);
    }
  }
}

// `rounds` as they are given; 0: as many as fill the time.
Result<Turn> one_turn(const Side& side, Time time, const Pace& pace, std::int64_t rounds) {
  benchmark::ClearRegisteredBenchmarks();
  auto* const registered =
      benchmark::RegisterBenchmark("turn", [&](benchmark::State& state) { run_side(state, side, time); });
  if (rounds > 0) {
    registered->Iterations(rounds);
  } else {
    registered->MinTime(pace.seconds);
  }
  if (time == Time::processes) {
    registered->UseManualTime();
  } else if (time == Time::wall) {
    registered->UseRealTime();
  }
  Listener listener(time);
  benchmark::RunSpecifiedBenchmarks(&listener);
  return listener.turn();
}

double median(std::vector<double> all) {
  std::ranges::sort(all);
  const std::size_t middle = all.size() / 2;
  return all.size() % 2 == 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
}

}  // namespace

void start_engine() {
  int count = 1;
  std::string program = "yinxin-bench";
  char* words[] = {program.data(), nullptr};
  benchmark::Initialize(&count, words);
}

Result<Figure> measure(const Subject& subject, const Pace& pace) {
  YX_TRY(const Contest contest, subject.prepare());
  std::vector<const Side*> sides{&contest.ours};
  for (const auto* const other : {&contest.theirs, &contest.yardstick}) {
    if (*other) {
      sides.push_back(&**other);
    }
  }
  // The first turn of each warms it up and says how many rounds a turn has; it does not count.
  std::vector<std::int64_t> rounds;
  for (const Side* const side : sides) {
    YX_TRY(const Turn first, one_turn(*side, subject.time, pace, 0));
    rounds.push_back(first.rounds);
  }
  std::vector<std::vector<double>> counted(sides.size());
  for (int turn = 0; turn < pace.turns; ++turn) {
    for (std::size_t n = 0; n < sides.size(); ++n) {
      YX_TRY(const Turn done, one_turn(*sides[n], subject.time, pace, rounds[n]));
      counted[n].push_back(done.rounds_a_second * sides[n]->counts);
    }
  }
  Figure figure{.name = subject.name,
                .unit = subject.unit,
                .peer = contest.theirs ? subject.peer : std::string(),
                .note = subject.note,
                .ours = median(counted.front()),
                .target = subject.target};
  if (contest.theirs) {
    figure.theirs = median(counted.at(1));
    figure.ratio = figure.ours / figure.theirs;
  }
  if (contest.note) {
    figure.note += (figure.note.empty() ? "" : "; ") + contest.note();
  }
  if (contest.yardstick) {
    figure.note += (figure.note.empty() ? "" : "; ") + std::string("in the same turns OpenSSL verified ") +
                   std::to_string(std::lround(median(counted.back()))) + " SM2 signatures a second";
  }
  return figure;
}

}  // namespace yinxin::bench
