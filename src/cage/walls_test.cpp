// Each test walls in a child of its own and lets it try. Where this machine lacks the means, walls.held() says so and
// the test is skipped loudly: on a Debian 12 kernel nothing is.

#include "cage/walls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/descriptor.h"

namespace yinxin::cage {

namespace {

namespace fs = std::filesystem;

constexpr int went_well = 0;
constexpr int could_not_be_walled_in = 120;

// What became of a child that ran `deed`: its exit status, or minus the signal that ended it.
int in_child(const std::function<int()>& deed) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(deed());
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// The errno of a call that must fail; 0 when it did not.
int error_of(long result) { return result < 0 ? errno : 0; }

class WallsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << means_here().describe();
    }
    folder_ = fs::temp_directory_path() / ("walls_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "own");
    fs::create_directories(folder_ / "other");
    std::ofstream(folder_ / "own" / "mine") << "mine";
    std::ofstream(folder_ / "other" / "theirs") << "theirs";
  }
  void TearDown() override { fs::remove_all(folder_); }

  int in_domain(const Calls& calls, const Doors& doors, const std::function<int()>& deed) const {
    return in_child([&] {
      const auto held = wall_in_domain(
          {.paths = {.readable = {"/usr"}, .writable = {own()}, .runnable = {}}, .doors = doors, .calls = calls});
      return held && held->suffices() ? deed() : could_not_be_walled_in;
    });
  }
  static int in_cell(const std::function<int()>& deed) {
    return in_child([&] {
      const auto held = wall_in_cell({"/usr"});
      return held && held->suffices() ? deed() : could_not_be_walled_in;
    });
  }
  [[nodiscard]] std::string own() const { return (folder_ / "own").string(); }
  [[nodiscard]] std::string theirs() const { return (folder_ / "other" / "theirs").string(); }

  fs::path folder_;
};

TEST_F(WallsTest, ADomainReachesItsOwnFolderAndNoOther) {
  EXPECT_EQ(in_domain({}, {},
                      [this] {
                        const std::string made = own() + "/made";
                        const int file = ::open(made.c_str(), O_RDWR | O_CREAT, 0600);
                        return file >= 0 && ::write(file, "x", 1) == 1 && ::ftruncate(file, 0) == 0 &&
                                       ::rename(made.c_str(), (own() + "/renamed").c_str()) == 0 &&
                                       ::unlink((own() + "/renamed").c_str()) == 0
                                   ? went_well
                                   : errno;
                      }),
            went_well);
  EXPECT_EQ(in_domain({}, {}, [this] { return error_of(::open(theirs().c_str(), O_RDONLY)); }), EACCES);
  EXPECT_EQ(in_domain({}, {}, [this] { return error_of(::open((own() + "/../other/theirs").c_str(), O_RDONLY)); }),
            EACCES);
  EXPECT_EQ(in_domain({}, {}, [this] { return error_of(::rename(theirs().c_str(), (own() + "/taken").c_str())); }),
            EACCES);
  EXPECT_EQ(in_domain({}, {}, [this] { return error_of(::symlink(theirs().c_str(), (own() + "/link").c_str())); }),
            EACCES);
  EXPECT_EQ(in_domain({}, {}, [] { return error_of(::open("/etc/passwd", O_RDONLY)); }), EACCES);
}

TEST_F(WallsTest, ADomainStartsNoProgramUnlessItMay) {
  const auto try_it = [] {
    std::array<char*, 1> none{nullptr};
    ::execve("/usr/bin/true", none.data(), none.data());
    return errno;
  };
  EXPECT_EQ(in_domain({}, {}, try_it), EPERM);
  EXPECT_EQ(in_domain({.may_start_programs = true}, {}, try_it), EACCES)
      << "a call that may be made, of a path that not";
}

TEST_F(WallsTest, ADomainWithoutTheInternetHasNoSocketsForIt) {
  const auto of = [](int family, int type) { return [=] { return error_of(::socket(family, type, 0)); }; };
  EXPECT_EQ(in_domain({}, {}, of(AF_INET, SOCK_STREAM)), EPERM);
  EXPECT_EQ(in_domain({}, {}, of(AF_INET6, SOCK_DGRAM)), EPERM);
  EXPECT_EQ(in_domain({}, {}, of(AF_NETLINK, SOCK_RAW)), EPERM);
  EXPECT_EQ(in_domain({}, {}, of(AF_UNIX, SOCK_STREAM)), went_well);
  EXPECT_EQ(in_domain({.may_use_internet = true}, {}, of(AF_INET, SOCK_STREAM)), went_well);
  EXPECT_EQ(in_domain({.may_use_internet = true}, {}, of(AF_INET, SOCK_DGRAM)), EPERM);
  EXPECT_EQ(in_domain({.may_use_internet = true}, {}, of(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC)), EPERM);
  EXPECT_EQ(in_domain({.may_use_internet = true, .may_reach_out = true}, {}, of(AF_INET, SOCK_DGRAM)), went_well);
  EXPECT_EQ(in_domain({.may_use_internet = true}, {}, of(AF_INET, SOCK_RAW)), EPERM);
  EXPECT_EQ(in_domain({.may_use_internet = true}, {}, of(AF_PACKET, SOCK_DGRAM)), EPERM);
}

