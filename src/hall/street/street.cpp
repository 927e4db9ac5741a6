// Opening a case and filling in its entry. Papers: street_papers.cpp; the phone: street_identity.cpp; money and what
// comes after: street_money.cpp.

#include "hall/street/street.h"

#include <algorithm>

#include "hall/programme/needs.h"
#include "hall/street/progress.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr int most_tries_to_save = 4;
constexpr std::size_t max_opening_key_bytes = 64;

bool is_open(CaseState state) { return !life::case_states[static_cast<std::size_t>(state)].is_final; }

// What the phone has proven was proven of this person.
bool concerns_person(std::string_view field) { return field == "requester_name" || field == "requester_id_number"; }

void forget_identity(Dossier& dossier) {
  const std::int64_t face_tries = dossier.identity.face_tries;
  const std::int64_t carrier_tries = dossier.identity.carrier_tries;
  const std::string day = dossier.identity.day;
  dossier.identity = {};
  dossier.identity.day = day;
  dossier.identity.face_tries = face_tries;
  dossier.identity.carrier_tries = carrier_tries;
  dossier.application.progress.identity_proven = false;
  // Who chose to be seen by a person stays with that.
  dossier.identity.state = dossier.face_declined ? IdentityState::manual : IdentityState::open;
}

// Writes the answers that may be changed; what may not be changed and was is a problem.
void write_answers(Dossier& dossier, const Answers& checked, std::vector<FieldProblem>& problems) {
  for (const auto& [field, value] : checked) {
    if (dossier.answer(field) == value) {
      continue;
    }
    if (!may_change(dossier, field)) {
      problems.push_back({field, "field.closed"});
      continue;
    }
    if (concerns_person(field)) {
      forget_identity(dossier);
    }
    if (value.empty()) {
      dossier.answers.erase(field);
    } else {
      dossier.answers[field] = value;
    }
  }
}

CarrierVerdict verdict_for(const Dossier& dossier) {
  return dossier.identity.carrier_subject == carrier_subject(dossier) ? dossier.identity.carrier
                                                                      : CarrierVerdict::no_record;
}

std::string_view problem_of(CarrierVerdict verdict) {
  switch (verdict) {
    case CarrierVerdict::match: return "";
    case CarrierVerdict::name_and_id_differ: return "carrier.name_and_id_differ";
    case CarrierVerdict::not_this_person: return "carrier.not_this_person";
    case CarrierVerdict::no_record: break;
  }
  return "carrier.no_record";
}

}  // namespace

Result<Stand> Street::stand(Dossier dossier, const Offer& offer, std::vector<FieldProblem> problems) {
  const auto price = price_of(offer.programme, dossier);
  const FormVersion* form = dossier.newest_form();
  const bool form_is_current = form != nullptr && form->answers == answers_hash(dossier);
  const auto newer = newer_than(dossier);
  return Stand{.dossier = std::move(dossier),
               .problems = std::move(problems),
               .price_fen = price ? *price : std::int64_t{0},
               .form_is_current = form_is_current,
               .newer = newer};
}

std::shared_ptr<const Offer> Street::newest_of(const std::string& programme) {
  std::shared_ptr<const Offer> newest;
  for (const auto& offer : parts_.shelf.all()) {
    const bool is_newer = newest == nullptr || offer->programme.version > newest->programme.version;
    if (offer->programme.code == programme && is_newer) {
      newest = offer;
    }
  }
  return newest;
}

std::optional<NewerOffer> Street::newer_than(const Dossier& dossier) {
  const CaseState state = dossier.application.state;
  const bool may_change_over =
      is_open(state) && !dossier.application.progress.submitted && life::traits_of(state).owner == Owner::opener;
  const auto newest = may_change_over ? newest_of(dossier.programme) : nullptr;
  if (newest == nullptr || newest->programme.version <= dossier.programme_version) {
    return std::nullopt;
  }
  const auto price_by = [&](const Offer& offer) {
    const auto price = price_of(offer.programme, dossier);
    return price ? *price : std::int64_t{0};
  };
  const auto end = programme::finish_end(newest->programme);
  const bool may_finish = end && parts_.clock.now() < *end;
  // The last days of a programme are for finishing what was begun: as it stands, unless it costs something else now.
  const auto own = may_finish ? parts_.shelf.by_code(dossier.programme, dossier.programme_version)
                              : Result<std::shared_ptr<const Offer>>(newest);
  return NewerOffer{.version = newest->programme.version,
                    .is_closed = newest->programme.status != "open" && !may_finish,
                    .price_fen = price_by(*newest),
                    .closing = newest->programme.closing,
                    .finish_end = may_finish ? end : std::nullopt,
                    .is_to_confirm = !may_finish || !own || price_by(**own) != price_by(*newest)};
}

