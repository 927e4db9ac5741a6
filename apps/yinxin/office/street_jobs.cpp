#include "yinxin/office/street_jobs.h"

#include <algorithm>

#include "store/street/wish_der.h"
#include "yinxin/office/own_street.h"

namespace yinxin::office {

namespace {

// An earlier try may have done it, though its answer never came: ask before doing it again.
bool may_be_done(const store::Claimed& claimed) { return claimed.maybe_done || claimed.attempt > 1; }

const hall::DepositRecord* find_deposit(const hall::Dossier& dossier, const std::string& id) {
  const auto found = std::ranges::find(dossier.deposits, id, &hall::DepositRecord::id);
  return found == dossier.deposits.end() ? nullptr : &*found;
}

bool is_over(const hall::Dossier& dossier) {
  return hall::life::case_states[static_cast<std::size_t>(dossier.application.state)].is_final;
}

}  // namespace

Result<void> send_or_find(OutsideDoors& outside, const hall::SmsWish& wish, bool may_be_done, Instant now,
                          const std::function<Result<void>(Instant)>& note_sent) {
  if (may_be_done) {
    const auto known = outside.find_text(wish.id, wish.mobile, now);
    if (known || known.error().code != ErrorCode::not_found) {
      return known ? note_sent(now) : Result<void>(known.error());
    }
  }
  YX_CHECK(outside.send_text(wish));
  return note_sent(now);
}

void StreetJobs::note(const Error& error) { last_failure_ = error.describe(); }

std::size_t StreetJobs::settle(const Claimed& claimed, const Result<void>& result) {
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

std::size_t StreetJobs::run() {
  const auto by = [this](Result<void> (StreetJobs::*deed)(const hall::StreetErrand&, bool)) {
    return
        [this, deed](const hall::StreetErrand& errand, bool may_be_done) { return (this->*deed)(errand, may_be_done); };
  };
  std::size_t done = send_messages();
  done += carry_out("micro_deposit", by(&StreetJobs::send_deposit));
  done += carry_out("deposit_watch", [this](const auto& errand, bool) { return watch(errand); });
  done += carry_out("legal_secret", by(&StreetJobs::send_legal_secret));
  done += carry_out("requester_secret", by(&StreetJobs::send_requester_secret));
  done += watch_money();
  const Instant now = parts_.clock.now();
  if (returned_.take(now, returned_pause)) {
    ask_what_came_back();
  }
  done += cases_.take(now, parts_.pace.cases) ? keep_time() : 0;
  done += messages_.take(now, parts_.pace.messages) ? ask_carriers() : 0;
  return done;
}

std::size_t StreetJobs::carry_out(
    const std::string& kind, const std::function<Result<void>(const hall::StreetErrand&, bool may_be_done)>& deed) {
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

Result<void> StreetJobs::send(const hall::SmsWish& wish, bool may_be_done) {
  return send_or_find(parts_.outside, wish, may_be_done, parts_.clock.now(),
                      [&](Instant at) { return parts_.street.store().note_sent(wish, at); });
}

std::size_t StreetJobs::send_messages() {
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

Result<void> StreetJobs::deposit_failed(const std::string& id, const std::string& deposit, const std::string& reason) {
  YX_CHECK(parts_.outside.void_secret(only_line_of(id), deposit));
  return parts_.street.street().hear_deposit(id, deposit, hall::DepositEvent::came_back, reason);
}

Result<void> StreetJobs::send_deposit(const hall::StreetErrand& errand, bool may_be_done) {
  const std::string& id = errand.case_id;
  const std::string& deposit = errand.parameter;
  hall::Street& street = parts_.street.street();
  YX_TRY(const hall::Dossier dossier, street.any(id));
  const hall::DepositRecord* record = find_deposit(dossier, deposit);
  if (record == nullptr || record->state != hall::DepositState::asked) {
    return {};
  }
  if (is_over(dossier)) {
    // Its secret was voided with the case: what the bank has not taken by now is not sent any more.
    const auto taken = may_be_done ? parts_.outside.find_deposit(deposit, parts_.clock.now())
                                   : Result<hall::DepositFact>(fail(ErrorCode::not_found, "never sent"));
    if (!taken && taken.error().code == ErrorCode::not_found) {
      return {};
    }
    YX_CHECK(taken);
    return street.hear_deposit(id, deposit, hall::DepositEvent::accepted, "");
  }
  const std::string bank_name = dossier.answer("account_bank");
  const auto bank = street.banks().find(bank_name);
  const auto sent = parts_.outside.send_deposit({.line = only_line_of(id),
                                                 .id = deposit,
                                                 .account_name = dossier.answer("account_name"),
                                                 .account_number = dossier.answer("account_number"),
                                                 .bank_name = bank_name,
                                                 .bank_number = bank ? bank->number : std::string(),
                                                 .may_be_done = may_be_done});
  if (!sent && sent.error().code == ErrorCode::declined_by_outside) {
    YX_CHECK(street.hear_deposit(id, deposit, hall::DepositEvent::accepted, ""));
    return deposit_failed(id, deposit, "银行未受理");
  }
  YX_CHECK(sent);
  return street.hear_deposit(id, deposit, hall::DepositEvent::accepted, "");
}

// To the legal representative's telephone; the code that is asked for with it goes to the requester's.
Result<void> StreetJobs::send_legal_secret(const hall::StreetErrand& errand, bool may_be_done) {
  YX_TRY(const hall::Dossier dossier, parts_.street.street().any(errand.case_id));
  const bool is_standing = dossier.legal_check && dossier.legal_check->deposit == errand.parameter &&
                           dossier.deposits.back().id == errand.parameter &&
                           dossier.deposits.back().state == hall::DepositState::replaced;
  if (!is_standing || is_over(dossier)) {
    return {};
  }
  return parts_.outside.send_secret_text({.line = only_line_of(errand.case_id),
                                          .channel = secret_channel(dossier),
                                          .id = errand.parameter + "-legal",
                                          .mobile = dossier.legal_check->mobile,
                                          .programme = dossier.programme,
                                          .text = "pin",
                                          .parameters = {{"case", errand.case_id}},
                                          .may_be_done = may_be_done});
}

// Where no bank carries it.
Result<void> StreetJobs::send_requester_secret(const hall::StreetErrand& errand, bool may_be_done) {
  YX_TRY(const hall::Dossier dossier, parts_.street.street().any(errand.case_id));
  if (is_over(dossier)) {
    return {};
  }
  return parts_.outside.send_secret_text({.line = only_line_of(errand.case_id),
                                          .channel = secret_channel(dossier),
                                          .id = errand.case_id + "-secret",
                                          .mobile = dossier.answer("requester_mobile"),
                                          .programme = dossier.programme,
                                          .text = std::string(hall::secret_text),
                                          .parameters = {{"case", errand.case_id}},
                                          .may_be_done = may_be_done});
}

// Done once the bank has said its word.
Result<void> StreetJobs::watch(const hall::StreetErrand& errand) {
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
void StreetJobs::ask_what_came_back() {
  const Instant now = parts_.clock.now();
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

std::size_t StreetJobs::watch_money() {
  const auto watched = parts_.street.street().watch_money();
  if (!watched) {
    note(watched.error());
    return 0;
  }
  return *watched;
}

// The cases whose state is the street's.
std::size_t StreetJobs::keep_time() {
  hall::Street& street = parts_.street.street();
  const auto ripe = street.ripe(cases_at_once);
  if (!ripe) {
    note(ripe.error());
    return 0;
  }
  std::size_t done = 0;
  for (const std::string& id : *ripe) {
    const auto kept = street.keep_time(id);
    if (!kept) {
      note(kept.error());
    }
    done += kept ? 1 : 0;
  }
  return done;
}

// Whether he has said his word. What did not arrive is sent again, a few times, under an id of its own.
Result<bool> StreetJobs::ask_carrier(const store::SqliteStreetStore::SentMessage& message) {
  if (parts_.clock.now() < message.sent_at + message_word_pause) {
    return false;
  }
  YX_TRY(const hall::SmsFact fact, parts_.outside.find_text(message.wish.id, message.wish.mobile, message.sent_at));
  if (fact.standing == hall::SmsStanding::waiting) {
    return false;
  }
  auto& store = parts_.street.store();
  if (fact.standing == hall::SmsStanding::failed && message.resends < max_resends) {
    hall::SmsWish again = message.wish;
    again.id = store::street::resend_id(message.wish.id, message.resends + 1);
    YX_CHECK(store.put_messages({again}));
  }
  YX_CHECK(store.note_standing(message.wish.id, fact.standing, fact.reason));
  return true;
}

std::size_t StreetJobs::ask_carriers() {
  const auto waiting = parts_.street.store().unsaid_messages(parts_.clock.now() - message_word_life, messages_at_once);
  if (!waiting) {
    note(waiting.error());
    return 0;
  }
  std::size_t done = 0;
  for (const auto& message : *waiting) {
    const auto asked = ask_carrier(message);
    if (!asked) {
      note(asked.error());
    }
    done += asked && *asked ? 1 : 0;
  }
  return done;
}

}  // namespace yinxin::office
