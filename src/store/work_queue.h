#pragma once
// Outbox and jobs: things to be done later, written in the same transaction as the change that wants them.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/engine.h"

namespace yinxin::store {

constexpr std::size_t max_payload_bytes = std::size_t{4} << 20;
constexpr std::size_t max_claimed_at_once = 256;

struct WorkItem {
  std::string kind;             // "sms.send", "ocsp.status"
  std::string idempotency_key;  // the same key of a kind is the same item
  Bytes payload;
  std::optional<Instant> not_before{};
};

struct Claimed {
  std::int64_t id = 0;
  std::string kind;
  std::string idempotency_key;
  Bytes payload;
  std::int64_t attempt = 1;  // of this claim, from 1; also the token that finish() and retry() must show
  // An earlier claim ran out without a word: it may have happened. Ask the other side, never repeat blindly.
  bool maybe_done = false;
};

// 1st, 2nd, 3rd … failure: first, first*2, first*4 … at most longest; given up after max_attempts.
struct BackOff {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{std::chrono::hours(1)};
  std::int64_t max_attempts = 20;
  [[nodiscard]] std::chrono::milliseconds after(std::int64_t attempts) const;
};

enum class WorkState { waiting, claimed, done, given_up };

class WorkQueue {
 public:
  static WorkQueue outbox(const Clock& clock, BackOff back_off = {}) { return {"outbox", clock, back_off}; }
  static WorkQueue jobs(const Clock& clock, BackOff back_off = {}) { return {"job", clock, back_off}; }

  // The id; of the item already there when kind and key are known and the payload is the same, conflict when it is
  // another. invalid_input when the payload is too large.
  Result<std::int64_t> put(Transaction& transaction, const WorkItem& item) const;
  // Up to `limit` items that are due, or whose lease ran out, oldest first. They are ours until the lease ends.
  Result<std::vector<Claimed>> claim(Transaction& transaction, std::string_view kind, std::size_t limit,
                                     std::chrono::milliseconds lease) const;
  // wrong_state when the claim is no longer ours (all three).
  Result<void> extend(Transaction& transaction, const Claimed& claimed, std::chrono::milliseconds lease) const;
  Result<void> finish(Transaction& transaction, const Claimed& claimed) const;
  // Tries again after the back-off, or gives up; says which. `reason` carries no personal data.
  Result<WorkState> retry(Transaction& transaction, const Claimed& claimed, std::string_view reason) const;
  // not_found
  Result<WorkState> state(Snapshot& snapshot, std::int64_t id) const;
  // When the next item of the kind is due, if there is one.
  Result<std::optional<Instant>> next_due(Snapshot& snapshot, std::string_view kind) const;
  // Deletes what was done before `before`; how many.
  Result<std::int64_t> forget_done(Transaction& transaction, Instant before) const;

 private:
  WorkQueue(std::string table, const Clock& clock, BackOff back_off)
      : table_(std::move(table)), clock_(&clock), back_off_(back_off) {}
  Result<void> ours(Result<void> changed) const;

  std::string table_;
  const Clock* clock_;
  BackOff back_off_;
};

}  // namespace yinxin::store