Result<void> Street::check_offer(const Dossier& dossier) {
  const auto newer = newer_than(dossier);
  YX_CHECK(require(!newer || !newer->is_closed, ErrorCode::precondition, "offer.closed"));
  return require(!newer || !newer->is_to_confirm, ErrorCode::conflict, "offer.changed");
}

Result<Stand> Street::take_newer_offer(const std::string& account, const std::string& id, std::int64_t version) {
  const auto taken = change(account, id, "take_newer_offer", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    const auto newer = newer_than(dossier);
    if (!newer && dossier.programme_version == version) {
      return {};
    }
    YX_CHECK(require(newer && newer->version == version, ErrorCode::conflict, "offer.changed"));
    YX_CHECK(require(!newer->is_closed, ErrorCode::precondition, "offer.closed"));
    YX_CHECK(open_for_editing(dossier, now));
    const auto offer = newest_of(dossier.programme);
    std::erase_if(dossier.consents, [&](const Consent& given) {
      const auto text = offer->documents.find(given.document);
      return text == offer->documents.end() || crypto::sm3(bytes_of(text->second)) != given.text;
    });
    // Its price stands on the form.
    if (!dossier.forms.empty()) {
      dossier.forms.back().answers = {};
    }
    YX_TRY(dossier.application.needs,
           programme::needs_of(offer->programme, {std::string(business)}, std::string(channel)));
    dossier.application.needs.identity = dossier.application.needs.identity && !dossier.face_declined;
    dossier.programme_version = version;
    note(dossier, now, "newer_offer", std::to_string(version));
    return {};
  });
  YX_CHECK(taken);
  return find(account, id);
}

Result<Stand> Street::change_by(const Actor& actor, const std::string& id, const std::string& deed, const Edit& edit) {
  const std::string role(by_rows[static_cast<std::size_t>(actor.role)].code);
  for (int tries = 0; tries < most_tries_to_save; ++tries) {
    YX_TRY(Dossier dossier, parts_.store.load(id));
    if (actor.role == By::requester && dossier.account != actor.person) {
      return refuse(ErrorCode::not_found, "case.unknown");
    }
    YX_TRY(const auto offer, parts_.shelf.by_code(dossier.programme, dossier.programme_version));
    const std::string before = dossier.to_json();
    const CaseState from = dossier.application.state;
    DossierChange change{.dossier = std::move(dossier), .messages = {}, .errands = {}};
    YX_CHECK(edit(change, *offer));
    if (const CaseState to = change.dossier.application.state; to != from) {
      change.dossier.promised_by =
          promised_by(from, to, change.dossier.promised_by, limits_of(offer->programme), days_, parts_.clock.now());
    }
    if (change.dossier.to_json() == before && change.messages.empty() && change.errands.empty() &&
        change.watches.empty()) {
      return stand(std::move(change.dossier), *offer);
    }
    change.dossier.changed = parts_.clock.now();
    YX_CHECK(parts_.audit.record({.role = role,
                                  .subject = actor.person.empty() ? role : actor.person,
                                  .action = "case." + deed,
                                  .object = id,
                                  .result = "intended"}));
    const auto saved = parts_.store.save(change);
    if (saved) {
      ++change.dossier.version;
      news_.tell(id);
      return stand(std::move(change.dossier), *offer);
    }
    if (saved.error().code != ErrorCode::conflict) {
      return saved.error();
    }
  }
  return refuse(ErrorCode::conflict, "case.busy");
}

Result<Stand> Street::begin(const SessionRecord& session, const std::string& project_id,
                            const std::string& opening_key) {
  YX_CHECK(require(!opening_key.empty() && opening_key.size() <= max_opening_key_bytes, ErrorCode::invalid_input,
                   "opening_key.length"));
  if (const auto known = parts_.store.find_opening(session.account, opening_key)) {
    return find(session.account, *known);
  }
  YX_TRY(const auto offer, parts_.shelf.by_project(project_id));
  YX_TRY(const auto others, parts_.store.list(session.account, max_dossiers_listed));
  const auto open = std::ranges::count_if(others, [](const DossierSummary& each) { return is_open(each.state); });
  YX_CHECK(require(static_cast<std::size_t>(open) < max_open_cases_of_account, ErrorCode::too_many_requests,
                   "case.too_many_open"));
  const Instant now = parts_.clock.now();
  std::string day = day_of(now);
  std::erase(day, '-');
  YX_TRY(const std::int64_t sequence, parts_.store.next_of_day(day));
  Dossier dossier;
  dossier.id = case_number(now, sequence);
  dossier.account = session.account;
  dossier.mobile = session.mobile;
  dossier.project_id = project_id;
  dossier.programme = offer->programme.code;
  dossier.programme_version = offer->programme.version;
  dossier.opening_key = opening_key;
  dossier.wants_seal = offer->programme.seal.mode == "included" ||
                       (offer->programme.seal.mode == "optional" && offer->programme.seal.chosen_by_default);
  YX_TRY(dossier.application.needs,
         programme::needs_of(offer->programme, {std::string(business)}, std::string(channel)));
  dossier.application.lines = {{.number = 1, .business = Business::new_, .medium = Medium::new_}};
  dossier.application.act_by = now + std::chrono::days(life::case_states.front().term.amount);
  dossier.begun = now;
  dossier.changed = now;
  note(dossier, now, "begin");
  YX_CHECK(parts_.audit.record({.role = "requester",
                                .subject = session.account,
                                .action = "case.begin",
                                .object = dossier.id,
                                .result = "intended"}));
  const auto saved = parts_.store.save({.dossier = dossier, .messages = {}, .errands = {}});
  if (!saved && saved.error().code == ErrorCode::already_exists) {
    YX_TRY(const std::string known, parts_.store.find_opening(session.account, opening_key));
    return find(session.account, known);
  }
  YX_CHECK(saved);
  ++dossier.version;
  return stand(std::move(dossier), *offer);
}

