#include "store/desk/sqlite_case_store.h"

#include <algorithm>

#include "crypto/asn1/der.h"
#include "store/event_log.h"
#include "store/work_queue.h"

namespace yinxin::store {

using namespace hall;

static_assert(max_material_bytes <= max_blob_bytes);
static_assert(max_paper_bytes <= max_field_bytes);

namespace {

constexpr std::array<std::string_view, 4> gate_codes{"submit", "accept", "make", "hand_over"};
constexpr std::array<std::string_view, 3> medium_codes{"none", "own", "new"};

Error broken(std::string_view what) { return fail(ErrorCode::corrupt, "desk store: " + std::string(what)); }

template <class Enum, class Codes>
Result<Enum> enum_of(const Codes& codes, std::string_view code) {
  const auto found = std::ranges::find(codes, code);
  return found == codes.end() ? Result<Enum>(broken("an unknown word"))
                              : Result<Enum>(static_cast<Enum>(found - codes.begin()));
}

template <class State, class Rows>
Result<State> state_of(const Rows& states, std::string_view code) {
  const auto found = std::ranges::find_if(states, [&](const auto& row) { return row.code == code; });
  return found == states.end() ? Result<State>(broken("an unknown state")) : Result<State>(found->state);
}

template <class State, class Rows>
std::string_view code_in(const Rows& states, State state) {
  return states[static_cast<std::size_t>(state)].code;
}

Result<crypto::Digest> digest_of(const Bytes& bytes) {
  crypto::Digest digest{};
  if (bytes.size() != digest.size()) {
    return broken("a digest of the wrong size");
  }
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

std::string revision_row(const std::string& id, std::int64_t revision) { return id + "/" + std::to_string(revision); }
// The row of what one change brings: its case, the version it makes, and its number within.
std::string change_row(const std::string& id, std::int64_t version, std::size_t n) {
  return id + "/" + std::to_string(version) + "/" + std::to_string(n);
}

FieldPlace snapshot_place(const std::string& row) { return {"submission", "snapshot", row}; }
FieldPlace unit_place(const std::string& row) { return {"submission", "unit", row}; }
FieldPlace checks_place(const std::string& row) { return {"machine_check", "sealed", row}; }
FieldPlace paper_place(const std::string& row) { return {"paper", "sealed", row}; }
FieldPlace detail_place(const std::string& row) { return {"event", "detail", row}; }

// EventBody ::= SEQUENCE { place UTF8String, sealed OCTET STRING }; sealed is empty where there is no detail.
Bytes event_body(const std::string& place, BytesView sealed) {
  return asn1::sequence([&](asn1::Writer& w) { w.utf8(place).octet_string(sealed); });
}

Result<std::string> detail_of(const FieldCipher& cipher, BytesView body) {
  asn1::Reader outer(body);
  YX_TRY(asn1::Reader r, outer.sequence());
  YX_TRY(const asn1::Element element, r.expect(asn1::tag::utf8_string));
  YX_TRY(const std::string place, asn1::text_of_element(element));
  YX_TRY(const BytesView sealed, r.octet_string());
  if (sealed.empty()) {
    return std::string();
  }
  YX_TRY(const SecretBytes plain, cipher.open(detail_place(place), sealed));
  return std::string(plain.expose_text());
}

Result<void> read_case_row(Snapshot& s, const std::string& id, CaseRecord& record, std::int64_t& revision) {
  YX_TRY(auto rows, s.query("SELECT revision, version, state, act_by_ms, needs_identity, needs_account, needs_paper, "
                            "needs_delivery, gate, submitted, identity_proven, paid, payment_under_way, "
                            "account_proven, paper_complete, holder_signed, accepted_by, approved_by, round, "
                            "review_days, shipping_days, due_by_ms FROM desk_case WHERE id=?1",
                            id));
  YX_TRY(const bool found, rows.next());
  if (!found) {
    return fail(ErrorCode::not_found, "no such case");
  }
  Application& a = record.application;
  revision = rows.int64(0);
  record.version = rows.int64(1);
  YX_TRY(a.state, state_of<CaseState>(life::case_states, rows.text(2)));
  if (!rows.is_null(3)) {
    a.act_by = rows.instant(3);
  }
  a.needs = {.identity = rows.boolean(4),
             .account_before_review = rows.boolean(5),
             .paper = rows.boolean(6),
             .delivery = rows.boolean(7)};
  YX_TRY(a.needs.gate, enum_of<PaymentGate>(gate_codes, rows.text(8)));
  a.progress = {.submitted = rows.boolean(9),
                .identity_proven = rows.boolean(10),
                .paid = rows.boolean(11),
                .payment_under_way = rows.boolean(12),
                .account_proven = rows.boolean(13),
                .paper_complete = rows.boolean(14),
                .holder_signed = rows.boolean(15)};
  a.accepted_by = rows.text(16);
  a.approved_by = rows.text(17);
  if (rows.int64(18) != 0) {
    record.rounds[0] = rows.int64(18);
  }
  record.limits = {.review_working_days = rows.int64(19), .shipping_working_days = rows.int64(20)};
  if (!rows.is_null(21)) {
    record.due_by = rows.instant(21);
  }
  return {};
}

Result<void> read_lines(Snapshot& s, const std::string& id, CaseRecord& record) {
  YX_TRY(auto rows,
         s.query("SELECT number, business, medium, state, round FROM case_line WHERE case_id=?1 ORDER BY number", id));
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return {};
    }
    const auto kind = std::ranges::find_if(kinds, [&](const Kind& each) { return each.code == rows.text(1); });
    if (kind == kinds.end()) {
      return broken("an unknown business");
    }
    CaseLine line{.number = static_cast<int>(rows.int64(0)), .business = kind->business};
    YX_TRY(line.medium, enum_of<Medium>(medium_codes, rows.text(2)));
    YX_TRY(line.state, state_of<LineState>(life::line_states, rows.text(3)));
    if (rows.int64(4) != 0) {
      record.rounds[line.number] = rows.int64(4);
    }
    record.application.lines.push_back(line);
  }
}

Result<void> read_papers(Snapshot& s, const std::string& id, CaseRecord& record) {
  YX_TRY(auto rows, s.query("SELECT sequence, kind, revision, line, round, name, hash FROM paper WHERE case_id=?1 "
                            "ORDER BY sequence",
                            id));
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return {};
    }
    PaperMention mention{.sequence = rows.int64(0),
                         .revision = rows.int64(2),
                         .line = rows.int64(3),
                         .round = rows.int64(4),
                         .name = rows.text(5)};
    YX_TRY(mention.paper, paper_of_name(rows.text(1)));
    YX_TRY(mention.hash, digest_of(rows.blob(6)));
    record.papers.push_back(std::move(mention));
  }
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::int64_t round_of_line(const CaseRecord& record, std::int64_t line) {
  const auto found = record.rounds.find(line);
  return found == record.rounds.end() ? 0 : found->second;
}

