#include "store/kmc/sqlite_key_store.h"

#include <algorithm>

namespace yinxin::store {
namespace {

using namespace kmc;

constexpr std::string_view tables_sql = R"(
CREATE TABLE key(
  id BLOB PRIMARY KEY CHECK(length(id) = 16),
  state TEXT NOT NULL CHECK(state IN ('spare','reserved','in_use','history','destroyed')),
  public_key BLOB NOT NULL UNIQUE CHECK(length(public_key) = 65),
  sealed_private BLOB,
  sealing_key INTEGER,
  made_at INTEGER NOT NULL,
  request_id BLOB, request_hash BLOB, issuer BLOB, serial BLOB, reserved_at INTEGER,
  escrow BLOB, escrowed BLOB, answer BLOB, handed_over_at INTEGER,
  retire_reason INTEGER, retired_at INTEGER, destroyed_at INTEGER,
  CHECK((state IN ('spare','reserved')) = (sealed_private IS NOT NULL)),
  CHECK((state IN ('reserved','in_use','history')) = (request_id IS NOT NULL)),
  CHECK((request_id IS NULL) = (request_hash IS NULL OR issuer IS NULL OR serial IS NULL)),
  CHECK((state IN ('in_use','history')) = (escrow IS NOT NULL AND escrowed IS NOT NULL AND answer IS NOT NULL)),
  CHECK((state = 'history') = (retired_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX key_of_request ON key(request_id) WHERE request_id IS NOT NULL;
CREATE UNIQUE INDEX key_of_certificate ON key(issuer, serial) WHERE serial IS NOT NULL;
CREATE INDEX spare_by_age ON key(made_at, id) WHERE state = 'spare';

-- kmc::key_moves, row by row.
CREATE TRIGGER key_moves BEFORE UPDATE OF state ON key
WHEN OLD.state <> NEW.state AND OLD.state || '>' || NEW.state
  NOT IN ('spare>reserved','spare>destroyed','reserved>in_use','in_use>history')
BEGIN SELECT RAISE(ABORT, 'a key does not move that way'); END;
CREATE TRIGGER key_stays BEFORE DELETE ON key
BEGIN SELECT RAISE(ABORT, 'keys are never forgotten'); END;
CREATE TRIGGER key_promise BEFORE UPDATE ON key
WHEN NEW.id IS NOT OLD.id OR NEW.public_key IS NOT OLD.public_key
  OR (OLD.request_id IS NOT NULL AND (NEW.request_id IS NOT OLD.request_id OR NEW.request_hash IS NOT OLD.request_hash
      OR NEW.issuer IS NOT OLD.issuer OR NEW.serial IS NOT OLD.serial))
  OR (OLD.answer IS NOT NULL AND (NEW.answer IS NOT OLD.answer OR NEW.escrowed IS NOT OLD.escrowed
      OR NEW.escrow IS NOT OLD.escrow))
BEGIN SELECT RAISE(ABORT, 'what was promised for a key does not change'); END;

CREATE TABLE recovery(
  session BLOB PRIMARY KEY CHECK(length(session) = 16),
  kind TEXT NOT NULL CHECK(kind IN ('user','judicial')),
  issuer BLOB NOT NULL, serial BLOB NOT NULL,
  request BLOB NOT NULL, opened_at INTEGER NOT NULL,
  answer BLOB, finished_at INTEGER,
  CHECK((answer IS NULL) = (finished_at IS NULL))
) STRICT;
CREATE TABLE recovery_custodian(
  session BLOB NOT NULL REFERENCES recovery(session),
  certificate BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(session, certificate)
) STRICT;
)";

constexpr std::string_view columns =
    "id, state, public_key, sealed_private, request_id, request_hash, issuer, serial, escrow, escrowed, answer";

template <std::size_t size>
Result<std::array<std::uint8_t, size>> fixed(const Bytes& bytes) {
  std::array<std::uint8_t, size> out{};
  if (bytes.size() != size) {
    return fail(ErrorCode::corrupt, "kmc store: a value of the wrong size");
  }
  std::ranges::copy(bytes, out.begin());
  return out;
}

Result<KeyState> state_of(const std::string& text) {
  for (const KeyState state :
       {KeyState::spare, KeyState::reserved, KeyState::in_use, KeyState::history, KeyState::destroyed}) {
    if (name_of(state) == text) {
      return state;
    }
  }
  return fail(ErrorCode::corrupt, "kmc store: an unknown state");
}

Result<StoredKey> read_key(const sqlite::Rows& row) {
  StoredKey key;
  YX_TRY(key.id, fixed<16>(row.blob(0)));
  YX_TRY(key.state, state_of(row.text(1)));
  key.public_key = row.blob(2);
  key.sealed_private = row.blob(3);
  if (!row.is_null(4)) {
    Assignment assignment;
    YX_TRY(assignment.request_id, fixed<16>(row.blob(4)));
    YX_TRY(assignment.request_hash, fixed<crypto::sm3_size>(row.blob(5)));
    YX_TRY(assignment.name.issuer, fixed<crypto::sm3_size>(row.blob(6)));
    assignment.name.serial = row.blob(7);
    key.assignment = std::move(assignment);
  }
  if (!row.is_null(8)) {
    YX_TRY(key.escrow, fixed<16>(row.blob(8)));
  }
  key.escrowed = row.blob(9);
  key.answer = row.blob(10);
  return key;
}

// The keys of "SELECT <columns> FROM key WHERE <condition>".
template <class... Values>
Result<std::vector<StoredKey>> select_keys(Snapshot& snapshot, std::string_view condition, const Values&... values) {
  const std::string sql = "SELECT " + std::string(columns) + " FROM key WHERE " + std::string(condition);
  std::vector<StoredKey> keys;
  YX_TRY(auto rows, snapshot.query(sql, values...));
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return keys;
    }
    YX_TRY(StoredKey key, read_key(rows));
    keys.push_back(std::move(key));
  }
}

Result<StoredRecovery> read_recovery(Snapshot& snapshot, const RequestId& session) {
  YX_TRY(auto rows,
         snapshot.query("SELECT kind, issuer, serial, request, answer FROM recovery WHERE session=?1", session));
  YX_TRY(const bool found, rows.next());
  if (!found) {
    return fail(ErrorCode::not_found, "no such recovery");
  }
  StoredRecovery recovery;
  recovery.session = session;
  recovery.kind = rows.text(0) == name_of(RecoveryKind::user) ? RecoveryKind::user : RecoveryKind::judicial;
  YX_TRY(recovery.name.issuer, fixed<crypto::sm3_size>(rows.blob(1)));
  recovery.name.serial = rows.blob(2);
  recovery.request = rows.blob(3);
  recovery.answer = rows.blob(4);
  return recovery;
}

}  // namespace

Migrations kmc_migrations() { return {{1, "keys and recoveries", tables_sql}}; }

Result<void> SqliteKeyStore::add_spares(const std::vector<SpareKey>& keys, Instant now) {
  return engine_.write([&](Transaction& t) -> Result<void> {
    for (const SpareKey& key : keys) {
      YX_CHECK(
          t.run("INSERT INTO key(id, state, public_key, sealed_private, sealing_key, made_at) "
                "VALUES(?1, 'spare', ?2, ?3, ?4, ?5)",
                key.id, key.public_key, key.sealed_private, key.sealing_key, now));
    }
    return {};
  });
}

Result<std::size_t> SqliteKeyStore::count_spares() {
  return engine_.read([](Snapshot& s) -> Result<std::size_t> {
    YX_TRY(auto rows, s.query("SELECT COUNT(*) FROM key WHERE state='spare'"));
    YX_TRY(const bool found, rows.next());
    return found ? static_cast<std::size_t>(rows.int64(0)) : 0;
  });
}

Result<StoredKey> SqliteKeyStore::reserve(const Assignment& assignment, Instant now) {
  return engine_.write([&](Transaction& t) -> Result<StoredKey> {
    YX_TRY(auto known, select_keys(t, "request_id=?1", assignment.request_id));
    if (!known.empty()) {
      return known.front().assignment->request_hash == assignment.request_hash
                 ? Result<StoredKey>(std::move(known.front()))
                 : fail(ErrorCode::conflict, "this request id stood for another request");
    }
    YX_TRY(const auto taken, select_keys(t, "issuer=?1 AND serial=?2", assignment.name.issuer, assignment.name.serial));
    if (!taken.empty()) {
      return fail(ErrorCode::conflict, "this certificate has a key already");
    }
    YX_TRY(auto spare, select_keys(t, "state='spare' ORDER BY made_at, id LIMIT 1"));
    if (spare.empty()) {
      return fail(ErrorCode::not_found, "the pool is empty");
    }
    YX_CHECK(
        t.run_on_one("UPDATE key SET state='reserved', request_id=?2, request_hash=?3, issuer=?4, serial=?5, "
                     "reserved_at=?6 WHERE id=?1 AND state='spare'",
                     spare.front().id, assignment.request_id, assignment.request_hash, assignment.name.issuer,
                     assignment.name.serial, now));
    spare.front().state = KeyState::reserved;
    spare.front().assignment = assignment;
    return std::move(spare.front());
  });
}

Result<Bytes> SqliteKeyStore::hand_over(const KeyId& id, const RequestId& escrow, BytesView escrowed, BytesView answer,
                                        Instant now) {
  return engine_.write([&](Transaction& t) -> Result<Bytes> {
    YX_TRY(const auto found, select_keys(t, "id=?1", id));
    if (found.empty() || found.front().state == KeyState::spare || found.front().state == KeyState::destroyed) {
      return fail(ErrorCode::wrong_state, "a key is reserved before it is handed over");
    }
    if (found.front().state != KeyState::reserved) {
      return found.front().answer;
    }
    // Overwritten first, in place: the row's cell keeps its size, so the page loses the old bytes at once.
    YX_CHECK(t.run_on_one("UPDATE key SET sealed_private=zeroblob(length(sealed_private)) WHERE id=?1", id));
    YX_CHECK(
        t.run_on_one("UPDATE key SET state='in_use', sealed_private=NULL, sealing_key=NULL, escrow=?2, "
                     "escrowed=?3, answer=?4, handed_over_at=?5 WHERE id=?1",
                     id, escrow, escrowed, answer, now));
    return to_bytes(answer);
  });
}

Result<StoredKey> SqliteKeyStore::find(const KeyName& name) {
  return engine_.read([&](Snapshot& s) -> Result<StoredKey> {
    YX_TRY(auto found, select_keys(s, "issuer=?1 AND serial=?2", name.issuer, name.serial));
    if (found.empty()) {
      return fail(ErrorCode::not_found, "this certificate has no key here");
    }
    return std::move(found.front());
  });
}

Result<void> SqliteKeyStore::retire(const KeyName& name, RetireReason reason, Instant at) {
  return engine_.write([&](Transaction& t) -> Result<void> {
    YX_TRY(const auto found, select_keys(t, "issuer=?1 AND serial=?2", name.issuer, name.serial));
    if (found.empty()) {
      return fail(ErrorCode::not_found, "this certificate has no key here");
    }
    if (found.front().state == KeyState::history) {
      return {};
    }
    if (found.front().state != KeyState::in_use) {
      return fail(ErrorCode::wrong_state, "the key was not handed over yet");
    }
    return t.run_on_one("UPDATE key SET state='history', retire_reason=?2, retired_at=?3 WHERE id=?1", found.front().id,
                        static_cast<int>(reason), at);
  });
}

Result<std::size_t> SqliteKeyStore::destroy_spares(std::optional<std::uint32_t> except_sealed_under, Instant now) {
  return engine_.write([&](Transaction& t) -> Result<std::size_t> {
    constexpr std::string_view which = " WHERE state='spare' AND (?1 IS NULL OR sealing_key<>?1)";
    YX_CHECK(t.run("UPDATE key SET sealed_private=zeroblob(length(sealed_private))" + std::string(which),
                   except_sealed_under));
    YX_CHECK(t.run("UPDATE key SET state='destroyed', sealed_private=NULL, destroyed_at=?2" + std::string(which),
                   except_sealed_under, now));
    return static_cast<std::size_t>(t.changes());
  });
}

Result<std::vector<StoredKey>> SqliteKeyStore::reserved_not_under(std::uint32_t sealing_key) {
  return engine_.read([&](Snapshot& s) {
    return select_keys(s, "state='reserved' AND sealing_key<>?1 ORDER BY id LIMIT 256", sealing_key);
  });
}

Result<void> SqliteKeyStore::reseal(const KeyId& id, BytesView sealed_private, std::uint32_t sealing_key) {
  return engine_.write([&](Transaction& t) -> Result<void> {
    YX_CHECK(t.run("UPDATE key SET sealed_private=?2, sealing_key=?3 WHERE id=?1 AND state='reserved'", id,
                   sealed_private, sealing_key));
    return t.changes() == 1 ? Result<void>() : fail(ErrorCode::wrong_state, "the key is not reserved");
  });
}

Result<StoredRecovery> SqliteKeyStore::open_recovery(const StoredRecovery& recovery, Instant now) {
  return engine_.write([&](Transaction& t) -> Result<StoredRecovery> {
    auto known = read_recovery(t, recovery.session);
    if (known) {
      return known->kind == recovery.kind && known->request == recovery.request
                 ? std::move(known)
                 : fail(ErrorCode::conflict, "this recovery session stood for another request");
    }
    if (known.error().code != ErrorCode::not_found) {
      return known;
    }
    YX_CHECK(t.run(
        "INSERT INTO recovery(session, kind, issuer, serial, request, opened_at) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        recovery.session, name_of(recovery.kind), recovery.name.issuer, recovery.name.serial, recovery.request, now));
    return recovery;
  });
}

Result<StoredRecovery> SqliteKeyStore::find_recovery(const RequestId& session) {
  return engine_.read([&](Snapshot& s) { return read_recovery(s, session); });
}

Result<void> SqliteKeyStore::note_custodian(const RequestId& session, const crypto::Digest& certificate, Instant now) {
  return engine_.write([&](Transaction& t) {
    return t.run(
        "INSERT INTO recovery_custodian(session, certificate, at) VALUES(?1, ?2, ?3) "
        "ON CONFLICT DO UPDATE SET at=excluded.at",
        session, certificate, now);
  });
}

Result<void> SqliteKeyStore::finish_recovery(const RequestId& session, BytesView answer, Instant now) {
  return engine_.write([&](Transaction& t) {
    return t.run_on_one("UPDATE recovery SET answer=?2, finished_at=?3 WHERE session=?1 AND answer IS NULL", session,
                        answer, now);
  });
}

}  // namespace yinxin::store
