#pragma once
// What happened, in order, never changed: the database itself refuses UPDATE, DELETE and REPLACE.

#include "base/clock.h"
#include "store/engine.h"

namespace yinxin::store {

struct Event {
  std::int64_t sequence = 0;  // given by the store
  std::string stream;         // the thing it happened to: a case number
  std::string kind;
  Instant at{};
  std::string actor;
  Bytes body;
};

constexpr std::size_t max_events_per_read = 1000;

// The sequence number; `event.sequence` is not read.
Result<std::int64_t> append_event(Transaction& transaction, const Event& event);
// In order, those after `after`, at most `limit` (and max_events_per_read).
Result<std::vector<Event>> events_of(Snapshot& snapshot, std::string_view stream, std::int64_t after = 0,
                                     std::size_t limit = max_events_per_read);

}  // namespace yinxin::store
