// S1, S2 and the receipts they name: what makes a bundle for the vault.

#include <algorithm>

#include "crypto/oids.h"
#include "hall/desk/desk.h"
#include "hall/desk/draft.h"
#include "hall/evidence_kinds.h"

namespace yinxin::hall {

using namespace desk;

namespace {

// What S1 and S2 have apart.
struct Step {
  Paper paper;
  trust::Decision decision;
  trust::Role role;
  By by;
  CaseEvent event;
};
constexpr Step first_step{Paper::first_approval, trust::Decision::accept, trust::Role::registration_officer,
                          By::registration_officer, CaseEvent::accept};
constexpr Step second_step{Paper::second_approval, trust::Decision::approve, trust::Role::review_officer,
                           By::review_officer, CaseEvent::approve};

Result<void> check_statement(const trust::Approval& said, const trust::OpenedStatement& opened, const Step& step,
                             Instant now) {
  YX_CHECK(require(said.role == step.role, ErrorCode::forbidden, "the statement names another role"));
  YX_CHECK(require(said.decision == step.decision, ErrorCode::invalid_input, "the statement is another decision"));
  YX_CHECK(require(said.officer_certificate == opened.certificate.fingerprint(), ErrorCode::invalid_input,
                   "the statement names another certificate"));
  YX_CHECK(require(said.at <= now + clock_tolerance, ErrorCode::invalid_input, "the statement is of the future"));
  return require(now <= said.not_after, ErrorCode::expired, "the statement has run out");
}

// Signed over exactly what stands here.
Result<void> check_content(const trust::ApprovalContent& content, const CaseRecord& record) {
  const auto& snapshot = record.snapshot;
  YX_CHECK(require(content.application_id == snapshot.application_id, ErrorCode::conflict,
                   "signed over another application"));
  YX_CHECK(require(content.revision == snapshot.revision, ErrorCode::conflict, "signed over another revision"));
  YX_CHECK(require(content.snapshot_hash == crypto::sm3(record.snapshot_der), ErrorCode::conflict,
                   "signed over another snapshot"));
  YX_CHECK(require(content.programme == snapshot.programme && content.programme_version == snapshot.programme_version,
                   ErrorCode::conflict, "signed under another programme"));
  YX_CHECK(require(content.materials == snapshot.materials, ErrorCode::conflict, "signed over other materials"));
  for (const auto& mention : content.evidence) {
    YX_CHECK(require(mention.override_reason || record.find_paper(Paper::evidence, mention.receipt) != nullptr,
                     ErrorCode::precondition, "a receipt that the statement names is not here"));
  }
  return {};
}

Result<trust::Approval> open_approval(BytesView signed_approval, trust::OpenedStatement& opened) {
  YX_TRY(opened, trust::open_signed(signed_approval, oid::statement_approval()));
  return trust::Approval::parse(opened.content);
}

// S2 says the same as S1, and names it.
Result<void> check_second(const trust::Approval& second, BytesView first_approval) {
  trust::OpenedStatement opened;
  YX_TRY(const auto first, open_approval(first_approval, opened));
  YX_CHECK(require(second.first_approval == opened.hash, ErrorCode::conflict, "it names another first approval"));
  return require(second.content == first.content, ErrorCode::conflict, "it says something else than the first");
}

// What an officer is told about a receipt that is missing or says no: "evidence.carrier_check".
std::string evidence_word(const std::string& kind) {
  const bool is_known = std::ranges::find(evidence_kinds, kind) != evidence_kinds.end();
  return is_known ? "evidence." + kind : std::string("evidence.other");
}

// The receipt was asked for in this revision, and says yes.
Result<void> check_receipt(CaseStore& store, const CaseRecord& record, const trust::EvidenceMention& mention) {
  const PaperMention* paper = record.find_paper(Paper::evidence, mention.receipt);
  YX_CHECK(require(paper != nullptr && paper->revision == record.snapshot.revision, ErrorCode::precondition,
                   evidence_word(mention.kind)));
  YX_TRY(const Bytes receipt, store.paper(record.id(), *paper));
  YX_TRY(const auto opened, trust::open_signed(receipt, oid::statement_evidence()));
  YX_TRY(const auto said, trust::Evidence::parse(opened.content));
  return require(said.passed && said.kind == mention.kind, ErrorCode::precondition, evidence_word(mention.kind));
}

// Every receipt that the programme demands is there, and none that stands says no, unless an officer answers for it
// with a reason where the programme lets him. The vault asks the same again.
Result<void> check_receipts(CaseStore& store, const CaseRecord& record, const trust::ApprovalContent& content,
                            const trust::ProgrammePolicy& policy) {
  for (const trust::SnapshotLine& line : record.snapshot.lines) {
    const trust::BusinessRule* rule = policy.find_rule(line.business, record.snapshot.channel);
    const std::vector<std::string> nothing;
    for (const std::string& kind : rule == nullptr ? nothing : rule->evidence) {
      YX_CHECK(
          require(std::ranges::find(content.evidence, kind, &trust::EvidenceMention::kind) != content.evidence.end(),
                  ErrorCode::precondition, evidence_word(kind)));
    }
    for (const trust::EvidenceMention& mention : content.evidence) {
      const auto& free = rule == nullptr ? nothing : rule->overridable_evidence;
      if (!mention.override_reason) {
        YX_CHECK(check_receipt(store, record, mention));
      } else {
        YX_CHECK(require(std::ranges::find(free, mention.kind) != free.end(), ErrorCode::forbidden,
                         evidence_word(mention.kind)));
      }
    }
  }
  return {};
}

Result<void> edit(Draft& draft, const Step& step, BytesView signed_approval, const Desk::Parts& parts) {
  YX_TRY(const bool repeated, is_repeated(draft.record(), step.paper, 0, signed_approval));
  if (repeated) {
    return {};
  }
  trust::OpenedStatement opened;
  YX_TRY(const auto said, open_approval(signed_approval, opened));
  YX_TRY(const Signatory officer, officer_behind(opened, parts.roles_ca, said.at));
  YX_CHECK(require(officer.role == step.role, ErrorCode::forbidden, "not this role's decision"));
  YX_CHECK(check_claim(parts.store, draft.record(), officer.person, draft.now()));
  YX_CHECK(check_statement(said, opened, step, draft.now()));
  YX_CHECK(check_content(said.content, draft.record()));
  YX_TRY(const Bytes manifest, standing_paper(parts.store, draft.record(), Paper::manifest, 0));
  YX_TRY(const auto parsed, trust::SignedManifest::parse(manifest));
  YX_CHECK(require(said.content.manifest_hash == parsed.hash(), ErrorCode::conflict, "signed under another manifest"));
  if (step.paper == Paper::first_approval) {
    YX_TRY(const auto policy, trust::ProgrammePolicy::parse(parsed.content));
    YX_CHECK(check_receipts(parts.store, draft.record(), said.content, policy));
  }
  // The paper belongs to the round in which it was signed, whatever the move does.
  draft.add_paper(step.paper, 0, signed_approval);
  YX_CHECK(draft.move_case(step.event, {step.by, officer.person}));
  if (step.paper == Paper::second_approval) {
    YX_TRY(const Bytes first, standing_paper(parts.store, draft.record(), Paper::first_approval, 0));
    YX_CHECK(check_second(said, first));
  }
  return {};
}

Result<void> edit_evidence(Draft& draft, BytesView receipt, const Desk::Parts& parts) {
  const CaseRecord& record = draft.record();
  if (record.find_paper(Paper::evidence, crypto::sm3(receipt)) != nullptr) {
    return {};
  }
  YX_TRY(const auto opened, trust::open_signed(receipt, oid::statement_evidence()));
  YX_CHECK(check_service(opened, parts.roles_ca, oid::eku_evidence()));
  YX_TRY(const auto said, trust::Evidence::parse(opened.content));
  YX_CHECK(require(said.application_id == record.id(), ErrorCode::conflict, "a receipt of another application"));
  const Application& application = record.application;
  YX_CHECK(require(!life::case_states[static_cast<std::size_t>(application.state)].is_final, ErrorCode::wrong_state,
                   "the case is closed"));
  YX_CHECK(require(application.accepted_by.empty() || record.find_evidence(said.kind) == nullptr, ErrorCode::conflict,
                   "the case was accepted with another receipt of this kind"));
  YX_CHECK(require(said.kind.size() <= max_case_id_bytes, ErrorCode::invalid_input, "a kind that is too long"));
  draft.add_paper(Paper::evidence, 0, receipt, said.kind);
  draft.note("add_evidence", outside, said.kind);
  return {};
}

}  // namespace

Result<CaseRecord> Desk::accept(const std::string& id, BytesView first_approval) {
  YX_CHECK(check_paper_size(first_approval));
  return change(id, false, [&](Draft& draft) { return edit(draft, first_step, first_approval, parts_); });
}

Result<CaseRecord> Desk::approve(const std::string& id, BytesView second_approval) {
  YX_CHECK(check_paper_size(second_approval));
  return change(id, false, [&](Draft& draft) { return edit(draft, second_step, second_approval, parts_); });
}

Result<void> Desk::add_evidence(const std::string& id, BytesView receipt) {
  YX_CHECK(check_paper_size(receipt));
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_evidence(draft, receipt, parts_); }));
  return {};
}

