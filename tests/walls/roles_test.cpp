// One office on two hosts: a folder each with its part, a supervisor each, and mutual TLS on this machine's loopback
// between their bridges. The test is desk and street of the outer host.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <csignal>
#include <fstream>

#include "apart.h"
#include "cage/means.h"
#include "exploit.h"
#include "net/tunnel.h"
#include "terminal/files.h"
#include "yinxin/supervisor/bridge.h"
#include "yinxin/supervisor/host_folder.h"

namespace yinxin::walls {
namespace {

using net::TlsIdentity;
using supervisor::Hosts;
using supervisor::Level;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

const std::set<std::string> inner_roles{"vault", "kmc", "pin", "seal", "ocsp", "tsa"};
const std::set<std::string> outer_roles{"desk", "street", "outside"};
constexpr std::chrono::seconds in_test{20};

// Nobody else takes it in the moment until the bridge listens there.
std::uint16_t free_port() {
  const Descriptor listener = net::listen_on({.address = "127.0.0.1", .port = 0}).value();
  sockaddr_in at{};
  socklen_t size = sizeof at;
  EXPECT_EQ(::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  return ntohs(at.sin_port);
}

std::string text_of_file(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Roles : public ::testing::TestWithParam<Level> {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    if (GetParam() == Level::a_uid_each && ::geteuid() != 0) {
      GTEST_SKIP() << "uids are given by root alone";
    }
    office_ = prepared().fresh();
    ::setenv("YINXIN_SOFT_TOKENS", (office_ / "tokens").c_str(), 1);
    SystemRandom random;
    std::string list;
    for (const auto& [name, roles] : {std::pair("inner", inner_roles), std::pair("outer", outer_roles)}) {
      fs::create_directories(office_ / name);
      const std::string data = data_of(name);
      ASSERT_TRUE(supervisor::part_folder((office_ / "data").string(), data, roles, prepared().boot()));
      const auto fingerprint =
          supervisor::make_bridge_key(data, name, prepared().boot(), random, crypto::least_wrapping_cost);
      ASSERT_TRUE(fingerprint) << fingerprint.error().describe();
      std::string names;
      for (const std::string& role : roles) {
        names += (names.empty() ? "\"" : ", \"") + role + "\"";
      }
      list += std::string(list.empty() ? "" : ", ") + R"({"name": ")" + name + R"(", "address": "127.0.0.1:)" +
              std::to_string(free_port()) + R"(", "fingerprint": ")" + *fingerprint + R"(", "roles": [)" + names + "]}";
    }
    text_ = R"({"hosts": [)" + list + "]}";
    hosts_ = Hosts::parse(text_).value();
  }
  [[nodiscard]] std::string data_of(const std::string& host) const { return (office_ / host / "data").string(); }
  [[nodiscard]] std::unique_ptr<Apart> start(const std::string& name) const {
    ApartWish wish;
    wish.host = supervisor::OneHost{hosts_, text_, *hosts_.find(name)};
    auto host = std::make_unique<Apart>(office_ / name, GetParam(), wish);
    EXPECT_TRUE(host->wait_until_running()) << host->log();
    EXPECT_TRUE(host->wait_until_said("other hosts are heard on", in_test)) << host->log();
    return host;
  }
  static Result<void> finish(office::House& house) { return prepared().finish_line(house, scene::case_number); }
  [[nodiscard]] std::int64_t count(const std::string& domain, const store::Migrations& migrations,
                                   const std::string& sql) const {
    const auto engine = store::Engine::open(data_of("inner") + "/" + domain + "/" + domain + ".db",
                                            {.domain = domain, .migrations = migrations, .on_calling_thread = true})
                            .value();
    return engine
        ->read([&](store::Snapshot& s) -> Result<std::int64_t> {
          YX_TRY(auto rows, s.query(sql));
          YX_TRY(const bool found, rows.next());
          return found ? rows.int64(0) : -1;
        })
        .value();
  }
  void expect_one_line() const {
    const auto vault = [&](const std::string& sql) { return count("vault", store::vault::migrations(), sql); };
    EXPECT_EQ(vault("SELECT COUNT(*) FROM issuance WHERE state < 2"), 0);
    EXPECT_EQ(
        vault("SELECT COUNT(*) FROM issuance i JOIN certificate c ON c.issuance=i.id WHERE i.state=2 AND c.use=1"), 1);
    EXPECT_EQ(vault("SELECT COUNT(*) FROM issued_line"), 1);
    EXPECT_EQ(count("kmc", store::kmc_migrations(), "SELECT COUNT(*) FROM key WHERE state='in_use'"), 1);
  }
  [[nodiscard]] net::HostKey key_of(const std::string& host) const {
    const auto chest = office::KeyChest::open(data_of(host) + "/bridge", "bridge", prepared().boot()).value();
    return supervisor::kept_host_key(data_of(host), chest).value();
  }
  // As somebody who comes to the outer host's bridge.
  [[nodiscard]] Result<net::TlsStream> come(const net::HostKey& key) const {
    const supervisor::Host& outer = *hosts_.find("outer");
    auto identity =
        TlsIdentity::pinned(TlsIdentity::End::connects, key.certificate_pem, key.key_pem, {outer.fingerprint});
    YX_TRY(Descriptor socket, net::connect_to(outer.address, never_.number()));
    net::TlsStream stream(std::move(socket), identity.value(), never_.number());
    YX_CHECK(stream.shake_hands());
    return stream;
  }
  Result<supervisor::GreetingAnswer> greet(const net::HostKey& key, const std::string& edge) const {
    YX_TRY(net::TlsStream stream, come(key));
    Bytes greeting{static_cast<std::uint8_t>(edge.size())};
    greeting.insert(greeting.end(), edge.begin(), edge.end());
    YX_CHECK(stream.write(greeting));
    YX_TRY(const Bytes answer, stream.read(1, in_test));
    return static_cast<supervisor::GreetingAnswer>(answer[0]);
  }
  fs::path office_;
  std::string text_;
  Hosts hosts_;
  Descriptor never_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

TEST_P(Roles, ALineIsMadeOverTwoHostsAndNeitherHasTheOthersKeys) {
  for (const std::string& role : inner_roles) {
    EXPECT_FALSE(fs::exists(data_of("outer") + "/" + role)) << role;
    EXPECT_TRUE(fs::exists(data_of("inner") + "/" + role)) << role;
  }
  for (const std::string& role : outer_roles) {
    EXPECT_FALSE(fs::exists(data_of("inner") + "/" + role)) << role;
  }
  {
    const auto inner = start("inner"), outer = start("outer");
    const auto house = outer->open_house();
    const auto made = finish(*house);
    ASSERT_TRUE(made) << made.error().describe() << "\n" << inner->log() << outer->log();
    EXPECT_EQ(house->desk().find(scene::case_number)->find_line(scene::case_line)->state, hall::LineState::written);
    for (const char* domain : {"kmc", "pin", "seal", "vault", "bridge"}) {
      EXPECT_EQ(inner->status(domain).lives, 1U) << domain << "\n" << inner->log();
    }
    EXPECT_EQ(outer->status("bridge").lives, 1U) << outer->log();
    EXPECT_GE(outer->status("bridge").landlock_abi, cage::needed_landlock_abi);
    EXPECT_TRUE(outer->status("bridge").has_seccomp);
  }
  expect_one_line();
}

TEST_P(Roles, AHostThatIsKilledInTheMiddleComesBackAndTheLineIsMadeOnce) {
  {
    auto inner = start("inner");
    const auto outer = start("outer");
    const auto house = outer->open_house();
    ASSERT_TRUE(inner->ask("vault", arm_verb, "vault.commit.before"));
    const auto failed = finish(*house);
    ASSERT_FALSE(failed) << "nobody died\n" << inner->log();
    EXPECT_EQ(failed.error().code, ErrorCode::outside_unreachable) << failed.error().describe();
    for (const char* domain : {"vault", "kmc", "pin", "seal", "bridge"}) {
      if (const pid_t pid = inner->status(domain).pid; pid > 0) {
        EXPECT_EQ(::kill(pid, SIGKILL), 0) << domain;
      }
    }
    inner.reset();
    inner = start("inner");
    const auto bridge = outer->status("bridge");
    ASSERT_EQ(::kill(bridge.pid, SIGKILL), 0);
    ASSERT_TRUE(outer->wait_until_running("bridge", bridge.lives + 1)) << outer->log();
    // The bridge runs again before its edges are up: whoever makes the line tries again.
    auto made = finish(*house);
    for (int tries = 0; !made && made.error().code == ErrorCode::outside_unreachable && tries < 100; ++tries) {
      made = finish(*house);
    }
    ASSERT_TRUE(made) << made.error().describe() << "\n" << inner->log() << outer->log();
  }
  expect_one_line();
}

TEST_P(Roles, WhatTheVaultPublishesComesToTheOtherHost) {
  const auto inner = start("inner"), outer = start("outer");
  for (const char* content : {"a list", "its next"}) {
    ASSERT_TRUE(cli::write_file(data_of("inner") + "/public/probe.crl", bytes_of(content), true));
    const fs::path copy = data_of("outer") + "/public/probe.crl";
    for (const auto end = Steady::now() + patience; text_of_file(copy) != content && Steady::now() < end;) {
      std::this_thread::yield();
    }
    EXPECT_EQ(text_of_file(copy), content) << inner->log() << outer->log();
  }
  EXPECT_FALSE(fs::exists(data_of("outer") + "/public/pinned.der"));
}

TEST_P(Roles, WhoIsNotThatHostIsRefusedAndRecorded) {
  const auto outer = start("outer");
  const fs::path record = data_of("outer") + "/audit/bridge.log";
  // A key of his own, whatever name it has.
  const net::HostKey stranger = net::make_host_key("inner").value();
  EXPECT_FALSE(greet(stranger, "vault street"));
  ASSERT_TRUE(outer->wait_until_said("refused 127.0.0.1, handshake", in_test)) << outer->log();
  EXPECT_NE(text_of_file(record).find("\"handshake\""), std::string::npos) << text_of_file(record);
  // No certificate at all.
  const auto trusting = TlsIdentity::client(key_of("outer").certificate_pem).value();
  const auto session = net::TlsSession::begin(*trusting, "outer");
  const Descriptor socket = net::connect_to(hosts_.find("outer")->address, never_.number()).value();
  ASSERT_EQ(::fcntl(socket.number(), F_SETFL, 0), 0);
  Result<void> heard;
  for (ssize_t got = 1; heard && got > 0;) {
    const Bytes out = session->outgoing();
    ASSERT_EQ(::send(socket.number(), out.data(), out.size(), MSG_NOSIGNAL), static_cast<ssize_t>(out.size()));
    Bytes part(4096), plain;
    got = ::recv(socket.number(), part.data(), part.size(), 0);
    heard = session->receive(BytesView(part).first(static_cast<std::size_t>(std::max<ssize_t>(got, 0))), plain);
  }
  EXPECT_FALSE(heard) << "no alert";
  ASSERT_TRUE(outer->wait_until_said("peer did not return a certificate", in_test)) << outer->log();
  // The right host, and edges that are not its own: another's role, one of ours, none at all, too long a word.
  const net::HostKey right = key_of("inner");
  for (const std::string edge :
       {"street pin", "desk street", "vault outside", "test street", "street vault", "", "\n"}) {
    EXPECT_EQ(greet(right, edge).value(), supervisor::GreetingAnswer::refused) << edge;
  }
  EXPECT_FALSE(greet(right, std::string(200, 'x')));
  for (const char* edge : {"street pin", "desk street", "vault outside"}) {
    EXPECT_NE(text_of_file(record).find("\"" + std::string(edge) + "\""), std::string::npos) << edge;
  }
  EXPECT_NE(text_of_file(record).find("\"bridge.refuse\""), std::string::npos);
  EXPECT_EQ(greet(right, "vault street").value(), supervisor::GreetingAnswer::welcome);
}

INSTANTIATE_TEST_SUITE_P(Walls, Roles, ::testing::Values(Level::one_uid, Level::a_uid_each),
                         [](const auto& level) { return level.param == Level::one_uid ? "L1" : "L2"; });

// ------------------------------------------------------------------------------------------------------- hosts.json

std::string host(const std::string& name, int port, char digit, const std::string& roles) {
  return R"({"name": ")" + name + R"(", "address": "127.0.0.1:)" + std::to_string(port) + R"(", "fingerprint": ")" +
         std::string(64, digit) + R"(", "roles": [)" + roles + "]}";
}
std::string file(const std::string& hosts) { return R"({"hosts": [)" + hosts + "]}"; }
const std::string inner_list = R"("vault", "kmc", "pin", "seal", "ocsp", "tsa")";
const std::string outer_list = R"("desk", "street", "outside")";

