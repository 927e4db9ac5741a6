#include "store/street/street_schema.h"

namespace yinxin::store {
namespace {

// What names, describes or reaches a person is sealed: mobile numbers, dossiers, units, messages. Numbers and units
// are looked up by blind index.
constexpr std::string_view tables_sql = R"sql(
CREATE TABLE number(
  mobile_index BLOB PRIMARY KEY CHECK(length(mobile_index) = 32),
  version INTEGER NOT NULL CHECK(version >= 1),
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  sent INTEGER NOT NULL CHECK(sent >= 0),
  wrong INTEGER NOT NULL CHECK(wrong >= 0),
  sent_at_ms INTEGER,
  challenge TEXT,
  purpose TEXT,
  salt BLOB,
  hash BLOB,
  expires_at_ms INTEGER,
  challenge_wrong INTEGER,
  CHECK((challenge IS NULL) = (hash IS NULL))) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX number_of_account ON number(account) WHERE account <> '';
CREATE TABLE session(
  token_hash BLOB PRIMARY KEY CHECK(length(token_hash) = 32),
  account TEXT NOT NULL,
  mobile BLOB NOT NULL,
  project_id TEXT NOT NULL,
  begun_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE dossier(
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  opening_key TEXT NOT NULL,
  programme TEXT NOT NULL,
  version INTEGER NOT NULL CHECK(version >= 1),
  state TEXT NOT NULL CHECK (state IN ('draft', 'proving_identity', 'awaiting_payment', 'awaiting_funds', 'awaiting_account_proof', 'awaiting_paper', 'awaiting_acceptance', 'awaiting_review', 'approved', 'in_production', 'ready', 'shipped', 'handed_over', 'returned', 'completed', 'withdrawn', 'expired', 'refused')),
  is_open INTEGER NOT NULL CHECK(is_open IN (0, 1)),
  uscc_index BLOB NOT NULL CHECK(length(uscc_index) = 32),
  unit BLOB NOT NULL,
  sealed BLOB NOT NULL,
  changed_ms INTEGER NOT NULL,
  UNIQUE(account, opening_key)) STRICT;
CREATE INDEX dossier_of_account ON dossier(account, changed_ms DESC);
CREATE INDEX dossier_of_unit ON dossier(programme, uscc_index) WHERE is_open = 1;
CREATE TRIGGER dossier_counts BEFORE UPDATE ON dossier
WHEN NEW.id IS NOT OLD.id OR NEW.account IS NOT OLD.account OR NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'a dossier changes one version at a time'); END;
CREATE TABLE day_count(day TEXT PRIMARY KEY, cases INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE order_of_case(number TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES dossier(id)) STRICT, WITHOUT ROWID;
CREATE TABLE phone_link(
  token_hash BLOB PRIMARY KEY CHECK(length(token_hash) = 32),
  case_id TEXT NOT NULL REFERENCES dossier(id)) STRICT, WITHOUT ROWID;
CREATE TABLE file(
  hash BLOB PRIMARY KEY CHECK(length(hash) = 32),
  address BLOB NOT NULL CHECK(length(address) = 32)) STRICT, WITHOUT ROWID;
)sql";

// Money that goes back, and what a provider is to be asked about again. The words of the state are those of
// hall/application/generated/state_checks.sql.
constexpr std::string_view money_sql = R"sql(
CREATE TABLE refund(
  number TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES dossier(id),
  state TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'sent', 'uncertain', 'settled', 'declined')),
  asked_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX refund_to_decide ON refund(asked_ms) WHERE state = 'asked';
CREATE TABLE money_watch(
  number TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES dossier(id),
  due_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX money_watch_due ON money_watch(due_ms);
)sql";

// Orders that wait for a transfer, and the bank's bookings that officers found to be one.
constexpr std::string_view transfer_sql = R"sql(
CREATE TABLE transfer(
  number TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES dossier(id),
  is_awaited INTEGER NOT NULL CHECK(is_awaited IN (0, 1)),
  announced_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX transfer_awaited ON transfer(announced_ms) WHERE is_awaited = 1;
CREATE TABLE transfer_booking(
  booking TEXT PRIMARY KEY,
  number TEXT NOT NULL REFERENCES transfer(number)) STRICT, WITHOUT ROWID;
)sql";

// When the clock is to look at a case again; those of before are looked at once.
constexpr std::string_view clock_sql = R"sql(
CREATE TABLE dossier_clock(
  case_id TEXT PRIMARY KEY REFERENCES dossier(id),
  look_ms INTEGER) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_clock_ripe ON dossier_clock(look_ms) WHERE look_ms IS NOT NULL;
-- What was sent to requesters, and what became of it. Messages with codes are not kept.
CREATE TABLE message_log(
  id TEXT PRIMARY KEY,
  sealed BLOB NOT NULL,
  sent_ms INTEGER NOT NULL,
  standing TEXT NOT NULL CHECK(standing IN ('waiting', 'delivered', 'failed')),
  reason TEXT NOT NULL,
  resends INTEGER NOT NULL CHECK(resends >= 0)) STRICT, WITHOUT ROWID;
CREATE INDEX message_log_waiting ON message_log(sent_ms) WHERE standing = 'waiting';
INSERT INTO dossier_clock(case_id, look_ms) SELECT id, 0 FROM dossier WHERE is_open = 1;
)sql";

}  // namespace

const Migrations& street_migrations() {
  static const Migrations list = {{1, "accounts and dossiers", tables_sql},
                                  {2, "clock", clock_sql},
                                  {3, "refunds", money_sql},
                                  {4, "transfers", transfer_sql}};
  return list;
}

}  // namespace yinxin::store
