#pragma once
// Those who make trouble while journeys go on: who ends processes, who makes providers misbehave, who looks how much
// memory everybody has; and who starts the house again.

#include "ordeal/stage.h"

namespace yinxin::ordeal {

// A thread that does one thing again and again, until it is told to end or says itself that it is done.
class Worker {
 public:
  // `deed`: how long until the next; nullopt: done.
  explicit Worker(std::function<std::optional<std::chrono::milliseconds>()> deed);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  void end();
  [[nodiscard]] bool is_done() const { return is_done_; }

 private:
  std::atomic<bool> is_done_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_ending_ = false;
  std::thread thread_;
};

// Starts the house when it has ended.
std::unique_ptr<Worker> keep_serving(Stage& stage);

// Ends processes at moments drawn from the seed; now and then the supervisor, as well as when one of its domains died
// so often that it waits long before it starts it again.
class Killer {
 public:
  Killer(Stage& stage, std::uint64_t seed, std::uint64_t kills);
  [[nodiscard]] std::map<std::string, std::uint64_t> killed() const;
  [[nodiscard]] bool is_done() const { return worker_.is_done(); }
  void end() { worker_.end(); }

 private:
  std::optional<std::chrono::milliseconds> strike();
  Stage& stage_;
  SeededRandom drawn_;
  std::uint64_t left_;
  std::map<std::string, int> since_supervisor_;
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> killed_;
  Worker worker_;
};

// Processes end themselves at armed points; this one ends the supervisor when its pauses have become long.
std::unique_ptr<Worker> shorten_pauses(Stage& stage);

// Faults of the providers at random: fails, delays, repeats, reorders, contradicts, goes away; and takes them back.
class Meddler {
 public:
  Meddler(Stage& stage, std::uint64_t seed);
  // Takes everything back.
  ~Meddler();
  Meddler(const Meddler&) = delete;
  Meddler& operator=(const Meddler&) = delete;
  [[nodiscard]] std::map<std::string, std::uint64_t> meddled() const;

 private:
  std::optional<std::chrono::milliseconds> meddle();
  void take_back();
  Stage& stage_;
  SeededRandom drawn_;
  bool are_frozen_ = false;
  std::chrono::steady_clock::time_point taken_back_ = std::chrono::steady_clock::now();
  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> meddled_;
  Worker worker_;
};

// How much memory each process has, every few seconds.
class MemoryWatch {
 public:
  MemoryWatch(const Stage& stage, std::chrono::milliseconds every);
  // A line for each process that lived through it all; false when one of them has grown by more than a tenth from the
  // first quarter to the last, once it was warm.
  bool print();

 private:
  struct Seen {
    std::string name;
    std::vector<std::int64_t> rss_kib;
  };
  std::optional<std::chrono::milliseconds> look();
  const Stage& stage_;
  std::chrono::milliseconds every_;
  std::mutex mutex_;
  std::map<pid_t, Seen> seen_;
  std::size_t looks_ = 0;
  Worker worker_;
};

}  // namespace yinxin::ordeal