TEST(HostsFile, SaysWhoPlaysWhatAndWhere) {
  const auto hosts = Hosts::parse(file(host("inner", 1, 'a', inner_list) + "," + host("outer", 2, 'b', outer_list)));
  ASSERT_TRUE(hosts) << hosts.error().describe();
  EXPECT_EQ(hosts->of_role("tsa")->name, "inner");
  EXPECT_EQ(hosts->of_fingerprint(std::string(64, 'b'))->name, "outer");
  EXPECT_EQ(hosts->of_fingerprint("b"), nullptr);
  EXPECT_EQ(hosts->playing(outer_roles)->name, "outer");
  EXPECT_FALSE(hosts->playing({"desk"}));
  EXPECT_TRUE(Hosts::parse(file(host("one", 1, 'a', R"("vault", "pin", "seal", "ocsp", "tsa", )" + outer_list))));
  const auto far =
      supervisor::far_edges_of(supervisor::edges_of({{"kmc", {}}}, {"desk", "street"}), *hosts, *hosts->find("inner"));
  std::set<std::string> names;
  for (const auto& edge : far) {
    names.insert(edge.name() + (edge.asks_here ? " >" : " <"));
    EXPECT_EQ(edge.host, "outer");
  }
  EXPECT_EQ(names, (std::set<std::string>{"vault desk >", "vault street >", "outside pin <", "street pin <",
                                          "street ocsp <", "street tsa <"}));
}

