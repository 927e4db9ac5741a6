// Where the micro-deposit goes, paying, and what comes after the case was submitted.

#include <algorithm>

#include "base/text.h"
#include "hall/street/progress.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace street {

namespace {

constexpr std::size_t max_refunds = 100;

// Opens the deposit's life and asks the house to send it; the secret is drawn when it goes.
void ask_for_deposit(DossierChange& change, Instant now) {
  Dossier& dossier = change.dossier;
  DepositRecord deposit;
  deposit.id = dossier.id + "D" + std::to_string(dossier.deposits.size() + 1);
  deposit.asked_at = now;
  deposit.failures = dossier.deposits.empty() ? 0 : dossier.deposits.back().failures;
  change.errands.push_back(
      {.kind = "micro_deposit", .key = deposit.id, .case_id = dossier.id, .parameter = deposit.id});
  dossier.deposits.push_back(std::move(deposit));
  note(dossier, now, "deposit_asked");
}

}  // namespace

OrderRecord* find_order(Dossier& dossier, const std::string& number) { return dossier.find_order(number); }

Result<void> step_order(OrderRecord& order, PaymentEvent event, By by) {
  YX_TRY(order.state, step(life::payment_life, order.state, event, by, [](Only) { return true; }));
  return {};
}

void take_fact(OrderRecord& order, const PaymentFact& fact) {
  order.transaction = fact.answer.transaction;
  order.paid_fen = fact.paid_fen;
  order.paid_at = fact.paid_at;
  order.currency = fact.currency;
  order.payer = fact.payer_name;
}

Instant next_question(Instant since, Instant now, Instant::duration longest) {
  return now + std::clamp<Instant::duration>(now - since, shortest_pause, longest);
}

Instant::duration life_of(const OrderRecord& order) {
  return order.way == transfer_way ? Instant::duration(transfer_life) : Instant::duration(payment_life);
}

Result<void> give_up_transfers(Dossier& dossier) {
  for (OrderRecord& order : dossier.orders) {
    if (order.state == PaymentState::announced) {
      YX_CHECK(step_order(order, PaymentEvent::cancel, By::house));
    }
  }
  return {};
}

bool offers_way(const programme::Programme& programme, std::string_view way) {
  return std::ranges::any_of(programme.payment, [&](const programme::PaymentRule& rule) {
    const auto has = [](const programme::Set& set, std::string_view word) {
      return std::ranges::find(set, word) != set.end();
    };
    return has(rule.business, business) && has(rule.channels, channel) && has(rule.ways, way);
  });
}

OrderRecord new_order(const Dossier& dossier, const std::string& way, std::int64_t price_fen, Instant now) {
  OrderRecord order;
  order.number = dossier.id + "-" + std::to_string(dossier.orders.size() + 1);
  order.way = way;
  order.price_fen = price_fen;
  order.expires_at = now + life_of(order);
  return order;
}

Result<void> take_price(DossierChange& change, const Offer& offer, const std::string& way, const Actor& by,
                        Instant now) {
  Dossier& dossier = change.dossier;
  dossier.application.progress.paid = true;
  YX_CHECK(move_case(dossier, CaseEvent::funds_proven, by, now));
  ask_to_submit(change);
  listen_for_transfer(change, offer, now);
  if (asks_account(offer.programme, way)) {
    ask_for_deposit(change, now);
  } else if (releases_by_text(offer.programme, way)) {
    change.errands.push_back({.kind = "requester_secret", .key = dossier.id, .case_id = dossier.id, .parameter = {}});
  }
  return {};
}

Result<void> ask_refund(DossierChange& change, const OrderRecord& order, std::int64_t fen, RefundReason reason,
                        bool by_house, Instant now) {
  Dossier& dossier = change.dossier;
  YX_CHECK(require(dossier.refunds.size() < max_refunds, ErrorCode::too_many_requests, "refund.too_many"));
  const auto before = std::ranges::count(dossier.refunds, order.number, &RefundRecord::order);
  RefundRecord refund;
  refund.number = order.number + "R" + std::to_string(before + 1);
  refund.order = order.number;
  refund.fen = fen;
  refund.reason = reason;
  refund.asked_at = now;
  // What came by transfer goes back by hand.
  if (by_house && order.way != transfer_way) {
    YX_TRY(refund.state,
           step(life::refund_life, refund.state, RefundEvent::grant, By::house, [](Only) { return true; }));
    refund.granted_at = now;
    change.watches.push_back({.number = refund.number, .due = now});
  }
  note(dossier, now, "refund_" + std::string(life::refund_states[static_cast<std::size_t>(refund.state)].code),
       refund.number);
  dossier.refunds.push_back(std::move(refund));
  return {};
}

