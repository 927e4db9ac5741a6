#include "store/engine.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <future>

#include "base/kill_point.h"

namespace yinxin::store {
namespace {

const SystemClock system_clock;

Error system_error(const std::string& what, int number) {
  return fail(ErrorCode::internal, "store: " + what + ": " + std::strerror(number));
}

// A new file is durable only when its folder is.
Result<void> sync_folder_of(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) {
    folder = ".";
  }
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("open folder", errno);
  }
  const int rc = fsync(descriptor);
  const int number = errno;
  close(descriptor);
  return rc == 0 ? Result<void>() : system_error("sync folder", number);
}

}  // namespace

Engine::Engine(Options options)
    : options_(std::move(options)),
      before_commit_(options_.domain + ".commit.before"),
      after_commit_(options_.domain + ".commit.after") {
  if (options_.clock == nullptr) {
    options_.clock = &system_clock;
  }
}

Result<std::unique_ptr<Engine>> Engine::open(const std::string& path, Options options) {
  if (options.domain.empty()) {
    return fail(ErrorCode::invalid_input, "store: a domain has a name");
  }
  std::unique_ptr<Engine> engine(new Engine(std::move(options)));
  YX_CHECK(engine->start(path));
  return engine;
}

Result<void> Engine::start(const std::string& path) {
  std::error_code failed;
  path_ = std::filesystem::absolute(path, failed).string();
  if (failed) {
    return fail(ErrorCode::invalid_input, "store: path cannot be made absolute");
  }
  lock_file_ = ::open((path_ + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock_file_ < 0) {
    return system_error("open lock file", errno);
  }
  if (flock(lock_file_, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? fail(ErrorCode::wrong_state, "store: another process holds " + options_.domain)
                                : system_error("lock", errno);
  }
  // SQLite gives its log and index the mode of the database file.
  const int created = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (created < 0) {
    return system_error("open", errno);
  }
  close(created);
  vfs_ = std::make_unique<sqlite::Vfs>(syncs_, options_.vfs);
  if (!vfs_->usable()) {
    return fail(ErrorCode::invalid_input, "store: no such VFS: " + options_.vfs);
  }
  YX_TRY(writer_, sqlite::Connection::open(path_, sqlite::Connection::Access::read_write, vfs_->name()));
  YX_CHECK(claim_for_domain());
  YX_CHECK(migrate(*writer_, "house", house_migrations(), *options_.clock));
  YX_CHECK(migrate(*writer_, options_.domain, options_.migrations, *options_.clock));
  YX_CHECK(sync_folder_of(path_));
  sqlite3_wal_hook(
      writer_->handle(),
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &log_pages_);
  if (!options_.on_calling_thread) {
    thread_ = std::thread([this] { writer_loop(); });
  }
  return {};
}

Result<void> Engine::claim_for_domain() {
  YX_CHECK(writer_->script(
      "CREATE TABLE IF NOT EXISTS store_owner(one INTEGER PRIMARY KEY CHECK(one=1), domain TEXT NOT NULL) STRICT"));
  YX_CHECK(writer_->run("INSERT OR IGNORE INTO store_owner(one, domain) VALUES(1, ?1)", options_.domain));
  YX_TRY(auto rows, writer_->query("SELECT domain FROM store_owner"));
  YX_TRY(const bool found, rows.next());
  if (!found || rows.text(0) != options_.domain) {
    return fail(ErrorCode::wrong_state, "store: the file belongs to another domain than " + options_.domain);
  }
  return {};
}

Engine::~Engine() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
  free_readers_.clear();
  writer_.reset();
  vfs_.reset();
  if (lock_file_ >= 0) {
    close(lock_file_);
  }
}

void Engine::submit(Unit unit, Done done) {
  std::optional<Error> refused;
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || broken_) {
      refused = fail(ErrorCode::wrong_state, "store: " + options_.domain + " takes no writes until it is opened again");
    } else if (queue_.size() >= max_waiting_units) {
      refused = fail(ErrorCode::too_many_requests, "store: too many writes wait in " + options_.domain);
    } else {
      ++counters_.units;
      queue_.push_back({std::move(unit), std::move(done)});
    }
  }
  if (refused) {
    done(std::move(*refused));
    return;
  }
  if (options_.on_calling_thread) {
    drain_on_calling_thread();
  } else {
    work_.notify_one();
  }
}

Result<void> Engine::run_and_wait(const Unit& unit) {
  {
    const std::scoped_lock lock(mutex_);
    ensure(unit_thread_ != std::this_thread::get_id(), "a unit of work does not wait for another one");
  }
  std::promise<Result<void>> promise;
  auto answer = promise.get_future();
  submit([&](Transaction& transaction) { return unit(transaction); },
         [&](Result<void> result) { promise.set_value(std::move(result)); });
  return answer.get();
}

void Engine::writer_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;
    }
    std::vector<Waiting> group;
    while (!queue_.empty() && group.size() < max_units_per_commit) {
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    lock.unlock();
    run_group(std::move(group));
    lock.lock();
  }
}

// Whoever finds nobody draining works the queue off, one unit a commit; the others wait for their Done.
void Engine::drain_on_calling_thread() {
  std::unique_lock lock(mutex_);
  if (draining_) {
    return;
  }
  draining_ = true;
  while (!queue_.empty()) {
    std::vector<Waiting> group;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
    lock.unlock();
    run_group(std::move(group));
    lock.lock();
  }
  draining_ = false;
}