Result<void> write_lines(Transaction& t, const CaseChange& change) {
  const CaseRecord& record = change.record;
  if (change.new_revision) {
    YX_CHECK(t.run("DELETE FROM case_line WHERE case_id=?1", record.id()));
  }
  for (const CaseLine& line : record.application.lines) {
    const auto state = code_in(life::line_states, line.state);
    const auto round = round_of_line(record, line.number);
    if (change.new_revision) {
      YX_CHECK(t.run("INSERT INTO case_line(case_id, number, business, medium, state, round) VALUES(?1,?2,?3,?4,?5,?6)",
                     record.id(), line.number, kind_of(line.business).code,
                     medium_codes[static_cast<std::size_t>(line.medium)], state, round));
    } else {
      YX_CHECK(
          t.run("UPDATE case_line SET state=?3, round=?4 WHERE case_id=?1 AND number=?2 "
                "AND (state<>?3 OR round<>?4)",
                record.id(), line.number, state, round));
    }
  }
  return {};
}

// conflict when somebody was faster.
Result<void> write_case_row(Transaction& t, const CaseChange& change) {
  const CaseRecord& record = change.record;
  const Application& a = record.application;
  const bool is_new = record.version == 0;
  const std::string_view sql =
      is_new ? "INSERT INTO desk_case(id, revision, version, state, act_by_ms, needs_identity, needs_account, "
               "needs_paper, needs_delivery, gate, submitted, identity_proven, paid, payment_under_way, "
               "account_proven, paper_complete, holder_signed, accepted_by, approved_by, round, changed_at_ms, "
               "review_days, shipping_days, due_by_ms) "
               "VALUES(?1,?2,?3+1,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24) "
               "ON CONFLICT DO NOTHING"
             : "UPDATE desk_case SET revision=?2, version=?3+1, state=?4, act_by_ms=?5, needs_identity=?6, "
               "needs_account=?7, needs_paper=?8, needs_delivery=?9, gate=?10, submitted=?11, identity_proven=?12, "
               "paid=?13, payment_under_way=?14, account_proven=?15, paper_complete=?16, holder_signed=?17, "
               "accepted_by=?18, approved_by=?19, round=?20, changed_at_ms=?21, review_days=?22, shipping_days=?23, "
               "due_by_ms=?24 WHERE id=?1 AND version=?3";
  const auto& n = a.needs;
  const auto& p = a.progress;
  YX_CHECK(t.run(sql, record.id(), record.snapshot.revision, record.version, code_in(life::case_states, a.state),
                 a.act_by, n.identity, n.account_before_review, n.paper, n.delivery,
                 gate_codes[static_cast<std::size_t>(n.gate)], p.submitted, p.identity_proven, p.paid,
                 p.payment_under_way, p.account_proven, p.paper_complete, p.holder_signed, a.accepted_by, a.approved_by,
                 round_of_line(record, 0), change.at, record.limits.review_working_days,
                 record.limits.shipping_working_days, record.due_by));
  return t.changes() == 1 ? Result<void>()
                          : Result<void>(fail(ErrorCode::conflict, "desk store: the case has another version"));
}

}  // namespace

