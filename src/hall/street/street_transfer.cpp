// Paying by transfer: the slip is shown, the bank is asked, and a finance officer helps where a remark was forgotten.

#include <algorithm>

#include "base/text.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

constexpr std::string_view voucher_field = "voucher";
constexpr std::string_view stray_mark = "-0";
// As long as an announced transfer is asked about.
constexpr Instant::duration stray_life = transfer_life + order_watch_life;
constexpr std::chrono::hours longest_stray_pause{12};

bool is_booking(const std::string& text) {
  return !text.empty() && text.size() <= max_booking_bytes && std::ranges::all_of(text, [](char c) {
    return ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || c == '-' || c == '_';
  });
}

OrderRecord* announced(Dossier& dossier) {
  const auto found = std::ranges::find(dossier.orders, PaymentState::announced, &OrderRecord::state);
  return found == dossier.orders.end() ? nullptr : &*found;
}

// The announced order of this number; wrong_state where it waits for no transfer.
Result<OrderRecord*> awaited(Dossier& dossier, const std::string& number) {
  OrderRecord* order = dossier.find_order(number);
  YX_CHECK(require(order != nullptr && order->way == transfer_way, ErrorCode::not_found, "order.unknown"));
  YX_CHECK(require(order->state == PaymentState::announced, ErrorCode::wrong_state, "transfer.not_awaited"));
  return order;
}

bool has_transfer(const Dossier& dossier) {
  return std::ranges::find(dossier.orders, transfer_way, &OrderRecord::way) != dossier.orders.end();
}

}  // namespace

namespace street {

bool is_stray_number(std::string_view number) {
  return number.ends_with(stray_mark) && is_case_number(number.substr(0, number.size() - stray_mark.size()));
}

void listen_for_transfer(DossierChange& change, const Offer& offer, Instant now) {
  // An announced one is asked about by its own number, long after it was given up too.
  if (offers_way(offer.programme, transfer_way) && !has_transfer(change.dossier)) {
    change.watches.push_back({.number = change.dossier.id + std::string(stray_mark), .due = now + shortest_pause});
  }
}

}  // namespace street

// Whether there was one; it becomes an order that was never due, and goes back by a finance officer's hand.
Result<bool> Street::find_stray(const WatchedMoney& money) {
  YX_TRY(Payments* const bank, way_of(std::string(transfer_way)));
  YX_TRY(const PaymentFact fact, bank->find(money.number));
  if (fact.standing != PaymentStanding::paid) {
    return false;
  }
  YX_CHECK(require(fact.order == money.number, ErrorCode::corrupt, "order.unknown"));
  const auto changed =
      change({}, money.case_id, "stray_transfer", [&](DossierChange& change, const Offer&) -> Result<void> {
        Dossier& dossier = change.dossier;
        if (has_transfer(dossier)) {
          return {};
        }
        YX_CHECK(require(dossier.orders.size() < max_orders, ErrorCode::too_many_requests, "payment.too_many"));
        const Instant now = parts_.clock.now();
        OrderRecord order = new_order(dossier, std::string(transfer_way), fact.paid_fen, now);
        YX_CHECK(step_order(order, PaymentEvent::cancel, By::house));
        take_fact(order, fact);
        dossier.orders.push_back(order);
        note(dossier, now, "payment_surplus", order.number);
        return ask_refund(change, order, order.paid_fen, RefundReason::duplicate, false, now);
      });
  YX_CHECK(changed);
  return true;
}

Result<std::optional<Instant>> Street::pursue_stray(const WatchedMoney& money) {
  const Result<bool> found = find_stray(money);
  YX_TRY(const Dossier dossier, parts_.store.load(money.case_id));
  const Instant now = parts_.clock.now();
  const auto paid =
      std::ranges::find_if(dossier.orders, [](const OrderRecord& order) { return order.paid_at.has_value(); });
  const Instant since = paid == dossier.orders.end() ? now : *paid->paid_at;
  std::optional<Instant> next;
  if ((!found || !*found) && now < since + stray_life) {
    next = next_question(since, now, longest_stray_pause);
  }
  YX_CHECK(parts_.store.set_watch(money.number, next));
  YX_CHECK(found);
  return next;
}

