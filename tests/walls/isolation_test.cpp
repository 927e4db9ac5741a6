// A domain that was taken over, at each level. At L0 the same exploit does what it likes: so this test can fail.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "apart.h"
#include "cage/cell_process.h"
#include "cage/means.h"
#include "exploit.h"

namespace yinxin::walls {
namespace {

using supervisor::Level;
namespace fs = std::filesystem;

// A port on this machine that would let anybody in.
class OpenPort {
 public:
  OpenPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    EXPECT_EQ(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&place), size), 0);
    EXPECT_EQ(::listen(socket_.number(), 8), 0);
    EXPECT_EQ(::getsockname(socket_.number(), reinterpret_cast<sockaddr*>(&place), &size), 0);
    port_ = ntohs(place.sin_port);
  }
  [[nodiscard]] std::string number() const { return std::to_string(port_); }

 private:
  Descriptor socket_;
  int port_ = 0;
};

// A process that only waits; ended at the end.
class Bystander {
 public:
  Bystander() : pid_(::fork()) {
    if (pid_ == 0) {
      ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
      ::pause();
      ::_exit(0);
    }
  }
  ~Bystander() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  [[nodiscard]] std::string number() const { return std::to_string(pid_); }

 private:
  pid_t pid_;
};

// What somebody who took `domain` over wants, of a neighbour's folder and process.
std::vector<std::string> deeds_against(const std::string& data, const std::string& domain, const std::string& neighbour,
                                       const std::string& process, const OpenPort& port) {
  return {"open " + data + "/vault/vault.db",
          "open " + data + "/vault/wrapping.key",
          "open " + data + "/vault/issuing.key",
          "open " + data + "/desk/desk.db",
          "open " + data + "/" + neighbour + "/wrapping.key",
          "open " + data + "/" + domain + "/../" + neighbour + "/wrapping.key",
          "open " + data + "/audit/" + neighbour + ".log",
          "open " + data + "/audit/vault.log",
          "trace " + process,
          "memory " + process,
          "signal " + process,
          "connect " + port.number(),
          "run /usr/bin/true"};
}

class Isolation : public ::testing::TestWithParam<Level> {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    if (GetParam() == Level::a_uid_each && ::geteuid() != 0) {
      GTEST_SKIP() << "uids are given by root alone";
    }
  }
};

TEST_P(Isolation, ADomainThatWasTakenOverReachesNothingButItsOwn) {
  const fs::path office = prepared().fresh();
  const OpenPort port;
  Apart apart(office, GetParam(), {.hall = {"desk", "street"}});
  ASSERT_TRUE(apart.wait_until_running()) << apart.log();
  const std::pair<const char*, const char*> pairs[] = {
      {"kmc", "pin"}, {"pin", "kmc"},   {"seal", "pin"},    {"ocsp", "kmc"},    {"ocsp", "pin"},   {"tsa", "pin"},
      {"tsa", "kmc"}, {"vault", "kmc"}, {"outside", "pin"}, {"street", "desk"}, {"street", "pin"}, {"desk", "street"}};
  for (const auto& [domain, neighbour] : pairs) {
    SCOPED_TRACE(domain);
    const auto other = apart.status(neighbour);
    const std::string process = std::to_string(other.pid);
    const std::string own = "open " + apart.data() + "/" + domain + "/";
    const std::string own_audit = "open " + apart.data() + "/audit/" + domain + ".log";
    for (const std::string& deed : deeds_against(apart.data(), domain, neighbour, process, port)) {
      // The outside is where the Internet is reached from; the street starts its cells.
      const bool may = (deed.starts_with("connect") && std::string_view(domain) == "outside") ||
                       (deed.starts_with("run") && std::string_view(domain) == "street");
      if (may || (deed.starts_with(own) && deed.find("..") == std::string::npos) || deed == own_audit) {
        continue;
      }
      const int error = apart.attempt(domain, deed);
      EXPECT_TRUE(error == EPERM || error == EACCES) << deed << ": " << error;
    }
    EXPECT_EQ(apart.attempt(domain, "kill " + process), EPERM);
    EXPECT_EQ(apart.attempt(domain, "signal " + std::to_string(::getpid())), EPERM) << "the supervisor";
    EXPECT_EQ(apart.attempt(domain, "become 0"), EPERM);
    EXPECT_EQ(apart.status(neighbour).lives, other.lives) << "nobody was hurt";
    // The walls are not just a refusal of everything.
    EXPECT_EQ(apart.attempt(domain, "open " + apart.data() + "/" + domain + "/wrapping.key"), 0);
    EXPECT_EQ(apart.attempt(domain, "open " + apart.data() + "/public/roles.cer"), 0);
  }
}