Result<std::vector<Bytes>> Desk::receipts(const std::string& id) {
  YX_TRY(const CaseRecord record, parts_.store.load(id));
  std::vector<Bytes> receipts;
  for (const PaperMention& mention : record.papers) {
    if (mention.paper == Paper::evidence && mention.revision == record.snapshot.revision &&
        record.find_evidence(mention.name) == &mention) {
      YX_TRY(Bytes receipt, parts_.store.paper(id, mention));
      receipts.push_back(std::move(receipt));
    }
  }
  return receipts;
}

Result<trust::Bundle> Desk::bundle(const std::string& id) {
  YX_TRY(const CaseRecord record, parts_.store.load(id));
  YX_CHECK(require(!record.application.accepted_by.empty() && !record.application.approved_by.empty(),
                   ErrorCode::precondition, "both approvals do not stand"));
  trust::Bundle bundle;
  bundle.snapshot = record.snapshot_der;
  YX_TRY(bundle.manifest, standing_paper(parts_.store, record, Paper::manifest, 0));
  YX_TRY(bundle.first_approval, standing_paper(parts_.store, record, Paper::first_approval, 0));
  YX_TRY(bundle.second_approval, standing_paper(parts_.store, record, Paper::second_approval, 0));
  trust::OpenedStatement opened;
  YX_TRY(const auto said, open_approval(bundle.second_approval, opened));
  for (const auto& mention : said.content.evidence) {
    // One that was overridden may never have come.
    const PaperMention* receipt = record.find_paper(Paper::evidence, mention.receipt);
    if (receipt != nullptr) {
      YX_TRY(Bytes bytes, parts_.store.paper(id, *receipt));
      bundle.evidence.push_back(std::move(bytes));
    }
  }
  return bundle;
}

}  // namespace yinxin::hall
