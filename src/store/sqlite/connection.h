#pragma once
// One SQLite connection with typed statements. Nothing above store/engine uses it directly.

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace yinxin::store::sqlite {

// Statements kept prepared per connection; more are prepared anew each time.
constexpr std::size_t max_kept_statements = 256;
// The longest text, blob or row that the store takes or gives.
constexpr int max_cell_bytes = 64 * 1024 * 1024;
// How long a statement waits for a lock that another process holds.
constexpr std::chrono::milliseconds busy_timeout{5000};

class Connection;

// A prepared statement with its parameters bound, standing before, on or after a row.
class Rows {
 public:
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  // Steps to the next row; false after the last one. Errors as Connection says.
  Result<bool> next();

  // Columns of the current row, counted from 0. NULL reads as 0, "" or empty; ask is_null() where it matters.
  [[nodiscard]] std::int64_t int64(int column) const;
  [[nodiscard]] bool boolean(int column) const { return int64(column) != 0; }
  [[nodiscard]] Instant instant(int column) const { return from_unix_ms(int64(column)); }
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] Bytes blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::optional<std::int64_t> int64_or_null(int column) const;
  [[nodiscard]] std::optional<std::string> text_or_null(int column) const;
  [[nodiscard]] std::optional<Bytes> blob_or_null(int column) const;

 private:
  friend class Connection;
  Rows(Connection& connection, sqlite3_stmt* statement, bool* lent)
      : connection_(&connection), statement_(statement), lent_(lent) {}

  Connection* connection_;
  sqlite3_stmt* statement_;
  bool* lent_;  // set back when a kept statement returns; null: finalized instead
};

// Values as parameters. 64-bit unsigned numbers are left out on purpose: SQLite's are signed.
int bind_value(sqlite3_stmt* statement, int index, std::nullptr_t);
int bind_value(sqlite3_stmt* statement, int index, std::string_view text);
int bind_value(sqlite3_stmt* statement, int index, BytesView blob);
int bind_int64(sqlite3_stmt* statement, int index, std::int64_t number);
template <std::integral T>
  requires(std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t))
int bind_value(sqlite3_stmt* statement, int index, T number) {
  return bind_int64(statement, index, static_cast<std::int64_t>(number));
}
inline int bind_value(sqlite3_stmt* statement, int index, const char* text) {
  return bind_value(statement, index, std::string_view(text));
}
inline int bind_value(sqlite3_stmt* statement, int index, const std::string& text) {
  return bind_value(statement, index, std::string_view(text));
}
inline int bind_value(sqlite3_stmt* statement, int index, const Bytes& blob) {
  return bind_value(statement, index, BytesView(blob));
}
template <std::size_t size>
int bind_value(sqlite3_stmt* statement, int index, const std::array<std::uint8_t, size>& blob) {
  return bind_value(statement, index, BytesView(blob));
}
inline int bind_value(sqlite3_stmt* statement, int index, Instant at) {
  return bind_int64(statement, index, to_unix_ms(at));
}
template <class T>
int bind_value(sqlite3_stmt* statement, int index, const std::optional<T>& maybe) {
  return maybe.has_value() ? bind_value(statement, index, *maybe) : bind_value(statement, index, nullptr);
}

// Errors: already_exists for a broken UNIQUE or PRIMARY KEY; precondition for any other constraint or a trigger's
// RAISE; conflict when somebody else holds a lock; corrupt for a broken file; otherwise internal (disk full, I/O).
class Connection {
 public:
  enum class Access { read_write, read_only };
  // `vfs` empty: SQLite's default. Sets WAL, synchronous FULL, foreign keys, secure_delete, defensive,
  // trusted_schema off, recursive_triggers on (so that REPLACE cannot pass a delete trigger).
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access, const std::string& vfs);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // `sql` is one statement; its parameters are ?1, ?2 … in order.
  template <class... Values>
  Result<Rows> query(std::string_view sql, const Values&... values) {
    YX_TRY(Rows rows, prepare(sql, static_cast<int>(sizeof...(Values))));
    int index = 0;
    int rc = SQLITE_OK;
    ((rc = rc == SQLITE_OK ? bind_value(rows.statement_, ++index, values) : rc), ...);
    if (rc != SQLITE_OK) {
      return error("bind");
    }
    return rows;
  }
  // A statement without rows (or whose rows nobody needs).
  template <class... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    YX_TRY(Rows rows, query(sql, values...));
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return {};
      }
    }
  }
  // Several statements, without parameters: migrations and pragmas.
  Result<void> script(std::string_view sql);

  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_); }
  [[nodiscard]] std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(handle_); }
  // False once SQLite has closed the transaction, also by itself after a grave error.
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  // The last failure of this connection; `doing` says at what.
  [[nodiscard]] Error error(std::string_view doing) const;
  // SQLite's extended code of the last failure.
  [[nodiscard]] int last_code() const { return last_code_; }

 private:
  friend class Rows;
  Connection() = default;
  Result<void> set_up(Access access);
  Result<Rows> prepare(std::string_view sql, int parameters);

  struct Kept {
    sqlite3_stmt* statement = nullptr;
    bool lent = false;
  };
  sqlite3* handle_ = nullptr;
  std::map<std::string, Kept, std::less<>> kept_;
  mutable int last_code_ = SQLITE_OK;
};

}  // namespace yinxin::store::sqlite