Result<Stand> Street::find(const std::string& account, const std::string& id) {
  YX_TRY(Dossier dossier, parts_.store.load(id));
  YX_CHECK(require(dossier.account == account, ErrorCode::not_found, "case.unknown"));
  YX_TRY(const auto offer, parts_.shelf.by_code(dossier.programme, dossier.programme_version));
  return stand(std::move(dossier), *offer);
}

Result<std::vector<DossierSummary>> Street::list(const std::string& account) {
  return parts_.store.list(account, max_dossiers_listed);
}

Result<std::vector<Dossier>> Street::made_for(const std::string& account) {
  YX_TRY(const auto cases, list(account));
  std::vector<Dossier> found;
  for (const DossierSummary& each : cases) {
    // Before that nothing was made, and most cases of an account that is busy are drafts.
    if (!is_granted(each.state) && !is_given_up(each.state)) {
      continue;
    }
    YX_TRY(Dossier dossier, parts_.store.load(each.id));
    if (!dossier.made.empty()) {
      found.push_back(std::move(dossier));
    }
  }
  return found;
}

Result<std::shared_ptr<const Offer>> Street::offer_of(const Dossier& dossier) {
  return parts_.shelf.by_code(dossier.programme, dossier.programme_version);
}

Result<Stand> Street::consent(const std::string& account, const std::string& id,
                              const std::map<std::string, std::string>& documents, const Visitor& visitor) {
  return change(account, id, "consent", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    for (const auto& [document, shown] : documents) {
      const auto text = offer.documents.find(document);
      YX_CHECK(require(text != offer.documents.end(), ErrorCode::invalid_input, "consent.unknown_document"));
      const crypto::Digest hash = crypto::sm3(bytes_of(text->second));
      YX_CHECK(require(to_hex(hash) == shown, ErrorCode::invalid_input, "consent.other_text"));
      if (!dossier.has_consent(document)) {
        YX_CHECK(parts_.store.put_file(bytes_of(text->second)));
        dossier.consents.push_back({.document = document,
                                    .text = hash,
                                    .at = parts_.clock.now(),
                                    .visitor = {visitor.address, visitor.agent.substr(0, max_agent_bytes)}});
      }
    }
    return {};
  });
}

Result<std::vector<ConsentShown>> Street::consents(const std::string& account, const std::string& id) {
  YX_TRY(const Dossier dossier, parts_.store.load(id));
  YX_CHECK(require(dossier.account == account, ErrorCode::not_found, "case.unknown"));
  return consents_of(id);
}

Result<std::vector<ConsentShown>> Street::consents_of(const std::string& id) {
  YX_TRY(const Dossier dossier, parts_.store.load(id));
  YX_TRY(const auto offer, offer_of(dossier));
  std::vector<ConsentShown> shown;
  for (const Consent& consent : dossier.consents) {
    ConsentShown one{
        .consent = consent, .version = dossier.programme_version, .account = dossier.account, .text = std::nullopt};
    const auto kept = parts_.store.file(consent.text);
    const auto offered = offer->documents.find(consent.document);
    if (kept) {
      one.text = std::string(text_of(*kept));
    } else if (kept.error().code != ErrorCode::not_found) {
      return kept.error();
    } else if (offered != offer->documents.end() && crypto::sm3(bytes_of(offered->second)) == consent.text) {
      one.text = offered->second;
    }
    shown.push_back(std::move(one));
  }
  return shown;
}

