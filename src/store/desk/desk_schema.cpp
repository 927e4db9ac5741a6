#include "store/desk/desk_schema.h"

namespace yinxin::store {
namespace {

// What names or describes a person or unit is sealed: snapshot, unit, papers, details of events. Persons stand here by
// their ids only. The words of both state columns are those of hall/application/generated/state_checks.sql.
constexpr std::string_view tables_sql = R"sql(
CREATE TABLE desk_case(
  id TEXT PRIMARY KEY CHECK(length(id) BETWEEN 1 AND 64),
  revision INTEGER NOT NULL CHECK(revision >= 1),
  version INTEGER NOT NULL CHECK(version >= 1),
  state TEXT NOT NULL CHECK (state IN ('draft', 'proving_identity', 'awaiting_payment', 'awaiting_funds', 'awaiting_account_proof', 'awaiting_paper', 'awaiting_acceptance', 'awaiting_review', 'approved', 'in_production', 'ready', 'shipped', 'handed_over', 'returned', 'completed', 'withdrawn', 'expired', 'refused')),
  act_by_ms INTEGER,
  needs_identity INTEGER NOT NULL CHECK(needs_identity IN (0, 1)),
  needs_account INTEGER NOT NULL CHECK(needs_account IN (0, 1)),
  needs_paper INTEGER NOT NULL CHECK(needs_paper IN (0, 1)),
  needs_delivery INTEGER NOT NULL CHECK(needs_delivery IN (0, 1)),
  gate TEXT NOT NULL CHECK(gate IN ('submit', 'accept', 'make', 'hand_over')),
  submitted INTEGER NOT NULL CHECK(submitted IN (0, 1)),
  identity_proven INTEGER NOT NULL CHECK(identity_proven IN (0, 1)),
  paid INTEGER NOT NULL CHECK(paid IN (0, 1)),
  payment_under_way INTEGER NOT NULL CHECK(payment_under_way IN (0, 1)),
  account_proven INTEGER NOT NULL CHECK(account_proven IN (0, 1)),
  paper_complete INTEGER NOT NULL CHECK(paper_complete IN (0, 1)),
  holder_signed INTEGER NOT NULL CHECK(holder_signed IN (0, 1)),
  accepted_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  round INTEGER NOT NULL CHECK(round >= 0),
  changed_at_ms INTEGER NOT NULL) STRICT;
CREATE INDEX desk_case_changed ON desk_case(changed_at_ms DESC, id);
CREATE TRIGGER desk_case_counts BEFORE UPDATE ON desk_case
WHEN NEW.id IS NOT OLD.id OR NEW.version <> OLD.version + 1 OR NEW.revision < OLD.revision
BEGIN SELECT RAISE(ABORT, 'a case changes one version at a time'); END;
CREATE TRIGGER desk_case_stays BEFORE DELETE ON desk_case
BEGIN SELECT RAISE(ABORT, 'cases are never forgotten'); END;
CREATE TABLE case_line(
  case_id TEXT NOT NULL REFERENCES desk_case(id),
  number INTEGER NOT NULL,
  business TEXT NOT NULL,
  medium TEXT NOT NULL CHECK(medium IN ('none', 'own', 'new')),
  state TEXT NOT NULL CHECK (state IN ('checked', 'struck_out', 'keying', 'issuing', 'writing', 'written', 'activated', 'done', 'failed')),
  round INTEGER NOT NULL CHECK(round >= 0),
  PRIMARY KEY(case_id, number)) STRICT, WITHOUT ROWID;
CREATE TABLE submission(
  case_id TEXT NOT NULL REFERENCES desk_case(id),
  revision INTEGER NOT NULL,
  snapshot BLOB NOT NULL,
  unit BLOB NOT NULL,
  uscc_index BLOB NOT NULL CHECK(length(uscc_index) = 32),
  concerned TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY(case_id, revision)) STRICT;
CREATE INDEX submission_of_unit ON submission(uscc_index, case_id);
CREATE TABLE material(
  case_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  slot TEXT NOT NULL,
  original BLOB NOT NULL CHECK(length(original) = 32),
  rendition BLOB NOT NULL CHECK(length(rendition) = 32),
  PRIMARY KEY(case_id, revision, slot),
  FOREIGN KEY(case_id, revision) REFERENCES submission(case_id, revision)) STRICT;
CREATE TABLE paper(
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  line INTEGER NOT NULL,
  round INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  hash BLOB NOT NULL CHECK(length(hash) = 32),
  place TEXT NOT NULL,
  sealed BLOB NOT NULL,
  FOREIGN KEY(case_id, revision) REFERENCES submission(case_id, revision)) STRICT;
CREATE INDEX paper_of_case ON paper(case_id, sequence);
CREATE UNIQUE INDEX paper_stands_alone ON paper(case_id, revision, line, round, kind) WHERE kind <> 'evidence';
CREATE UNIQUE INDEX paper_place ON paper(place);
)sql";

// What a programme promises in working days, and until when; cases of before are promised nothing.
constexpr std::string_view limits_sql = R"sql(
ALTER TABLE desk_case ADD COLUMN review_days INTEGER NOT NULL DEFAULT 0 CHECK(review_days >= 0);
ALTER TABLE desk_case ADD COLUMN shipping_days INTEGER NOT NULL DEFAULT 0 CHECK(shipping_days >= 0);
ALTER TABLE desk_case ADD COLUMN due_by_ms INTEGER;
CREATE TABLE machine_check(
  case_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY(case_id, revision),
  FOREIGN KEY(case_id, revision) REFERENCES submission(case_id, revision)) STRICT;
CREATE INDEX desk_case_due ON desk_case(due_by_ms) WHERE due_by_ms IS NOT NULL;
CREATE INDEX desk_case_ripe ON desk_case(act_by_ms) WHERE act_by_ms IS NOT NULL;
)sql";

}  // namespace

const Migrations& desk_migrations() {
  static const std::string guards =
      append_only_triggers("submission") + append_only_triggers("material") + append_only_triggers("paper");
  static const std::string limits = std::string(limits_sql) + append_only_triggers("machine_check");
  static const Migrations list = {
      {1, "cases", tables_sql}, {2, "append only", guards}, {3, "limits and checks", limits}};
  return list;
}

}  // namespace yinxin::store
