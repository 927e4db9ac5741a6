// Giving a case up, and money that goes back: asked for, decided, sent by the way it came, and asked after until it is
// definite. A refund has one number for ever, so that asking a provider twice gives back once.

#include <algorithm>

#include "base/text.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr std::string_view settled_text = "refunded";
constexpr std::size_t money_at_once = 32;
constexpr std::chrono::hours longest_pause{1};

Result<void> step_refund(RefundRecord& refund, RefundEvent event, By by) {
  YX_TRY(refund.state, step(life::refund_life, refund.state, event, by, [](Only) { return true; }));
  return {};
}

bool may_withdraw(CaseState state) {
  return std::ranges::any_of(life::case_moves, [&](const auto& row) {
    return row.from == state && row.event == CaseEvent::withdraw && row.by == By::requester;
  });
}

bool is_streets(CaseState state) {
  return state == CaseState::draft || state == CaseState::proving_identity || state == CaseState::awaiting_payment ||
         state == CaseState::awaiting_funds;
}

// Whether a certificate may stand for the money.
bool is_made_or_over(CaseState state) {
  return state == CaseState::in_production || state == CaseState::ready || state == CaseState::shipped ||
         state == CaseState::handed_over || life::case_states[static_cast<std::size_t>(state)].is_final;
}

bool may_be_kept(RefundReason reason) {
  return reason == RefundReason::withdrawn || reason == RefundReason::refused || reason == RefundReason::expired ||
         reason == RefundReason::officer;
}

// What has become of a refund at the provider.
struct RefundNews {
  std::vector<RefundEvent> events;
  std::string words;
  std::string transaction;
};

void add_standing(RefundNews& news, const RefundFact& fact) {
  news.transaction = fact.answer.transaction;
  switch (fact.standing) {
    case RefundStanding::under_way: return;
    case RefundStanding::settled: news.events.push_back(RefundEvent::settled); return;
    case RefundStanding::closed:
      news.events.push_back(RefundEvent::bounced);
      news.words = "closed";
      return;
    case RefundStanding::abnormal:
      news.events.push_back(RefundEvent::bounced);
      news.words = "abnormal";
      return;
  }
}

bool is_definite_no(ErrorCode code) {
  return code == ErrorCode::declined_by_outside || code == ErrorCode::not_found || code == ErrorCode::invalid_input;
}

// Asks for it, or for it again: the number makes it one.
Result<RefundNews> send_refund(Payments& provider, const OrderRecord& order, const RefundRecord& refund) {
  RefundNews news;
  const bool is_first = refund.state == RefundState::granted;
  const auto told = provider.refund(order.number, refund.number, order.paid_fen, refund.fen);
  if (told) {
    if (is_first) {
      news.events.push_back(RefundEvent::accepted);
    }
    add_standing(news, *told);
    return news;
  }
  if (is_definite_no(told.error().code)) {
    news.events.push_back(RefundEvent::bounced);
    news.words = told.error().detail;
    return news;
  }
  if (is_first && told.error().code != ErrorCode::outside_unreachable) {
    news.events.push_back(RefundEvent::unclear);
    return news;
  }
  return told.error();
}

Result<RefundNews> ask_about_refund(Payments& provider, const OrderRecord& order, const RefundRecord& refund) {
  const auto told = provider.find_refund(order.number, refund.number);
  RefundNews news;
  if (told) {
    if (told->refunded_fen != refund.fen) {
      return refuse(ErrorCode::corrupt, "refund.unknown");
    }
    if (refund.state == RefundState::uncertain) {
      news.events.push_back(RefundEvent::found);
    }
    add_standing(news, *told);
    return news;
  }
  if (told.error().code != ErrorCode::not_found) {
    return told.error();
  }
  if (refund.state == RefundState::uncertain) {
    news.events.push_back(RefundEvent::not_found);
    return news;
  }
  return send_refund(provider, order, refund);
}

Result<RefundNews> news_of(Payments& provider, const OrderRecord& order, const RefundRecord& refund) {
  return refund.state == RefundState::granted ? send_refund(provider, order, refund)
                                              : ask_about_refund(provider, order, refund);
}

bool is_under_way(RefundState state) {
  return state == RefundState::granted || state == RefundState::sent || state == RefundState::uncertain;
}

