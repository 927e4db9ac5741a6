#pragma once
// Edges to the other hosts of an office. For each edge with one side here the asker's host connects to the hearer's;
// the two know each other by mutual TLS 1.3 under the certificates of hosts.json, and the asker's says which edge it
// is. Then each bridge wishes for an end of the local domain's, and bytes go both ways until either end closes, which
// closes both. A bridge reads nothing of what it carries.
//
//   Greeting = length 1 octet, "asker hearer"; Answer = 1 octet, GreetingAnswer
//
// What the vault publishes goes the same way, from its host to every other, which writes it to its own `public/`:
//   Greeting "vault public"; then Published = name length 1 octet, size 4 octets (big-endian), name, content; each is
//   answered by one octet, 1, once it is written

#include <atomic>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <thread>

#include "audit/record.h"
#include "yinxin/supervisor/control.h"
#include "yinxin/supervisor/hosts.h"

namespace yinxin::supervisor {

enum class GreetingAnswer : std::uint8_t { welcome = 1, refused = 2, absent = 3 };

inline std::string published_edge() { return "vault public"; }

struct BridgeLimits {
  net::TunnelLimits tunnel{};
  std::chrono::milliseconds end_time{15'000};     // for an end of the local domain, which may be starting
  std::chrono::milliseconds answer_time{25'000};  // for the answer to a greeting
  std::chrono::milliseconds first_pause{100};     // before the next try, twice as long each time
  std::chrono::milliseconds longest_pause{2'000};
  std::chrono::milliseconds look_pause{500};  // between looks at what was published
  std::size_t max_guests = 64;                // connections that came, greeted or not
  std::size_t max_greeting_bytes = 64;
  std::size_t max_published_bytes = 4 * 1024 * 1024;  // of one file
  std::size_t max_refusals_a_minute = 30;             // that are recorded; the others are counted
};

// The local ends, as the supervisor hands them out.
class LocalEnds {
 public:
  using Say = std::function<Result<void>(const ControlMessage&)>;
  explicit LocalEnds(Say say) : say_(std::move(say)) {}
  // outside_unreachable when none comes in time: then it is not wished for any longer.
  Result<Descriptor> wish(const std::string& edge, std::chrono::milliseconds time);
  void is_over(const std::string& edge);
  // One that nobody waits for is closed.
  void attach(const std::string& edge, Descriptor end);
  void stop();

 private:
  const Say say_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> waiting_, users_;
  std::map<std::string, Descriptor> came_;
  bool stopped_ = false;
};

struct BridgeParts {
  Hosts hosts;
  std::string self;
  std::vector<FarEdge> edges;
  std::string certificate_pem;
  SecretBytes key_pem;
  std::string published;  // folder: read where the vault is here, otherwise written
  audit::Recorder& audit;
  LocalEnds::Say say;
  std::function<void(const std::string& line)> log;
  BridgeLimits limits{};
};

class Bridge {
 public:
  // precondition when the certificate is not the one of hosts.json; errors of listen_on().
  static Result<std::unique_ptr<Bridge>> start(BridgeParts parts);
  ~Bridge();
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;
  void attach(const std::string& edge, Descriptor end) { ends_.attach(edge, std::move(end)); }

 private:
  using Identity = std::shared_ptr<const net::TlsIdentity>;
  struct Guest {
    std::atomic<bool> is_gone = false;
    std::thread thread;
  };
  explicit Bridge(BridgeParts parts);
  Result<void> open();
  [[nodiscard]] Result<Identity> identity(net::TlsIdentity::End end, std::set<std::string> peers) const;
  [[nodiscard]] bool is_stopped() const { return stopped_; }
  bool pause(std::chrono::milliseconds time);

  void hear_strangers();
  void receive(Descriptor socket, const std::string& from);
  Result<void> welcome(net::TlsStream& stream, const std::string& from);
  [[nodiscard]] bool may_ask(const Host& peer, const std::string& edge) const;
  Result<void> answer(net::TlsStream& stream, GreetingAnswer answer);

  Result<net::TlsStream> greet(const Host& host, const std::string& edge);
  // Again and again until it is stopped: once() for as long as it lasts.
  void keep_trying(const std::string& what, const std::function<Result<void>()>& once);
  Result<void> carry(const FarEdge& edge);
  Result<void> publish(const Host& to);
  Result<void> take_published(net::TlsStream& stream);
  Result<void> send_published(net::TlsStream& stream, const std::string& name, BytesView content) const;

  void refuse(const std::string& from, const std::string& object, const std::string& why);

  const BridgeParts parts_;
  const Host& self_;
  LocalEnds ends_;
  Descriptor stop_, listener_;
  Identity hears_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopped_ = false;
  std::chrono::steady_clock::time_point minute_{};
  std::size_t refusals_ = 0, unrecorded_ = 0;
  std::list<Guest> guests_;  // of the thread that hears strangers
  std::vector<std::thread> threads_;
};

}  // namespace yinxin::supervisor