Result<Stand> Street::save(const std::string& account, const std::string& id, std::int64_t version,
                           const Answers& typed, std::optional<bool> wants_seal) {
  YX_CHECK(require(typed.size() <= max_answers, ErrorCode::invalid_input, "answers.too_many"));
  std::vector<FieldProblem> problems;
  auto saved = change(account, id, "save", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    YX_CHECK(require(dossier.version == version, ErrorCode::conflict, "case.changed_elsewhere"));
    auto checked = check_answers(offer.programme, EntryPart::entry, typed, false, now, banks_);
    problems = std::move(checked.problems);
    // A question that was answered and is now left empty.
    for (const auto& [field, value] : typed) {
      const auto* asked = find_field(offer.programme, field);
      if (asked != nullptr && !checked.answers.contains(field) && dossier.answers.contains(field) && value.empty()) {
        checked.answers[field] = "";
      }
    }
    const bool changes_seal = wants_seal && *wants_seal != dossier.wants_seal;
    const bool changes = changes_seal || std::ranges::any_of(checked.answers, [&](const auto& entry) {
                           return dossier.answer(entry.first) != entry.second;
                         });
    if (!changes) {
      return {};
    }
    YX_CHECK(open_for_editing(dossier, now));
    write_answers(dossier, checked.answers, problems);
    if (changes_seal) {
      if (offer.programme.seal.mode != "optional" || !may_change(dossier, "seal")) {
        problems.push_back({"seal", "field.closed"});
      } else {
        dossier.wants_seal = *wants_seal;
      }
    }
    return {};
  });
  if (saved) {
    constexpr const char* number = "unit_document_number";
    const bool is_named = typed.contains(number) && !saved->dossier.answer(number).empty() &&
                          std::ranges::find(problems, number, &FieldProblem::field) == problems.end();
    YX_TRY(const bool has_another, is_named ? unit_has_another(saved->dossier, Whose::own) : Result<bool>(false));
    if (has_another) {
      problems.push_back({number, "case.unit_has_another", true});
    }
    saved->problems = std::move(problems);
  }
  return saved;
}

Result<bool> Street::unit_has_another(const Dossier& dossier, Whose whose) {
  YX_TRY(const auto open, parts_.store.open_cases_of(dossier.programme, dossier.answer("unit_document_number")));
  for (const std::string& other : open) {
    if (other == dossier.id) {
      continue;
    }
    if (whose == Whose::anybodys) {
      return true;
    }
    YX_TRY(const Dossier found, parts_.store.load(other));
    if (found.account == dossier.account) {
      return true;
    }
  }
  return false;
}

Result<void> Street::check_carrier(DossierChange& change, std::vector<FieldProblem>& problems) {
  Dossier& dossier = change.dossier;
  IdentityRecord& identity = dossier.identity;
  const std::string subject = carrier_subject(dossier);
  if (identity.carrier_subject != subject || identity.carrier != CarrierVerdict::match) {
    const std::string today = day_of(parts_.clock.now());
    if (identity.day != today) {
      identity.day = today;
      identity.carrier_tries = 0;
      identity.face_tries = 0;
    }
    if (identity.carrier_tries >= max_carrier_tries_a_day) {
      problems.push_back({"requester_mobile", "carrier.tries_used"});
      return {};
    }
    const auto told = parts_.carrier.check(dossier.answer("requester_name"), dossier.answer("requester_id_number"),
                                           dossier.answer("requester_mobile"));
    if (!told) {
      // The requester may go on; before acceptance the desk asks again.
      problems.push_back({"requester_mobile", "carrier.unavailable", true});
      return {};
    }
    ++identity.carrier_tries;
    identity.carrier_subject = subject;
    identity.carrier = told->verdict;
  }
  if (verdict_for(dossier) != CarrierVerdict::match) {
    problems.push_back({"requester_mobile", std::string(problem_of(identity.carrier))});
  }
  return {};
}

Result<Stand> Street::finish_entry(const std::string& account, const std::string& id) {
  std::vector<FieldProblem> problems;
  auto finished = change(account, id, "finish_entry", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    YX_CHECK(check_offer(dossier));
    problems = entry_problems(offer.programme, dossier, parts_.clock.now(), banks_);
    if (!are_only_warnings(problems)) {
      return {};
    }
    const programme::IdentityRule* rule = identity_rule(offer.programme);
    const bool asks_carrier =
        rule != nullptr && std::ranges::find(rule->checks, std::string("carrier")) != rule->checks.end();
    return asks_carrier ? check_carrier(change, problems) : Result<void>();
  });
  if (finished) {
    // What others have begun is for whoever has said who he is, with the carrier's word for it where it is asked; the
    // number of a unit stands on its every invoice.
    const Whose whose = are_only_warnings(problems) ? Whose::anybodys : Whose::own;
    YX_TRY(const bool has_another, unit_has_another(finished->dossier, whose));
    if (has_another) {
      problems.push_back({"unit_document_number", "case.unit_has_another", true});
    }
    finished->problems = std::move(problems);
  }
  return finished;
}

}  // namespace yinxin::hall