Result<void> take_news(DossierChange& change, const Offer& offer, const std::string& number, RefundState was,
                       const RefundNews& news, Instant now) {
  Dossier& dossier = change.dossier;
  RefundRecord* refund = dossier.find_refund(number);
  if (refund == nullptr || refund->state != was) {
    return {};  // somebody was faster
  }
  for (const RefundEvent event : news.events) {
    YX_CHECK(step_refund(*refund, event, By::outside));
  }
  if (!news.transaction.empty()) {
    refund->transaction = news.transaction;
  }
  if (refund->state == was) {
    return {};
  }
  if (refund->state == RefundState::asked) {
    refund->words = news.words;
  }
  note(dossier, now, "refund_" + std::string(life::refund_states[static_cast<std::size_t>(refund->state)].code),
       refund->number);
  if (refund->state == RefundState::settled) {
    refund->ended_at = now;
    if (offer.programme.texts.contains(std::string(settled_text))) {
      change.messages.push_back({.id = number + "-settled",
                                 .mobile = dossier.answer("requester_mobile"),
                                 .text = std::string(settled_text),
                                 .programme = dossier.programme,
                                 .parameters = {{"order", dossier.id}, {"amount", yuan_text(refund->fen)}}});
    }
  }
  return {};
}

// More came than was asked for, or somebody else has paid: the price is taken, and the rest is what goes back.
Result<void> match(DossierChange& change, const Offer& offer, RefundRecord& refund, OrderRecord& order,
                   const Actor& officer, Instant now) {
  Dossier& dossier = change.dossier;
  YX_TRY(const std::int64_t price, price_of(offer.programme, dossier));
  const CaseState state = dossier.application.state;
  const bool is_awaited = state == CaseState::awaiting_payment || state == CaseState::awaiting_funds;
  const bool is_enough = refund.reason == RefundReason::over
                             ? order.paid_fen > price
                             : refund.reason == RefundReason::payer && order.paid_fen >= price;
  const bool fits = is_enough && order.state == PaymentState::in_question && is_awaited &&
                    !dossier.application.progress.paid && order.price_fen == price && dossier.open_order() == nullptr;
  YX_CHECK(require(fits, ErrorCode::wrong_state, "refund.no_match"));
  YX_CHECK(step_order(order, PaymentEvent::match, By::finance_officer));
  refund.fen = order.paid_fen - price;
  return take_price(change, offer, order.way, officer, now);
}

Result<void> decide(DossierChange& change, const Offer& offer, const std::string& number, FinanceDeed deed,
                    const Actor& officer, const std::string& words, Instant now) {
  Dossier& dossier = change.dossier;
  RefundRecord* refund = dossier.find_refund(number);
  OrderRecord* order = refund == nullptr ? nullptr : dossier.find_order(refund->order);
  YX_CHECK(require(order != nullptr, ErrorCode::not_found, "refund.unknown"));
  // Somebody else paid exactly the price, and the officer takes it: nothing goes back.
  const bool keeps_all =
      deed == FinanceDeed::match && refund->reason == RefundReason::payer && order->paid_fen == order->price_fen;
  const bool goes_on = deed == FinanceDeed::grant || (deed == FinanceDeed::match && !keeps_all);
  YX_CHECK(check_finance_words(words, keeps_all));
  if (deed == FinanceDeed::decline) {
    YX_CHECK(require(may_be_kept(refund->reason), ErrorCode::wrong_state, "refund.must_go_back"));
  }
  // A bank is told by nobody but the operator to send anything back.
  YX_CHECK(
      require(deed != FinanceDeed::grant || order->way != transfer_way, ErrorCode::wrong_state, "transfer.by_hand"));
  const RefundEvent event = goes_on                        ? RefundEvent::grant
                            : deed == FinanceDeed::by_hand ? RefundEvent::by_hand
                                                           : RefundEvent::decline;
  YX_CHECK(step_refund(*refund, event, By::finance_officer));
  refund->decided_by = officer.person;
  refund->words = words;
  if (goes_on) {
    refund->granted_at = now;
    change.watches.push_back({.number = number, .due = now});
  } else {
    refund->ended_at = now;
  }
  note(dossier, now, "refund_" + std::string(life::refund_states[static_cast<std::size_t>(refund->state)].code),
       number);
  if (deed == FinanceDeed::match) {
    return match(change, offer, *refund, *order, officer, now);
  }
  return order->state == PaymentState::in_question ? step_order(*order, PaymentEvent::give_back, By::finance_officer)
                                                   : Result<void>();
}

