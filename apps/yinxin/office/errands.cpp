#include "yinxin/office/errands.h"

#include <algorithm>

namespace yinxin::office {

namespace {

constexpr std::string_view only_line = "/1";
constexpr std::size_t cases_compared = 500;

constexpr const char* courier_name = "顺丰速运";

// What the desk has said last about a case, in words for the requester.
struct News {
  std::string words;
  std::map<std::string, std::string> reopened;
  std::string waybill;
  bool issued = false;  // a certificate was made, whatever became of it
};

bool is_given_up(hall::CaseState state) {
  return state == hall::CaseState::withdrawn || state == hall::CaseState::expired || state == hall::CaseState::refused;
}

Result<News> news_of(hall::Desk& desk, const std::string& id, hall::CaseState state) {
  YX_TRY(const auto timeline, desk.timeline(id));
  News news;
  if (is_given_up(state)) {
    YX_TRY(const hall::CaseRecord record, desk.find(id));
    news.issued = std::ranges::any_of(record.papers, [](const hall::PaperMention& mention) {
      return mention.paper == hall::Paper::signing_certificate || mention.paper == hall::Paper::receipt;
    });
  }
  for (const hall::CaseEventRecord& event : timeline) {
    if ((event.kind == "return_for_correction" && state == hall::CaseState::returned) ||
        (event.kind == "refuse" && state == hall::CaseState::refused)) {
      news.words = event.detail;
    }
    if (event.kind == "dispatch") {
      news.waybill = event.detail;
    }
  }
  if (state == hall::CaseState::returned) {
    YX_TRY(news.reopened, desk.reopened(id));
  }
  return news;
}

// The provider's ids have digits and letters only; an outbox row's key has slashes.
std::string message_id(std::string key) {
  std::ranges::replace(key, '/', '-');
  return key;
}

// An earlier try may have done it, though its answer never came: ask before doing it again.
bool may_be_done(const store::Claimed& claimed) { return claimed.maybe_done || claimed.attempt > 1; }

const hall::DepositRecord* find_deposit(const hall::Dossier& dossier, const std::string& id) {
  const auto found = std::ranges::find(dossier.deposits, id, &hall::DepositRecord::id);
  return found == dossier.deposits.end() ? nullptr : &*found;
}

// The channel by which the newest activation secret of a case went, or goes.
std::string secret_channel(const hall::Dossier& dossier) {
  const std::string& deposit = dossier.deposits.back().id;
  return dossier.deposits.back().state == hall::DepositState::replaced ? "legal/" + deposit : deposit;
}

}  // namespace

void Errands::note(const Error& error) { last_failure_ = error.describe(); }

std::size_t Errands::settle(const Claimed& claimed, const Result<void>& result) {
  if (result) {
    const auto finished = parts_.street.store().finish(claimed);
    if (!finished) {
      note(finished.error());
    }
    return finished ? 1 : 0;
  }
  note(result.error());
  const auto kept = parts_.street.store().retry(claimed, name_of(result.error().code));
  if (!kept) {
    note(kept.error());
  }
  return 0;
}

std::size_t Errands::run() {
  const auto by = [this](Result<void> (Errands::*deed)(const hall::StreetErrand&, bool)) {
    return
        [this, deed](const hall::StreetErrand& errand, bool may_be_done) { return (this->*deed)(errand, may_be_done); };
  };
  std::size_t done = send_messages();
  done += carry_out("submit", [this](const auto& errand, bool) { return submit(errand.case_id); });
  done += carry_out("micro_deposit", by(&Errands::send_deposit));
  done += carry_out("deposit_watch", [this](const auto& errand, bool) { return watch(errand); });
  done += carry_out("legal_secret", by(&Errands::send_legal_secret));
  done += send_desk_messages();
  done += carry_out("withdraw", [this](const auto& errand, bool) { return withdraw(errand); });
  done += tell_street();
  done += watch_money();
  ask_what_came_back();
  return done;
}

std::size_t Errands::carry_out(const std::string& kind,
                               const std::function<Result<void>(const hall::StreetErrand&, bool may_be_done)>& deed) {
  const auto errands = parts_.street.store().claim_errands(kind, errands_at_once, errand_lease);
  if (!errands) {
    note(errands.error());
    return 0;
  }
  std::size_t done = 0;
  for (const auto& each : *errands) {
    done += settle(each.claimed, deed(each.errand, may_be_done(each.claimed)));
  }
  return done;
}

Result<void> Errands::send(const hall::SmsWish& wish, bool maybe_done) {
  if (maybe_done) {
    const auto known = parts_.outside.find_text(wish.id, wish.mobile, parts_.clock.now());
    if (known || known.error().code != ErrorCode::not_found) {
      return known ? parts_.street.store().note_sent(wish, parts_.clock.now()) : Result<void>(known.error());
    }
  }
  YX_CHECK(parts_.outside.send_text(wish));
  return parts_.street.store().note_sent(wish, parts_.clock.now());
}

std::size_t Errands::send_messages() {
  const auto messages = parts_.street.store().claim_messages(errands_at_once, errand_lease);
  if (!messages) {
    note(messages.error());
    return 0;
  }
  std::size_t done = 0;
  for (const auto& message : *messages) {
    done += settle(message.claimed, send(message.wish, may_be_done(message.claimed)));
  }
  return done;
}

Result<void> Errands::submit(const std::string& id) {
  YX_TRY(const hall::Submission submission, parts_.street.street().submission(id));
  YX_CHECK(parts_.house.desk().submit(submission));
  return {};
}

Result<void> Errands::deposit_failed(const std::string& id, const std::string& deposit, const std::string& reason) {
  YX_CHECK(parts_.outside.void_secret(id + std::string(only_line), deposit));
  return parts_.street.street().hear_deposit(id, deposit, hall::DepositEvent::came_back, reason);
}

Result<void> Errands::send_deposit(const hall::StreetErrand& errand, bool maybe_done) {
  const std::string& id = errand.case_id;
  const std::string& deposit = errand.parameter;
  hall::Street& street = parts_.street.street();
  YX_TRY(const hall::Dossier dossier, street.any(id));
  const hall::DepositRecord* record = find_deposit(dossier, deposit);
  if (record == nullptr || record->state != hall::DepositState::asked) {
    return {};
  }
  const auto sent = parts_.outside.send_deposit({.line = id + std::string(only_line),
                                                 .id = deposit,
                                                 .account_name = dossier.answer("account_name"),
                                                 .account_number = dossier.answer("account_number"),
                                                 .bank_name = dossier.answer("account_bank"),
                                                 .may_be_done = maybe_done});
  if (!sent && sent.error().code == ErrorCode::declined_by_outside) {
    YX_CHECK(street.hear_deposit(id, deposit, hall::DepositEvent::accepted, ""));
    return deposit_failed(id, deposit, "银行未受理");
  }
  YX_CHECK(sent);
  return street.hear_deposit(id, deposit, hall::DepositEvent::accepted, "");
}

// To the legal representative's telephone; the code that is asked for with it goes to the requester's.
Result<void> Errands::send_legal_secret(const hall::StreetErrand& errand, bool maybe_done) {
  YX_TRY(const hall::Dossier dossier, parts_.street.street().any(errand.case_id));
  const bool is_standing = dossier.legal_check && dossier.legal_check->deposit == errand.parameter &&
                           dossier.deposits.back().id == errand.parameter &&
                           dossier.deposits.back().state == hall::DepositState::replaced;
  if (!is_standing || hall::life::case_states[static_cast<std::size_t>(dossier.application.state)].is_final) {
    return {};
  }
  return parts_.outside.send_secret_text({.line = errand.case_id + std::string(only_line),
                                          .channel = secret_channel(dossier),
                                          .id = errand.parameter + "-legal",
                                          .mobile = dossier.legal_check->mobile,
                                          .programme = dossier.programme,
                                          .text = "pin",
                                          .parameters = {{"case", errand.case_id}},
                                          .may_be_done = maybe_done});
}

// Done once the bank has said its word.
Result<void> Errands::watch(const hall::StreetErrand& errand) {
  YX_TRY(const hall::DepositFact fact, parts_.outside.find_deposit(errand.parameter, parts_.clock.now()));
  switch (fact.standing) {
    case hall::DepositStanding::under_way: return fail(ErrorCode::precondition, "the deposit is under way");
    case hall::DepositStanding::settled:
      return parts_.street.street().hear_deposit(errand.case_id, errand.parameter, hall::DepositEvent::settled, "");
    case hall::DepositStanding::returned:
    case hall::DepositStanding::refused: break;
  }
  return deposit_failed(errand.case_id, errand.parameter, fact.reason);
}

// Settled is no proof: what comes back days later is asked for day by day.
void Errands::ask_what_came_back() {
  const Instant now = parts_.clock.now();
  if (asked_returned_ && now < *asked_returned_ + returned_pause) {
    return;
  }
  asked_returned_ = now;
  const auto returned = parts_.outside.returned_deposits(now - std::chrono::hours(24), now);
  if (!returned) {
    note(returned.error());
    return;
  }
  for (const auto& [deposit, fact] : *returned) {
    const std::size_t mark = deposit.rfind('D');
    if (mark == std::string::npos || !hall::is_case_number(deposit.substr(0, mark))) {
      continue;
    }
    const auto heard = deposit_failed(deposit.substr(0, mark), deposit, fact.reason);
    if (!heard && heard.error().code != ErrorCode::not_found) {
      note(heard.error());
    }
  }
}

Result<void> Errands::tell(const hall::Dossier& dossier, const hall::CaseSummary& summary) {
  YX_TRY(const News news, news_of(parts_.house.desk(), summary.id, summary.state));
  if (is_given_up(summary.state) && !dossier.deposits.empty()) {
    // Nobody shall activate anything with what a bank may still carry.
    auto voided = parts_.outside.void_secret(summary.id + std::string(only_line), secret_channel(dossier));
    if (!voided && voided.error().code != ErrorCode::wrong_state && voided.error().code != ErrorCode::not_found) {
      return voided;
    }
  }
  return parts_.street.street().hear_desk(summary.id, summary.state, news.words, news.reopened, news.waybill,
                                          news.issued);
}

Result<void> Errands::withdraw(const hall::StreetErrand& errand) {
  const auto done = parts_.house.desk().withdraw(errand.case_id, {hall::By::requester, errand.parameter});
  if (!done && done.error().code == ErrorCode::wrong_state) {
    return parts_.street.street().hear_withdrawal_refused(errand.case_id);
  }
  return done ? Result<void>() : Result<void>(done.error());
}

std::size_t Errands::watch_money() {
  const auto watched = parts_.street.street().watch_money();
  if (!watched) {
    note(watched.error());
    return 0;
  }
  return *watched;
}

std::size_t Errands::tell_street() {
  const auto cases = parts_.house.desk().list(cases_compared);
  if (!cases) {
    note(cases.error());
    return 0;
  }
  std::size_t told = 0;
  for (const hall::CaseSummary& summary : *cases) {
    const auto dossier = parts_.street.street().any(summary.id);
    // A correction is on its way to the desk, unless the desk has closed the case meanwhile.
    const bool is_final = hall::life::case_states[static_cast<std::size_t>(summary.state)].is_final;
    if (!dossier || dossier->application.state == summary.state ||
        (dossier->revision > summary.revision && !is_final)) {
      continue;
    }
    const auto heard = tell(*dossier, summary);
    if (!heard) {
      note(heard.error());
      continue;
    }
    ++told;
  }
  return told;
}

Result<void> Errands::send_desk_message(const hall::DeskWork& work, const std::string& key, bool maybe_done) {
  YX_TRY(const hall::CaseRecord record, parts_.house.desk().find(work.case_id));
  YX_TRY(const News news, news_of(parts_.house.desk(), work.case_id,
                                  work.parameter == "refused" ? hall::CaseState::refused : hall::CaseState::returned));
  hall::SmsWish wish{.id = key,
                     .mobile = record.snapshot.requester.mobile,
                     .text = work.parameter,
                     .programme = record.snapshot.programme,
                     .parameters = {}};
  if (work.parameter == "returned" || work.parameter == "refused") {
    wish.parameters["reason"] = news.words;
  }
  if (work.parameter == "refused") {
    wish.parameters["case"] = work.case_id;
  }
  if (work.parameter == "shipped") {
    wish.parameters["courier"] = courier_name;
    wish.parameters["number"] = news.waybill;
  }
  return send(wish, maybe_done);
}

std::size_t Errands::send_desk_messages() {
  const auto waiting = parts_.house.desk_domain().claim_work(hall::IntentKind::send_sms, errands_at_once, errand_lease);
  if (!waiting) {
    note(waiting.error());
    return 0;
  }
  std::size_t done = 0;
  for (const auto& each : *waiting) {
    const auto sent = send_desk_message(each.work, message_id(each.claimed.idempotency_key), may_be_done(each.claimed));
    const auto settled = parts_.house.desk_domain().settle(each.claimed, sent);
    if (!sent || !settled) {
      note(sent ? settled.error() : sent.error());
      continue;
    }
    ++done;
  }
  return done;
}

}  // namespace yinxin::office