struct SqliteCaseStore::Prepared {
  std::int64_t version = 0;  // that the change makes
  Bytes snapshot;
  Bytes unit;
  Bytes checks;  // empty: none
  crypto::Digest uscc_index{};
  std::vector<std::pair<BlobAddress, BlobAddress>> materials;
  std::vector<std::pair<std::string, Bytes>> papers;  // place, sealed
  std::vector<Bytes> event_bodies;
};

Result<SqliteCaseStore::Prepared> SqliteCaseStore::prepare(const CaseChange& change) const {
  const CaseRecord& record = change.record;
  const std::string& id = record.id();
  Prepared out;
  out.version = record.version + 1;
  if (change.new_revision) {
    const std::string row = revision_row(id, record.snapshot.revision);
    YX_TRY(out.snapshot, cipher_.seal(snapshot_place(row), record.snapshot_der));
    YX_TRY(out.unit, cipher_.seal(unit_place(row), bytes_of(record.snapshot.unit.name)));
    if (!change.checks.empty()) {
      YX_TRY(out.checks, cipher_.seal(checks_place(row), to_der(change.checks)));
    }
    out.uscc_index = cipher_.blind_index("submission.uscc", record.snapshot.unit.uscc);
  }
  for (const auto& material : change.materials) {
    YX_TRY(const BlobAddress original, blobs_.put(material.original));
    YX_TRY(const BlobAddress rendition, blobs_.put(material.rendition));
    out.materials.emplace_back(original, rendition);
  }
  for (const auto& paper : change.papers) {
    std::string row = change_row(id, out.version, out.papers.size());
    YX_TRY(Bytes sealed, cipher_.seal(paper_place(row), paper.bytes));
    out.papers.emplace_back(std::move(row), std::move(sealed));
  }
  for (const auto& event : change.events) {
    const std::string row = change_row(id, out.version, out.event_bodies.size());
    Bytes sealed;
    if (!event.detail.empty()) {
      YX_TRY(sealed, cipher_.seal(detail_place(row), bytes_of(event.detail)));
    }
    out.event_bodies.push_back(event_body(row, sealed));
  }
  return out;
}

