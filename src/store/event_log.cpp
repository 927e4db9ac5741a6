#include "store/event_log.h"

#include <algorithm>

namespace yinxin::store {

Result<std::int64_t> append_event(Transaction& transaction, const Event& event) {
  YX_CHECK(transaction.run("INSERT INTO event(stream, kind, at_ms, actor, body) VALUES(?1,?2,?3,?4,?5)", event.stream,
                           event.kind, event.at, event.actor, event.body));
  return transaction.last_row_id();
}

Result<std::vector<Event>> events_of(Snapshot& snapshot, std::string_view stream, std::int64_t after,
                                     std::size_t limit) {
  YX_TRY(auto rows, snapshot.query("SELECT sequence, kind, at_ms, actor, body FROM event"
                                   " WHERE stream=?1 AND sequence>?2 ORDER BY sequence LIMIT ?3",
                                   stream, after, static_cast<std::int64_t>(std::min(limit, max_events_per_read))));
  std::vector<Event> events;
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return events;
    }
    events.push_back({rows.int64(0), std::string(stream), rows.text(1), rows.instant(2), rows.text(3), rows.blob(4)});
  }
}

}  // namespace yinxin::store
