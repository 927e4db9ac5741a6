#pragma once
// One change of a case while it is being written, and what the desk asks of signed papers. Inside hall/desk only.

#include "hall/desk/desk.h"
#include "trust/open.h"

namespace yinxin::hall::desk {

// How far a signer's clock may be ahead of ours.
constexpr std::chrono::minutes clock_tolerance{5};
// How often a change is tried when others were faster.
constexpr int most_tries = 4;

// An officer's signature as the desk judges it.
struct Signatory {
  trust::Role role = trust::Role::registration_officer;
  std::string person;  // hexadecimal, as Actor::person
};

inline const Actor house{By::house, ""};
inline const Actor vault{By::vault, ""};
inline const Actor outside{By::outside, ""};

// As it stands in events: role code and person id.
std::string actor_text(const Actor& actor);

class Draft {
 public:
  // `days` outlives it.
  Draft(CaseRecord record, Instant now, const WorkingDays& days) : days_(&days) {
    change_.record = std::move(record), change_.at = now;
  }

  [[nodiscard]] const CaseRecord& record() const { return change_.record; }
  [[nodiscard]] Instant now() const { return change_.at; }
  [[nodiscard]] const CaseChange& change() const { return change_; }
  [[nodiscard]] CaseChange& change_to_write() { return change_; }
  // Nothing was written: the call had been made before.
  [[nodiscard]] bool empty() const { return change_.events.empty(); }
  // What the audit is told: who does the first thing of this change.
  [[nodiscard]] audit::Deed deed() const;

  // Errors as move().
  Result<void> move_case(CaseEvent event, const Actor& actor, std::string detail = {});
  // Errors as step(); not_found for a line that the case does not have.
  Result<void> step_line(std::int64_t number, LineEvent event, const Actor& actor);
  // The same, and what was made in this round counts no more.
  Result<void> give_up_line(std::int64_t number, LineEvent event, const Actor& actor);
  // Production is finished once no line is left to be made; the case is completed once every line has ended.
  Result<void> finish_when_lines_are_made();
  Result<void> end_when_lines_have();
  void add_paper(Paper paper, std::int64_t line, BytesView bytes, std::string name = {});
  void note(std::string kind, const Actor& actor, std::string detail);

 private:
  const WorkingDays* days_;
  CaseChange change_;
  std::string role_;
  std::string person_;
};

// Whether this paper stands already: true with these bytes, false when there is none or another. conflict when these
// bytes stood once and were given up or voided: a signature is used once.
Result<bool> is_repeated(const CaseRecord& record, Paper paper, std::int64_t line, BytesView bytes);
Result<void> check_paper_size(BytesView bytes);

// The bytes of the paper that stands; precondition when none does.
Result<Bytes> standing_paper(CaseStore& store, const CaseRecord& record, Paper paper, std::int64_t line);

// invalid_input for a broken signature; forbidden for a certificate that is no officer's approval certificate of the
// roles CA, or was not in force at `at`.
Result<Signatory> officer_behind(const trust::OpenedStatement& opened, const x509::Certificate& roles_ca, Instant at);
// The house's own services (permits and receipts, evidence); errors as officer_behind().
Result<void> check_service(const trust::OpenedStatement& opened, const x509::Certificate& roles_ca,
                           const asn1::ObjectId& purpose);

// Whether the newest event of this kind was exactly this: then the call is being repeated.
bool is_last_word(const std::vector<CaseEventRecord>& timeline, std::string_view kind, const Actor& actor,
                  std::string_view detail);
// Who has the case in hand at `now`, as its timeline says.
std::optional<Claim> standing_claim(const std::vector<CaseEventRecord>& timeline, Instant now);
// conflict while somebody else than `person` has it.
Result<void> check_claim(CaseStore& store, const CaseRecord& record, std::string_view person, Instant now);

Result<void> require(bool holds, ErrorCode code, std::string_view otherwise);

}  // namespace yinxin::hall::desk

namespace yinxin::hall {

template <class Edit>
Result<CaseRecord> Desk::change(const std::string& id, bool may_be_new, Edit&& edit) {
  for (int tries = 0; tries < desk::most_tries; ++tries) {
    auto found = parts_.store.load(id);
    if (!found && !(may_be_new && found.error().code == ErrorCode::not_found)) {
      return std::move(found).error();
    }
    desk::Draft draft(found ? std::move(*found) : CaseRecord{}, parts_.clock.now(), days_);
    YX_CHECK(edit(draft));
    if (draft.empty()) {
      return draft.record();
    }
    YX_CHECK(desk::require(draft.record().papers.size() + draft.change().papers.size() <= max_papers_per_case,
                           ErrorCode::too_many_requests, "more papers than a case can have"));
    YX_TRY(const audit::Receipt receipt, parts_.audit.record(draft.deed()));
    static_cast<void>(receipt);
    const auto saved = parts_.store.save(draft.change());
    if (saved) {
      return parts_.store.load(id);
    }
    if (saved.error().code != ErrorCode::conflict) {
      return saved.error();
    }
  }
  return fail(ErrorCode::conflict, "the case is being changed by others");
}

}  // namespace yinxin::hall
