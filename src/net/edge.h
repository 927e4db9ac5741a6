#pragma once
// An edge between two processes: one asks, the other hears; never the other way round. Frames (net/edge_frame.h) over a
// stream socket that somebody handed to both; no word of any trade. Every message on an edge must be idempotent: when
// no answer comes, nobody knows whether it was carried out, and it is asked again.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "base/descriptor.h"
#include "net/edge_frame.h"

namespace yinxin::net {

struct EdgeLimits {
  std::size_t max_outstanding = 32;                  // questions without an answer, on one edge
  std::size_t heard_at_once = 1;                     // EdgeHearer: more than one where answers wait for strangers
  std::chrono::milliseconds deadline{30'000};        // of one call
  std::chrono::milliseconds frame_time{10'000};      // for the rest of a frame that has begun, either way
  std::chrono::milliseconds neighbour_time{15'000};  // EdgeLink: for a neighbour that is being started again
};

// Whether nobody was reached at all over an edge, whatever was asked; a hearer's own failures are not.
inline bool is_edge_failure(const Error& error) {
  return error.code == ErrorCode::outside_unreachable && error.detail.starts_with("edge.");
}

// The asking side. Any thread may call; several calls may be under way.
class EdgeCaller {
 public:
  explicit EdgeCaller(Descriptor socket, const EdgeLimits& limits = {});
  ~EdgeCaller();
  EdgeCaller(const EdgeCaller&) = delete;
  EdgeCaller& operator=(const EdgeCaller&) = delete;

  // The hearer's answer or its failure. outside_unreachable "edge.deadline", or "edge.closed: why" when the edge ended
  // first; too_many_requests "edge.outstanding"; invalid_input "edge.length".
  Result<Bytes> call(std::uint16_t verb, BytesView body);
  [[nodiscard]] bool is_open() const;
  // Why the edge ended; empty while it is open.
  [[nodiscard]] std::string reason() const;
  void end();  // calls under way fail

 private:
  struct Waiting {
    std::optional<Result<Bytes>> answer;
    bool abandoned = false;  // its deadline has passed: the answer is dropped, not mistaken for a stray one
    std::uint16_t verb = 0;
  };
  Result<void> send(std::uint16_t verb, BytesView body, std::uint64_t& id);
  void read();
  Result<void> take(Frame frame);
  void close(const std::string& reason);

  const Descriptor socket_;
  const EdgeLimits limits_;
  std::mutex sending_;  // ids go out in their order
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_id_ = 0;
  std::string reason_;
  std::thread reader_;
};

// verb → what hears it. One edge's questions are heard one after the other, in their order, unless its limits say
// otherwise.
using EdgeTable = std::map<std::uint16_t, std::function<Result<Bytes>(BytesView)>>;

// The hearing side: a thread of its own. A frame that is malformed, oversized, no question, of an unknown verb, or
// whose id does not count up ends the edge; so does one that is not whole in time, or an answer that is not taken in
// time.
class EdgeHearer {
 public:
  EdgeHearer(Descriptor socket, EdgeTable table, const EdgeLimits& limits = {});
  ~EdgeHearer();
  EdgeHearer(const EdgeHearer&) = delete;
  EdgeHearer& operator=(const EdgeHearer&) = delete;
  [[nodiscard]] bool is_open() const;
  // Why the edge ended; empty while it is open.
  [[nodiscard]] std::string reason() const;

 private:
  void hear();
  Result<void> take(Frame frame, std::uint64_t& last_id);
  Result<void> answer(const Frame& frame);
  void work();

  const Descriptor socket_;
  const EdgeTable table_;
  const EdgeLimits limits_;
  mutable std::mutex mutex_;
  std::string reason_;
  std::mutex sending_;
  std::condition_variable changed_;
  std::deque<Frame> heard_;  // for the workers, where there are some
  bool is_ended_ = false;
  std::vector<std::thread> workers_;
  std::thread thread_;
};

// The asking side of a neighbour that may die and come back: each life brings a new socket.
class EdgeLink {
 public:
  explicit EdgeLink(const EdgeLimits& limits = {}) : limits_(limits) {}
  // In place of the edge there was.
  void attach(Descriptor socket);
  // Waits neighbour_time for an edge that is open, then asks once. outside_unreachable "edge.absent" when none came;
  // otherwise as EdgeCaller::call().
  Result<Bytes> call(std::uint16_t verb, BytesView body);
  // For good: calls under way and all later ones fail at once.
  void end();

 private:
  const EdgeLimits limits_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<EdgeCaller> caller_;
  bool ended_ = false;
};

}  // namespace yinxin::net
