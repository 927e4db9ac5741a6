#include "store/vault/status_rows.h"

#include <algorithm>

namespace yinxin::store::vault {

namespace {

Result<pki::StatusRow> row_in(const sqlite::Rows& rows) {
  pki::StatusRow row;
  row.sequence = rows.int64(0);
  row.change.serial = rows.blob(1);
  YX_TRY(row.change.deed, pki::status_deed_of_number(rows.int64(2)));
  YX_TRY(row.change.reason, x509::reason_of_number(rows.int64(3)));
  row.change.at = rows.instant(4);
  const Bytes cause = rows.blob(5);
  const Bytes hash = rows.blob(6);
  if (cause.size() != row.change.cause.size() || hash.size() != row.hash.size()) {
    return fail(ErrorCode::corrupt, "vault: a status row whose hashes are not 32 bytes");
  }
  std::ranges::copy(cause, row.change.cause.begin());
  std::ranges::copy(hash, row.hash.begin());
  return row;
}

constexpr std::string_view columns = "SELECT sequence, serial, deed, reason, at_ms, cause, hash FROM status_row ";

template <class... Values>
Result<std::vector<pki::StatusRow>> rows_of(Snapshot& snapshot, std::string_view rest, const Values&... values) {
  YX_TRY(auto rows, snapshot.query(std::string(columns) + std::string(rest), values...));
  std::vector<pki::StatusRow> found;
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return found;
    }
    YX_TRY(pki::StatusRow row, row_in(rows));
    found.push_back(std::move(row));
  }
}

}  // namespace

Result<void> append_status(Transaction& t, const pki::IssuerId& issuer, const pki::StatusChange& change) {
  YX_TRY(const auto earlier, rows_of(t, "WHERE issuer=?1 AND serial=?2 ORDER BY sequence", issuer, change.serial));
  std::optional<pki::Status> status;
  for (const pki::StatusRow& row : earlier) {
    YX_TRY(status, pki::after(status, row.change));
  }
  YX_CHECK(pki::after(status, change));
  YX_TRY(const auto last, rows_of(t, "WHERE issuer=?1 ORDER BY sequence DESC LIMIT 1", issuer));
  const std::int64_t sequence = last.empty() ? 1 : last.front().sequence + 1;
  const pki::Digest previous = last.empty() ? pki::Digest{} : last.front().hash;
  return t.run(
      "INSERT INTO status_row(issuer, sequence, serial, deed, reason, at_ms, cause, hash) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      issuer, sequence, change.serial, static_cast<int>(change.deed), static_cast<int>(change.reason), change.at,
      change.cause, pki::chained_hash(previous, issuer, sequence, change));
}

Result<std::vector<pki::StatusRow>> read_status_rows(Snapshot& snapshot, const pki::IssuerId& issuer,
                                                     std::int64_t sequence, std::size_t limit) {
  return rows_of(snapshot, "WHERE issuer=?1 AND sequence>?2 ORDER BY sequence LIMIT ?3", issuer, sequence,
                 static_cast<std::int64_t>(std::min(limit, pki::max_status_rows_per_read)));
}

Result<void> end_issuance_of(Transaction& t, const pki::IssuerId& issuer, BytesView serial) {
  return t.run(
      "UPDATE issuance SET state=4 WHERE state=2 AND id=(SELECT issuance FROM certificate WHERE issuer=?1 AND "
      "serial=?2) AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.issuance=issuance.id AND NOT EXISTS (SELECT 1 "
      "FROM status_row r WHERE r.issuer=c.issuer AND r.serial=c.serial AND r.deed=4))",
      issuer, serial);
}

}  // namespace yinxin::store::vault
