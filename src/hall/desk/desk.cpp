// Taking a case in, and reading it. Claims, returns and what leaves the house: handling.cpp; approvals: approvals.cpp;
// production: production.cpp.

#include "hall/desk/desk.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "hall/desk/draft.h"

namespace yinxin::hall {

using namespace desk;

namespace {

// The id stands in keys, places and file names of others.
bool is_case_id(std::string_view id) {
  return !id.empty() && id.size() <= max_case_id_bytes && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
  });
}

Result<CaseLine> line_of(const trust::SnapshotLine& asked) {
  const auto kind = std::ranges::find(kinds, trust::name_of(asked.business), &Kind::code);
  ensure(kind != kinds.end(), "every business of the statements is one of the tables");
  YX_CHECK(require(asked.number >= 1 && asked.number <= std::numeric_limits<int>::max(), ErrorCode::invalid_input,
                   "a line whose number is out of range"));
  CaseLine line{.number = static_cast<int>(asked.number), .business = kind->business};
  line.medium = kind->medium == Medium::none ? Medium::none : asked.held_device ? Medium::own : Medium::new_;
  return line;
}

Result<std::vector<CaseLine>> lines_of(const trust::Snapshot& snapshot) {
  std::vector<CaseLine> lines;
  for (const auto& asked : snapshot.lines) {
    YX_TRY(const CaseLine line, line_of(asked));
    const bool known = std::ranges::any_of(lines, [&](const CaseLine& each) { return each.number == line.number; });
    YX_CHECK(require(!known, ErrorCode::invalid_input, "two lines with one number"));
    lines.push_back(line);
  }
  YX_CHECK(require(!lines.empty(), ErrorCode::invalid_input, "a case without lines"));
  return lines;
}

std::string person_hex(BytesView roster_key, const trust::Person& person) {
  return to_hex(trust::person_id(roster_key, person.resident_id).value);
}

std::vector<std::string> concerned_by(const trust::Snapshot& snapshot, BytesView roster_key) {
  std::vector<std::string> concerned;
  const auto add = [&](const trust::Person& person) {
    auto id = person_hex(roster_key, person);
    if (std::ranges::find(concerned, id) == concerned.end()) {
      concerned.push_back(std::move(id));
    }
  };
  add(snapshot.requester);
  add(snapshot.legal_representative);
  for (const auto& line : snapshot.lines) {
    if (line.holder) {
      add(*line.holder);
    }
  }
  return concerned;
}

// Exactly the snapshot's slots, each with the bytes that it names.
Result<void> check_materials(const trust::Snapshot& snapshot, const std::vector<CaseMaterial>& materials) {
  YX_CHECK(require(materials.size() == snapshot.materials.size(), ErrorCode::invalid_input,
                   "materials and the snapshot's slots are not as many"));
  std::vector<std::string_view> seen;
  for (const auto& slot : snapshot.materials) {
    YX_CHECK(
        require(std::ranges::find(seen, slot.slot) == seen.end(), ErrorCode::invalid_input, "two slots with one name"));
    seen.emplace_back(slot.slot);
    const auto found = std::ranges::find(materials, slot.slot, &CaseMaterial::slot);
    YX_CHECK(require(found != materials.end(), ErrorCode::invalid_input, "a slot without its material"));
    YX_CHECK(require(found->original.size() <= max_material_bytes && found->rendition.size() <= max_material_bytes,
                     ErrorCode::invalid_input, "a material that is too large"));
    YX_CHECK(require(crypto::sm3(found->original) == slot.original && crypto::sm3(found->rendition) == slot.rendition,
                     ErrorCode::invalid_input, "a material that is not what the snapshot names"));
  }
  return {};
}

Result<void> check_manifest(const trust::Snapshot& snapshot, BytesView manifest) {
  YX_CHECK(check_paper_size(manifest));
  YX_TRY(const auto parsed, trust::SignedManifest::parse(manifest));
  YX_TRY(const auto policy, trust::ProgrammePolicy::parse(parsed.content));
  return require(policy.programme == snapshot.programme && policy.version == snapshot.programme_version,
                 ErrorCode::invalid_input, "the manifest is of another programme or version");
}

// Puts the new revision in the place of whatever the record was.
Result<void> write_submission(Draft& draft, const Submission& submission, const trust::Snapshot& snapshot,
                              BytesView roster_key) {
  CaseChange& change = draft.change_to_write();
  CaseRecord& record = change.record;
  const bool is_new = record.version == 0;
  record.snapshot = snapshot;
  record.snapshot_der = submission.snapshot;
  record.rounds.clear();
  record.limits = submission.limits;
  record.application.needs = submission.needs;
  record.application.progress = submission.progress;
  record.application.progress.submitted = !is_new;  // what has been submitted once stays so
  // Nobody may tell us that the holder signed: there is no statement H here that could be verified.
  record.application.progress.holder_signed = false;
  YX_TRY(record.application.lines, lines_of(snapshot));
  record.application.concerned = concerned_by(snapshot, roster_key);
  change.new_revision = true;
  change.materials = submission.materials;
  change.checks = submission.checks;
  draft.add_paper(Paper::manifest, 0, submission.manifest);
  return draft.move_case(is_new ? CaseEvent::complete_entry : CaseEvent::resubmit,
                         {By::requester, person_hex(roster_key, snapshot.requester)},
                         std::to_string(snapshot.revision));
}

}  // namespace

