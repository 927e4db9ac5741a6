#include "engine.h"

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>

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
      rounds_a_second_ = seconds > 0 ? static_cast<double>(run.iterations) / seconds : 0;
    }
  }
  [[nodiscard]] Result<double> rounds_a_second() const {
    if (!wrong_.empty()) {
      return fail(ErrorCode::internal, wrong_);
    }
    return rounds_a_second_ > 0 ? Result<double>(rounds_a_second_)
                                : Result<double>(fail(ErrorCode::internal, "nothing was measured"));
  }

 private:
  Time time_;
  std::string wrong_;
  double rounds_a_second_ = 0;
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

Result<double> one_turn(const std::string& name, const Side& side, const Subject& subject, const Pace& pace) {
  benchmark::ClearRegisteredBenchmarks();
  auto* const registered =
      benchmark::RegisterBenchmark(name.c_str(), [&](benchmark::State& state) { run_side(state, side, subject.time); });
  registered->MinTime(pace.seconds);
  if (subject.time == Time::processes) {
    registered->UseManualTime();
  } else if (subject.time == Time::wall) {
    registered->UseRealTime();
  }
  Listener listener(subject.time);
  benchmark::RunSpecifiedBenchmarks(&listener);
  YX_TRY(const double rounds, listener.rounds_a_second());
  return rounds * side.counts;
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
  std::vector<double> ours, theirs;
  for (int turn = 0; turn < pace.turns; ++turn) {
    YX_TRY(const double mine, one_turn(subject.name + "/ours", contest.ours, subject, pace));
    ours.push_back(mine);
    if (contest.theirs) {
      YX_TRY(const double its, one_turn(subject.name + "/" + subject.peer, *contest.theirs, subject, pace));
      theirs.push_back(its);
    }
  }
  Figure figure{.name = subject.name,
                .unit = subject.unit,
                .peer = contest.theirs ? subject.peer : std::string(),
                .note = subject.note,
                .ours = median(std::move(ours)),
                .target = subject.target};
  if (contest.theirs) {
    figure.theirs = median(std::move(theirs));
    figure.ratio = figure.ours / figure.theirs;
  }
  if (contest.note) {
    figure.note += (figure.note.empty() ? "" : "; ") + contest.note();
  }
  return figure;
}

}  // namespace yinxin::bench
