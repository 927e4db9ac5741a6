// Lines being made: each call brings the paper that lets its line go on (life.h, line_moves).

#include <algorithm>

#include "crypto/oids.h"
#include "crypto/x509/build.h"
#include "hall/desk/desk.h"
#include "hall/desk/draft.h"

namespace yinxin::hall {

using namespace desk;

namespace {

const CaseLine* line_in_production(const CaseRecord& record, std::int64_t line) {
  return record.application.state == CaseState::in_production ? record.find_line(line) : nullptr;
}

Result<void> check_in_production(const CaseRecord& record, std::int64_t line) {
  YX_CHECK(require(record.find_line(line) != nullptr, ErrorCode::not_found, "a line that the case does not have"));
  return require(line_in_production(record, line) != nullptr, ErrorCode::wrong_state, "the case is not in production");
}

template <class Statement>
Result<Statement> content_of(CaseStore& store, const CaseRecord& record, Paper paper, std::int64_t line,
                             const asn1::ObjectId& type) {
  YX_TRY(const Bytes bytes, standing_paper(store, record, paper, line));
  YX_TRY(const auto opened, trust::open_signed(bytes, type));
  return Statement::parse(opened.content);
}

Result<trust::Permit> permit_of(CaseStore& store, const CaseRecord& record, std::int64_t line) {
  return content_of<trust::Permit>(store, record, Paper::permit, line, oid::statement_permit());
}

bool names_standing(const CaseRecord& record, Paper paper, std::int64_t line, const crypto::Digest& hash) {
  const PaperMention* standing = record.standing(paper, line);
  return standing != nullptr && standing->hash == hash;
}

// Who may begin or go on with the making; the case's own move says the same for the first permit.
Result<void> check_producer(const CaseRecord& record, const Actor& officer) {
  const auto& concerned = record.application.concerned;
  YX_CHECK(require(officer.role == By::production_officer && !officer.person.empty(), ErrorCode::forbidden,
                   "not this role's move"));
  YX_CHECK(require(officer.person != record.application.approved_by, ErrorCode::forbidden,
                   "who approved a case does not make it"));
  return require(std::ranges::find(concerned, officer.person) == concerned.end(), ErrorCode::forbidden,
                 "an officer may not handle a case that concerns them");
}

Result<void> edit_permit(Draft& draft, std::int64_t line, BytesView permit, const Actor& officer,
                         const Desk::Parts& parts) {
  YX_CHECK(
      require(draft.record().find_line(line) != nullptr, ErrorCode::not_found, "a line that the case does not have"));
  YX_TRY(const bool repeated, is_repeated(draft.record(), Paper::permit, line, permit));
  if (repeated) {
    return {};
  }
  YX_TRY(const auto opened, trust::open_signed(permit, oid::statement_permit()));
  YX_CHECK(check_service(opened, parts.roles_ca, oid::eku_permit()));
  YX_TRY(const auto said, trust::Permit::parse(opened.content));
  YX_CHECK(check_producer(draft.record(), officer));
  YX_CHECK(check_claim(parts.store, draft.record(), officer.person, draft.now()));
  if (draft.record().application.state == CaseState::approved) {
    YX_CHECK(draft.move_case(CaseEvent::start_making, officer));
  }
  YX_CHECK(check_in_production(draft.record(), line));
  YX_CHECK(require(said.line == line, ErrorCode::conflict, "a permit for another line"));
  YX_CHECK(require(names_standing(draft.record(), Paper::second_approval, 0, said.second_approval), ErrorCode::conflict,
                   "a permit for another approval"));
  YX_CHECK(require(draft.now() <= said.not_after, ErrorCode::expired, "the permit has run out"));
  YX_CHECK(draft.step_line(line, LineEvent::permit, vault));
  draft.add_paper(Paper::permit, line, permit);
  return {};
}

Result<void> check_binding(const trust::KeyBinding& said, const trust::OpenedStatement& opened,
                           const trust::Permit& permit, const CaseRecord& record, BytesView request) {
  YX_CHECK(require(names_standing(record, Paper::permit, said.line, said.permit), ErrorCode::conflict,
                   "bound under another permit"));
  YX_CHECK(require(names_standing(record, Paper::second_approval, 0, said.second_approval), ErrorCode::conflict,
                   "bound under another approval"));
  YX_CHECK(require(said.device_serial == permit.device_serial, ErrorCode::conflict, "bound on another device"));
  YX_CHECK(require(said.officer_certificate == opened.certificate.fingerprint() &&
                       permit.production_officer == said.officer_certificate,
                   ErrorCode::forbidden, "the permit names another officer"));
  YX_CHECK(require(said.at <= permit.not_after, ErrorCode::expired, "bound after the permit had run out"));
  YX_CHECK(require(said.request == crypto::sm3(request), ErrorCode::conflict, "it names another request"));
  YX_TRY(const auto parsed, x509::CertificationRequest::parse(request));
  return require(same(parsed.public_key().der(), said.public_key), ErrorCode::conflict,
                 "the request is for another key");
}

Result<void> edit_binding(Draft& draft, std::int64_t line, BytesView key_binding, BytesView request,
                          const Desk::Parts& parts) {
  YX_TRY(const bool repeated, is_repeated(draft.record(), Paper::key_binding, line, key_binding));
  if (repeated) {
    return require(names_standing(draft.record(), Paper::request, line, crypto::sm3(request)), ErrorCode::conflict,
                   "the line is bound with another request");
  }
  YX_CHECK(check_in_production(draft.record(), line));
  YX_TRY(const auto opened, trust::open_signed(key_binding, oid::statement_key_binding()));
  YX_TRY(const auto said, trust::KeyBinding::parse(opened.content));
  YX_TRY(const Signatory officer, officer_behind(opened, parts.roles_ca, said.at));
  YX_CHECK(require(officer.role == trust::Role::production_officer, ErrorCode::forbidden, "not this role's statement"));
  YX_CHECK(require(said.line == line, ErrorCode::conflict, "a binding of another line"));
  YX_CHECK(draft.step_line(line, LineEvent::bind_key, {By::production_officer, officer.person}));
  YX_TRY(const auto permit, permit_of(parts.store, draft.record(), line));
  YX_CHECK(check_binding(said, opened, permit, draft.record(), request));
  draft.add_paper(Paper::key_binding, line, key_binding);
  draft.add_paper(Paper::request, line, request);
  return {};
}

// The certificates and the envelope that come with a receipt.
struct Issued {
  BytesView receipt, signing, encryption, envelope;
};

bool all_standing(const CaseRecord& record, std::int64_t line, const Issued& issued) {
  return names_standing(record, Paper::signing_certificate, line, crypto::sm3(issued.signing)) &&
         names_standing(record, Paper::encryption_certificate, line, crypto::sm3(issued.encryption)) &&
         names_standing(record, Paper::envelope, line, crypto::sm3(issued.envelope));
}

Result<void> check_issued(const trust::IssueReceipt& said, std::int64_t line, const Issued& issued,
                          const CaseRecord& record, CaseStore& store) {
  YX_CHECK(require(said.line == line, ErrorCode::conflict, "a receipt for another line"));
  YX_CHECK(require(names_standing(record, Paper::second_approval, 0, said.second_approval), ErrorCode::conflict,
                   "a receipt for another approval"));
  YX_TRY(const auto binding,
         content_of<trust::KeyBinding>(store, record, Paper::key_binding, line, oid::statement_key_binding()));
  YX_CHECK(require(said.device_serial == binding.device_serial, ErrorCode::conflict, "a receipt for another device"));
  YX_TRY(const auto signing, x509::Certificate::parse(issued.signing));
  YX_TRY(const auto encryption, x509::Certificate::parse(issued.encryption));
  YX_CHECK(require(
      said.signing_certificate == signing.fingerprint() && said.encryption_certificate == encryption.fingerprint(),
      ErrorCode::conflict, "a receipt for other certificates"));
  return require(same(signing.public_key().der(), binding.public_key), ErrorCode::conflict,
                 "a certificate for another key than the one that was bound");
}

Result<void> edit_issued(Draft& draft, std::int64_t line, const Issued& issued, const Desk::Parts& parts) {
  YX_TRY(const bool repeated, is_repeated(draft.record(), Paper::receipt, line, issued.receipt));
  if (repeated) {
    return require(all_standing(draft.record(), line, issued), ErrorCode::conflict,
                   "the line has other certificates or another envelope");
  }
  YX_CHECK(check_in_production(draft.record(), line));
  YX_TRY(const auto opened, trust::open_signed(issued.receipt, oid::statement_issue_receipt()));
  YX_CHECK(check_service(opened, parts.roles_ca, oid::eku_permit()));
  YX_TRY(const auto said, trust::IssueReceipt::parse(opened.content));
  YX_CHECK(draft.step_line(line, LineEvent::issued, vault));
  YX_CHECK(check_issued(said, line, issued, draft.record(), parts.store));
  draft.add_paper(Paper::receipt, line, issued.receipt);
  draft.add_paper(Paper::signing_certificate, line, issued.signing);
  draft.add_paper(Paper::encryption_certificate, line, issued.encryption);
  draft.add_paper(Paper::envelope, line, issued.envelope);
  return {};
}

Result<void> edit_seal(Draft& draft, std::int64_t line, BytesView seal) {
  YX_TRY(const bool repeated, is_repeated(draft.record(), Paper::seal, line, seal));
  if (repeated) {
    return {};
  }
  YX_CHECK(check_in_production(draft.record(), line));
  const auto* asked = draft.record().snapshot.find_line(line);
  YX_CHECK(require(asked != nullptr && asked->seal, ErrorCode::conflict, "a seal that nobody asked for"));
  YX_CHECK(require(draft.record().find_line(line)->state == LineState::writing, ErrorCode::wrong_state,
                   "a seal is made between issuing and writing"));
  YX_CHECK(
      require(draft.record().standing(Paper::seal, line) == nullptr, ErrorCode::conflict, "the line has another seal"));
  draft.add_paper(Paper::seal, line, seal);
  draft.note("line.sealed", vault, std::to_string(line));
  return {};
}

// S4 or S5: signed by the line's own new key, about exactly what was made for it.
Result<void> check_word(BytesView bytes, trust::TokenWord::Kind kind, const CaseRecord& record, std::int64_t line,
                        CaseStore& store) {
  const bool is_written = kind == trust::TokenWord::Kind::written;
  YX_TRY(const auto opened,
         trust::open_signed(bytes, is_written ? oid::statement_written() : oid::statement_activated()));
  YX_TRY(const auto said, trust::TokenWord::parse(opened.content, kind));
  YX_CHECK(require(opened.signature_holds, ErrorCode::invalid_input, "the signature does not hold"));
  YX_CHECK(require(names_standing(record, Paper::signing_certificate, line, opened.certificate.fingerprint()) &&
                       said.signing_certificate == opened.certificate.fingerprint(),
                   ErrorCode::conflict, "not the word of this line's key"));
  YX_CHECK(require(names_standing(record, Paper::encryption_certificate, line, said.encryption_certificate),
                   ErrorCode::conflict, "about another encryption certificate"));
  const PaperMention* seal = record.standing(Paper::seal, line);
  YX_CHECK(require(said.seal == (seal == nullptr ? std::nullopt : std::optional(seal->hash)), ErrorCode::conflict,
                   "about another seal"));
  YX_TRY(const auto permit, permit_of(store, record, line));
  return require(said.device_serial == permit.device_serial, ErrorCode::conflict, "the word of another device");
}

Result<void> edit_written(Draft& draft, std::int64_t line, BytesView written, const Desk::Parts& parts) {
  YX_TRY(const bool repeated, is_repeated(draft.record(), Paper::written, line, written));
  if (repeated) {
    return {};
  }
  YX_CHECK(check_in_production(draft.record(), line));
  YX_CHECK(draft.step_line(line, LineEvent::read_back, vault));
  YX_CHECK(check_word(written, trust::TokenWord::Kind::written, draft.record(), line, parts.store));
  draft.add_paper(Paper::written, line, written);
  return draft.finish_when_lines_are_made();
}

// The holder activates whenever he likes: also when the case is completed, if nothing had to be delivered.
Result<void> edit_activated(Draft& draft, std::int64_t line, BytesView activated, const Desk::Parts& parts) {
  YX_TRY(const bool repeated, is_repeated(draft.record(), Paper::activated, line, activated));
  if (repeated) {
    return {};
  }
  YX_CHECK(draft.step_line(line, LineEvent::activate, vault));
  YX_CHECK(check_word(activated, trust::TokenWord::Kind::activated, draft.record(), line, parts.store));
  draft.add_paper(Paper::activated, line, activated);
  return draft.end_when_lines_have();
}

Result<void> edit_given_up(Draft& draft, std::int64_t line) {
  const CaseLine* found = draft.record().find_line(line);
  YX_CHECK(require(found != nullptr, ErrorCode::not_found, "a line that the case does not have"));
  if (found->state == LineState::checked) {
    return {};
  }
  YX_CHECK(check_in_production(draft.record(), line));
  const bool only_permitted = found->state == LineState::keying;
  return draft.give_up_line(line, only_permitted ? LineEvent::timeout : LineEvent::remake,
                            only_permitted ? Actor{By::clock, ""} : house);
}

}  // namespace

Result<void> Desk::line_permitted(const std::string& id, std::int64_t line, BytesView permit,
                                  const Actor& production_officer) {
  YX_CHECK(check_paper_size(permit));
  YX_CHECK(
      change(id, false, [&](Draft& draft) { return edit_permit(draft, line, permit, production_officer, parts_); }));
  return {};
}

Result<void> Desk::line_bound(const std::string& id, std::int64_t line, BytesView key_binding, BytesView request) {
  YX_CHECK(check_paper_size(key_binding));
  YX_CHECK(check_paper_size(request));
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_binding(draft, line, key_binding, request, parts_); }));
  return {};
}