// Where Landlock knows ports it refuses too, but this must hold without it.
TEST_F(WallsTest, ADomainThatServesTheInternetGoesNowhereByItself) {
  sockaddr_in nowhere{};
  nowhere.sin_family = AF_INET;
  nowhere.sin_port = htons(9);
  nowhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto connects = [&] {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    return error_of(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&nowhere), sizeof nowhere));
  };
  const auto sends = [&](int flags) {
    return [&nowhere, flags] {
      const Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
      return error_of(static_cast<int>(::sendto(socket.number(), "x", 1, flags | MSG_NOSIGNAL,
                                                reinterpret_cast<const sockaddr*>(&nowhere), sizeof nowhere)));
    };
  };
  const Doors open{.may_bind_tcp = true, .may_connect_tcp = true};
  EXPECT_EQ(in_domain({.may_use_internet = true}, open, connects), EPERM);
  EXPECT_EQ(in_domain({.may_use_internet = true}, open, sends(MSG_FASTOPEN)), EPERM);
  EXPECT_EQ(in_domain({.may_use_internet = true}, open, sends(0)), EPIPE) << "sending is not what is refused";
  EXPECT_EQ(in_domain({.may_use_internet = true, .may_reach_out = true}, open, connects), ECONNREFUSED);
}

TEST_F(WallsTest, ADomainNeitherTracesNorReadsNorSignalsAnother) {
  const pid_t other = ::getpid();
  EXPECT_EQ(in_domain({}, {}, [other] { return error_of(::ptrace(PTRACE_ATTACH, other, nullptr, nullptr)); }), EPERM);
  EXPECT_EQ(in_domain({}, {},
                      [other] {
                        char byte = 0;
                        const iovec ours{.iov_base = &byte, .iov_len = 1};
                        const iovec its{.iov_base = &byte, .iov_len = 1};
                        return error_of(::process_vm_readv(other, &ours, 1, &its, 1, 0));
                      }),
            EPERM);
  EXPECT_EQ(in_domain({}, {}, [other] { return error_of(::kill(other, 0)); }), EPERM);
  EXPECT_EQ(in_domain({}, {}, [] { return error_of(::kill(-1, 0)); }), EPERM);
  EXPECT_EQ(in_domain({}, {}, [] { return error_of(::kill(::getpid(), 0)); }), went_well);
  EXPECT_EQ(
      in_domain({}, {},
                [other] { return error_of(::open(("/proc/" + std::to_string(other) + "/mem").c_str(), O_RDONLY)); }),
      EACCES);
}

TEST_F(WallsTest, ADomainThatStartsProgramsEndsThemAndSendsNoOtherSignal) {
  const Calls calls{.may_start_programs = true, .may_end_programs = true};
  const pid_t other = ::getpid();
  EXPECT_EQ(in_domain(calls, {},
                      [] {
                        const pid_t own = ::fork();
                        if (own == 0) {
                          ::pause();
                          ::_exit(0);
                        }
                        int status = 0;
                        return ::kill(own, SIGKILL) == 0 && ::waitpid(own, &status, 0) == own && WIFSIGNALED(status)
                                   ? went_well
                                   : errno;
                      }),
            went_well);
  EXPECT_EQ(in_domain(calls, {}, [other] { return error_of(::kill(other, SIGSTOP)); }), EPERM);
  EXPECT_EQ(in_domain(calls, {}, [other] { return error_of(::kill(other, 0)); }), EPERM);
  EXPECT_EQ(in_domain(calls, {}, [] { return error_of(::kill(-1, SIGKILL)); }), EPERM);
  EXPECT_EQ(in_domain(calls, {}, [] { return error_of(::kill(0, SIGKILL)); }), EPERM);
}

