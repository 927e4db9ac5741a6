#include "store/vault/vault_schema.h"

namespace yinxin::store::vault {

namespace {

// Index columns are narrow; DER stands apart in certificate_blob and crl_blob. Status has no column of its own: it is
// what the chained rows say.
constexpr std::string_view first_step = R"sql(
CREATE TABLE issuance(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer BLOB NOT NULL CHECK(length(issuer) = 32),
  order_hash BLOB NOT NULL CHECK(length(order_hash) = 32),
  key_hash BLOB NOT NULL CHECK(length(key_hash) = 32),
  state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 4),
  at_ms INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX issuance_live ON issuance(order_hash) WHERE state < 3;
CREATE INDEX issuance_key ON issuance(key_hash);
CREATE INDEX issuance_dangling ON issuance(issuer) WHERE state < 2;
CREATE TABLE certificate(
  issuer BLOB NOT NULL,
  serial BLOB NOT NULL,
  issuance INTEGER NOT NULL REFERENCES issuance(id),
  use INTEGER NOT NULL CHECK(use BETWEEN 0 AND 2),
  place INTEGER NOT NULL,
  PRIMARY KEY(issuer, serial)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX certificate_issuance ON certificate(issuance, place);
CREATE TABLE certificate_blob(
  issuer BLOB NOT NULL,
  serial BLOB NOT NULL,
  tbs BLOB NOT NULL,
  envelope BLOB,
  der BLOB,
  PRIMARY KEY(issuer, serial),
  FOREIGN KEY(issuer, serial) REFERENCES certificate(issuer, serial)) STRICT;
CREATE TABLE status_row(
  issuer BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  serial BLOB NOT NULL,
  deed INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  cause BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY(issuer, sequence),
  FOREIGN KEY(issuer, serial) REFERENCES certificate(issuer, serial)) STRICT;
CREATE INDEX status_row_serial ON status_row(issuer, serial, sequence);
CREATE UNIQUE INDEX status_row_cause ON status_row(issuer, serial, deed, cause);
CREATE TABLE crl_counter(issuer BLOB PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE crl(
  issuer BLOB NOT NULL,
  number INTEGER NOT NULL,
  this_update_ms INTEGER NOT NULL,
  next_update_ms INTEGER NOT NULL,
  der BLOB NOT NULL,
  PRIMARY KEY(issuer, number)) STRICT;
CREATE TABLE ceremony(closed_at_ms INTEGER NOT NULL) STRICT;
)sql";

// Beside the journal: manifests taken over, devices, permits, and what became of each approved line.
constexpr std::string_view third_step = R"sql(
CREATE TABLE manifest(
  hash BLOB PRIMARY KEY CHECK(length(hash) = 32),
  programme TEXT NOT NULL,
  version INTEGER NOT NULL,
  signed BLOB NOT NULL,
  adopted_at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE device(
  serial TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  firmware TEXT NOT NULL,
  batch TEXT NOT NULL,
  quarantined INTEGER NOT NULL CHECK(quarantined IN (0, 1)),
  at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE permit(
  hash BLOB PRIMARY KEY CHECK(length(hash) = 32),
  second_approval BLOB NOT NULL CHECK(length(second_approval) = 32),
  line INTEGER NOT NULL,
  device TEXT NOT NULL REFERENCES device(serial),
  station BLOB NOT NULL,
  officer BLOB NOT NULL,
  der BLOB NOT NULL,
  not_after_ms INTEGER NOT NULL) STRICT;
CREATE INDEX permit_line ON permit(second_approval, line, not_after_ms);
CREATE INDEX permit_device ON permit(device, not_after_ms);
CREATE TABLE issued_line(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  second_approval BLOB NOT NULL CHECK(length(second_approval) = 32),
  line INTEGER NOT NULL,
  case_id TEXT NOT NULL,
  device TEXT NOT NULL REFERENCES device(serial),
  permit BLOB NOT NULL REFERENCES permit(hash),
  signing BLOB NOT NULL,
  encryption BLOB NOT NULL,
  envelope BLOB NOT NULL,
  receipt BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  wants_seal INTEGER NOT NULL CHECK(wants_seal IN (0, 1)),
  seal BLOB,
  written BLOB,
  activated BLOB CHECK(activated IS NULL OR written IS NOT NULL),
  given_up INTEGER NOT NULL DEFAULT 0 CHECK(given_up IN (0, 1)),
  pin_told INTEGER NOT NULL DEFAULT 0 CHECK(pin_told IN (0, 1, 2))) STRICT;
CREATE UNIQUE INDEX issued_line_live ON issued_line(second_approval, line) WHERE given_up = 0;
CREATE INDEX issued_line_untold ON issued_line(pin_told) WHERE pin_told < 2;
)sql";

constexpr std::string_view fifth_step = R"sql(
CREATE INDEX issued_line_device ON issued_line(device, id) WHERE given_up = 0;
)sql";

constexpr std::string_view tsa_first_step = R"sql(
CREATE TABLE time_stamp(only INTEGER PRIMARY KEY CHECK(only = 1), serial INTEGER NOT NULL, time_ms INTEGER NOT NULL) STRICT;
)sql";

const std::string& status_guard() {
  static const std::string sql = append_only_triggers("status_row") + append_only_triggers("ceremony");
  return sql;
}

const std::string& line_guard() {
  static const std::string sql = append_only_triggers("manifest") + append_only_triggers("permit");
  return sql;
}

}  // namespace

const Migrations& migrations() {
  static const Migrations list = {{1, "journal", first_step},
                                  {2, "append only", status_guard()},
                                  {3, "lines", third_step},
                                  {4, "append only lines", line_guard()},
                                  {5, "lines by device", fifth_step}};
  return list;
}

const Migrations& tsa_migrations() {
  static const Migrations list = {{1, "counter", tsa_first_step}};
  return list;
}

}  // namespace yinxin::store::vault
