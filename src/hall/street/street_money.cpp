// Where the micro-deposit goes, paying, and what comes after the case was submitted.

#include <algorithm>

#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr std::string_view currency = "CNY";
constexpr std::size_t max_orders = 50;
constexpr std::size_t max_deposits = 20;

void write_account(Dossier& dossier, const CheckedAnswers& checked) {
  for (const auto& [field, value] : checked.answers) {
    dossier.answers[field] = value;
  }
}

// The account belongs to the unit, or the deposit proves nothing about it.
CheckedAnswers checked_account(const Offer& offer, const Dossier& dossier, const Answers& typed, Instant now) {
  auto checked = check_answers(offer.programme, EntryPart::account, typed, true, now);
  const auto name = checked.answers.find("account_name");
  if (name != checked.answers.end() && name->second != dossier.answer("unit_name")) {
    checked.problems.push_back({"account_name", "account.name_differs"});
  }
  return checked;
}

std::vector<FieldProblem> account_problems(const Offer& offer, const Dossier& dossier, Instant now) {
  return checked_account(offer, dossier, dossier.answers, now).problems;
}

Result<void> step_order(OrderRecord& order, PaymentEvent event, By by) {
  YX_TRY(order.state, step(life::payment_life, order.state, event, by, [](Only) { return true; }));
  return {};
}

OrderRecord new_order(const Dossier& dossier, const std::string& way, std::int64_t price_fen, Instant now) {
  OrderRecord order;
  order.number = dossier.id + "-" + std::to_string(dossier.orders.size() + 1);
  order.way = way;
  order.price_fen = price_fen;
  order.expires_at = now + payment_life;
  return order;
}

// The open order; one that has run out is given up, and there is none.
Result<OrderRecord*> living_order(Dossier& dossier, Instant now) {
  OrderRecord* open = dossier.open_order();
  if (open == nullptr || now < open->expires_at) {
    return open;
  }
  if (open->state == PaymentState::under_way) {
    YX_CHECK(step_order(*open, PaymentEvent::timeout, By::clock));
    dossier.application.progress.payment_under_way = false;
  }
  if (open->state != PaymentState::due) {
    return open;
  }
  YX_CHECK(step_order(*open, PaymentEvent::cancel, By::house));
  return static_cast<OrderRecord*>(nullptr);
}

bool offers_way(const programme::Programme& programme, const std::string& way) {
  return std::ranges::any_of(programme.payment, [&](const programme::PaymentRule& rule) {
    const auto has = [](const programme::Set& set, std::string_view word) {
      return std::ranges::find(set, word) != set.end();
    };
    return has(rule.business, business) && has(rule.channels, channel) && has(rule.ways, way);
  });
}

OrderRecord* find_order(Dossier& dossier, const std::string& number) {
  const auto found = std::ranges::find(dossier.orders, number, &OrderRecord::number);
  return found == dossier.orders.end() ? nullptr : &*found;
}

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

bool has_note(const Dossier& dossier, std::string_view kind, std::string_view detail) {
  return std::ranges::any_of(dossier.timeline,
                             [&](const TimelineEntry& entry) { return entry.kind == kind && entry.detail == detail; });
}

