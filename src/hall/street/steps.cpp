#include "hall/street/steps.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace yinxin::hall::street {

using programme::Material;
using programme::Programme;

namespace {

constexpr std::size_t date_length = 10;
constexpr std::size_t code_hash_bytes = 8;

bool has(const programme::Set& set, std::string_view word) { return std::ranges::find(set, word) != set.end(); }

std::int64_t years_of(const Dossier& dossier) {
  const std::string text = dossier.answer("years");
  std::int64_t years = 0;
  std::from_chars(text.data(), text.data() + text.size(), years);
  return years;
}

}  // namespace

std::string yuan_text(std::int64_t fen) {
  constexpr std::int64_t fen_of_yuan = 100;
  const std::string cents = std::to_string(fen % fen_of_yuan);
  return std::to_string(fen / fen_of_yuan) + (cents.size() == 1 ? ".0" : ".") + cents;
}

Error refuse(ErrorCode code, std::string_view word) { return fail(code, std::string(word)); }

Result<void> require(bool holds, ErrorCode code, std::string_view word) {
  return holds ? Result<void>() : Result<void>(refuse(code, word));
}

Actor requester(const Dossier& dossier) { return {By::requester, dossier.account}; }

void note(Dossier& dossier, Instant at, std::string kind, std::string detail) {
  dossier.timeline.push_back({.at = at, .kind = std::move(kind), .detail = std::move(detail)});
}

Result<void> move_case(Dossier& dossier, CaseEvent event, const Actor& actor, Instant now, std::string detail) {
  YX_TRY(const Moved moved, move(dossier.application, event, actor, now));
  dossier.application.state = moved.state;
  dossier.application.act_by = moved.act_by;
  dossier.application.progress.submitted = moved.submitted;
  note(dossier, now, std::string(life::case_events[static_cast<std::size_t>(event)].code), std::move(detail));
  return {};
}

std::string line_kind(const Programme& programme) {
  return programme.kinds.empty() ? std::string() : programme.kinds.front().kind;
}

std::vector<const Material*> papers_of(const Programme& programme, const Dossier& dossier) {
  programme::MaterialQuestion question{
      .business = std::string(business), .channel = std::string(channel), .kinds = {line_kind(programme)}};
  if (dossier.wants_seal) {
    question.conditions.emplace_back("seal");
  }
  if (dossier.answer("requester_id_number") != dossier.answer("legal_id_number")) {
    question.conditions.emplace_back("requester_is_not_legal_representative");
  }
  return materials_for(programme, question);
}

bool is_impression(const Programme& programme, const Material& material) {
  return !material.form.empty() && material.form == programme.seal.impression_form;
}

bool is_application_form(const Programme& programme, const Material& material) {
  return !material.form.empty() && !is_impression(programme, material);
}

crypto::Digest answers_hash(const Dossier& dossier) {
  crypto::Sm3 hash;
  const auto add = [&](std::string_view text) {
    const std::string length = std::to_string(text.size()) + ":";
    hash.update(bytes_of(length)).update(bytes_of(text));
  };
  for (const auto& [field, value] : dossier.answers) {
    // Where the money comes from and goes to is not printed.
    if (!field.starts_with("account_") && !field.starts_with("mailing_") && !field.starts_with("invoice_")) {
      add(field);
      add(value);
    }
  }
  add(dossier.wants_seal ? "seal" : "");
  return hash.finish();
}

std::string form_code(const Dossier& dossier, const FormVersion& form) {
  return dossier.id + "/" + std::to_string(form.number) + "/" + to_hex(BytesView(form.answers).first(code_hash_bytes));
}

std::string sheet_code(const Dossier& dossier) { return dossier.id + "/seal"; }

Result<std::int64_t> price_of(const Programme& programme, const Dossier& dossier) {
  const std::int64_t years = years_of(dossier);
  if (years == 0) {
    return std::int64_t{0};
  }
  return price(programme, {{.business = std::string(business),
                            .kind = line_kind(programme),
                            .years = static_cast<int>(years),
                            .new_medium = true}});
}