Result<void> SqliteCaseStore::write_submission(Transaction& t, const CaseChange& change,
                                               const Prepared& prepared) const {
  const CaseRecord& record = change.record;
  const std::int64_t revision = record.snapshot.revision;
  YX_CHECK(
      t.run("INSERT INTO submission(case_id, revision, snapshot, unit, uscc_index, concerned, at_ms) "
            "VALUES(?1,?2,?3,?4,?5,?6,?7)",
            record.id(), revision, prepared.snapshot, prepared.unit, prepared.uscc_index,
            joined(record.application.concerned), change.at));
  if (!prepared.checks.empty()) {
    YX_CHECK(t.run("INSERT INTO machine_check(case_id, revision, sealed) VALUES(?1,?2,?3)", record.id(), revision,
                   prepared.checks));
  }
  for (std::size_t i = 0; i < change.materials.size(); ++i) {
    YX_CHECK(t.run("INSERT INTO material(case_id, revision, slot, original, rendition) VALUES(?1,?2,?3,?4,?5)",
                   record.id(), revision, change.materials[i].slot, prepared.materials[i].first,
                   prepared.materials[i].second));
  }
  return {};
}

Result<void> SqliteCaseStore::write_beside(Transaction& t, const CaseChange& change, const Prepared& prepared) const {
  const std::string& id = change.record.id();
  for (std::size_t i = 0; i < change.papers.size(); ++i) {
    const PaperMention& m = change.papers[i].mention;
    YX_CHECK(
        t.run("INSERT INTO paper(case_id, revision, line, round, kind, name, hash, place, sealed) "
              "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
              id, m.revision, m.line, m.round, name_of(m.paper), m.name, m.hash, prepared.papers[i].first,
              prepared.papers[i].second));
  }
  for (std::size_t i = 0; i < change.events.size(); ++i) {
    const CaseEventRecord& event = change.events[i];
    YX_CHECK(append_event(
        t, {.stream = id, .kind = event.kind, .at = event.at, .actor = event.actor, .body = prepared.event_bodies[i]}));
  }
  const WorkQueue outbox = WorkQueue::outbox(engine_.clock());
  for (std::size_t i = 0; i < change.intents.size(); ++i) {
    const Intent& intent = change.intents[i];
    const DeskWork work{id, prepared.version, intent.parameter};
    YX_CHECK(outbox.put(t, {.kind = "desk." + std::string(code_of(intent.kind)),
                            .idempotency_key = change_row(id, prepared.version, i),
                            .payload = work.to_der()}));
  }
  return {};
}

Result<void> SqliteCaseStore::save(const CaseChange& change) {
  YX_TRY(const Prepared prepared, prepare(change));
  return engine_.write([&](Transaction& t) -> Result<void> {
    YX_CHECK(write_case_row(t, change));
    if (change.new_revision) {
      YX_CHECK(write_submission(t, change, prepared));
    }
    YX_CHECK(write_lines(t, change));
    return write_beside(t, change, prepared);
  });
}