Result<void> Desk::line_issued(const std::string& id, std::int64_t line, BytesView receipt, BytesView signing,
                               BytesView encryption, BytesView envelope) {
  for (const BytesView paper : {receipt, signing, encryption, envelope}) {
    YX_CHECK(check_paper_size(paper));
  }
  const Issued issued{receipt, signing, encryption, envelope};
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_issued(draft, line, issued, parts_); }));
  return {};
}

Result<void> Desk::line_sealed(const std::string& id, std::int64_t line, BytesView seal) {
  YX_CHECK(check_paper_size(seal));
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_seal(draft, line, seal); }));
  return {};
}

Result<void> Desk::line_written(const std::string& id, std::int64_t line, BytesView written) {
  YX_CHECK(check_paper_size(written));
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_written(draft, line, written, parts_); }));
  return {};
}

Result<void> Desk::line_activated(const std::string& id, std::int64_t line, BytesView activated) {
  YX_CHECK(check_paper_size(activated));
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_activated(draft, line, activated, parts_); }));
  return {};
}

Result<void> Desk::line_given_up(const std::string& id, std::int64_t line) {
  YX_CHECK(change(id, false, [&](Draft& draft) { return edit_given_up(draft, line); }));
  return {};
}

Result<trust::KeyingBundle> Desk::keying(const std::string& id, std::int64_t line) {
  YX_TRY(const CaseRecord record, parts_.store.load(id));
  YX_CHECK(require(record.find_line(line) != nullptr, ErrorCode::not_found, "a line that the case does not have"));
  trust::KeyingBundle keying;
  keying.line = line;
  YX_TRY(keying.permit, standing_paper(parts_.store, record, Paper::permit, line));
  YX_TRY(keying.key_binding, standing_paper(parts_.store, record, Paper::key_binding, line));
  YX_TRY(keying.request, standing_paper(parts_.store, record, Paper::request, line));
  return keying;
}

}  // namespace yinxin::hall
