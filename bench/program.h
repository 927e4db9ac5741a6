#pragma once
// A program of ours that runs beside the measurement, and which processor does what.

#include <sched.h>
#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"

namespace yinxin::bench {

// A program of ours in the folder of this one.
std::string program_beside(const std::string& name);

// Ends with this process, whatever happens to it; at the latest with its owner.
class Program {
 public:
  // internal.
  static Result<std::unique_ptr<Program>> start(const std::vector<std::string>& words);
  ~Program();  // SIGTERM, and SIGKILL when that does not help
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  // Until it has said this. wrong_state, with what it said, when it ended before or took longer than a minute.
  Result<void> hear(const std::string& text);
  // The first MiB of it, on standard output and standard error.
  [[nodiscard]] std::string said() const;
  // Processor time so far, of the program and of what runs below it.
  [[nodiscard]] double processor_seconds() const;

 private:
  Program() = default;
  void listen();
  pid_t pid_ = -1;
  Descriptor process_, output_;
  std::thread listener_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string said_;
  bool has_ended_ = false;
};

// This thread, and what it starts, on one processor alone, until this ends. Where there are two, servers get the first
// and clients the last; elsewhere it changes nothing.
enum class Part { server, client };
class OnProcessor {
 public:
  explicit OnProcessor(Part part);
  ~OnProcessor();
  OnProcessor(const OnProcessor&) = delete;
  OnProcessor& operator=(const OnProcessor&) = delete;
  // Whether server and client have a processor each.
  static bool is_apart();

 private:
  cpu_set_t before_{};
};

}  // namespace yinxin::bench