std::string_view deed_name(FinanceDeed deed) {
  switch (deed) {
    case FinanceDeed::grant: return "refund.grant";
    case FinanceDeed::match: return "refund.match";
    case FinanceDeed::by_hand: return "refund.by_hand";
    case FinanceDeed::decline: break;
  }
  return "refund.decline";
}

}  // namespace

Result<Stand> Street::withdraw(const std::string& account, const std::string& id) {
  YX_TRY(Stand now_stands, find(account, id));
  if (now_stands.dossier.application.state == CaseState::withdrawn) {
    return now_stands;
  }
  // Nothing may be paid any more for what is given up; who has paid in this moment withdraws at the desk.
  if (const OrderRecord* open = now_stands.dossier.open_order()) {
    YX_CHECK(close_order(id, *open));
  }
  return change(account, id, "withdraw", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    const CaseState state = dossier.application.state;
    YX_CHECK(require(may_withdraw(state), ErrorCode::wrong_state, "case.cannot_withdraw"));
    YX_CHECK(require(dossier.open_order() == nullptr, ErrorCode::conflict, "case.busy"));
    if (is_streets(state)) {
      YX_CHECK(give_up_transfers(dossier));
      YX_CHECK(move_case(dossier, CaseEvent::withdraw, requester(dossier), now));
      return refund_all(change, RefundReason::withdrawn, true, now);
    }
    if (!dossier.withdrawal_asked_at) {
      dossier.withdrawal_asked_at = now;
      note(dossier, now, "withdrawal_asked");
      change.errands.push_back({.kind = "withdraw",
                                .key = dossier.id + "/" + std::to_string(dossier.version),
                                .case_id = dossier.id,
                                .parameter = dossier.account});
    }
    return {};
  });
}

Result<void> Street::hear_withdrawal_refused(const std::string& id) {
  const auto heard = change({}, id, "withdraw_refused", [&](DossierChange& change, const Offer&) -> Result<void> {
    if (change.dossier.withdrawal_asked_at) {
      change.dossier.withdrawal_asked_at.reset();
      note(change.dossier, parts_.clock.now(), "withdrawal_refused");
    }
    return {};
  });
  return heard ? Result<void>() : Result<void>(heard.error());
}

Result<MoneyItem> Street::money_item(const std::string& id, const std::string& number) {
  YX_TRY(Dossier dossier, parts_.store.load(id));
  const RefundRecord* refund = dossier.find_refund(number);
  const OrderRecord* order = refund == nullptr ? nullptr : dossier.find_order(refund->order);
  YX_CHECK(require(order != nullptr, ErrorCode::not_found, "refund.unknown"));
  return MoneyItem{.case_id = id,
                   .programme = dossier.programme,
                   .unit = dossier.answer("unit_name"),
                   .state = dossier.application.state,
                   .price_fen = order->price_fen,
                   .order = *order,
                   .refund = *refund};
}

Result<std::vector<MoneyItem>> Street::money_to_decide() {
  YX_TRY(const auto waiting, parts_.store.refunds_to_decide(max_money_listed));
  std::vector<MoneyItem> items;
  for (const WatchedMoney& each : waiting) {
    YX_TRY(items.emplace_back(), money_item(each.case_id, each.number));
  }
  return items;
}

Result<MoneyItem> Street::decide_refund(const std::string& number, FinanceDeed deed, const std::string& officer,
                                        const std::string& words) {
  YX_CHECK(check_finance_words(words, deed == FinanceDeed::decline || deed == FinanceDeed::by_hand));
  YX_TRY(const std::string id, parts_.store.find_refund(number));
  const Actor actor{By::finance_officer, officer};
  YX_CHECK(change_by(actor, id, std::string(deed_name(deed)), [&](DossierChange& change, const Offer& offer) {
    return decide(change, offer, number, deed, actor, words, parts_.clock.now());
  }));
  return money_item(id, number);
}

