#include "store/sqlite/connection.h"

namespace yinxin::store::sqlite {
namespace {

ErrorCode code_for(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return ErrorCode::already_exists;
    default: break;
  }
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT: return ErrorCode::precondition;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::conflict;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::corrupt;
    case SQLITE_TOOBIG: return ErrorCode::invalid_input;
    default: return ErrorCode::internal;
  }
}

}  // namespace

Rows::Rows(Rows&& other) noexcept : connection_(other.connection_), statement_(other.statement_), lent_(other.lent_) {
  other.statement_ = nullptr;
  other.lent_ = nullptr;
}

Rows::~Rows() {
  if (statement_ == nullptr) {
    return;
  }
  if (lent_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *lent_ = false;
}

Result<bool> Rows::next() {
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) {
    return true;
  }
  if (rc == SQLITE_DONE) {
    return false;
  }
  auto error = connection_->error("step");
  sqlite3_reset(statement_);
  return error;
}

std::int64_t Rows::int64(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Rows::text(int column) const {
  const auto* at = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return at == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(at), size);
}

Bytes Rows::blob(int column) const {
  const auto* at = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return at == nullptr ? Bytes() : Bytes(at, at + size);
}

bool Rows::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::optional<std::int64_t> Rows::int64_or_null(int column) const {
  return is_null(column) ? std::nullopt : std::optional(int64(column));
}
std::optional<std::string> Rows::text_or_null(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}
std::optional<Bytes> Rows::blob_or_null(int column) const {
  return is_null(column) ? std::nullopt : std::optional(blob(column));
}

int bind_value(sqlite3_stmt* statement, int index, std::nullptr_t) { return sqlite3_bind_null(statement, index); }
int bind_int64(sqlite3_stmt* statement, int index, std::int64_t number) {
  return sqlite3_bind_int64(statement, index, number);
}
// Copied: a query may be stepped after the caller's temporary has gone.
int bind_value(sqlite3_stmt* statement, int index, std::string_view text) {
  return sqlite3_bind_text64(statement, index, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8);
}
int bind_value(sqlite3_stmt* statement, int index, BytesView blob) {
  return blob.empty() ? sqlite3_bind_zeroblob(statement, index, 0)
                      : sqlite3_bind_blob64(statement, index, blob.data(), blob.size(), SQLITE_TRANSIENT);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access, const std::string& vfs) {
  std::unique_ptr<Connection> connection(new Connection());
  const int flags = (access == Access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (sqlite3_open_v2(path.c_str(), &connection->handle_, flags, vfs.empty() ? nullptr : vfs.c_str()) != SQLITE_OK) {
    return connection->error("open");
  }
  YX_CHECK(connection->set_up(access));
  return connection;
}

Result<void> Connection::set_up(Access access) {
  sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout.count()));
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, max_cell_bytes);
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  int now = 0;
  if (sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, &now) != SQLITE_OK || now != 1 ||
      sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &now) != SQLITE_OK || now != 0 ||
      sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &now) != SQLITE_OK || now != 1) {
    return fail(ErrorCode::internal, "the SQLite library refuses a setting the store rests on");
  }
  YX_CHECK(script("PRAGMA cell_size_check=ON; PRAGMA recursive_triggers=ON; PRAGMA temp_store=MEMORY;"));
  if (access == Access::read_only) {
    return script("PRAGMA query_only=ON;");
  }
  {
    // A new file's first page still goes through a rollback journal. Its removal must be durable, or a power cut could
    // bring the journal back to undo what the log has carried over since: EXTRA syncs the folder.
    YX_CHECK(script("PRAGMA synchronous=EXTRA;"));
    YX_TRY(auto mode, query("PRAGMA journal_mode=WAL"));
    YX_TRY(const bool row, mode.next());
    if (!row || mode.text(0) != "wal") {
      return fail(ErrorCode::internal, "the file system does not carry a write-ahead log");
    }
  }
  // The engine checkpoints by itself, after its callers have their answers.
  return script("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=0;");
}

Connection::~Connection() {
  for (auto& [sql, kept] : kept_) {
    sqlite3_finalize(kept.statement);
  }
  sqlite3_close_v2(handle_);
}

Result<Rows> Connection::prepare(std::string_view sql, int parameters) {
  const auto found = kept_.find(sql);
  if (found != kept_.end() && !found->second.lent) {
    if (sqlite3_bind_parameter_count(found->second.statement) != parameters) {
      return fail(ErrorCode::internal, "wrong number of values for: " + std::string(sql));
    }
    found->second.lent = true;
    return Rows(*this, found->second.statement, &found->second.lent);
  }
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const bool keep = found == kept_.end() && kept_.size() < max_kept_statements;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), keep ? SQLITE_PREPARE_PERSISTENT : 0,
                         &statement, &tail) != SQLITE_OK) {
    return error("prepare");
  }
  Rows rows(*this, statement, nullptr);
  if (statement == nullptr || tail != sql.data() + sql.size()) {
    return fail(ErrorCode::internal, "not exactly one statement: " + std::string(sql));
  }
  if (sqlite3_bind_parameter_count(statement) != parameters) {
    return fail(ErrorCode::internal, "wrong number of values for: " + std::string(sql));
  }
  if (keep) {
    auto& slot = kept_.try_emplace(std::string(sql), Kept{statement, true}).first->second;
    rows.lent_ = &slot.lent;  // map nodes do not move
  }
  return rows;
}

Result<void> Connection::script(std::string_view sql) {
  const std::string text(sql);
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error("script");
  }
  return {};
}

Error Connection::error(std::string_view doing) const {
  last_code_ = handle_ == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle_);
  std::string detail = "store: ";
  detail += doing;
  detail += ": ";
  detail += handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
  detail += " (" + std::to_string(last_code_) + ")";
  return fail(code_for(last_code_), std::move(detail));
}

}  // namespace yinxin::store::sqlite
