#include "store/sqlite/copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "store/sqlite/connection.h"

namespace yinxin::store::sqlite {

namespace {

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, CloseHandle>;

Error trouble(sqlite3* handle, const std::string& what) {
  const int code = sqlite3_errcode(handle);
  const bool is_damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  const bool is_locked = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return fail(is_damaged  ? ErrorCode::corrupt
              : is_locked ? ErrorCode::conflict
                          : ErrorCode::internal,
              "copy of a store: " + what + ": " + sqlite3_errmsg(handle));
}

Result<Handle> open_new(const std::filesystem::path& target) {
  const int created = ::open(target.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (created < 0) {
    return fail(errno == EEXIST ? ErrorCode::already_exists : ErrorCode::internal,
                target.string() + ": " + std::strerror(errno));
  }
  close(created);
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(target.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Handle handle(opened);
  return status == SQLITE_OK ? Result<Handle>(std::move(handle)) : trouble(handle.get(), "open");
}

// One step takes it all: a log-keeping source is read in one snapshot, and its writer is not held up.
Result<void> carry_over(sqlite3* source, sqlite3* target) {
  constexpr int all_pages = -1;
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
  if (backup == nullptr) {
    return trouble(target, "begin");
  }
  const int stepped = sqlite3_backup_step(backup, all_pages);
  const int finished = sqlite3_backup_finish(backup);
  return stepped == SQLITE_DONE && finished == SQLITE_OK ? Result<void>() : Result<void>(trouble(target, "copy"));
}

// A single file, and a whole one.
Result<void> settle(const std::filesystem::path& target) {
  {
    YX_TRY(const auto copy, Connection::open(target, Connection::Access::read_write, ""));
    YX_CHECK(copy->script("PRAGMA journal_mode=DELETE"));
    YX_TRY(auto rows, copy->query("PRAGMA integrity_check(1)"));
    YX_TRY(const bool is_there, rows.next());
    if (!is_there || rows.text(0) != "ok") {
      return fail(ErrorCode::corrupt, "copy of a store: " + (is_there ? rows.text(0) : "no answer"));
    }
  }
  const int file = ::open(target.c_str(), O_RDONLY | O_CLOEXEC);
  const bool is_synced = file >= 0 && fsync(file) == 0;
  const int why = errno;
  if (file >= 0) {
    close(file);
  }
  return is_synced ? Result<void>()
                   : Result<void>(fail(ErrorCode::internal, target.string() + ": " + std::strerror(why)));
}

}  // namespace

Result<void> copy_database(const std::filesystem::path& source, const std::filesystem::path& target) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(source, failed)) {
    return fail(ErrorCode::not_found, source.string());
  }
  YX_TRY(const auto from, Connection::open(source, Connection::Access::read_only, ""));
  {
    YX_TRY(const Handle to, open_new(target));
    YX_CHECK(carry_over(from->handle(), to.get()));
  }
  return settle(target);
}

}  // namespace yinxin::store::sqlite
