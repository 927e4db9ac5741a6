#include "yinxin/supervisor/spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstring>

#include "yinxin/supervisor/control.h"

namespace yinxin::supervisor {

namespace {

Error cannot(const std::string& what, int why) { return fail(ErrorCode::internal, what + ": " + std::strerror(why)); }

class Actions {
 public:
  Actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  // Every signal as a new program expects it, and no terminal's interrupt: the supervisor alone ends its domains.
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

struct Pipe {
  Descriptor read, write;
};
Result<Pipe> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return cannot("pipe", errno);
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// Above the numbers where the child finds its own, so that placing one never closes another.
Result<Descriptor> lift(const Descriptor& from) {
  constexpr int above = 64;
  Descriptor lifted(::fcntl(from.number(), F_DUPFD_CLOEXEC, above));
  return lifted.is_open() ? Result<Descriptor>(std::move(lifted)) : Result<Descriptor>(cannot("dup", errno));
}

Result<pid_t> start(const Birth& birth, const Descriptor& control, const Descriptor& brief, const Descriptor& log) {
  YX_TRY(const Descriptor its_control, lift(control));
  YX_TRY(const Descriptor its_brief, lift(brief));
  YX_TRY(const Descriptor its_log, lift(log));
  Actions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), its_log.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(actions.get(), its_log.number(), STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(actions.get(), its_control.number(), control_descriptor);
  ::posix_spawn_file_actions_adddup2(actions.get(), its_brief.number(), brief_descriptor);
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), brief_descriptor + 1);
  std::vector<char*> argv{const_cast<char*>(birth.program.c_str())};
  for (const std::string& argument : birth.arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  // Nothing of our surroundings goes along.
  static std::string language = "LC_ALL=C.UTF-8", path = "PATH=/usr/bin:/bin";
  std::array<char*, 3> environment{language.data(), path.data(), nullptr};
  Attributes attributes;
  pid_t pid = -1;
  const int failed =
      ::posix_spawn(&pid, birth.program.c_str(), actions.get(), attributes.get(), argv.data(), environment.data());
  return failed == 0 ? Result<pid_t>(pid) : Result<pid_t>(cannot("start " + birth.program, failed));
}

}  // namespace

Result<Born> spawn(const Birth& birth) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return cannot("socketpair", errno);
  }
  Born born;
  born.control = Descriptor(ends[0]);
  const Descriptor its_control(ends[1]);
  YX_TRY(Pipe brief, make_pipe());
  YX_TRY(Pipe log, make_pipe());
  ::fcntl(log.read.number(), F_SETFL, O_NONBLOCK);
  // A pipe holds a whole brief: this never waits.
  if (::write(brief.write.number(), birth.brief.data(), birth.brief.size()) !=
      static_cast<ssize_t>(birth.brief.size())) {
    return cannot("brief", errno);
  }
  brief.write.close();
  YX_TRY(born.pid, start(birth, its_control, brief.read, log.write));
  born.process = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, born.pid, 0)));
  born.log = std::move(log.read);
  if (!born.process.is_open()) {
    const int why = errno;
    ::kill(born.pid, SIGKILL);
    ::waitpid(born.pid, nullptr, 0);
    return cannot("pidfd_open", why);
  }
  return born;
}

}  // namespace yinxin::supervisor