Result<void> refund_all(DossierChange& change, RefundReason reason, bool by_house, Instant now) {
  const std::vector<OrderRecord> orders = change.dossier.orders;
  for (const OrderRecord& order : orders) {
    const std::int64_t left = order.paid_fen - change.dossier.refunded_fen(order.number);
    // Of a transfer a part may have come.
    const bool is_held = order.state == PaymentState::paid || (order.way == transfer_way && !order.paid_at);
    if (is_held && left > 0) {
      YX_CHECK(ask_refund(change, order, left, reason, by_house, now));
    }
  }
  return {};
}

}  // namespace street

namespace {

constexpr std::string_view currency = "CNY";
constexpr std::size_t max_deposits = 20;
constexpr std::chrono::minutes first_question{1};  // to the provider, after an order was opened

void write_account(Dossier& dossier, const CheckedAnswers& checked) {
  for (const auto& [field, value] : checked.answers) {
    dossier.answers[field] = value;
  }
}

// The account belongs to the unit, or the deposit proves nothing about it.
CheckedAnswers checked_account(const Offer& offer, const Dossier& dossier, const Answers& typed, Instant now,
                               const BankDirectory& banks) {
  auto checked = check_answers(offer.programme, EntryPart::account, typed, true, now, banks);
  const auto name = checked.answers.find("account_name");
  if (name != checked.answers.end() && name->second != dossier.answer("unit_name")) {
    checked.problems.push_back({"account_name", "account.name_differs"});
  }
  return checked;
}

std::vector<FieldProblem> account_problems(const Offer& offer, const Dossier& dossier, Instant now,
                                           const BankDirectory& banks) {
  return checked_account(offer, dossier, dossier.answers, now, banks).problems;
}

// Why the money of a case that ended so goes back; nothing for another state.
std::optional<RefundReason> reason_of_end(CaseState state) {
  switch (state) {
    case CaseState::withdrawn: return RefundReason::withdrawn;
    case CaseState::expired: return RefundReason::expired;
    case CaseState::refused: return RefundReason::refused;
    default: return std::nullopt;
  }
}

// A licence and a bank write the same name in two ways; the answer is kept in the first.
bool is_name_of(const std::string& unit_name, const std::string& payer) {
  const auto clean = normalised(payer);
  return unit_name_form(clean ? *clean : payer) == unit_name;
}

// Why money is not simply taken for the price; nothing when it is.
std::optional<RefundReason> why_not_taken(const Offer& offer, const Dossier& dossier, const OrderRecord& order) {
  if (order.currency != currency) {
    return RefundReason::currency;
  }
  if (order.paid_fen != order.price_fen) {
    return order.paid_fen < order.price_fen ? RefundReason::under : RefundReason::over;
  }
  const bool is_anothers = order.way == transfer_way && offer.programme.transfer_payer_must_be_applicant &&
                           !is_name_of(dossier.answer("unit_name"), order.payer);
  return is_anothers ? std::optional(RefundReason::payer) : std::nullopt;
}

// Of a transfer a part has come: it is waited for on.
bool note_part(Dossier& dossier, OrderRecord& order, const PaymentFact& fact, Instant now) {
  if (order.state != PaymentState::announced || fact.paid_fen >= order.price_fen) {
    return false;
  }
  if (order.paid_fen != fact.paid_fen) {
    order.paid_fen = fact.paid_fen;
    order.payer = fact.payer_name;
    order.currency = fact.currency;
    note(dossier, now, "transfer_short", yuan_text(fact.paid_fen));
  }
  return true;
}

// Money that came: what was asked for, or what becomes of it instead.
Result<void> take_money(DossierChange& change, const Offer& offer, OrderRecord& order, Instant now) {
  Dossier& dossier = change.dossier;
  const std::string number = order.number;
  if (order.state == PaymentState::void_) {
    note(dossier, now, "payment_surplus", number);
    return ask_refund(change, order, order.paid_fen, RefundReason::late, true, now);
  }
  dossier.application.progress.payment_under_way = false;
  if (const auto reason = why_not_taken(offer, dossier, order)) {
    YX_CHECK(step_order(order, PaymentEvent::differs, By::outside));
    if (*reason == RefundReason::payer) {
      note(dossier, now, "transfer_payer", order.payer);
    } else {
      note(dossier, now, "payment_differs", number);
    }
    return ask_refund(change, order, order.paid_fen, *reason, false, now);
  }
  if (order.state == PaymentState::due) {
    YX_CHECK(step_order(order, PaymentEvent::start, By::requester));
  }
  YX_CHECK(step_order(order, PaymentEvent::proven, By::outside));
  if (dossier.application.state != CaseState::awaiting_payment &&
      dossier.application.state != CaseState::awaiting_funds) {
    // Money for a case that waits for none.
    const bool is_paid = dossier.application.progress.paid;
    note(dossier, now, "payment_surplus", number);
    return ask_refund(change, order, order.paid_fen, is_paid ? RefundReason::duplicate : RefundReason::late, true, now);
  }
  return take_price(change, offer, order.way, {By::house, {}}, now);
}

// What the provider says about an order, taken into the dossier.
Result<void> take_payment(DossierChange& change, const Offer& offer, const std::string& number, const PaymentFact& fact,
                          Instant now) {
  Dossier& dossier = change.dossier;
  OrderRecord* order = find_order(dossier, number);
  YX_CHECK(require(order != nullptr, ErrorCode::not_found, "order.unknown"));
  if (order->paid_at) {
    return {};  // accounted for
  }
  const bool is_open = order->state == PaymentState::due || order->state == PaymentState::under_way;
  if (fact.standing == PaymentStanding::paid) {
    YX_CHECK(require(fact.order == order->asked_as(), ErrorCode::corrupt, "order.unknown"));
    if (note_part(dossier, *order, fact, now)) {
      return {};
    }
    take_fact(*order, fact);
    return take_money(change, offer, *order, now);
  }
  const bool is_closed = fact.standing == PaymentStanding::closed || fact.standing == PaymentStanding::refunded;
  if (is_open && is_closed) {
    YX_CHECK(step_order(*order, PaymentEvent::cancel, By::house));
    dossier.application.progress.payment_under_way = false;
  } else if (order->state == PaymentState::under_way && now >= order->expires_at) {
    YX_CHECK(step_order(*order, PaymentEvent::timeout, By::clock));
    dossier.application.progress.payment_under_way = false;
  }
  return {};
}

}  // namespace