Result<MoneyItem> Street::give_back(const std::string& number, std::int64_t fen, const std::string& officer,
                                    const std::string& words) {
  YX_CHECK(check_finance_words(words, true));
  YX_TRY(const std::string id, parts_.store.find_order(number));
  const Actor actor{By::finance_officer, officer};
  std::string made;
  const auto given =
      change_by(actor, id, "refund.give_back", [&](DossierChange& change, const Offer& offer) -> Result<void> {
        Dossier& dossier = change.dossier;
        const Instant now = parts_.clock.now();
        const OrderRecord* order = dossier.find_order(number);
        YX_CHECK(require(order != nullptr, ErrorCode::not_found, "order.unknown"));
        YX_CHECK(require(is_made_or_over(dossier.application.state), ErrorCode::wrong_state, "refund.withdraw_first"));
        YX_CHECK(require(
            order->state == PaymentState::paid && fen >= 1 && fen <= order->paid_fen - dossier.refunded_fen(number),
            ErrorCode::invalid_input, "refund.sum"));
        YX_CHECK(ask_refund(change, *order, fen, RefundReason::officer, false, now));
        made = dossier.refunds.back().number;
        return decide(change, offer, made, FinanceDeed::grant, actor, words, now);
      });
  return given ? money_item(id, made) : Result<MoneyItem>(given.error());
}

Result<void> Street::pursue_refund(const std::string& id, const std::string& number) {
  YX_TRY(Dossier dossier, parts_.store.load(id));
  const RefundRecord* refund = dossier.find_refund(number);
  const OrderRecord* order = refund == nullptr ? nullptr : dossier.find_order(refund->order);
  YX_CHECK(require(order != nullptr, ErrorCode::not_found, "refund.unknown"));
  if (!is_under_way(refund->state)) {
    return {};
  }
  YX_TRY(Payments* const provider, way_of(order->way));
  YX_TRY(const RefundNews news, hall::news_of(*provider, *order, *refund));
  const RefundState was = refund->state;
  YX_CHECK(change({}, id, "refund", [&](DossierChange& change, const Offer& offer) {
    return take_news(change, offer, number, was, news, parts_.clock.now());
  }));
  return {};
}

Result<void> Street::hear_money(const std::string& order) {
  YX_TRY(const Stand asked, ask_payment(order));
  for (const RefundRecord& refund : asked.dossier.refunds) {
    if (refund.order == order && is_under_way(refund.state)) {
      YX_CHECK(pursue_refund(asked.dossier.id, refund.number));
    }
  }
  return {};
}

// When it is asked about again; nothing once it is definite.
Result<std::optional<Instant>> Street::pursue(const WatchedMoney& money) {
  if (is_stray_number(money.number)) {
    return pursue_stray(money);
  }
  YX_TRY(Dossier before, parts_.store.load(money.case_id));
  const bool is_refund = before.find_refund(money.number) != nullptr;
  Result<void> asked;
  if (is_refund) {
    asked = pursue_refund(money.case_id, money.number);
  } else if (const auto told = ask_payment(money.number); !told) {
    asked = told.error();
  }
  YX_TRY(Dossier dossier, parts_.store.load(money.case_id));
  const Instant now = parts_.clock.now();
  std::optional<Instant> next;
  if (const RefundRecord* refund = dossier.find_refund(money.number)) {
    if (is_under_way(refund->state)) {
      next = next_question(refund->granted_at.value_or(refund->asked_at), now, longest_pause);
    }
  } else if (const OrderRecord* order = dossier.find_order(money.number)) {
    if (!order->paid_at && now < order->expires_at + order_watch_life) {
      next = next_question(order->expires_at - life_of(*order), now, longest_pause);
    }
  }
  YX_CHECK(parts_.store.set_watch(money.number, next));
  YX_CHECK(asked);
  return next;
}

Result<std::size_t> Street::watch_money() {
  YX_TRY(const auto due, parts_.store.due_money(parts_.clock.now(), money_at_once));
  std::size_t settled = 0;
  Result<void> first_failure;
  for (const WatchedMoney& each : due) {
    const auto next = pursue(each);
    settled += next && !*next ? 1 : 0;
    if (!next && first_failure) {
      first_failure = next.error();
    }
  }
  YX_CHECK(first_failure);
  return settled;
}

}  // namespace yinxin::hall
