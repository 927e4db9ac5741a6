#pragma once
// What the desk keeps, as a port. Implemented by store/desk.

#include <map>

#include "crypto/sm3.h"
#include "hall/application/move.h"
#include "hall/calendar/promise.h"
#include "hall/desk/machine_check.h"
#include "trust/snapshot.h"

namespace yinxin::hall {

constexpr std::size_t max_case_id_bytes = 64;
constexpr std::size_t max_material_bytes = std::size_t{32} << 20;  // an original or a rendition
constexpr std::size_t max_paper_bytes = std::size_t{512} << 10;
constexpr std::size_t max_papers_per_case = 4096;
constexpr std::size_t max_cases_listed = 1000;
constexpr std::size_t max_events_told = 16384;  // of a case's timeline, from its beginning
constexpr std::size_t max_reason_bytes = 2000;

struct CaseMaterial {
  std::string slot;
  Bytes original;
  Bytes rendition;  // what officers are shown
};

// Signed papers and certificates of a case; line 0 where it belongs to the case as a whole.
enum class Paper : std::uint8_t {
  manifest,
  first_approval,
  second_approval,
  evidence,  // `name` tells the kind
  permit,
  key_binding,
  request,
  receipt,
  signing_certificate,
  encryption_certificate,
  envelope,
  seal,
  written,
  activated,
};
constexpr std::size_t paper_kinds = 14;
std::string_view name_of(Paper paper);
Result<Paper> paper_of_name(std::string_view name);  // corrupt

// A paper that is kept. Papers are never replaced: a later one of the same place stands in front of it.
struct PaperMention {
  std::int64_t sequence = 0;  // given by the store, growing
  Paper paper = Paper::manifest;
  std::int64_t revision = 0;
  std::int64_t line = 0;
  std::int64_t round = 0;  // of its line, see CaseRecord::rounds; 0 for manifest and evidence
  std::string name;
  crypto::Digest hash{};  // SM3 of the bytes
};
struct NewPaper {
  PaperMention mention;  // without sequence
  Bytes bytes;
};

struct CaseRecord {
  Application application;  // state, lines, who accepted and approved
  trust::Snapshot snapshot;
  Bytes snapshot_der;
  std::int64_t version = 0;  // optimistic lock: counts changes
  // How often a line was given up within this revision; under 0, how often the approvals fell. Absent: never.
  std::map<std::int64_t, std::int64_t> rounds;
  ServiceLimits limits;              // of the programme it was submitted under
  std::optional<Instant> due_by;     // what was promised in this state: reviewed, or sent out
  std::vector<PaperMention> papers;  // oldest first

  [[nodiscard]] const std::string& id() const { return snapshot.application_id; }
  [[nodiscard]] std::int64_t round_of(Paper paper, std::int64_t line) const;
  // The newest of this revision and round; null when there is none.
  [[nodiscard]] const PaperMention* standing(Paper paper, std::int64_t line) const;
  // Any paper with these bytes, of whatever revision.
  [[nodiscard]] const PaperMention* find_paper(Paper paper, const crypto::Digest& hash) const;
  // The newest receipt of this kind, of whatever revision.
  [[nodiscard]] const PaperMention* find_evidence(std::string_view kind) const;
  [[nodiscard]] const CaseLine* find_line(std::int64_t number) const;
};
struct CaseSummary {
  std::string id;
  std::int64_t revision = 0;
  CaseState state = CaseState::draft;
  std::string unit;
  Instant changed_at;
  std::optional<Instant> due_by;
};
enum class CaseOrder : std::uint8_t { changed_last, due_first };
struct CaseEventRecord {
  Instant at;
  std::string kind;   // code of the event, or "line.<code>"
  std::string actor;  // role code and person id; never a name
  std::string detail;
};

// What an outbox row of the desk says: kind "desk.<code of the intent>", key "<case>/<version>/<n>".
// DeskWork ::= SEQUENCE { version INTEGER (1), caseId UTF8String, caseVersion INTEGER, parameter UTF8String }
struct DeskWork {
  std::string case_id;
  std::int64_t case_version = 0;
  std::string parameter;
  bool operator==(const DeskWork&) const = default;
  [[nodiscard]] Bytes to_der() const;
  static Result<DeskWork> parse(BytesView der);
};
std::string_view code_of(IntentKind kind);

// One step of a case, stored whole or not at all.
struct CaseChange {
  CaseRecord record;  // as it shall stand; `version` is the one it was read at, 0 for a case that is new
  Instant at;
  bool new_revision = false;  // the snapshot and the materials are this revision's
  std::vector<CaseMaterial> materials;
  std::vector<MachineCheck> checks;  // of this revision; only with new_revision
  std::vector<NewPaper> papers;
  std::vector<CaseEventRecord> events;
  std::vector<Intent> intents;  // outbox rows
};

class CaseStore {
 public:
  virtual ~CaseStore() = default;
  // not_found
  virtual Result<CaseRecord> load(const std::string& id) = 0;
  // conflict when the case has another version by now, or is there although it was new. Afterwards the version is one
  // more.
  virtual Result<void> save(const CaseChange& change) = 0;
  // not_found; corrupt when the bytes are not those that were put in.
  virtual Result<Bytes> paper(const std::string& id, const PaperMention& mention) = 0;
  // not_found, corrupt
  virtual Result<Bytes> material(const std::string& id, std::int64_t revision, const std::string& slot,
                                 bool rendition) = 0;
  // Due first: what was promised soonest, overdue ones before all; then what was promised nothing.
  virtual Result<std::vector<CaseSummary>> list(std::size_t limit, CaseOrder order) = 0;
  // In the order of their last change, from after this case's at this moment on.
  virtual Result<std::vector<CaseSummary>> changed_after(Instant at, const std::string& id, std::size_t limit) = 0;
  virtual Result<std::vector<CaseSummary>> list_of_unit(const std::string& uscc, std::size_t limit) = 0;
  // What machines said about this revision; empty for one of before they did.
  virtual Result<std::vector<MachineCheck>> checks(const std::string& id, std::int64_t revision) = 0;
  // Cases whose clock acts by now, the longest overdue first: ids.
  virtual Result<std::vector<std::string>> ripe(Instant now, std::size_t limit) = 0;
  virtual Result<std::vector<CaseEventRecord>> timeline(const std::string& id) = 0;
};

}  // namespace yinxin::hall
