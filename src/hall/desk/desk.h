#pragma once
// The officers' side of a case: sole owner of its state from submission on. Every call is one transaction with its
// event and its outbox rows; a call that is repeated with the same bytes changes nothing and succeeds.
//
// The desk checks what an honest officer would want to know at once (form, role, revision, who may do what next); it
// is not what the CA relies on. The vault judges the bundle by itself (trust/checker.h).

#include "audit/record.h"
#include "base/clock.h"
#include "hall/application/move.h"
#include "hall/application/seen_in_person.h"
#include "hall/desk/case_store.h"
#include "trust/checker.h"

namespace yinxin::hall {

// A case as it is handed in: complete, paid for where the programme wants that first, identity proven outside.
struct Submission {
  Bytes snapshot;  // canonical DER
  Bytes manifest;  // SignedManifest the case is made under
  CaseNeeds needs;
  CaseProgress progress;
  ServiceLimits limits{};
  std::vector<MachineCheck> checks{};
  std::vector<CaseMaterial> materials;  // every slot that the snapshot names, and no other
};

// An officer who has taken a case in hand. It lasts until the case moves on, or for claim_life.
struct Claim {
  std::string role;    // code, see by_rows
  std::string person;  // hexadecimal, as Actor::person
  Instant at;
};
constexpr std::chrono::hours claim_life{8};

// What the requester may change again, by the field's name, each with words that say why.
using Reopened = std::map<std::string, std::string>;
constexpr std::size_t max_reopened_fields = 64;
constexpr std::size_t max_field_name_bytes = 64;
constexpr std::size_t max_waybill_bytes = 64;

class Desk {
 public:
  struct Parts {
    CaseStore& store;
    audit::Recorder& audit;
    const Clock& clock;
    Bytes roster_key;            // for person_id(): who is concerned by a case
    x509::Certificate roles_ca;  // officers' certificates are issued by it
  };
  explicit Desk(Parts parts) : parts_(std::move(parts)) {}
  [[nodiscard]] Instant now() const { return parts_.clock.now(); }
  // By which limits in working days are counted; without one, Monday to Friday.
  void use_calendar(WorkingDays days) { days_ = std::move(days); }

  // Makes the case, or a new revision of a returned one. invalid_input for what does not parse or fit together;
  // conflict when this revision stands with another content.
  Result<CaseRecord> submit(const Submission& submission);

  // S1 and S2. forbidden for a wrong role, an officer concerned, the same person twice; conflict when it was signed
  // over another snapshot or revision; wrong_state.
  Result<CaseRecord> accept(const std::string& id, BytesView first_approval);
  Result<CaseRecord> approve(const std::string& id, BytesView second_approval);
  // Takes the case in hand for an officer whose turn it is. forbidden for another role, an officer concerned, or the
  // one who accepted it; conflict while somebody else has it. Decisions about a case that somebody else has are
  // conflict, too.
  Result<CaseRecord> claim(const std::string& id, const Actor& officer);
  // Who has it now; nullopt when nobody does.
  [[nodiscard]] Result<std::optional<Claim>> find_claim(const std::string& id);
  // Back to the requester with a reason, and what he may change; both approvals fall.
  Result<CaseRecord> return_for_correction(const std::string& id, const Actor& officer, const std::string& reason,
                                           const Reopened& reopened = {});
  // What the newest return reopened; empty for a case that was never returned.
  [[nodiscard]] Result<Reopened> reopened(const std::string& id);
  // The end of a case that cannot be granted, with the reason.
  Result<CaseRecord> refuse(const std::string& id, const Actor& officer, const std::string& reason);

  // The requester gives the case up. wrong_state once it is being made.
  Result<CaseRecord> withdraw(const std::string& id, const Actor& requester);

  // A small life has reported: identity_passed, funds_proven, account_proven or paper_complete; invalid_input for any
  // other event.
  Result<CaseRecord> report(const std::string& id, CaseEvent event, const Actor& by);

  // A registration officer has convinced himself of the requester's identity, where no provider did. Errors of
  // check_seen(); wrong_state when nothing waits for it. S1 overrides the face check with it.
  Result<CaseRecord> prove_identity(const std::string& id, const Actor& officer, const SeenInPerson& seen);
  // What was said so about this revision.
  [[nodiscard]] Result<std::optional<SeenInPerson>> manual_identity(const std::string& id);