Result<CaseRecord> SqliteCaseStore::load(const std::string& id) {
  return engine_.read([&](Snapshot& s) -> Result<CaseRecord> {
    CaseRecord record;
    std::int64_t revision = 0;
    YX_CHECK(read_case_row(s, id, record, revision));
    YX_CHECK(read_lines(s, id, record));
    YX_CHECK(read_papers(s, id, record));
    YX_TRY(auto rows,
           s.query("SELECT snapshot, concerned FROM submission WHERE case_id=?1 AND revision=?2", id, revision));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return broken("a case without its submission");
    }
    const std::string row = revision_row(id, revision);
    YX_TRY(const SecretBytes plain, cipher_.open(snapshot_place(row), rows.blob(0)));
    record.snapshot_der = to_bytes(plain.expose());
    record.application.concerned = words_of(rows.text(1));
    auto snapshot = trust::Snapshot::parse(record.snapshot_der);
    if (!snapshot || snapshot->application_id != id || snapshot->revision != revision) {
      return broken("a snapshot that does not belong to its case");
    }
    record.snapshot = std::move(*snapshot);
    return record;
  });
}

Result<Bytes> SqliteCaseStore::paper(const std::string& id, const PaperMention& mention) {
  return engine_.read([&](Snapshot& s) -> Result<Bytes> {
    YX_TRY(auto rows,
           s.query("SELECT place, sealed FROM paper WHERE sequence=?1 AND case_id=?2", mention.sequence, id));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return fail(ErrorCode::not_found, "no such paper");
    }
    YX_TRY(const SecretBytes plain, cipher_.open(paper_place(rows.text(0)), rows.blob(1)));
    if (crypto::sm3(plain.expose()) != mention.hash) {
      return broken("a paper that is not what its row says");
    }
    return to_bytes(plain.expose());
  });
}

Result<Bytes> SqliteCaseStore::material(const std::string& id, std::int64_t revision, const std::string& slot,
                                        bool rendition) {
  YX_TRY(const BlobAddress address, engine_.read([&](Snapshot& s) -> Result<BlobAddress> {
    YX_TRY(auto rows, s.query("SELECT original, rendition FROM material WHERE case_id=?1 AND revision=?2 AND slot=?3",
                              id, revision, slot));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return fail(ErrorCode::not_found, "no such material");
    }
    return digest_of(rows.blob(rendition ? 1 : 0));
  }));
  auto bytes = blobs_.get(address);
  if (!bytes) {
    return bytes.error().code == ErrorCode::not_found ? broken("a material that is named and not there")
                                                      : std::move(bytes).error();
  }
  return to_bytes(bytes->expose());
}

Result<std::vector<CaseSummary>> SqliteCaseStore::summaries(sqlite::Rows rows) const {
  std::vector<CaseSummary> out;
  for (;;) {
    YX_TRY(const bool more, rows.next());
    if (!more) {
      return out;
    }
    CaseSummary summary;
    summary.id = rows.text(0);
    summary.revision = rows.int64(1);
    YX_TRY(summary.state, state_of<CaseState>(life::case_states, rows.text(2)));
    summary.changed_at = rows.instant(3);
    if (!rows.is_null(5)) {
      summary.due_by = rows.instant(5);
    }
    const std::string row = revision_row(summary.id, summary.revision);
    YX_TRY(const SecretBytes unit, cipher_.open(unit_place(row), rows.blob(4)));
    summary.unit = unit.expose_text();
    out.push_back(std::move(summary));
  }
}

Result<std::vector<CaseSummary>> SqliteCaseStore::list(std::size_t limit, CaseOrder order) {
  constexpr std::string_view newest =
      "SELECT c.id, c.revision, c.state, c.changed_at_ms, b.unit, c.due_by_ms FROM desk_case c "
      "JOIN submission b ON b.case_id=c.id AND b.revision=c.revision ORDER BY c.changed_at_ms DESC, c.id LIMIT ?1";
  constexpr std::string_view due =
      "SELECT c.id, c.revision, c.state, c.changed_at_ms, b.unit, c.due_by_ms FROM desk_case c "
      "JOIN submission b ON b.case_id=c.id AND b.revision=c.revision "
      "ORDER BY c.due_by_ms IS NULL, c.due_by_ms, c.changed_at_ms DESC, c.id LIMIT ?1";
  return engine_.read([&](Snapshot& s) -> Result<std::vector<CaseSummary>> {
    YX_TRY(auto rows, s.query(order == CaseOrder::due_first ? due : newest,
                              static_cast<std::int64_t>(std::min(limit, max_cases_listed))));
    return summaries(std::move(rows));
  });
}

