#include "hall/desk/draft.h"

#include <algorithm>

namespace yinxin::hall::desk {
namespace {

std::string_view code_of(By by) { return by_rows[static_cast<std::size_t>(by)].code; }
std::string_view code_of(CaseEvent event) { return life::case_events[static_cast<std::size_t>(event)].code; }
std::string_view code_of(LineEvent event) { return life::line_events[static_cast<std::size_t>(event)].code; }

}  // namespace

Result<void> require(bool holds, ErrorCode code, std::string_view otherwise) {
  return holds ? Result<void>() : Result<void>(fail(code, std::string(otherwise)));
}

std::string actor_text(const Actor& actor) {
  const std::string role(code_of(actor.role));
  return actor.person.empty() ? role : role + " " + actor.person;
}

audit::Deed Draft::deed() const {
  const auto& first = change_.events.front();
  return {.role = role_,
          .subject = person_.empty() ? role_ : person_,
          .action = "case." + first.kind,
          .object = record().id() + "/" + std::to_string(record().snapshot.revision),
          .result = "intended"};
}

void Draft::note(std::string kind, const Actor& actor, std::string detail) {
  if (change_.events.empty()) {
    role_ = code_of(actor.role);
    person_ = actor.person;
  }
  change_.events.push_back(
      {.at = change_.at, .kind = std::move(kind), .actor = actor_text(actor), .detail = std::move(detail)});
}

Result<void> Draft::move_case(CaseEvent event, const Actor& actor, std::string detail) {
  Application& application = change_.record.application;
  const bool stood = !application.accepted_by.empty() || !application.approved_by.empty();
  YX_TRY(const Moved moved, move(application, event, actor, change_.at));
  CaseRecord& record = change_.record;
  record.due_by = promised_by(application.state, moved.state, record.due_by, record.limits, *days_, change_.at);
  application.state = moved.state;
  application.act_by = moved.act_by;
  application.progress.submitted = moved.submitted;
  application.progress.holder_signed = moved.holder_signed;
  application.accepted_by = moved.accepted_by;
  application.approved_by = moved.approved_by;
  if (stood && life::traits_of(moved.state).approvals_fall) {
    ++change_.record.rounds[0];
  }
  note(std::string(code_of(event)), actor, std::move(detail));
  change_.intents.insert(change_.intents.end(), moved.intents.begin(), moved.intents.end());
  return {};
}

Result<void> Draft::step_line(std::int64_t number, LineEvent event, const Actor& actor) {
  Application& application = change_.record.application;
  const auto line =
      std::ranges::find_if(application.lines, [&](const CaseLine& each) { return each.number == number; });
  YX_CHECK(require(line != application.lines.end(), ErrorCode::not_found, "a line that the case does not have"));
  if (!actor.person.empty() && std::ranges::find(application.concerned, actor.person) != application.concerned.end()) {
    return fail(ErrorCode::forbidden, "an officer may not handle a case that concerns them");
  }
  YX_TRY(line->state, step(life::line_life, line->state, event, actor.role, [&](Only only) {
           return only == Only::not_the_approver ? !actor.person.empty() && actor.person != application.approved_by
                                                 : only == Only::signed_by_holder && may_holder_settle(application);
         }));
  note("line." + std::string(code_of(event)), actor, std::to_string(number));
  return {};
}

Result<void> Draft::give_up_line(std::int64_t number, LineEvent event, const Actor& actor) {
  YX_CHECK(step_line(number, event, actor));
  ++change_.record.rounds[number];
  return {};
}

Result<void> Draft::finish_when_lines_are_made() {
  const Application& application = record().application;
  const bool made = std::ranges::all_of(application.lines, [](const CaseLine& line) {
    return line.state == LineState::written || life::line_states[static_cast<std::size_t>(line.state)].is_final;
  });
  return made && application.state == CaseState::in_production ? move_case(CaseEvent::production_finished, house)
                                                               : Result<void>();
}

Result<void> Draft::end_when_lines_have() {
  const Application& application = record().application;
  const bool ended = std::ranges::all_of(application.lines, [](const CaseLine& line) {
    return life::line_states[static_cast<std::size_t>(line.state)].is_final;
  });
  const bool out = application.state == CaseState::shipped || application.state == CaseState::handed_over;
  return ended && out ? move_case(CaseEvent::lines_ended, house) : Result<void>();
}

void Draft::add_paper(Paper paper, std::int64_t line, BytesView bytes, std::string name) {
  PaperMention mention{.sequence = 0,
                       .paper = paper,
                       .revision = record().snapshot.revision,
                       .line = line,
                       .round = record().round_of(paper, line),
                       .name = std::move(name),
                       .hash = crypto::sm3(bytes)};
  change_.papers.push_back({std::move(mention), to_bytes(bytes)});
}

Result<bool> is_repeated(const CaseRecord& record, Paper paper, std::int64_t line, BytesView bytes) {
  const auto hash = crypto::sm3(bytes);
  const PaperMention* standing = record.standing(paper, line);
  if (standing != nullptr && standing->hash == hash) {
    return true;
  }
  if (record.find_paper(paper, hash) != nullptr) {
    return fail(ErrorCode::conflict, std::string(name_of(paper)) + ": these bytes were used and are void");
  }
  return false;
}

Result<Bytes> standing_paper(CaseStore& store, const CaseRecord& record, Paper paper, std::int64_t line) {
  const PaperMention* mention = record.standing(paper, line);
  if (mention == nullptr) {
    return fail(ErrorCode::precondition, "the case has no such paper: " + std::string(name_of(paper)));
  }
  return store.paper(record.id(), *mention);
}

Result<void> check_paper_size(BytesView bytes) {
  return require(!bytes.empty() && bytes.size() <= max_paper_bytes, ErrorCode::invalid_input,
                 "a paper that is empty or too large");
}

Result<Signatory> officer_behind(const trust::OpenedStatement& opened, const x509::Certificate& roles_ca, Instant at) {
  YX_CHECK(require(opened.signature_holds, ErrorCode::invalid_input, "the signature does not hold"));
  YX_CHECK(require(trust::is_issued_by(opened.certificate, roles_ca), ErrorCode::forbidden,
                   "the certificate is not of the roles CA"));
  YX_CHECK(require(trust::is_for_approvals(opened.certificate), ErrorCode::forbidden,
                   "the certificate is not for approvals"));
  YX_CHECK(require(opened.certificate.in_force_at(at), ErrorCode::forbidden, "the certificate was not in force"));
  const auto officer = trust::officer_of(opened.certificate);
  if (!officer) {
    return fail(ErrorCode::forbidden, "the certificate names no officer", officer.error());
  }
  return Signatory{officer->role, to_hex(officer->person.value)};
}

Result<void> check_service(const trust::OpenedStatement& opened, const x509::Certificate& roles_ca,
                           const asn1::ObjectId& purpose) {
  YX_CHECK(require(opened.signature_holds, ErrorCode::invalid_input, "the signature does not hold"));
  YX_CHECK(require(trust::is_issued_by(opened.certificate, roles_ca), ErrorCode::forbidden,
                   "the certificate is not of the roles CA"));
  return require(opened.certificate.has_purpose(purpose), ErrorCode::forbidden,
                 "the certificate is not for this kind of statement");
}

}  // namespace yinxin::hall::desk