Result<Stand> Street::set_account(const std::string& account, const std::string& id, const Answers& typed) {
  std::vector<FieldProblem> problems;
  auto set = change(account, id, "set_account", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    const bool is_refill = !dossier.deposits.empty() && dossier.deposits.back().state == DepositState::returned;
    const bool is_over = life::case_states[static_cast<std::size_t>(dossier.application.state)].is_final;
    YX_CHECK(require((is_refill || dossier.deposits.empty()) && !is_over, ErrorCode::wrong_state, "account.closed"));
    auto checked = checked_account(offer, dossier, typed, now, banks_);
    problems = checked.problems;
    // Kept as it was typed; nothing is sent or paid before it is right.
    write_account(dossier, checked);
    if (!checked.is_complete()) {
      return {};
    }
    if (is_refill) {
      YX_CHECK(require(dossier.deposits.size() < max_deposits, ErrorCode::too_many_requests, "account.too_many"));
      dossier.reopened.erase("account");
      ask_for_deposit(change, now);
    }
    return {};
  });
  if (set) {
    set->problems = std::move(problems);
  }
  return set;
}

Result<Payments*> Street::way_of(const std::string& way) {
  const auto found = parts_.payments.find(way);
  return found == parts_.payments.end() ? Result<Payments*>(refuse(ErrorCode::unsupported, "payment.way_later"))
                                        : Result<Payments*>(found->second);
}

