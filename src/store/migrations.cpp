#include "store/migrations.h"

#include "base/kill_point.h"
#include "crypto/sm3.h"

namespace yinxin::store {
namespace {

constexpr std::string_view ledger_sql = R"sql(
CREATE TABLE IF NOT EXISTS schema_migration(
  series TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, sm3 BLOB NOT NULL, applied_ms INTEGER NOT NULL,
  PRIMARY KEY(series, number)) STRICT, WITHOUT ROWID;
)sql";

std::string step_name(std::string_view series, const Migration& step) {
  return "migration " + std::string(series) + "/" + std::to_string(step.number) + " (" + std::string(step.name) + ")";
}

crypto::Digest digest_of(const Migration& step) {
  return crypto::sm3({bytes_of(step.name), bytes_of(std::string_view("\0", 1)), bytes_of(step.sql)});
}

Result<void> apply_inside(sqlite::Connection& connection, std::string_view series, const Migration& step,
                          const Clock& clock) {
  YX_CHECK(connection.script(step.sql));
  if (!connection.in_transaction()) {
    return fail(ErrorCode::internal, "it ends its own transaction");
  }
  return connection.run("INSERT INTO schema_migration(series,number,name,sm3,applied_ms) VALUES(?1,?2,?3,?4,?5)",
                        series, step.number, step.name, digest_of(step), clock.now());
}

Result<void> apply(sqlite::Connection& connection, std::string_view series, const Migration& step, const Clock& clock) {
  YX_CHECK(connection.script("BEGIN IMMEDIATE"));
  auto done = apply_inside(connection, series, step, clock);
  if (done) {
    kill_point("migration.commit.before");
    done = connection.script("COMMIT");
    kill_point("migration.commit.after");
  }
  if (!done) {
    if (connection.in_transaction()) {
      YX_CHECK(connection.script("ROLLBACK"));
    }
    return within(step_name(series, step), std::move(done).error());
  }
  return {};
}

}  // namespace

Result<void> migrate(sqlite::Connection& connection, std::string_view series, const Migrations& list,
                     const Clock& clock) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].number != static_cast<int>(i) + 1) {
      return fail(ErrorCode::invalid_input, step_name(series, list[i]) + " is out of order");
    }
  }
  YX_CHECK(connection.script(ledger_sql));
  std::size_t applied = 0;
  {
    YX_TRY(auto rows,
           connection.query("SELECT number, sm3 FROM schema_migration WHERE series=?1 ORDER BY number", series));
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        break;
      }
      if (applied == list.size() || rows.int64(0) != list[applied].number) {
        return fail(ErrorCode::unsupported, "the store knows migration " + std::string(series) + "/" +
                                                std::to_string(rows.int64(0)) +
                                                ", which this programme does not: it was written by a newer one");
      }
      if (!same(rows.blob(1), digest_of(list[applied]))) {
        return fail(ErrorCode::conflict, step_name(series, list[applied]) + " was edited after it had been applied");
      }
      ++applied;
    }
  }
  for (; applied < list.size(); ++applied) {
    YX_CHECK(apply(connection, series, list[applied], clock));
  }
  return {};
}

std::string append_only_triggers(std::string_view table) {
  const std::string name(table);
  return "CREATE TRIGGER " + name + "_no_update BEFORE UPDATE ON " + name + " BEGIN SELECT RAISE(ABORT,'" + name +
         " is append-only'); END;\nCREATE TRIGGER " + name + "_no_delete BEFORE DELETE ON " + name +
         " BEGIN SELECT RAISE(ABORT,'" + name + " is append-only'); END;\n";
}

namespace {

// Outbox and jobs have the same life: waiting → claimed → done | given_up.
constexpr std::string_view queues_sql = R"sql(
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, idempotency_key TEXT NOT NULL, payload BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting','claimed','done','given_up')),
  attempts INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL, next_try_ms INTEGER NOT NULL,
  lease_until_ms INTEGER, last_error TEXT, finished_ms INTEGER,
  UNIQUE(kind, idempotency_key)) STRICT;
CREATE INDEX outbox_due ON outbox(kind, next_try_ms) WHERE state IN ('waiting','claimed');
CREATE TABLE job(
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, idempotency_key TEXT NOT NULL, payload BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting','claimed','done','given_up')),
  attempts INTEGER NOT NULL DEFAULT 0, created_ms INTEGER NOT NULL, next_try_ms INTEGER NOT NULL,
  lease_until_ms INTEGER, last_error TEXT, finished_ms INTEGER,
  UNIQUE(kind, idempotency_key)) STRICT;
CREATE INDEX job_due ON job(kind, next_try_ms) WHERE state IN ('waiting','claimed');
)sql";

constexpr std::string_view inbox_sql = R"sql(
CREATE TABLE inbox(
  sender TEXT NOT NULL, message_id TEXT NOT NULL, request_sm3 BLOB NOT NULL, answer BLOB NOT NULL,
  received_ms INTEGER NOT NULL, PRIMARY KEY(sender, message_id)) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_age ON inbox(received_ms);
)sql";

constexpr std::string_view event_table_sql = R"sql(
CREATE TABLE event(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL, body BLOB NOT NULL) STRICT;
CREATE INDEX event_of_stream ON event(stream, sequence);
)sql";

constexpr std::string_view key_use_sql = R"sql(
CREATE TABLE key_use(key_id INTEGER PRIMARY KEY, reserved INTEGER NOT NULL) STRICT;
)sql";

}  // namespace

const Migrations& house_migrations() {
  static const std::string event_sql = std::string(event_table_sql) + append_only_triggers("event");
  static const Migrations list = {
      {1, "outbox and jobs", queues_sql},
      {2, "inbox", inbox_sql},
      {3, "events", event_sql},
      {4, "key use", key_use_sql},
  };
  return list;
}

}  // namespace yinxin::store