Result<Stand> Street::announce_transfer(const std::string& account, const std::string& id, BytesView file) {
  YX_TRY(Stand before, find(account, id));
  YX_TRY(const auto offer, offer_of(before.dossier));
  YX_CHECK(require(offers_way(offer->programme, transfer_way), ErrorCode::invalid_input, "payment.way"));
  YX_CHECK(way_of(std::string(transfer_way)));
  const auto is_now = [](const Dossier& dossier) {
    const CaseState state = dossier.application.state;
    return state == CaseState::awaiting_payment || state == CaseState::awaiting_funds;
  };
  YX_CHECK(require(is_now(before.dossier), ErrorCode::wrong_state, "payment.not_now"));
  // A better slip of what was announced before is taken in any case.
  YX_CHECK(announced(before.dossier) != nullptr ? Result<void>() : check_offer(before.dossier));
  const auto refused = [&](std::string_view code) {
    return stand(before.dossier, *offer, {{std::string(voucher_field), std::string(code)}});
  };
  if (file.size() > max_upload_bytes) {
    return refused("upload.too_big");
  }
  YX_TRY(Examined examined, parts_.examiner.examine(file));
  if (!examined.refusal.empty()) {
    return refused(examined.refusal);
  }
  Upload voucher;
  voucher.slot = voucher_slot;
  voucher.at = parts_.clock.now();
  voucher.media_type = std::move(examined.media_type);
  voucher.pages = examined.pages;
  YX_TRY(voucher.original, parts_.store.put_file(file));
  YX_TRY(voucher.rendition, parts_.store.put_file(examined.rendition));
  // Nothing else may be paid while the transfer is waited for.
  if (const OrderRecord* open = before.dossier.open_order()) {
    YX_TRY(Stand closed, close_order(id, *open));
    if (!is_now(closed.dossier)) {
      return closed;
    }
  }
  return change(account, id, "announce_transfer", [&](DossierChange& change, const Offer& now_offer) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    YX_CHECK(require(is_now(dossier), ErrorCode::wrong_state, "payment.not_now"));
    YX_CHECK(require(dossier.open_order() == nullptr, ErrorCode::conflict, "case.busy"));
    std::erase_if(dossier.uploads, [](const Upload& each) { return each.slot == voucher_slot; });
    dossier.uploads.push_back(voucher);
    if (announced(dossier) != nullptr) {
      note(dossier, now, "voucher_replaced");
      return {};
    }
    YX_CHECK(
        require(dossier.application.state == CaseState::awaiting_payment, ErrorCode::wrong_state, "payment.not_now"));
    YX_CHECK(require(dossier.orders.size() < max_orders, ErrorCode::too_many_requests, "payment.too_many"));
    YX_TRY(const std::int64_t price_fen, price_of(now_offer.programme, dossier));
    dossier.orders.push_back(new_order(dossier, std::string(transfer_way), price_fen, now));
    dossier.price_version = now_offer.programme.fee_version;
    OrderRecord& order = dossier.orders.back();
    YX_CHECK(step_order(order, PaymentEvent::announce, By::requester));
    change.watches.push_back({.number = order.number, .due = now});
    return move_case(dossier, CaseEvent::announce_transfer, requester(dossier), now);
  });
}

Result<std::vector<TransferItem>> Street::transfers_awaited() {
  YX_TRY(const auto waiting, parts_.store.transfers_awaited(max_money_listed));
  std::vector<TransferItem> items;
  for (const WatchedMoney& each : waiting) {
    YX_TRY(Dossier dossier, parts_.store.load(each.case_id));
    const OrderRecord* order = dossier.find_order(each.number);
    const Upload* voucher = dossier.find_upload(voucher_slot);
    if (order == nullptr || voucher == nullptr || order->state != PaymentState::announced) {
      continue;  // decided meanwhile
    }
    items.push_back({.case_id = dossier.id,
                     .programme = dossier.programme,
                     .unit = dossier.answer("unit_name"),
                     .order = *order,
                     .announced_at = voucher->at});
  }
  return items;
}

Result<Bytes> Street::voucher(const std::string& order) {
  YX_TRY(const std::string id, parts_.store.find_order(order));
  YX_TRY(const Dossier dossier, parts_.store.load(id));
  const Upload* voucher = dossier.find_upload(voucher_slot);
  YX_CHECK(require(voucher != nullptr, ErrorCode::not_found, "slot.empty"));
  return parts_.store.file(voucher->rendition);
}

Result<void> Street::deny_voucher(const std::string& number, const std::string& officer, const std::string& words) {
  YX_CHECK(check_finance_words(words, true));
  // What has come by now is not denied.
  YX_CHECK(ask_payment(number));
  YX_TRY(const std::string id, parts_.store.find_order(number));
  const Actor actor{By::finance_officer, officer};
  const auto denied = change_by(actor, id, "transfer.deny", [&](DossierChange& change, const Offer&) -> Result<void> {
    Dossier& dossier = change.dossier;
    const Instant now = parts_.clock.now();
    YX_TRY(OrderRecord* const order, awaited(dossier, number));
    YX_CHECK(step_order(*order, PaymentEvent::deny, By::finance_officer));
    YX_CHECK(step_order(*order, PaymentEvent::cancel, By::house));
    if (order->paid_fen > 0) {
      YX_CHECK(ask_refund(change, *order, order->paid_fen, RefundReason::under, false, now));
    }
    change.messages.push_back({.id = number + "-denied",
                               .mobile = dossier.answer("requester_mobile"),
                               .text = "returned",
                               .programme = dossier.programme,
                               .parameters = {{"reason", words}}});
    return move_case(dossier, CaseEvent::deny_voucher, actor, now, words);
  });
  return denied ? Result<void>() : Result<void>(denied.error());
}

Result<void> Street::name_booking(const std::string& number, const std::string& booking, const std::string& officer,
                                  const std::string& words) {
  YX_CHECK(check_finance_words(words, true));
  YX_CHECK(require(is_booking(booking), ErrorCode::invalid_input, "transfer.booking"));
  YX_TRY(const std::string id, parts_.store.find_order(number));
  YX_TRY(Payments* const bank, way_of(std::string(transfer_way)));
  YX_TRY(const PaymentFact fact, bank->find(number + "/" + booking));
  YX_CHECK(require(fact.standing == PaymentStanding::paid, ErrorCode::not_found, "transfer.no_such_booking"));
  const Actor actor{By::finance_officer, officer};
  YX_CHECK(change_by(actor, id, "transfer.name", [&](DossierChange& change, const Offer&) -> Result<void> {
    YX_TRY(OrderRecord* const order, awaited(change.dossier, number));
    order->booking = booking;
    change.bookings.push_back({.booking = booking, .order = number});
    note(change.dossier, parts_.clock.now(), "transfer_named", booking);
    return {};
  }));
  const auto asked = ask_payment(number);
  return asked ? Result<void>() : Result<void>(asked.error());
}

}  // namespace yinxin::hall
