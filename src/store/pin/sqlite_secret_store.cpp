#include "store/pin/sqlite_secret_store.h"

#include <algorithm>

namespace yinxin::store {
namespace {

using namespace pin;

constexpr std::string_view tables_sql = R"(
CREATE TABLE line(
  line TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  token TEXT NOT NULL CHECK(token IN ('waiting','keyed','written','released','activated')),
  device TEXT NOT NULL,
  certificate BLOB NOT NULL,
  gate_open INTEGER NOT NULL CHECK(gate_open IN (0, 1)),
  sealed_pin BLOB NOT NULL,
  released_at INTEGER NOT NULL,
  released_to BLOB NOT NULL,
  secret TEXT NOT NULL CHECK(secret IN ('none','drawn','delivered','voided','locked','spent')),
  generation INTEGER NOT NULL,
  tries INTEGER NOT NULL CHECK(tries BETWEEN 0 AND 5),
  mac_key INTEGER NOT NULL,
  secret_mac BLOB NOT NULL,
  changed_at INTEGER NOT NULL,
  CHECK((token IN ('keyed','written','released')) = (length(sealed_pin) > 0)),
  CHECK((secret IN ('drawn','delivered')) = (length(secret_mac) > 0))
) STRICT;
-- Tries of one secret only ever grow.
CREATE TRIGGER tries_grow BEFORE UPDATE ON line
WHEN NEW.generation < OLD.generation OR (NEW.generation = OLD.generation AND NEW.tries < OLD.tries)
BEGIN SELECT RAISE(ABORT, 'tries of a secret are not given back'); END;
CREATE TABLE device(
  device TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  line TEXT NOT NULL,
  so_counter INTEGER NOT NULL,
  sealed_so_current BLOB NOT NULL,
  sealed_so_next BLOB NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER so_counter_grows BEFORE UPDATE ON device WHEN NEW.so_counter < OLD.so_counter
BEGIN SELECT RAISE(ABORT, 'the counter of administrator PINs does not fall'); END;
CREATE TABLE answered(
  message BLOB PRIMARY KEY CHECK(length(message) = 16),
  request_hash BLOB NOT NULL,
  line TEXT NOT NULL,
  kind TEXT NOT NULL,
  answer BLOB,
  failure TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX answered_of_line ON answered(line, kind);
)";

constexpr std::string_view codes_sql = R"(
ALTER TABLE line ADD COLUMN challenge BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'
  CHECK(length(challenge) = 16);
ALTER TABLE line ADD COLUMN code_mac BLOB NOT NULL DEFAULT x'';
ALTER TABLE line ADD COLUMN code_drawn_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE line ADD COLUMN codes_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE line ADD COLUMN codes INTEGER NOT NULL DEFAULT 0 CHECK(codes >= 0);
)";

template <std::size_t size>
Result<std::array<std::uint8_t, size>> fixed(const Bytes& bytes) {
  std::array<std::uint8_t, size> out{};
  if (bytes.size() != size) {
    return fail(ErrorCode::corrupt, "pin store: a value of the wrong size");
  }
  std::ranges::copy(bytes, out.begin());
  return out;
}

template <class State>
Result<State> state_of(const std::string& text, State last) {
  for (int n = 0; n <= static_cast<int>(last); ++n) {
    if (name_of(static_cast<State>(n)) == text) {
      return static_cast<State>(n);
    }
  }
  return fail(ErrorCode::corrupt, "pin store: an unknown state");
}

Result<void> save_line(Transaction& t, const LineRecord& line, Instant now) {
  if (line.revision == 0) {
    // already_exists when somebody else stored it first.
    return t.run(
        "INSERT INTO line(line, revision, token, device, certificate, gate_open, sealed_pin, released_at, released_to, "
        "secret, generation, tries, mac_key, secret_mac, changed_at, challenge, code_mac, code_drawn_at, codes_since, "
        "codes) VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        line.line, name_of(line.token), line.device, line.certificate, line.gate_open ? 1 : 0, line.sealed_pin,
        line.released_at, line.released_to, name_of(line.secret), line.generation, line.tries, line.mac_key,
        line.secret_mac, now, line.challenge, line.code_mac, line.code_drawn_at, line.codes_since, line.codes);
  }
  YX_CHECK(t.run(
      "UPDATE line SET revision=?3, token=?4, device=?5, certificate=?6, gate_open=?7, sealed_pin=?8, "
      "released_at=?9, released_to=?10, secret=?11, generation=?12, tries=?13, mac_key=?14, "
      "secret_mac=?15, changed_at=?16, challenge=?17, code_mac=?18, code_drawn_at=?19, codes_since=?20, codes=?21 "
      "WHERE line=?1 AND revision=?2",
      line.line, line.revision, line.revision + 1, name_of(line.token), line.device, line.certificate,
      line.gate_open ? 1 : 0, line.sealed_pin, line.released_at, line.released_to, name_of(line.secret),
      line.generation, line.tries, line.mac_key, line.secret_mac, now, line.challenge, line.code_mac,
      line.code_drawn_at, line.codes_since, line.codes));
  return t.changes() == 1 ? Result<void>() : fail(ErrorCode::conflict, "the line was changed meanwhile");
}

Result<void> save_device(Transaction& t, const DeviceRecord& device, Instant now) {
  if (device.revision == 0) {
    return t.run("INSERT INTO device VALUES(?1, 1, ?2, ?3, ?4, ?5, ?6)", device.device, device.line, device.so_counter,
                 device.sealed_so_current, device.sealed_so_next, now);
  }
  YX_CHECK(
      t.run("UPDATE device SET revision=?3, line=?4, so_counter=?5, sealed_so_current=?6, sealed_so_next=?7, "
            "changed_at=?8 WHERE device=?1 AND revision=?2",
            device.device, device.revision, device.revision + 1, device.line, device.so_counter,
            device.sealed_so_current, device.sealed_so_next, now));
  return t.changes() == 1 ? Result<void>() : fail(ErrorCode::conflict, "the token was changed meanwhile");
}

Result<void> save_all(Transaction& t, const Change& change, Instant now) {
  YX_CHECK(save_line(t, change.line, now));
  if (change.device) {
    YX_CHECK(save_device(t, *change.device, now));
  }
  for (const std::string& kind : change.erase_answers_of) {
    YX_CHECK(t.run("UPDATE answered SET answer=zeroblob(length(answer)) WHERE line=?1 AND kind=?2 AND answer NOT NULL",
                   change.line.line, kind));
    YX_CHECK(t.run("UPDATE answered SET answer=NULL WHERE line=?1 AND kind=?2", change.line.line, kind));
  }
  if (!change.answered) {
    return {};
  }
  const Answered& said = *change.answered;
  std::optional<std::string> failure;
  if (said.failure) {
    failure = std::string(name_of(*said.failure));
  }
  return t.run("INSERT INTO answered VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)", said.message, said.request_hash, said.line,
               said.kind, said.answer, failure, now);
}

}  // namespace

Migrations pin_migrations() { return {{1, "lines, tokens and answers", tables_sql}, {2, "codes by SMS", codes_sql}}; }

Result<LineRecord> SqliteSecretStore::line(const std::string& name) {
  return engine_.read([&](Snapshot& s) -> Result<LineRecord> {
    LineRecord line;
    line.line = name;
    YX_TRY(auto row, s.query("SELECT revision, token, device, certificate, gate_open, sealed_pin, released_at, "
                             "released_to, secret, generation, tries, mac_key, secret_mac, challenge, code_mac, "
                             "code_drawn_at, codes_since, codes FROM line WHERE line=?1",
                             name));
    YX_TRY(const bool found, row.next());
    if (!found) {
      return line;
    }
    line.revision = row.int64(0);
    YX_TRY(line.token, state_of(row.text(1), TokenState::activated));
    line.device = row.text(2);
    line.certificate = row.blob(3);
    line.gate_open = row.boolean(4);
    line.sealed_pin = row.blob(5);
    line.released_at = row.instant(6);
    YX_TRY(line.released_to, fixed<16>(row.blob(7)));
    YX_TRY(line.secret, state_of(row.text(8), SecretState::spent));
    line.generation = static_cast<std::uint32_t>(row.int64(9));
    line.tries = static_cast<std::uint32_t>(row.int64(10));
    line.mac_key = static_cast<std::uint32_t>(row.int64(11));
    line.secret_mac = row.blob(12);
    YX_TRY(line.challenge, fixed<16>(row.blob(13)));
    line.code_mac = row.blob(14);
    line.code_drawn_at = row.instant(15);
    line.codes_since = row.instant(16);
    line.codes = static_cast<std::uint32_t>(row.int64(17));
    return line;
  });
}

Result<DeviceRecord> SqliteSecretStore::device(const std::string& name) {
  return engine_.read([&](Snapshot& s) -> Result<DeviceRecord> {
    DeviceRecord device;
    device.device = name;
    YX_TRY(auto row, s.query("SELECT revision, line, so_counter, sealed_so_current, sealed_so_next FROM device "
                             "WHERE device=?1",
                             name));
    YX_TRY(const bool found, row.next());
    if (!found) {
      return device;
    }
    device.revision = row.int64(0);
    device.line = row.text(1);
    device.so_counter = static_cast<std::uint32_t>(row.int64(2));
    device.sealed_so_current = row.blob(3);
    device.sealed_so_next = row.blob(4);
    return device;
  });
}

Result<std::optional<Answered>> SqliteSecretStore::answered(const MessageId& message) {
  return engine_.read([&](Snapshot& s) -> Result<std::optional<Answered>> {
    YX_TRY(auto row,
           s.query("SELECT request_hash, line, kind, answer, failure FROM answered WHERE message=?1", message));
    YX_TRY(const bool found, row.next());
    if (!found) {
      return std::optional<Answered>();
    }
    Answered said;
    said.message = message;
    YX_TRY(said.request_hash, fixed<crypto::sm3_size>(row.blob(0)));
    said.line = row.text(1);
    said.kind = row.text(2);
    said.answer = row.blob_or_null(3);
    if (!row.is_null(4)) {
      said.failure = row.text(4) == name_of(ErrorCode::pin_locked) ? ErrorCode::pin_locked : ErrorCode::pin_wrong;
    }
    return std::optional<Answered>(std::move(said));
  });
}

Result<void> SqliteSecretStore::save(const Change& change, Instant now) {
  auto saved = engine_.write([&](Transaction& t) { return save_all(t, change, now); });
  if (!saved && saved.error().code == ErrorCode::already_exists) {
    return fail(ErrorCode::conflict, "stored by somebody else meanwhile", std::move(saved).error());
  }
  return saved;
}

}  // namespace yinxin::store