Result<CaseRecord> Desk::submit(const Submission& submission) {
  YX_TRY(const auto snapshot, trust::Snapshot::parse(submission.snapshot));
  YX_CHECK(require(is_case_id(snapshot.application_id), ErrorCode::invalid_input, "not a case number"));
  YX_CHECK(require(snapshot.revision >= 1, ErrorCode::invalid_input, "revisions count from 1"));
  YX_CHECK(require(submission.snapshot.size() <= max_paper_bytes, ErrorCode::invalid_input, "a snapshot too large"));
  YX_CHECK(check_materials(snapshot, submission.materials));
  YX_CHECK(check_manifest(snapshot, submission.manifest));
  YX_CHECK(check_bounds(submission.checks));
  return change(snapshot.application_id, true, [&](Draft& draft) -> Result<void> {
    const CaseRecord& record = draft.record();
    if (record.version != 0 && snapshot.revision <= record.snapshot.revision) {
      const PaperMention* manifest = record.standing(Paper::manifest, 0);
      const bool same_content = snapshot.revision == record.snapshot.revision &&
                                same(record.snapshot_der, submission.snapshot) && manifest != nullptr &&
                                manifest->hash == crypto::sm3(submission.manifest);
      return require(same_content, ErrorCode::conflict, "this revision stands with another content");
    }
    if (record.version != 0 && life::case_states[static_cast<std::size_t>(record.application.state)].is_final) {
      return {};  // it was ended while the correction was on its way
    }
    return write_submission(draft, submission, snapshot, parts_.roster_key);
  });
}

Result<CaseRecord> Desk::report(const std::string& id, CaseEvent event, const Actor& by) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    CaseProgress& progress = draft.change_to_write().record.application.progress;
    bool* reported = nullptr;
    switch (event) {
      case CaseEvent::identity_passed: reported = &progress.identity_proven; break;
      case CaseEvent::funds_proven: reported = &progress.paid; break;
      case CaseEvent::account_proven: reported = &progress.account_proven; break;
      case CaseEvent::paper_complete: reported = &progress.paper_complete; break;
      default: return fail(ErrorCode::invalid_input, "not something that is reported");
    }
    if (*reported) {
      return {};
    }
    *reported = true;
    return draft.move_case(event, by);
  });
}

Result<std::vector<MachineCheck>> Desk::checks(const std::string& id) {
  YX_TRY(const CaseRecord record, parts_.store.load(id));
  return parts_.store.checks(id, record.snapshot.revision);
}

Result<CaseRecord> Desk::find(const std::string& id) { return parts_.store.load(id); }

Result<CaseRecord> Desk::time_out(const std::string& id) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    const auto& act_by = draft.record().application.act_by;
    return act_by && draft.now() >= *act_by ? draft.move_case(CaseEvent::timeout, {By::clock, ""}) : Result<void>();
  });
}

Result<std::vector<std::string>> Desk::ripe(std::size_t limit) { return parts_.store.ripe(parts_.clock.now(), limit); }

Result<std::vector<CaseSummary>> Desk::list(std::size_t limit, CaseOrder order) {
  return parts_.store.list(std::min(limit, max_cases_listed), order);
}

Result<std::vector<CaseSummary>> Desk::list_of_unit(const std::string& uscc, std::size_t limit) {
  return parts_.store.list_of_unit(uscc, std::min(limit, max_cases_listed));
}

Result<std::vector<CaseEventRecord>> Desk::timeline(const std::string& id) { return parts_.store.timeline(id); }

Result<Bytes> Desk::paper(const std::string& id, std::int64_t line, Paper paper) {
  YX_TRY(const CaseRecord record, parts_.store.load(id));
  const PaperMention* standing = record.standing(paper, line);
  YX_CHECK(require(standing != nullptr, ErrorCode::not_found, "no such paper"));
  return parts_.store.paper(id, *standing);
}

Result<Bytes> Desk::material(const std::string& id, const std::string& slot, bool rendition) {
  YX_TRY(const CaseRecord record, parts_.store.load(id));
  const auto named = std::ranges::find(record.snapshot.materials, slot, &trust::SlotHash::slot);
  YX_CHECK(require(named != record.snapshot.materials.end(), ErrorCode::not_found, "no such slot"));
  YX_TRY(Bytes bytes, parts_.store.material(id, record.snapshot.revision, slot, rendition));
  YX_CHECK(require(crypto::sm3(bytes) == (rendition ? named->rendition : named->original), ErrorCode::corrupt,
                   "a material that is not what the snapshot names"));
  return bytes;
}

}  // namespace yinxin::hall
