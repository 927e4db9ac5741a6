#include "store/work_queue.h"

#include <algorithm>

namespace yinxin::store {

std::chrono::milliseconds BackOff::after(std::int64_t attempts) const {
  auto wait = first;
  for (std::int64_t i = 1; i < attempts && wait < longest; ++i) {
    wait *= 2;
  }
  return std::min(wait, longest);
}

Result<std::int64_t> WorkQueue::put(Transaction& transaction, const WorkItem& item) const {
  if (item.payload.size() > max_payload_bytes || item.kind.empty() || item.idempotency_key.empty()) {
    return fail(ErrorCode::invalid_input, table_ + ": kind, key or payload does not fit");
  }
  {
    YX_TRY(auto rows, transaction.query("SELECT id, payload FROM " + table_ + " WHERE kind=?1 AND idempotency_key=?2",
                                        item.kind, item.idempotency_key));
    YX_TRY(const bool found, rows.next());
    if (found) {
      return same(rows.blob(1), item.payload)
                 ? Result<std::int64_t>(rows.int64(0))
                 : fail(ErrorCode::conflict, table_ + ": the key stands for another payload");
    }
  }
  const auto now = clock_->now();
  YX_CHECK(transaction.run(
      "INSERT INTO " + table_ + "(kind, idempotency_key, payload, created_ms, next_try_ms) VALUES(?1,?2,?3,?4,?5)",
      item.kind, item.idempotency_key, item.payload, now, item.not_before.value_or(now)));
  return transaction.last_row_id();
}

Result<std::vector<Claimed>> WorkQueue::claim(Transaction& transaction, std::string_view kind, std::size_t limit,
                                              std::chrono::milliseconds lease) const {
  const auto now = clock_->now();
  std::vector<Claimed> claimed;
  {
    // A claimed item's next_try_ms is the end of its lease.
    YX_TRY(auto rows, transaction.query("SELECT id, idempotency_key, payload, attempts, state FROM " + table_ +
                                            " WHERE kind=?1 AND next_try_ms<=?2 AND state IN ('waiting','claimed')"
                                            " ORDER BY next_try_ms, id LIMIT ?3",
                                        kind, now, static_cast<std::int64_t>(std::min(limit, max_claimed_at_once))));
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        break;
      }
      claimed.push_back(
          {rows.int64(0), std::string(kind), rows.text(1), rows.blob(2), rows.int64(3) + 1, rows.text(4) == "claimed"});
    }
  }
  for (const auto& item : claimed) {
    YX_CHECK(transaction.run_on_one("UPDATE " + table_ +
                                        " SET state='claimed', attempts=?2, lease_until_ms=?3, next_try_ms=?3"
                                        " WHERE id=?1",
                                    item.id, item.attempt, now + lease));
  }
  return claimed;
}

Result<void> WorkQueue::ours(Result<void> changed) const {
  if (!changed && changed.error().code == ErrorCode::precondition) {
    return fail(ErrorCode::wrong_state, table_ + ": the claim is no longer ours");
  }
  return changed;
}

Result<void> WorkQueue::extend(Transaction& transaction, const Claimed& claimed,
                               std::chrono::milliseconds lease) const {
  return ours(transaction.run_on_one("UPDATE " + table_ +
                                         " SET lease_until_ms=?3, next_try_ms=?3"
                                         " WHERE id=?1 AND attempts=?2 AND state='claimed'",
                                     claimed.id, claimed.attempt, clock_->now() + lease));
}

Result<void> WorkQueue::finish(Transaction& transaction, const Claimed& claimed) const {
  return ours(transaction.run_on_one("UPDATE " + table_ +
                                         " SET state='done', lease_until_ms=NULL, finished_ms=?3"
                                         " WHERE id=?1 AND attempts=?2 AND state='claimed'",
                                     claimed.id, claimed.attempt, clock_->now()));
}

Result<WorkState> WorkQueue::retry(Transaction& transaction, const Claimed& claimed, std::string_view reason) const {
  const bool last = claimed.attempt >= back_off_.max_attempts;
  YX_CHECK(ours(transaction.run_on_one("UPDATE " + table_ +
                                           " SET state=?3, lease_until_ms=NULL, next_try_ms=?4, last_error=?5"
                                           " WHERE id=?1 AND attempts=?2 AND state='claimed'",
                                       claimed.id, claimed.attempt, last ? "given_up" : "waiting",
                                       clock_->now() + back_off_.after(claimed.attempt), reason)));
  return last ? WorkState::given_up : WorkState::waiting;
}

Result<WorkState> WorkQueue::state(Snapshot& snapshot, std::int64_t id) const {
  YX_TRY(auto rows, snapshot.query("SELECT state FROM " + table_ + " WHERE id=?1", id));
  YX_TRY(const bool found, rows.next());
  if (!found) {
    return fail(ErrorCode::not_found, table_ + ": no such item");
  }
  const auto text = rows.text(0);
  return text == "waiting"   ? WorkState::waiting
         : text == "claimed" ? WorkState::claimed
         : text == "done"    ? WorkState::done
                             : WorkState::given_up;
}

Result<std::optional<Instant>> WorkQueue::next_due(Snapshot& snapshot, std::string_view kind) const {
  YX_TRY(auto rows,
         snapshot.query("SELECT MIN(next_try_ms) FROM " + table_ + " WHERE kind=?1 AND state IN ('waiting','claimed')",
                        kind));
  YX_TRY(const bool found, rows.next());
  return found && !rows.is_null(0) ? std::optional(rows.instant(0)) : std::nullopt;
}

Result<std::int64_t> WorkQueue::forget_done(Transaction& transaction, Instant before) const {
  YX_CHECK(transaction.run("DELETE FROM " + table_ + " WHERE state='done' AND finished_ms<?1", before));
  return transaction.changes();
}

}  // namespace yinxin::store