  // A provider's answer, signed by the evidence key. conflict when that kind is there with other bytes and the case was
  // accepted already.
  Result<void> add_evidence(const std::string& id, BytesView receipt);

  // Production, line by line, in this order (life.h). Each checks the line's state and stores its paper.
  // The first permit begins the case's production, by this officer; forbidden for the one who approved it.
  Result<void> line_permitted(const std::string& id, std::int64_t line, BytesView permit,
                              const Actor& production_officer);
  Result<void> line_bound(const std::string& id, std::int64_t line, BytesView key_binding, BytesView request);
  Result<void> line_issued(const std::string& id, std::int64_t line, BytesView receipt, BytesView signing,
                           BytesView encryption, BytesView envelope);
  Result<void> line_sealed(const std::string& id, std::int64_t line, BytesView seal);  // beside: no state of its own
  Result<void> line_written(const std::string& id, std::int64_t line, BytesView written);
  Result<void> line_activated(const std::string& id, std::int64_t line, BytesView activated);
  // The permit ran out, or the token failed: back to checked, and the papers of this try count no more; issued
  // certificates are the vault's to revoke.
  Result<void> line_given_up(const std::string& id, std::int64_t line);
  // ready → shipped, under the courier's number (letters, digits, '-'); shipped → handed_over when it was signed for,
  // which completes the case when every line has ended.
  Result<CaseRecord> dispatch(const std::string& id, const Actor& officer, const std::string& waybill);
  Result<CaseRecord> delivered(const std::string& id, const Actor& by);
  // shipped → ready, to be sent anew: it came back.
  Result<CaseRecord> parcel_returned(const std::string& id, const Actor& by);
  // shipped → in_production: it is lost, what was in it counts no more, and its lines are made anew. The vault is told
  // to revoke.
  Result<CaseRecord> parcel_lost(const std::string& id, const Actor& officer);
  // What the courier says on the way, kept once for each change; nothing moves. `word`: the standing's code.
  Result<void> parcel_seen(const std::string& id, std::string_view word, const std::string& words);
  // ready → handed_over at the counter; completes the case when every line has ended.
  Result<CaseRecord> hand_over(const std::string& id, const Actor& officer);

  // The clock's move, where a case has stood still for longer than its state allows; nothing before that.
  Result<CaseRecord> time_out(const std::string& id);
  // Cases that time_out() would move now; the longest overdue first.
  [[nodiscard]] Result<std::vector<std::string>> ripe(std::size_t limit);

  [[nodiscard]] Result<CaseRecord> find(const std::string& id);  // not_found
  [[nodiscard]] Result<std::vector<CaseSummary>> list(std::size_t limit, CaseOrder order = CaseOrder::changed_last);
  // In the order of their last change, from after this case's at this moment on.
  [[nodiscard]] Result<std::vector<CaseSummary>> changed_after(Instant at, const std::string& id, std::size_t limit) {
    return parts_.store.changed_after(at, id, limit);
  }
  [[nodiscard]] Result<std::vector<CaseSummary>> list_of_unit(const std::string& uscc, std::size_t limit);
  [[nodiscard]] Result<std::vector<CaseEventRecord>> timeline(const std::string& id);
  // What the vault pulls. precondition before both approvals stand.
  [[nodiscard]] Result<trust::Bundle> bundle(const std::string& id);
  // What machines said about the case as it was handed in last.
  [[nodiscard]] Result<std::vector<MachineCheck>> checks(const std::string& id);
  // The newest receipt of each kind.
  [[nodiscard]] Result<std::vector<Bytes>> receipts(const std::string& id);
  [[nodiscard]] Result<trust::KeyingBundle> keying(const std::string& id, std::int64_t line);
  [[nodiscard]] Result<Bytes> paper(const std::string& id, std::int64_t line, Paper paper);  // not_found
  // Original or rendition of a slot; not_found, corrupt.
  [[nodiscard]] Result<Bytes> material(const std::string& id, const std::string& slot, bool rendition);

 private:
  // Loads, lets `edit` write its change, records it in the audit and saves it; again when somebody was faster.
  template <class Edit>
  Result<CaseRecord> change(const std::string& id, bool may_be_new, Edit&& edit);
  Parts parts_;
  WorkingDays days_;
};

}  // namespace yinxin::hall
