#pragma once
// A domain's store: one file, one writer that commits groups, any number of readers with snapshots.
//
//   constexpr std::string_view v1 = "CREATE TABLE certificate(serial BLOB PRIMARY KEY, der BLOB NOT NULL) STRICT;";
//   YX_TRY(auto engine, Engine::open(folder + "/vault.db", {.domain = "vault", .migrations = {{1, "first", v1}}}));
//   YX_CHECK(engine->write([&](Transaction& t) -> Result<void> {
//     YX_CHECK(t.run("INSERT INTO certificate(serial, der) VALUES(?1, ?2)", serial, der));
//     return outbox.put(t, {.kind = "ocsp.status", .idempotency_key = to_hex(serial), .payload = status});
//   }));
//   YX_TRY(Bytes der, engine->read([&](Snapshot& s) -> Result<Bytes> {
//     YX_TRY(auto rows, s.query("SELECT der FROM certificate WHERE serial=?1", serial));
//     YX_TRY(const bool found, rows.next());
//     return found ? Result<Bytes>(rows.blob(0)) : fail(ErrorCode::not_found, "no such certificate");
//   }));
//
// A unit of work sees only its Transaction, touches nothing outside the store that could not be repeated, and is quick:
// the whole domain waits for it. When write() has returned without an error, the unit is on the disk.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "store/migrations.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/vfs.h"

namespace yinxin::store {

// At most this many units share one commit.
constexpr std::size_t max_units_per_commit = 256;
// Units that wait for the writer; more are refused with too_many_requests.
constexpr std::size_t max_waiting_units = 4096;
// Readers at the same time; the next ones wait.
constexpr std::size_t max_readers = 8;
// The log is folded into the database file when it holds more pages than this (4 KiB each).
constexpr int checkpoint_pages = 1000;

// What a reader sees: the store as it stood when it began.
class Snapshot {
 public:
  explicit Snapshot(sqlite::Connection& connection) : connection_(connection) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // One SELECT with its parameters ?1, ?2 …; errors as sqlite::Connection.
  template <class... Values>
  Result<sqlite::Rows> query(std::string_view sql, const Values&... values) {
    return connection_.query(sql, values...);
  }

 protected:
  sqlite::Connection& connection_;
};

// What a unit of work writes through.
class Transaction : public Snapshot {
 public:
  using Snapshot::Snapshot;

  // One statement; errors as sqlite::Connection. Part of a group, and undone if the unit fails.
  template <class... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    return connection_.run(sql, values...);
  }
  // As run(), and precondition unless exactly one row changed.
  template <class... Values>
  Result<void> run_on_one(std::string_view sql, const Values&... values) {
    YX_CHECK(connection_.run(sql, values...));
    if (connection_.changes() != 1) {
      return fail(ErrorCode::precondition,
                  "store: " + std::to_string(connection_.changes()) + " rows changed, not one");
    }
    return {};
  }
  // Rows that the last run() changed.
  [[nodiscard]] std::int64_t changes() const { return connection_.changes(); }
  [[nodiscard]] std::int64_t last_row_id() const { return connection_.last_row_id(); }
};

using Unit = std::function<Result<void>(Transaction&)>;
// Called once, on the writer's thread, when the unit is on the disk or has failed. Must not write and wait.
using Done = std::function<void(Result<void>)>;

struct Options {
  std::string domain;  // "vault": names the kill points and is written into the file
  Migrations migrations{};
  std::string vfs{};             // empty: SQLite's own
  const Clock* clock = nullptr;  // null: the system's
  // Units run on the calling thread (command line, deterministic tests) instead of the writer's.
  bool on_calling_thread = false;
};

struct Counters {
  std::uint64_t units = 0;        // that were asked for
  std::uint64_t commits = 0;      // groups that reached the disk
  std::uint64_t wal_syncs = 0;    // fdatasyncs of the log
  std::uint64_t total_syncs = 0;  // with those of checkpoints
  std::uint64_t checkpoints_failed = 0;
};

class Engine {
 public:
  // Opens or creates the file (mode 0600), locks it against a second engine, applies the migrations.
  // Errors: wrong_state when another engine holds the store or it belongs to another domain; see migrate().
  static Result<std::unique_ptr<Engine>> open(const std::string& path, Options options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();  // finishes what waits

  // Runs `unit(Transaction&) -> Result<T>` in the next group and waits until it is durable. A failing unit undoes only
  // itself. If the commit fails, every unit of the group fails; after an I/O error at a commit nothing is accepted
  // until the store is opened again (wrong_state), because only then is it known what reached the disk.
  template <class F>
  auto write(F&& unit) -> std::invoke_result_t<F&, Transaction&> {
    using Answer = std::invoke_result_t<F&, Transaction&>;
    std::optional<Answer> answer;
    const auto stored = run_and_wait([&](Transaction& transaction) -> Result<void> {
      answer.emplace(unit(transaction));
      return answer->has_value() ? Result<void>() : Result<void>(answer->error());
    });
    if (!stored.has_value()) {
      return stored.error();
    }
    return std::move(*answer);
  }
  // The same without waiting. May be called from within a unit.
  void submit(Unit unit, Done done);

  // Runs `look(Snapshot&) -> Result<T>` on a read-only connection.
  template <class F>
  auto read(F&& look) -> std::invoke_result_t<F&, Snapshot&> {
    using Answer = std::invoke_result_t<F&, Snapshot&>;
    std::optional<Answer> answer;
    const auto seen = look_at_snapshot([&](Snapshot& snapshot) { answer.emplace(look(snapshot)); });
    if (!seen.has_value()) {
      return seen.error();
    }
    return std::move(*answer);
  }

  [[nodiscard]] const std::string& domain() const { return options_.domain; }
  [[nodiscard]] const Clock& clock() const { return *options_.clock; }
  [[nodiscard]] Counters counters() const;
  // Units that wait and have not begun.
  [[nodiscard]] std::size_t waiting() const;
  // False after a failed commit: open the store again.
  [[nodiscard]] bool healthy() const;

 private:
  struct Waiting {
    Unit unit;
    Done done;
    Result<void> result{};
  };

  explicit Engine(Options options);
  Result<void> start(const std::string& path);
  Result<void> claim_for_domain();
  Result<void> run_and_wait(const Unit& unit);
  Result<void> look_at_snapshot(const std::function<void(Snapshot&)>& look);
  Result<std::unique_ptr<sqlite::Connection>> borrow_reader();
  void return_reader(std::unique_ptr<sqlite::Connection> reader);
  void writer_loop();
  void drain_on_calling_thread();
  void run_group(std::vector<Waiting> group);
  Result<void> execute_group(std::vector<Waiting>& group);
  Result<void> execute_unit(Waiting& waiting);
  void checkpoint_if_long();

  Options options_;
  std::string path_;
  std::string before_commit_;
  std::string after_commit_;
  int lock_file_ = -1;
  sqlite::SyncCounter syncs_;
  std::unique_ptr<sqlite::Vfs> vfs_;
  std::unique_ptr<sqlite::Connection> writer_;
  int log_pages_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  bool draining_ = false;  // on_calling_thread: somebody is at it
  bool broken_ = false;
  Counters counters_;
  std::thread thread_;
  std::thread::id unit_thread_;  // the thread inside a unit, if any

  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  std::vector<std::unique_ptr<sqlite::Connection>> free_readers_;
  std::size_t readers_out_ = 0;
};

}  // namespace yinxin::store