TEST(HostsFile, IsTakenStrictly) {
  const std::string inner = host("inner", 1, 'a', inner_list), outer = host("outer", 2, 'b', outer_list);
  const std::string bad[] = {
      "",
      "[]",
      "{}",
      file(""),
      R"({"hosts": [], "more": 1})",
      file(inner),                                                               // nobody plays the desk
      file(inner + "," + host("outer", 2, 'b', outer_list + R"(, "pin")")),      // two play pin
      file(inner + "," + host("outer", 2, 'b', outer_list + R"(, "desk")")),     // twice
      file(inner + "," + host("outer", 2, 'b', outer_list + R"(, "bridge")")),   // no role
      file(inner + "," + host("outer", 2, 'b', outer_list + R"(, "mallory")")),  // none at all
      file(inner + "," + host("outer", 2, 'b', outer_list + ", 7")),
      file(inner + "," + host("inner", 2, 'b', outer_list)),
      file(inner + "," + host("outer", 1, 'b', outer_list)),
      file(inner + "," + host("outer", 2, 'a', outer_list)),
      file(inner + "," + host("outer", 2, 'B', outer_list)),
      file(inner + "," + host("outer", 0, 'b', outer_list)),
      file(inner + "," + host("Outer", 2, 'b', outer_list)),
      file(inner + "," + host("", 2, 'b', outer_list)),
      file(inner + "," + host("outer", 2, 'b', "")),
      file(inner + "," + outer.substr(0, outer.size() - 1) + R"(, "x": 1})"),
      file(inner + ", 1"),
      file(inner + "," + outer + "," + host("third", 3, 'c', "")),
      file(inner + "," + outer) + std::string(supervisor::max_hosts_bytes, ' '),
      file(inner + "," + outer) + "x",
  };
  for (const std::string& text : bad) {
    const auto read = Hosts::parse(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_input) << text;
  }
}

TEST(HostFolder, IsMadeOnceAndOnlyOfRoles) {
  const fs::path office = prepared().fresh();
  const auto part = [&](const std::string& out, const std::set<std::string>& roles) {
    return supervisor::part_folder((office / "data").string(), (office / out).string(), roles, prepared().boot());
  };
  EXPECT_EQ(part("bad", {"desk", "bridge"}).error().code, ErrorCode::invalid_input);
  EXPECT_FALSE(fs::exists(office / "bad"));
  ASSERT_TRUE(part("good", {"desk"}));
  EXPECT_EQ(part("good", {"desk"}).error().code, ErrorCode::already_exists);
  EXPECT_FALSE(fs::exists(office / "good" / "vault"));
  const auto pinned =
      supervisor::read_pinned((office / "good").string(), prepared().boot(), std::set<std::string>{"desk"});
  EXPECT_EQ(*pinned, *supervisor::read_pinned((office / "data").string(), prepared().boot()));
  // Without what was told of the others nobody starts.
  fs::remove(office / "good" / "pinned.der");
  EXPECT_FALSE(supervisor::read_pinned((office / "good").string(), prepared().boot(), std::set<std::string>{"desk"}));
}

}  // namespace
}  // namespace yinxin::walls
