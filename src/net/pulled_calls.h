#pragma once
// Calls from the side of an edge that only hears to the side that only asks. Who hears lays a question down and waits;
// who asks fetches it, does it, and brings the answer. So an inner process is never called: it comes when it will, and
// what it finds there it judges like anything else.

#include <deque>

#include "net/edge.h"

namespace yinxin::net {

struct PullLimits {
  std::size_t max_waiting = 64;                     // questions without an answer
  std::chrono::milliseconds deadline{60'000};       // of one call, a neighbour's new start included
  std::chrono::milliseconds longest_fetch{10'000};  // a fetch with nothing to fetch; below EdgeLimits::deadline
};

// Its own verbs on that edge.
namespace pull_verb {
constexpr std::uint16_t fetch = 0x0F01, bring = 0x0F02;
}

// The side that hears. Every question must be idempotent: whose answer did not come in time may have been carried out.
class PulledCalls {
 public:
  explicit PulledCalls(const PullLimits& limits = {}) : limits_(limits) {}
  // From any thread. The answer or failure that was brought; outside_unreachable "edge.deadline", or "edge.closed" when
  // who had fetched it went away; too_many_requests "edge.outstanding"; invalid_input "edge.length".
  Result<Bytes> call(std::uint16_t verb, BytesView body);
  // For the newest edge from there; what an older one still fetches or brings is refused.
  EdgeTable table();
  // Every fetch and every call ends, now and later.
  void stop();

 private:
  struct Waiting {
    std::uint64_t id = 0;
    std::uint16_t verb = 0;
    Bytes body;
    bool is_fetched = false;
    std::optional<Result<Bytes>> answer{};
  };
  Result<Bytes> fetch(std::uint64_t life);
  Result<Bytes> bring(std::uint64_t life, BytesView told);
  std::shared_ptr<Waiting> next_waiting();

  const PullLimits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Waiting>> waiting_;
  std::uint64_t last_id_ = 0;
  std::uint64_t life_ = 0;
  bool stopped_ = false;
};

// The side that asks: a thread that fetches, does and brings, one question after the other, until its end.
class Puller {
 public:
  // `link` outlives it, and is for nothing else: it ends with this. A verb that `deeds` does not know is unsupported,
  // and `on_stray` is told of it, as of whatever is no question.
  Puller(EdgeLink& link, EdgeTable deeds, std::function<void(const Error&)> on_stray = {});
  ~Puller();  // after the deed that is under way
  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;

 private:
  void pull();
  Result<void> pull_one();
  Error stray(ErrorCode code, std::string what);

  EdgeLink& link_;
  const EdgeTable deeds_;
  const std::function<void(const Error&)> on_stray_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace yinxin::net