// What the provider says about an order, taken into the dossier.
Result<void> take_payment(DossierChange& change, const Offer& offer, const std::string& number, const PaymentFact& fact,
                          Instant now) {
  Dossier& dossier = change.dossier;
  OrderRecord* order = find_order(dossier, number);
  YX_CHECK(require(order != nullptr, ErrorCode::not_found, "order.unknown"));
  if (fact.standing != PaymentStanding::paid) {
    if (order->state == PaymentState::under_way && now >= order->expires_at) {
      YX_CHECK(step_order(*order, PaymentEvent::timeout, By::clock));
      dossier.application.progress.payment_under_way = false;
    }
    return {};
  }
  if (order->state == PaymentState::paid) {
    return {};
  }
  if (order->state == PaymentState::void_) {
    // Paid after it was given up: kept in sight, for finance to give back. The provider may say so more than once.
    if (!has_note(dossier, "payment_surplus", number)) {
      note(dossier, now, "payment_surplus", number);
    }
    return {};
  }
  if (fact.order != number || fact.currency != currency || fact.paid_fen != order->price_fen) {
    if (!has_note(dossier, "payment_differs", number)) {
      note(dossier, now, "payment_differs", number);
    }
    return {};
  }
  if (order->state == PaymentState::due) {
    YX_CHECK(step_order(*order, PaymentEvent::start, By::requester));
  }
  YX_CHECK(step_order(*order, PaymentEvent::proven, By::outside));
  order->transaction = fact.answer.transaction;
  order->paid_fen = fact.paid_fen;
  order->paid_at = fact.paid_at;
  const std::string way = order->way;
  dossier.application.progress.payment_under_way = false;
  if (dossier.application.state != CaseState::awaiting_payment) {
    // Money for a case that waits for none: kept in sight, for finance to give back.
    note(dossier, now, "payment_surplus", number);
    return {};
  }
  dossier.application.progress.paid = true;
  YX_CHECK(move_case(dossier, CaseEvent::funds_proven, {By::house, {}}, now));
  ask_to_submit(change);
  if (asks_account(offer.programme, way)) {
    ask_for_deposit(change, now);
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
    YX_CHECK(require(is_refill || dossier.deposits.empty(), ErrorCode::wrong_state, "account.closed"));
    auto checked = checked_account(offer, dossier, typed, now);
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

Result<Stand> Street::open_payment(const std::string& account, const std::string& id, const std::string& way) {
  std::vector<FieldProblem> problems;
  std::string number;
  YX_TRY(Stand before, find(account, id));
  // An order that has run out may have been paid all the same: nobody is asked to pay twice before that is known.
  if (const OrderRecord* open = before.dossier.open_order();
      open != nullptr && parts_.clock.now() >= open->expires_at) {
    YX_TRY(const Stand asked, ask_payment(open->number));
    if (asked.dossier.paid_order() != nullptr) {
      return asked;
    }
  }
  // The order stands in the dossier before the provider hears of it: whatever happens then, it can be asked for.
  auto stood = change(account, id, "order", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    problems.clear();
    number.clear();
    YX_CHECK(require(offers_way(offer.programme, way), ErrorCode::invalid_input, "payment.way"));
    YX_CHECK(require(way == "wechat", ErrorCode::unsupported, "payment.way_later"));
    YX_CHECK(
        require(dossier.application.state == CaseState::awaiting_payment, ErrorCode::wrong_state, "payment.not_now"));
    if (asks_account(offer.programme, way)) {
      problems = account_problems(offer, dossier, now);
      if (!are_only_warnings(problems)) {
        return {};
      }
    }
    YX_TRY(OrderRecord * open, living_order(dossier, now));
    if (open == nullptr) {
      YX_CHECK(require(dossier.orders.size() < max_orders, ErrorCode::too_many_requests, "payment.too_many"));
      YX_TRY(const std::int64_t price, price_of(offer.programme, dossier));
      dossier.price_version = offer.programme.fee_version;
      dossier.orders.push_back(new_order(dossier, way, price, now));
      open = &dossier.orders.back();
    }
    number = open->number;
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
  YX_TRY(const auto offer, offer_of(stood->dossier));
  YX_TRY(const std::string url,
         parts_.payments.open({.number = number,
                               .description = offer->programme.operated_by.short_name + "数字证书",
                               .price_fen = order->price_fen,
                               .expires_at = order->expires_at}));
  return change(account, id, "order_opened", [&](DossierChange& change, const Offer&) -> Result<void> {
    OrderRecord* opened = find_order(change.dossier, number);
    YX_CHECK(require(opened != nullptr, ErrorCode::conflict, "case.busy"));
    opened->code_url = url;
    change.errands.push_back({.kind = "order_watch", .key = number, .case_id = change.dossier.id, .parameter = number});
    if (opened->state == PaymentState::due) {
      YX_CHECK(step_order(*opened, PaymentEvent::start, By::requester));
      change.dossier.application.progress.payment_under_way = true;
    }
    return {};
  });
}

Result<Stand> Street::ask_payment(const std::string& order) {
  YX_TRY(const std::string id, parts_.store.find_order(order));
  auto fact = parts_.payments.find(order);
  if (!fact && fact.error().code != ErrorCode::not_found) {
    return std::move(fact).error();
  }
  const PaymentFact told = fact ? std::move(*fact) : PaymentFact{};
  return change({}, id, "payment", [&](DossierChange& change, const Offer& offer) -> Result<void> {
    return take_payment(change, offer, order, told, parts_.clock.now());
  });
}

Result<void> Street::hear_desk(const std::string& id, CaseState state, const std::string& words,
                               const std::map<std::string, std::string>& reopened, const std::string& waybill) {
  const auto heard = change({}, id, "hear_desk", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    const bool is_news = dossier.application.state != state;
    if (!is_news) {
      return {};
    }
    dossier.application.state = state;
    dossier.application.act_by = act_by_in(state, parts_.clock.now());
    dossier.waybill = waybill.empty() ? dossier.waybill : waybill;
    if (state == CaseState::returned) {
      dossier.reopened = reopened;
      ++dossier.revision;
    }
    note(dossier, parts_.clock.now(), std::string(life::case_states[static_cast<std::size_t>(state)].code), words);
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
    problems = entry_problems(offer.programme, dossier, now);
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
    note(dossier, now, "deposit_" + std::string(life::deposit_states[static_cast<std::size_t>(*next)].code), reason);
    if (*next == DepositState::sent) {
      change.errands.push_back({.kind = "deposit_watch", .key = deposit, .case_id = dossier.id, .parameter = deposit});
    }
    if (*next == DepositState::returned) {
      found->reason = reason;
      ++found->failures;
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