TEST_F(WallsTest, AFolderThatIsListedGivesNoFile) {
  const auto listed = [&](const std::string& path) {
    return in_child([&] {
      const auto held =
          wall_in_domain({.paths = {.readable = {}, .writable = {}, .runnable = {}, .listed = {folder_.string()}},
                          .doors = {},
                          .calls = {}});
      return held && held->suffices() ? error_of(::open(path.c_str(), O_RDONLY)) : could_not_be_walled_in;
    });
  };
  EXPECT_EQ(listed(folder_.string()), went_well);
  EXPECT_EQ(listed(theirs()), EACCES);
}

TEST_F(WallsTest, ADomainsThreadsAreInsideToo) {
  EXPECT_EQ(in_domain({}, {},
                      [this] {
                        int seen = 0;
                        std::thread([&] { seen = error_of(::open(theirs().c_str(), O_RDONLY)); }).join();
                        return seen;
                      }),
            EACCES);
}

TEST_F(WallsTest, NobodyIsWalledInBesideAThreadThatStaysOutside) {
  EXPECT_EQ(in_child([] {
              std::thread other([] { ::pause(); });
              other.detach();
              const auto held = wall_in_domain({});
              return !held && held.error().code == ErrorCode::wrong_state ? went_well : 1;
            }),
            went_well);
}

TEST_F(WallsTest, AMissingFolderIsSaid) {
  EXPECT_EQ(in_child([this] {
              const auto held = wall_in_domain(
                  {.paths = {.readable = {}, .writable = {own() + "/gone"}, .runnable = {}}, .doors = {}, .calls = {}});
              return !held && held.error().code == ErrorCode::not_found ? went_well : 1;
            }),
            went_well);
}

TEST_F(WallsTest, ACellComputesAndReadsWhatItMay) {
  EXPECT_EQ(in_cell([] {
              std::vector<int> much(1'000'000, 1);
              int sum = 0;
              std::thread([&] {
                for (const int one : much) {
                  sum += one;
                }
              }).join();
              return sum == 1'000'000 && ::open("/usr/bin/true", O_RDONLY) >= 0 ? went_well : errno;
            }),
            went_well);
}

TEST_F(WallsTest, ACellWritesNoFileAndReadsNoOther) {
  EXPECT_EQ(in_cell([this] { return error_of(::open(theirs().c_str(), O_RDONLY)); }), EACCES);
  EXPECT_EQ(in_cell([this] { return error_of(::open((own() + "/mine").c_str(), O_WRONLY)); }), EPERM);
  EXPECT_EQ(in_cell([this] { return error_of(::open((own() + "/new").c_str(), O_RDWR | O_CREAT, 0600)); }), EPERM);
  EXPECT_EQ(in_cell([this] { return error_of(::unlink((own() + "/mine").c_str())); }), EPERM);
}

TEST_F(WallsTest, ACellThatWantsASocketAProgramOrAProcessEnds) {
  EXPECT_EQ(in_cell([] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }), -SIGSYS);
  EXPECT_EQ(in_cell([] { return error_of(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr)); }), -SIGSYS);
  EXPECT_EQ(in_cell([] {
              std::array<char*, 1> none{nullptr};
              ::execve("/usr/bin/true", none.data(), none.data());
              return errno;
            }),
            -SIGSYS);
  EXPECT_EQ(in_cell([] { return error_of(::fork()); }), EPERM);
  EXPECT_EQ(in_cell([] { return error_of(::kill(::getppid(), SIGTERM)); }), EPERM);
}

TEST_F(WallsTest, ACellNeverWritesWhatItRuns) {
  EXPECT_EQ(in_cell([] {
              void* memory =
                  ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return memory == MAP_FAILED ? errno : 0;
            }),
            EPERM);
}

TEST(HideMemory, ADyingProcessLeavesNoCore) {
  EXPECT_EQ(in_child([] {
              rlimit core{};
              const bool hidden = hide_memory() && ::prctl(PR_GET_DUMPABLE) == 0 &&
                                  ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
              return hidden ? went_well : 1;
            }),
            went_well);
}

TEST(Means, AreSaidAsTheyAre) {
  EXPECT_EQ(Means({.landlock_abi = 0, .has_seccomp = true}).describe(), "no Landlock, seccomp");
  EXPECT_FALSE(Means({.landlock_abi = 1, .has_seccomp = true}).suffice());
  EXPECT_FALSE(Means({.landlock_abi = 2, .has_seccomp = false}).suffice());
  EXPECT_TRUE(Means({.landlock_abi = 2, .has_seccomp = true}).suffice());
  EXPECT_EQ(means_here().landlock_abi, landlock_abi());
}

}  // namespace

}  // namespace yinxin::cage