Result<std::vector<CaseSummary>> SqliteCaseStore::changed_after(Instant at, const std::string& id, std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<CaseSummary>> {
    YX_TRY(
        auto rows,
        s.query("SELECT c.id, c.revision, c.state, c.changed_at_ms, b.unit, c.due_by_ms FROM desk_case c "
                "JOIN submission b ON b.case_id=c.id AND b.revision=c.revision "
                "WHERE c.changed_at_ms>=?1 AND (c.changed_at_ms>?1 OR c.id>?2) ORDER BY c.changed_at_ms, c.id LIMIT ?3",
                at, id, static_cast<std::int64_t>(std::min(limit, max_cases_listed))));
    return summaries(std::move(rows));
  });
}

Result<std::vector<CaseSummary>> SqliteCaseStore::list_of_unit(const std::string& uscc, std::size_t limit) {
  const auto index = cipher_.blind_index("submission.uscc", uscc);
  return engine_.read([&](Snapshot& s) -> Result<std::vector<CaseSummary>> {
    YX_TRY(auto rows,
           s.query("SELECT c.id, c.revision, c.state, c.changed_at_ms, b.unit, c.due_by_ms FROM submission b "
                   "JOIN desk_case c ON c.id=b.case_id AND c.revision=b.revision WHERE b.uscc_index=?1 "
                   "ORDER BY c.changed_at_ms DESC, c.id LIMIT ?2",
                   index, static_cast<std::int64_t>(std::min(limit, max_cases_listed))));
    return summaries(std::move(rows));
  });
}

Result<std::vector<MachineCheck>> SqliteCaseStore::checks(const std::string& id, std::int64_t revision) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<MachineCheck>> {
    YX_TRY(auto rows, s.query("SELECT sealed FROM machine_check WHERE case_id=?1 AND revision=?2", id, revision));
    YX_TRY(const bool found, rows.next());
    if (!found) {
      return std::vector<MachineCheck>();
    }
    YX_TRY(const SecretBytes plain, cipher_.open(checks_place(revision_row(id, revision)), rows.blob(0)));
    return machine_checks_of(plain.expose());
  });
}

Result<std::vector<std::string>> SqliteCaseStore::ripe(Instant now, std::size_t limit) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<std::string>> {
    YX_TRY(auto rows, s.query("SELECT id FROM desk_case WHERE act_by_ms<=?1 ORDER BY act_by_ms, id LIMIT ?2", now,
                              static_cast<std::int64_t>(std::min(limit, max_cases_listed))));
    std::vector<std::string> ids;
    for (;;) {
      YX_TRY(const bool more, rows.next());
      if (!more) {
        return ids;
      }
      ids.push_back(rows.text(0));
    }
  });
}

Result<std::vector<CaseEventRecord>> SqliteCaseStore::timeline(const std::string& id) {
  return engine_.read([&](Snapshot& s) -> Result<std::vector<CaseEventRecord>> {
    std::vector<CaseEventRecord> out;
    for (std::int64_t after = 0; out.size() < max_events_told;) {
      YX_TRY(const auto events, events_of(s, id, after));
      if (events.empty()) {
        break;
      }
      after = events.back().sequence;
      for (const Event& event : events) {
        YX_TRY(std::string detail, detail_of(cipher_, event.body));
        out.push_back({.at = event.at, .kind = event.kind, .actor = event.actor, .detail = std::move(detail)});
      }
    }
    return out.empty() ? Result<std::vector<CaseEventRecord>>(fail(ErrorCode::not_found, "no such case"))
                       : Result<std::vector<CaseEventRecord>>(std::move(out));
  });
}

}  // namespace yinxin::store
