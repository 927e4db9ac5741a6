#include "cage/cell_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace yinxin::cage {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) {
      ::close(number_);
      number_ = -1;
    }
  }

 private:
  int number_;
};

// The process; gone and reaped at the end, whatever happened.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  // Whether it ended by itself with status 0; after this there is no process.
  bool ended_well() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  void end() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ended_well();
    }
  }

 private:
  pid_t pid_;
};

Result<pid_t> start(const std::string& cell, const std::vector<std::string>& arguments, int its_end) {
  std::vector<char*> argv{const_cast<char*>(cell.c_str())};
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  // Nothing of our surroundings goes along.
  static std::string language = "LC_ALL=C.UTF-8";
  std::array<char*, 2> environment{language.data(), nullptr};
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) {
    return fail(ErrorCode::internal, "cell.start");
  }
  ::posix_spawn_file_actions_adddup2(&actions, its_end, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, its_end, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, cell.c_str(), &actions, nullptr, argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    return fail(ErrorCode::internal, "cell.start");
  }
  return pid;
}

// Sends the file and gathers the answer; nullopt when time runs out, or the answer has no end.
std::optional<Bytes> talk(int socket, BytesView file, const CellBounds& bounds) {
  const auto deadline = std::chrono::steady_clock::now() + bounds.time;
  Bytes answer;
  std::array<std::uint8_t, 65536> part{};
  bool sending = true;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return std::nullopt;
    }
    pollfd wait{.fd = socket, .events = static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return std::nullopt;
    }
    if (sending && (wait.revents & POLLOUT) != 0) {
      const ssize_t sent = ::send(socket, file.data(), file.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) {
        file = file.subspan(static_cast<std::size_t>(sent));
      }
      if (file.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR)) {
        ::shutdown(socket, SHUT_WR);
        sending = false;
      }
    }
    if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const ssize_t got = ::recv(socket, part.data(), part.size(), MSG_DONTWAIT);
      if (got == 0) {
        return answer;
      }
      if (got < 0 && errno != EAGAIN && errno != EINTR) {
        return std::nullopt;
      }
      if (got > 0) {
        append(answer, {part.data(), static_cast<std::size_t>(got)});
      }
      if (answer.size() > bounds.output_bytes) {
        return std::nullopt;
      }
    }
  }
}

}  // namespace

Result<std::optional<Bytes>> run_cell(const std::string& program, const std::vector<std::string>& arguments,
                                      BytesView input, const CellBounds& bounds) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(ErrorCode::internal, "cell.start");
  }
  const Descriptor ours(ends[0]);
  Descriptor its(ends[1]);
  YX_TRY(const pid_t pid, start(program, arguments, its.number()));
  Child child(pid);
  its.close();
  auto answer = talk(ours.number(), input, bounds);
  if (!answer || !child.ended_well()) {
    return std::optional<Bytes>();
  }
  return answer;
}

}  // namespace yinxin::cage