Result<Stand> Street::close_order(const std::string& id, const OrderRecord& order) {
  const std::string number = order.number;
  const auto is_open = [&](Dossier& dossier) {
    const OrderRecord* open = dossier.open_order();
    return open != nullptr && open->number == number;
  };
  YX_TRY(Payments* const provider, way_of(order.way));
  const bool is_over = parts_.clock.now() >= order.expires_at;
  auto asked = ask_payment(number);
  if (asked && !is_open(asked->dossier)) {
    return asked;
  }
  const auto closed = asked ? provider->close(number) : Result<void>(asked.error());
  if (!closed && closed.error().code == ErrorCode::declined_by_outside) {
    // Paid in this very moment, or nothing that we understand: then it stays open.
    YX_TRY(Stand again, ask_payment(number));
    return is_open(again.dossier) ? Result<Stand>(refuse(ErrorCode::conflict, "payment.not_closed"))
                                  : Result<Stand>(std::move(again));
  }
  // An order that nobody has begun to pay is unknown to some providers. One whose time is over ends there by itself,
  // also while the provider cannot be reached; what comes on it all the same goes back.
  if (!closed && closed.error().code != ErrorCode::not_found && !is_over) {
    return closed.error();
  }
  return change({}, id, "order_closed", [&](DossierChange& change, const Offer&) -> Result<void> {
    OrderRecord* open = find_order(change.dossier, number);
    if (open == nullptr || !is_open(change.dossier)) {
      return {};
    }
    change.dossier.application.progress.payment_under_way = false;
    return step_order(*open, PaymentEvent::cancel, By::house);
  });
}

Result<Stand> Street::open_payment(const std::string& account, const std::string& id, const std::string& way) {
  YX_TRY(Stand before, find(account, id));
  // What is due already may be paid; a new order is made at today's price.
  const OrderRecord* due = before.dossier.open_order();
  const bool is_kept = due != nullptr && due->way == way && parts_.clock.now() < due->expires_at;
  YX_CHECK(is_kept ? Result<void>() : check_offer(before.dossier));
  YX_TRY(const auto offer, offer_of(before.dossier));
  YX_CHECK(require(offers_way(offer->programme, way), ErrorCode::invalid_input, "payment.way"));
  YX_TRY(Payments* const provider, way_of(way));
  if (due != nullptr && !is_kept) {
    YX_TRY(Stand closed, close_order(id, *due));
    if (closed.dossier.application.state != CaseState::awaiting_payment) {
      return closed;
    }
  }
  std::vector<FieldProblem> problems;
  std::string number;
  // The order stands in the dossier before the provider hears of it: whatever happens then, it can be asked for.
  auto stood = change(account, id, "order", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    problems.clear();
    number.clear();
    YX_CHECK(
        require(dossier.application.state == CaseState::awaiting_payment, ErrorCode::wrong_state, "payment.not_now"));
    if (asks_account(offer->programme, way)) {
      problems = account_problems(*offer, dossier, now, banks_);
      if (!are_only_warnings(problems)) {
        return {};
      }
    }
    const OrderRecord* open = dossier.open_order();
    YX_CHECK(require(open == nullptr || open->way == way, ErrorCode::conflict, "case.busy"));
    if (open != nullptr) {
      number = open->number;
      return {};
    }
    YX_CHECK(require(dossier.orders.size() < max_orders, ErrorCode::too_many_requests, "payment.too_many"));
    YX_TRY(const std::int64_t price_fen, price_of(offer->programme, dossier));
    dossier.orders.push_back(new_order(dossier, way, price_fen, now));
    number = dossier.orders.back().number;
    dossier.price_version = offer->programme.fee_version;
    change.watches.push_back({.number = number, .due = now + first_question});
    return {};
  });
  if (!stood || number.empty()) {
    if (stood) {
      stood->problems = std::move(problems);
    }
    return stood;
  }
  const OrderRecord* order = find_order(stood->dossier, number);
  if (!order->code_url.empty()) {
    return stood;
  }
  YX_TRY(const std::string url, provider->open({.number = number,
                                                .description = offer->programme.operated_by.short_name + "数字证书",
                                                .price_fen = order->price_fen,
                                                .expires_at = order->expires_at}));
  return change(account, id, "order_opened", [&](DossierChange& change, const Offer&) -> Result<void> {
    OrderRecord* opened = find_order(change.dossier, number);
    YX_CHECK(require(opened != nullptr, ErrorCode::conflict, "case.busy"));
    opened->code_url = url;
    if (opened->state == PaymentState::due) {
      YX_CHECK(step_order(*opened, PaymentEvent::start, By::requester));
      change.dossier.application.progress.payment_under_way = true;
    }
    return {};
  });
}

