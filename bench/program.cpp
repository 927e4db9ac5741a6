#include "program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>

namespace yinxin::bench {

namespace {

constexpr std::chrono::minutes start_patience{1};
constexpr std::chrono::seconds end_patience{20};
constexpr std::size_t max_said_bytes = std::size_t{1} << 20;

// False when the time is over first.
bool ends_within(const Descriptor& process, std::chrono::milliseconds patience) {
  pollfd wait{.fd = process.number(), .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&wait, 1, static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// In the child: nothing here may take memory.
[[noreturn]] void become(char* const* words, int output, pid_t parent) {
  constexpr int not_started = 127;
  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != parent || ::dup2(output, STDOUT_FILENO) < 0 ||
      ::dup2(output, STDERR_FILENO) < 0) {
    ::_exit(not_started);
  }
  ::execv(words[0], words);
  ::_exit(not_started);
}

double processor_seconds_of(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
    return 0;
  }
  constexpr double nanoseconds = 1e-9;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * nanoseconds;
}

cpu_set_t processors_here() {
  cpu_set_t all{};
  CPU_ZERO(&all);
  ::sched_getaffinity(0, sizeof all, &all);
  return all;
}

}  // namespace

std::string program_beside(const std::string& name) {
  std::error_code failed;
  return (std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / name).string();
}

Result<std::unique_ptr<Program>> Program::start(const std::vector<std::string>& words) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::internal, "pipe");
  }
  std::unique_ptr<Program> made(new Program());
  made->output_ = Descriptor(ends[0]);
  const Descriptor its(ends[1]);
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t self = ::getpid();
  made->pid_ = ::fork();
  if (made->pid_ == 0) {
    become(argv.data(), its.number(), self);
  }
  if (made->pid_ < 0) {
    return fail(ErrorCode::internal, "fork");
  }
  made->process_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, made->pid_, 0)));
  made->listener_ = std::thread([program = made.get()] { program->listen(); });
  return made;
}

Program::~Program() {
  if (pid_ <= 0) {
    return;
  }
  ::kill(pid_, SIGTERM);
  if (!process_.is_open() || !ends_within(process_, end_patience)) {
    ::kill(pid_, SIGKILL);
  }
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (listener_.joinable()) {
    listener_.join();
  }
}

void Program::listen() {
  std::array<char, 4096> part{};
  for (;;) {
    const ssize_t got = ::read(output_.number(), part.data(), part.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    const std::scoped_lock lock(mutex_);
    if (got <= 0) {
      has_ended_ = true;
      changed_.notify_all();
      return;
    }
    if (said_.size() < max_said_bytes) {
      said_.append(part.data(), static_cast<std::size_t>(got));
    }
    changed_.notify_all();
  }
}

Result<void> Program::hear(const std::string& text) {
  std::unique_lock lock(mutex_);
  const auto is_said = [&] { return said_.find(text) != std::string::npos; };
  changed_.wait_for(lock, start_patience, [&] { return has_ended_ || is_said(); });
  return is_said() ? Result<void>() : fail(ErrorCode::wrong_state, "the program did not get ready: " + said_);
}

std::string Program::said() const {
  const std::scoped_lock lock(mutex_);
  return said_;
}

double Program::processor_seconds() const {
  double all = processor_seconds_of(pid_);
  const std::string number = std::to_string(pid_);
  std::ifstream children("/proc/" + number + "/task/" + number + "/children");
  for (pid_t child = 0; children >> child;) {
    all += processor_seconds_of(child);
  }
  return all;
}

bool OnProcessor::is_apart() {
  const cpu_set_t all = processors_here();
  return CPU_COUNT(&all) > 1;
}

OnProcessor::OnProcessor(Part part) : before_(processors_here()) {
  if (CPU_COUNT(&before_) < 2) {
    return;
  }
  std::size_t first = 0;
  while (!CPU_ISSET(first, &before_)) {
    ++first;
  }
  std::size_t last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &before_)) {
    --last;
  }
  cpu_set_t one{};
  CPU_ZERO(&one);
  CPU_SET(part == Part::server ? first : last, &one);
  ::sched_setaffinity(0, sizeof one, &one);
}

OnProcessor::~OnProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }

}  // namespace yinxin::bench