std::vector<FieldProblem> entry_problems(const Programme& programme, const Dossier& dossier, Instant now,
                                         const BankDirectory& banks) {
  auto problems = check_answers(programme, EntryPart::entry, dossier.answers, true, now, banks).problems;
  for (const auto& agreement : programme.agreements) {
    if (!dossier.has_consent(agreement.document)) {
      problems.push_back({"consents", "consent.missing"});
      break;
    }
  }
  return problems;
}

std::vector<FieldProblem> paper_problems(const Programme& programme, const Dossier& dossier) {
  std::vector<FieldProblem> problems;
  for (const Material* paper : papers_of(programme, dossier)) {
    const std::string field = "materials." + paper->id;
    const Upload* upload = dossier.find_upload(paper->id);
    if (upload == nullptr) {
      problems.push_back({field, "required"});
      continue;
    }
    if (is_application_form(programme, *paper) && is_form_outdated(dossier, *upload)) {
      problems.push_back({field, "form.outdated"});
    }
    for (const std::string& warning : upload->warnings) {
      problems.push_back({field, warning, true});
    }
  }
  return problems;
}

bool are_only_warnings(const std::vector<FieldProblem>& problems) {
  return std::ranges::all_of(problems, &FieldProblem::is_warning);
}

void ask_to_submit(DossierChange& change) {
  const Dossier& dossier = change.dossier;
  change.errands.push_back({.kind = "submit",
                            .key = dossier.id + "/" + std::to_string(dossier.revision),
                            .case_id = dossier.id,
                            .parameter = std::to_string(dossier.revision)});
}

bool is_form_outdated(const Dossier& dossier, const Upload& scan) {
  const FormVersion* form = dossier.newest_form();
  return form == nullptr || scan.form_version != form->number || form->answers != answers_hash(dossier);
}

Result<void> open_for_editing(Dossier& dossier, Instant now) {
  const CaseState state = dossier.application.state;
  if (state == CaseState::draft || state == CaseState::returned) {
    return {};
  }
  if (state != CaseState::proving_identity && state != CaseState::awaiting_payment) {
    return refuse(ErrorCode::wrong_state, "case.submitted");
  }
  const auto moved = move_case(dossier, CaseEvent::edit, requester(dossier), now);
  return moved ? Result<void>() : Result<void>(refuse(ErrorCode::wrong_state, "case.payment_under_way"));
}

bool may_change(const Dossier& dossier, const std::string& field) {
  const CaseState state = dossier.application.state;
  return state == CaseState::returned ? dossier.reopened.contains(field) : state == CaseState::draft;
}

ServiceLimits limits_of(const Programme& programme) {
  return {.review_working_days = programme.review_working_days,
          .shipping_working_days = programme.shipping_working_days};
}

std::string day_of(Instant at) { return to_beijing_text(at).substr(0, date_length); }

const programme::IdentityRule* identity_rule(const Programme& programme) {
  const auto found = std::ranges::find_if(
      programme.identity, [](const auto& rule) { return rule.channels.empty() || has(rule.channels, channel); });
  return found == programme.identity.end() ? nullptr : &*found;
}

bool asks_account(const Programme& programme, std::string_view way) {
  return programme.micro_deposit.dialect != "none" && has(programme.micro_deposit.ways, way);
}

bool releases_by_text(const Programme& programme, std::string_view way) {
  return std::ranges::any_of(programme.pin, [&](const programme::PinRelease& rule) {
    return rule.release == "sms_requester" && has(rule.kinds, line_kind(programme)) && has(rule.ways, way);
  });
}

Result<void> check_finance_words(const std::string& words, bool is_needed) {
  return require((!is_needed || !words.empty()) && words.size() <= max_finance_words_bytes && is_utf8(words),
                 ErrorCode::invalid_input, "refund.words");
}

std::string carrier_subject(const Dossier& dossier) {
  return to_hex(crypto::sm3(bytes_of(dossier.answer("requester_name") + "/" + dossier.answer("requester_id_number") +
                                     "/" + dossier.answer("requester_mobile"))));
}

}  // namespace yinxin::hall::street
