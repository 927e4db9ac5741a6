// Two ends of a tunnel on this machine, and peers that are none.

#include "net/tunnel.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "net/tls_host_key.h"

namespace yinxin::net {
namespace {

using End = TlsIdentity::End;

struct Pair {
  Descriptor one, other;
};
Pair make_pair_of(int kind = SOCK_STREAM) {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::uint16_t port_of(const Descriptor& listener) {
  sockaddr_in at{};
  socklen_t size = sizeof at;
  EXPECT_EQ(::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&at), &size), 0);
  return ntohs(at.sin_port);
}

class TunnelTest : public ::testing::Test {
 protected:
  static std::string fingerprint(const HostKey& key) { return *certificate_fingerprint(key.certificate_pem); }
  // An end that shows `own` and believes `peer`.
  static std::shared_ptr<const TlsIdentity> identity(End end, const HostKey& own, const HostKey& peer) {
    return TlsIdentity::pinned(end, own.certificate_pem, own.key_pem, {fingerprint(peer)}).value();
  }
  // Two TCP sockets that are each other's, through the functions under test.
  Pair connected() {
    Descriptor listener = listen_on({.address = "127.0.0.1", .port = 0}).value();
    Pair pair;
    pair.one = connect_to({.address = "127.0.0.1", .port = port_of(listener)}, stop_.number()).value();
    pair.other = Descriptor(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_TRUE(pair.other.is_open());
    return pair;
  }
  void stop() const {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.number(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }
  Descriptor stop_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  const HostKey inner_ = make_host_key("inner").value();
  const HostKey outer_ = make_host_key("outer").value();
  const HostKey stranger_ = make_host_key("inner").value();  // whatever it calls itself
};

// Both ends of a tunnel, carrying between two local sockets.
class Tunnel {
 public:
  Tunnel(Pair wire, const std::shared_ptr<const TlsIdentity>& from, const std::shared_ptr<const TlsIdentity>& to,
         int stop) {
    Pair here = make_pair_of(), there = make_pair_of();
    near_ = std::move(here.one);
    far_ = std::move(there.one);
    const auto run = [stop](Descriptor socket, std::shared_ptr<const TlsIdentity> identity, Descriptor local) {
      TlsStream stream(std::move(socket), std::move(identity), stop);
      const auto shaken = stream.shake_hands();
      EXPECT_TRUE(shaken) << shaken.error().describe();
      return stream.carry(std::move(local));
    };
    connecting_ = std::thread([this, run, socket = std::move(wire.one), from, local = std::move(here.other)]() mutable {
      why_near_ = run(std::move(socket), from, std::move(local));
    });
    hearing_ = std::thread([this, run, socket = std::move(wire.other), to, local = std::move(there.other)]() mutable {
      why_far_ = run(std::move(socket), to, std::move(local));
    });
  }
  ~Tunnel() { join(); }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  void join() {
    for (std::thread* one : {&connecting_, &hearing_}) {
      if (one->joinable()) {
        one->join();
      }
    }
  }
  Descriptor near_, far_;
  std::string why_near_, why_far_;

 private:
  std::thread connecting_, hearing_;
};

void write_all(const Descriptor& socket, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ASSERT_GT(sent, 0);
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

// As many, or fewer where the other end closes first.
Bytes read_up_to(const Descriptor& socket, std::size_t size) {
  Bytes all(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::recv(socket.number(), all.data() + have, size - have, 0);
    if (got <= 0) {
      break;
    }
    have += static_cast<std::size_t>(got);
  }
  all.resize(have);
  return all;
}

Bytes pattern(std::size_t size, unsigned step) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * step + i / 251);
  }
  return bytes;
}

TEST_F(TunnelTest, CarriesMegabytesBothWaysAtOnceAndWhatWasSaidBeforeTheEnd) {
  Tunnel tunnel(connected(), identity(End::connects, inner_, outer_), identity(End::hears, outer_, inner_),
                stop_.number());
  constexpr std::size_t size = 3'000'000;
  const Bytes there = pattern(size, 7), back = pattern(size, 13);
  std::thread writes_there([&] { write_all(tunnel.near_, there); });
  std::thread writes_back([&] { write_all(tunnel.far_, back); });
  Bytes heard_there, heard_back;
  std::thread reads_there([&] { heard_there = read_up_to(tunnel.far_, size); });
  heard_back = read_up_to(tunnel.near_, size);
  for (std::thread* one : {&writes_there, &writes_back, &reads_there}) {
    one->join();
  }
  EXPECT_EQ(heard_there, there);
  EXPECT_EQ(heard_back, back);
  write_all(tunnel.near_, bytes_of("the last word"));
  tunnel.near_.close();
  EXPECT_EQ(text_of(read_up_to(tunnel.far_, 100)), "the last word");  // and then its end
  tunnel.join();
  EXPECT_EQ(tunnel.why_near_, "the domain here has closed it");
  EXPECT_EQ(tunnel.why_far_, "the other host has closed it");
}

TEST_F(TunnelTest, EndsBothWhenItIsStopped) {
  Tunnel tunnel(connected(), identity(End::connects, inner_, outer_), identity(End::hears, outer_, inner_),
                stop_.number());
  write_all(tunnel.near_, bytes_of("x"));
  EXPECT_EQ(read_up_to(tunnel.far_, 1).size(), 1U);
  stop();
  EXPECT_TRUE(read_up_to(tunnel.near_, 1).empty());
  EXPECT_TRUE(read_up_to(tunnel.far_, 1).empty());
}

// Whoever the two are, neither has said anything to the other when one of them is none.
TEST_F(TunnelTest, NeitherEndSpeaksToAnotherCertificate) {
  const auto meet = [&](const HostKey& connecting, const HostKey& it_believes, const HostKey& hearing,
                        const HostKey& that_believes) {
    Pair wire = connected();
    Result<void> heard;
    std::thread hears([&, socket = std::move(wire.other)]() mutable {
      TlsStream stream(std::move(socket), identity(End::hears, hearing, that_believes), stop_.number());
      heard = stream.shake_hands();
    });
    TlsStream stream(std::move(wire.one), identity(End::connects, connecting, it_believes), stop_.number());
    auto said = stream.shake_hands();
    if (said) {
      said = stream.read(1) ? Result<void>() : fail(ErrorCode::invalid_input, "refused afterwards");
    }
    hears.join();
    return std::pair(said.has_value(), heard.has_value());
  };
  EXPECT_EQ(meet(stranger_, outer_, outer_, inner_), std::pair(false, false));
  EXPECT_EQ(meet(inner_, outer_, stranger_, inner_), std::pair(false, false));
}

TEST_F(TunnelTest, WhoShowsNoCertificateIsRefused) {
  const auto hears = identity(End::hears, outer_, inner_);
  const auto trusting = TlsIdentity::client(outer_.certificate_pem).value();
  const auto server = TlsSession::begin(*hears);
  const auto client = TlsSession::begin(*trusting, "outer");
  Bytes ignored;
  Result<void> judged;
  for (int turn = 0; turn < 8 && judged; ++turn) {
    EXPECT_TRUE(client->receive(server->outgoing(), ignored));
    judged = server->receive(client->outgoing(), ignored);
  }
  EXPECT_FALSE(judged);
  EXPECT_FALSE(server->is_established());
  EXPECT_EQ(server->peer_fingerprint(), "");
  EXPECT_FALSE(TlsIdentity::pinned(End::hears, outer_.certificate_pem, outer_.key_pem, {}));
  EXPECT_FALSE(TlsIdentity::pinned(End::hears, outer_.certificate_pem, inner_.key_pem, {"00"}));
}

TEST_F(TunnelTest, RubbishAndSilenceEndTheHandshakeInTime) {
  for (const std::string_view said : {std::string_view("GET / HTTP/1.1\r\n\r\n"), std::string_view()}) {
    Pair wire = connected();
    TlsStream stream(std::move(wire.other), identity(End::hears, outer_, inner_), stop_.number(),
                     {.step_time = std::chrono::milliseconds(50)});
    write_all(wire.one, bytes_of(said));
    const auto shaken = stream.shake_hands();
    ASSERT_FALSE(shaken);
    EXPECT_EQ(shaken.error().code, said.empty() ? ErrorCode::outside_unreachable : ErrorCode::invalid_input);
  }
}

TEST(Endpoint, IsALiteralAddressWithAPort) {
  for (const char* good : {"127.0.0.1:1", "192.0.2.1:8450", "[::1]:65535", "[2001:db8::1]:8450"}) {
    const auto read = Endpoint::parse(good);
    ASSERT_TRUE(read) << good;
    EXPECT_EQ(read->text(), good);
  }
  for (const char* bad :
       {"", ":", "1:1", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:80x",
        "127.0.0.1:080", "127.0.0.1: 80", "[127.0.0.1]:80", "::1:80", "[::1]", "[]:1", "127.0.0.1.:80", "[::1]x:80"}) {
    EXPECT_FALSE(Endpoint::parse(bad)) << bad;
  }
}

TEST(HostKey, IsFreshEachTimeAndKnownByItsFingerprint) {
  const auto one = make_host_key("主机一").value();
  const auto two = make_host_key("主机一").value();
  EXPECT_EQ(certificate_fingerprint(one.certificate_pem)->size(), 64U);
  EXPECT_NE(*certificate_fingerprint(one.certificate_pem), *certificate_fingerprint(two.certificate_pem));
  EXPECT_FALSE(make_host_key(""));
  EXPECT_FALSE(make_host_key(std::string(65, 'x')));
  EXPECT_FALSE(certificate_fingerprint("rubbish"));
}

}  // namespace
}  // namespace yinxin::net
