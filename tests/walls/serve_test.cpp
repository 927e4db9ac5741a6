// The program that people start, at each level: what it says of itself, a domain killed under it, its end in order, and
// its end by force.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is POSIX
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "apart.h"
#include "cage/means.h"
#include "crypto/tsp/time_stamp.h"
#include "crypto/x509/ocsp.h"
#include "net/testing/raw_client.h"
#include "terminal/files.h"

namespace yinxin::walls {
namespace {

using supervisor::Level;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

// `yinxin serve` over a fresh office, and all that it says.
const std::vector<std::string> domains{"kmc", "pin", "seal", "tsa", "ocsp", "vault", "outside", "desk", "street"};

class Served {
 public:
  Served(const fs::path& office, int level) {
    const std::string secret = (office / "passphrase").string();
    std::ofstream(secret) << "a passphrase for the office\n";
    ::chmod(secret.c_str(), 0600);
    std::vector<std::string> words{YX_BINARY,      "serve",
                                   "--level",      std::to_string(level),
                                   "--data",       (office / "data").string(),
                                   "--profiles",   YX_SOURCE_DIR "/profiles",
                                   "--programmes", YX_SOURCE_DIR "/programmes",
                                   "--passphrase", secret,
                                   "--port",       "0",
                                   "--desk-port",  "0"};
    std::vector<char*> argv;
    for (std::string& word : words) {
      argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    output_ = Descriptor(ends[0]);
    const Descriptor its(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, its.number(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, its.number(), STDERR_FILENO);
    EXPECT_EQ(::posix_spawn(&pid_, YX_BINARY, &actions, nullptr, argv.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ~Served() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;

  // Reads until it has said this.
  bool hear(const std::string& text) {
    const auto end = Steady::now() + patience;
    while (said_.find(text) == std::string::npos) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
      pollfd wait{.fd = output_.number(), .events = POLLIN, .revents = 0};
      std::array<char, 4096> part{};
      if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) {
        return false;
      }
      const ssize_t got = ::read(output_.number(), part.data(), part.size());
      if (got <= 0) {
        return false;
      }
      said_.append(part.data(), static_cast<std::size_t>(got));
    }
    return true;
  }
  bool hear_that_it_is_open() { return hear("all is open"); }
  [[nodiscard]] const std::string& said() const { return said_; }
  [[nodiscard]] std::uint16_t port() const {
    const std::string before = "ready: http://127.0.0.1:";
    return static_cast<std::uint16_t>(std::stoi(said_.substr(said_.find(before) + before.size())));
  }
  [[nodiscard]] std::string ready() const {
    net::testing::RawClient client(port());
    EXPECT_TRUE(client.say("GET /readyz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"));
    return client.hear_all();
  }
  // The body of the answer to a body of DER.
  [[nodiscard]] Bytes post(const std::string& path, const std::string& type, BytesView body) const {
    net::testing::RawClient client(port());
    EXPECT_TRUE(client.say("POST " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Type: " + type +
                           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                           std::string(text_of(body))));
    const std::string heard = client.hear_all();
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 200 ")) << heard.substr(0, 200);
    const std::size_t end = heard.find("\r\n\r\n");
    return end == std::string::npos ? Bytes() : to_bytes(bytes_of(heard.substr(end + 4)));
  }
  bool wait_until_ready_says(const std::string& text) const {
    for (const auto end = Steady::now() + patience; Steady::now() < end; std::this_thread::yield()) {
      if (ready().find(text) != std::string::npos) {
        return true;
      }
    }
    return false;
  }
  // Its own children by the name of their domain.
  [[nodiscard]] std::map<std::string, pid_t> children() const {
    std::map<std::string, pid_t> all;
    const std::string number = std::to_string(pid_);
    std::ifstream list("/proc/" + number + "/task/" + number + "/children");
    for (pid_t child = 0; list >> child;) {
      std::ifstream in("/proc/" + std::to_string(child) + "/cmdline");
      // One that ends in this moment reads as nothing, and throws nothing.
      std::string line;
      std::getline(in, line);
      for (const std::string& domain : domains) {
        if (line.find(std::string("domain") + '\0' + domain + '\0') != std::string::npos) {
          all[domain] = child;
        }
      }
    }
    return all;
  }
  bool wait_until_another(const std::string& domain, pid_t than) const {
    for (const auto end = Steady::now() + patience; Steady::now() < end; std::this_thread::yield()) {
      const auto now = children();
      if (const auto found = now.find(domain); found != now.end() && found->second != than) {
        return true;
      }
    }
    return false;
  }
  // Its exit status, or minus the signal that ended it.
  int end_by(int signal) {
    ::kill(pid_, signal);
    while (hear("never said")) {
    }
    int status = 0;
    EXPECT_EQ(::waitpid(std::exchange(pid_, -1), &status, 0) > 0, true);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  Descriptor output_;
  std::string said_;
};

// Whether these processes end, by themselves or by somebody else.
bool all_end(const std::vector<Descriptor>& processes) {
  const auto end = Steady::now() + patience;
  return std::ranges::all_of(processes, [&](const Descriptor& process) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
    pollfd wait{.fd = process.number(), .events = POLLIN, .revents = 0};
    return ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) == 1;
  });
}

std::vector<Descriptor> open_all(const std::map<std::string, pid_t>& children) {
  std::vector<Descriptor> all;
  for (const auto& [name, pid] : children) {
    all.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    EXPECT_TRUE(all.back().is_open()) << name;
  }
  return all;
}

class ServeApart : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    if (GetParam() == 2 && ::geteuid() != 0) {
      GTEST_SKIP() << "uids are given by root alone";
    }
  }
};

TEST_P(ServeApart, KeepsItsDomainsAndEndsThemInOrder) {
  const fs::path office = prepared().fresh();
  Served served(office, GetParam());
  ASSERT_TRUE(served.hear_that_it_is_open()) << served.said();
  const std::string level = "L" + std::to_string(GetParam());
  EXPECT_NE(served.said().find("isolation " + level +
                               ": a process for each of kmc, pin, seal, tsa, ocsp, vault, outside, desk, street"),
            std::string::npos)
      << served.said();
  EXPECT_NE(served.said().find(cage::means_here().describe()), std::string::npos) << served.said();
  for (const std::string& domain : domains) {
    ASSERT_TRUE(served.wait_until_ready_says(domain + " running\n")) << served.ready();
  }
  const auto before = served.children();
  ASSERT_EQ(before.size(), domains.size()) << served.said();
  ASSERT_EQ(::kill(before.at("kmc"), SIGKILL), 0);
  ASSERT_TRUE(served.hear("kmc | was ended by signal 9")) << served.said();
  ASSERT_TRUE(served.wait_until_another("kmc", before.at("kmc"))) << served.said();
  ASSERT_TRUE(served.wait_until_ready_says("kmc running\n"));
  EXPECT_TRUE(served.wait_until_ready_says("HTTP/1.1 200")) << served.ready();
  const auto after = served.children();
  ASSERT_EQ(after.size(), domains.size());
  EXPECT_NE(after.at("kmc"), before.at("kmc"));
  EXPECT_EQ(after.at("pin"), before.at("pin"));
  const auto processes = open_all(after);
  EXPECT_EQ(served.end_by(SIGTERM), 0) << served.said();
  EXPECT_TRUE(all_end(processes));
  EXPECT_EQ(served.said().find("did not end in time"), std::string::npos) << served.said();
  for (const std::string& writer : domains) {
    std::ifstream in(office / "data" / "audit" / (writer + ".log"));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_NE(text.find("\"domain.walls\""), std::string::npos) << writer;
    EXPECT_NE(text.find("\"" + level + "\""), std::string::npos) << writer;
  }
}

// Bouncy Castle's verdict.
int judge(const std::string& words) {
  const int status = std::system(("sh " YX_SOURCE_DIR "/tests/interop/judge.sh " + words + " >/dev/null").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_P(ServeApart, AnswersOfStatusAndTimeAndBothComeBack) {
  const fs::path office = prepared().fresh();
  const auto at = [&](const std::string& name) { return (office / name).string(); };
  const auto issuing = x509::Certificate::parse(*cli::read_file(at("data/public/issuing.cer"))).value();
  const auto stamper = x509::Certificate::parse(*cli::read_file(at("data/tsa/tsa.cer"))).value();
  ASSERT_TRUE(cli::write_file(at("stamper.der"), stamper.der(), false));
  ASSERT_TRUE(cli::write_file(at("data.bin"), bytes_of("印信"), false));
  const Bytes question = x509::build_ocsp_request({x509::CertId::of(issuing, stamper.serial())}, std::nullopt);
  const tsp::TimeStampRequest wish{.imprint = tsp::Imprint::sm3_of(bytes_of("印信")),
                                   .policy = std::nullopt,
                                   .nonce = Bytes{1, 2, 3},
                                   .want_certificate = true};
  Served served(office, GetParam());
  ASSERT_TRUE(served.hear_that_it_is_open()) << served.said();
  // While somebody is away there is a well-formed answer that says so.
  const auto status = [&] {
    for (const auto end = Steady::now() + patience; Steady::now() < end;) {
      const Bytes answer = served.post("/ocsp", "application/ocsp-request", question);
      const auto state = x509::OcspResponse::parse(answer).value().status();
      if (state == x509::OcspResponseStatus::successful) {
        return answer;
      }
      EXPECT_EQ(state, x509::OcspResponseStatus::try_later);
    }
    return Bytes();
  };
  const auto stamp = [&] {
    for (const auto end = Steady::now() + patience; Steady::now() < end;) {
      const Bytes answer = served.post("/tsa", "application/timestamp-query", wish.to_der());
      if (auto token = tsp::token_of_response(answer)) {
        return std::move(*token);
      }
    }
    return Bytes();
  };
  std::int64_t last_serial = 0;
  const auto expect_both = [&] {
    const Bytes answer = status();
    ASSERT_TRUE(cli::write_file(at("answer.der"), answer, true));
    EXPECT_EQ(
        judge("ocsp " + at("answer.der") + " " + at("data/public/issuing.cer") + " " + at("stamper.der") + " good"), 0);
    const Bytes der = stamp();
    const auto token = tsp::TimeStampToken::parse(der).value();
    EXPECT_TRUE(tsp::check_token(token, bytes_of("印信")).problems.empty());
    ASSERT_TRUE(cli::write_file(at("token.der"), der, true));
    EXPECT_EQ(judge("tsp " + at("token.der") + " " + at("data.bin")), 0);
    const std::int64_t serial = std::stoll(to_hex(token.info.serial), nullptr, 16);
    EXPECT_GT(serial, last_serial);
    last_serial = serial;
  };
  expect_both();
  ASSERT_TRUE(served.wait_until_ready_says("HTTP/1.1 200"));
  for (const char* domain : {"ocsp", "tsa"}) {
    const pid_t before = served.children().at(domain);
    ASSERT_EQ(::kill(before, SIGKILL), 0);
    ASSERT_TRUE(served.wait_until_another(domain, before)) << served.said();
    expect_both();
  }
  EXPECT_EQ(served.end_by(SIGTERM), 0) << served.said();
}

TEST_P(ServeApart, NoDomainOutlivesItsSupervisor) {
  Served served(prepared().fresh(), GetParam());
  ASSERT_TRUE(served.hear_that_it_is_open()) << served.said();
  const auto processes = open_all(served.children());
  ASSERT_EQ(processes.size(), domains.size());
  EXPECT_EQ(served.end_by(SIGKILL), -SIGKILL);
  EXPECT_TRUE(all_end(processes));
}

INSTANTIATE_TEST_SUITE_P(Walls, ServeApart, ::testing::Values(1, 2),
                         [](const auto& level) { return "L" + std::to_string(level.param); });

}  // namespace
}  // namespace yinxin::walls