TEST_P(Isolation, ADomainRunsAsWhomItsLevelSays) {
  const fs::path office = prepared().fresh();
  Apart apart(office, GetParam(), {.hall = {"desk", "street"}});
  ASSERT_TRUE(apart.wait_until_running()) << apart.log();
  for (const char* domain : {"kmc", "pin", "seal", "tsa", "ocsp", "vault", "outside", "desk", "street"}) {
    const unsigned expected =
        GetParam() == Level::a_uid_each ? supervisor::find_place(domain)->uid : static_cast<unsigned>(::geteuid());
    std::ifstream status("/proc/" + std::to_string(apart.status(domain).pid) + "/status");
    const std::string text{std::istreambuf_iterator<char>(status), {}};
    const std::string number = "\t" + std::to_string(expected);
    EXPECT_NE(text.find("Uid:" + number + number + number + number), std::string::npos) << text;
    EXPECT_NE(text.find("NoNewPrivs:\t1"), std::string::npos);
    EXPECT_NE(text.find("Seccomp:\t2"), std::string::npos);
    if (GetParam() == Level::a_uid_each) {
      EXPECT_NE(text.find("Groups:\t \n"), std::string::npos) << text;
      EXPECT_NE(text.find("CapEff:\t0000000000000000"), std::string::npos) << text;
      EXPECT_NE(text.find("CapPrm:\t0000000000000000"), std::string::npos) << text;
      struct stat what {};
      ASSERT_EQ(::stat((apart.data() + "/" + domain + "/wrapping.key").c_str(), &what), 0);
      EXPECT_EQ(what.st_uid, expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Walls, Isolation, ::testing::Values(Level::one_uid, Level::a_uid_each),
                         [](const auto& level) { return level.param == Level::one_uid ? "L1" : "L2"; });

// A cell is walled in by itself at every level; one file for each.
TEST_P(Isolation, ACellThatWasTakenOverReachesNothingAtAll) {
  const fs::path office = prepared().fresh();
  const OpenPort port;
  Apart apart(office, GetParam());
  ASSERT_TRUE(apart.wait_until_running()) << apart.log();
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const auto attempt = [&](const std::string& deed) {
    return cage::run_cell(program, {"cell"}, bytes_of(deed)).value();
  };
  EXPECT_EQ(text_of(attempt("nothing").value()), std::to_string(EINVAL)) << "it answers";
  const std::string victim = std::to_string(apart.status("kmc").pid);
  auto deeds = deeds_against(apart.data(), "pin", "kmc", victim, port);
  deeds.insert(deeds.end(), {"open " + apart.data() + "/public/roles.cer", "open /etc/passwd", "become 0",
                             "kill " + victim, "signal " + std::to_string(::getpid())});
  for (const std::string& deed : deeds) {
    const auto answer = attempt(deed);  // none: the kernel ended it
    EXPECT_TRUE(!answer || text_of(*answer) == std::to_string(EPERM) || text_of(*answer) == std::to_string(EACCES))
        << deed << ": " << text_of(*answer);
  }
  EXPECT_EQ(apart.status("kmc").lives, 1U);
}

TEST(IsolationAtL0, TheSameExploitDoesWhatItLikes) {
  const fs::path office = prepared().fresh();
  const OpenPort port;
  const Bystander other;
  const std::string data = (office / "data").string();
  for (const std::string& deed : deeds_against(data, "kmc", "pin", other.number(), port)) {
    // In a process of its own, as the domains of an office at L0 share one.
    const pid_t child = ::fork();
    if (child == 0) {
      ::_exit(yinxin_exploit_stub(deed.c_str()));
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0) << deed;
  }
}

TEST(Exploit, IsInNoProgramThatPeopleRun) {
  const auto has_it = [](const std::string& program) {
    FILE* names = ::popen(("nm " + program).c_str(), "r");
    std::string all;
    std::array<char, 4096> part{};
    while (const std::size_t size = ::fread(part.data(), 1, part.size(), names)) {
      all.append(part.data(), size);
    }
    EXPECT_EQ(::pclose(names), 0) << program;
    EXPECT_NE(all.find(" T main"), std::string::npos) << "names are there to be looked at";
    return all.find("yinxin_exploit_stub") != std::string::npos;
  };
  EXPECT_FALSE(has_it(YX_BINARY));
  EXPECT_TRUE(has_it(fs::read_symlink("/proc/self/exe").string()));
}

}  // namespace
}  // namespace yinxin::walls