void Engine::run_group(std::vector<Waiting> group) {
  {
    const std::scoped_lock lock(mutex_);
    unit_thread_ = std::this_thread::get_id();
  }
  const auto committed = healthy() ? execute_group(group)
                                   : fail(ErrorCode::wrong_state,
                                          "store: " + options_.domain + " takes no writes until it is opened again");
  {
    const std::scoped_lock lock(mutex_);
    counters_.commits += committed ? 1 : 0;
  }
  for (auto& waiting : group) {
    if (!committed) {
      waiting.result = committed.error();
    }
    waiting.done(std::move(waiting.result));
  }
  {
    const std::scoped_lock lock(mutex_);
    unit_thread_ = {};
  }
  checkpoint_if_long();
}

Result<void> Engine::execute_group(std::vector<Waiting>& group) {
  YX_CHECK(writer_->script("BEGIN IMMEDIATE"));
  bool any = false;
  for (auto& waiting : group) {
    waiting.result = execute_unit(waiting);
    if (!writer_->in_transaction()) {
      // A grave error (disk full, I/O) made SQLite roll the whole group back.
      return within("store: the group was rolled back",
                    waiting.result ? fail(ErrorCode::internal, "by SQLite") : Error(waiting.result.error()));
    }
    any = any || waiting.result.has_value();
  }
  if (!any) {
    return writer_->script("ROLLBACK");
  }
  kill_point(before_commit_);
  auto committed = writer_->script("COMMIT");
  if (!committed) {
    const int code = writer_->last_code() & 0xff;
    if (writer_->in_transaction()) {
      static_cast<void>(writer_->script("ROLLBACK"));
    }
    // A full disk is refused before anything counts; whether a failed sync left the commit on the disk is not knowable.
    if (code != SQLITE_FULL && code != SQLITE_BUSY) {
      const std::scoped_lock lock(mutex_);
      broken_ = true;
    }
    return within("store: commit failed", std::move(committed).error());
  }
  kill_point(after_commit_);
  return {};
}

Result<void> Engine::execute_unit(Waiting& waiting) {
  YX_CHECK(writer_->run("SAVEPOINT unit"));
  Result<void> result;
  {
    Transaction transaction(*writer_);
    try {
      result = waiting.unit(transaction);
    } catch (const std::exception& thrown) {
      result = fail(ErrorCode::internal, std::string("store: a unit of work threw: ") + thrown.what());
    }
  }
  if (!writer_->in_transaction()) {
    return result;
  }
  const auto undone = result ? Result<void>() : writer_->run("ROLLBACK TO unit");
  const auto released = undone ? writer_->run("RELEASE unit") : undone;
  if (!released) {
    // Half a unit must never be committed with the others: the whole group falls.
    static_cast<void>(writer_->script("ROLLBACK"));
    ensure(!writer_->in_transaction(), "a group that cannot be undone is not committed");
    return released;
  }
  return result;
}

void Engine::checkpoint_if_long() {
  if (log_pages_ < checkpoint_pages || !healthy()) {
    return;
  }
  log_pages_ = 0;  // the hook sets it again with the next commit
  const int rc = sqlite3_wal_checkpoint_v2(writer_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (rc != SQLITE_OK && rc != SQLITE_BUSY) {
    const std::scoped_lock lock(mutex_);
    ++counters_.checkpoints_failed;
  }
}

Result<std::unique_ptr<sqlite::Connection>> Engine::borrow_reader() {
  std::unique_lock lock(readers_mutex_);
  reader_free_.wait(lock, [this] { return readers_out_ < max_readers; });
  ++readers_out_;
  if (!free_readers_.empty()) {
    auto reader = std::move(free_readers_.back());
    free_readers_.pop_back();
    return reader;
  }
  lock.unlock();
  auto opened = sqlite::Connection::open(path_, sqlite::Connection::Access::read_only, vfs_->name());
  if (!opened) {
    lock.lock();
    --readers_out_;
    reader_free_.notify_one();
  }
  return opened;
}

void Engine::return_reader(std::unique_ptr<sqlite::Connection> reader) {
  {
    const std::scoped_lock lock(readers_mutex_);
    --readers_out_;
    if (reader != nullptr) {
      free_readers_.push_back(std::move(reader));
    }
  }
  reader_free_.notify_one();
}

Result<void> Engine::look_at_snapshot(const std::function<void(Snapshot&)>& look) {
  YX_TRY(auto reader, borrow_reader());
  Result<void> seen = reader->script("BEGIN");
  if (seen) {
    Snapshot snapshot(*reader);
    try {
      look(snapshot);
    } catch (const std::exception& thrown) {
      seen = fail(ErrorCode::internal, std::string("store: a reader threw: ") + thrown.what());
    }
  }
  // A connection that cannot end its snapshot is not used again.
  if (reader->in_transaction() && !reader->script("ROLLBACK")) {
    reader.reset();
  }
  return_reader(std::move(reader));
  return seen;
}

Counters Engine::counters() const {
  const std::scoped_lock lock(mutex_);
  Counters now = counters_;
  now.wal_syncs = syncs_.wal();
  now.total_syncs = syncs_.total();
  return now;
}

std::size_t Engine::waiting() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

bool Engine::healthy() const {
  const std::scoped_lock lock(mutex_);
  return !broken_;
}

}  // namespace yinxin::store