Result<Stand> Street::ask_payment(const std::string& order) {
  YX_TRY(const std::string id, parts_.store.find_order(order));
  YX_TRY(Dossier dossier, parts_.store.load(id));
  const OrderRecord* known = find_order(dossier, order);
  YX_CHECK(require(known != nullptr, ErrorCode::not_found, "order.unknown"));
  YX_TRY(Payments* const provider, way_of(known->way));
  auto fact = provider->find(known->asked_as());
  if (!fact && fact.error().code != ErrorCode::not_found) {
    return std::move(fact).error();
  }
  const PaymentFact told = fact ? std::move(*fact) : PaymentFact{};
  return change({}, id, "payment", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    return take_payment(change, offer, order, told, parts_.clock.now());
  });
}

Result<void> Street::hear_desk(const DeskNews& news) {
  const CaseState state = news.state;
  const auto heard = change({}, news.id, "hear_desk", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    if (dossier.application.state == state) {
      return {};
    }
    // The desk may be faster than its news, but the requester is told of every approval.
    if (state != CaseState::approved && is_granted(state) && !is_granted(dossier.application.state)) {
      note(dossier, parts_.clock.now(), "approved");
    }
    dossier.application.state = state;
    dossier.application.act_by = act_by_in(state, parts_.clock.now());
    dossier.waybill = news.waybill.empty() ? dossier.waybill : news.waybill;
    dossier.made = news.made.empty() ? dossier.made : news.made;
    dossier.withdrawal_asked_at.reset();
    const auto reason = reason_of_end(state);
    if (reason) {
      YX_CHECK(refund_all(change, *reason, !news.issued, parts_.clock.now()));
    }
    if (state == CaseState::returned) {
      dossier.reopened = news.reopened;
      ++dossier.revision;
    }
    note(dossier, parts_.clock.now(), std::string(life::case_states[static_cast<std::size_t>(state)].code), news.words);
    return {};
  });
  return heard ? Result<void>() : Result<void>(heard.error());
}

Result<Stand> Street::resubmit(const std::string& account, const std::string& id) {
  std::vector<FieldProblem> problems;
  auto sent = change(account, id, "resubmit", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    YX_CHECK(require(dossier.application.state == CaseState::returned, ErrorCode::wrong_state, "case.not_returned"));
    problems = entry_problems(offer.programme, dossier, now, banks_);
    const auto papers = paper_problems(offer.programme, dossier);
    problems.insert(problems.end(), papers.begin(), papers.end());
    if (!are_only_warnings(problems)) {
      return {};
    }
    YX_CHECK(move_case(dossier, CaseEvent::resubmit, requester(dossier), now));
    dossier.reopened.clear();
    if (dossier.application.state != CaseState::proving_identity) {
      ask_to_submit(change);
    }
    return {};
  });
  if (sent) {
    sent->problems = std::move(problems);
  }
  return sent;
}

Result<void> Street::hear_deposit(const std::string& id, const std::string& deposit, DepositEvent event,
                                  const std::string& reason) {
  const auto heard = change({}, id, "deposit", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    const auto found = std::ranges::find(dossier.deposits, deposit, &DepositRecord::id);
    YX_CHECK(require(found != dossier.deposits.end(), ErrorCode::not_found, "deposit.unknown"));
    const By by = event == DepositEvent::timeout ? By::clock : By::outside;
    const auto next = step(life::deposit_life, found->state, event, by, [](Only) { return true; });
    if (!next) {
      // The bank may say a thing twice.
      return {};
    }
    found->state = *next;
    const Instant now = parts_.clock.now();
    // Of a case that is over it is only noted: nobody is to fill in an account for it.
    const bool is_over = life::case_states[static_cast<std::size_t>(dossier.application.state)].is_final;
    const bool is_late = is_over && *next == DepositState::returned;
    note(
        dossier, now,
        "deposit_" + std::string(life::deposit_states[static_cast<std::size_t>(*next)].code) + (is_late ? "_late" : ""),
        reason);
    if (*next == DepositState::sent) {
      change.errands.push_back({.kind = "deposit_watch", .key = deposit, .case_id = dossier.id, .parameter = deposit});
    }
    if (*next == DepositState::returned) {
      found->reason = reason;
      ++found->failures;
    }
    if (*next == DepositState::returned && !is_over) {
      dossier.reopened["account"] = reason;
      change.messages.push_back({.id = deposit + "-returned",
                                 .mobile = dossier.answer("requester_mobile"),
                                 .text = "micro_deposit_failed",
                                 .programme = dossier.programme,
                                 .parameters = {{"order", dossier.id}}});
    }
    return {};
  });
  return heard ? Result<void>() : Result<void>(heard.error());
}

}  // namespace yinxin::hall
