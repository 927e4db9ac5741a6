// The clock's turn in the street.

#include <algorithm>

#include "hall/street/reminders.h"
#include "hall/street/steps.h"

namespace yinxin::hall {

using namespace street;

namespace {

// To the number that he gave for the case; before that, to the one he logs in with.
SmsWish message_to_requester(const Dossier& dossier, std::string_view text, Instant since) {
  const std::string given = dossier.answer("requester_mobile");
  SmsWish wish{.id = dossier.id + "-" + std::string(text) + "-" + std::to_string(to_unix_ms(since) / 1000),
               .mobile = given.empty() ? dossier.mobile : given,
               .text = std::string(text),
               .programme = dossier.programme,
               .parameters = {{"case", dossier.id}}};
  std::ranges::replace(wish.id, '_', '-');
  if (dossier.application.act_by) {
    wish.parameters["date"] = to_beijing_date(*dossier.application.act_by);
  }
  return wish;
}

// Orders that can be paid no more; the provider was told.
Result<void> end_orders(Dossier& dossier) {
  for (OrderRecord& order : dossier.orders) {
    const auto next = [&](PaymentEvent event, By by) -> Result<void> {
      YX_TRY(order.state, step(life::payment_life, order.state, event, by, [](Only) { return true; }));
      return {};
    };
    if (order.state == PaymentState::under_way) {
      YX_CHECK(next(PaymentEvent::timeout, By::clock));
    }
    if (order.state == PaymentState::due || order.state == PaymentState::announced) {
      YX_CHECK(next(PaymentEvent::cancel, By::house));
    }
  }
  dossier.application.progress.payment_under_way = false;
  return {};
}

}  // namespace

Result<bool> Street::close_orders(const Dossier& dossier) {
  for (const OrderRecord& order : dossier.orders) {
    const bool may_be_paid = order.state == PaymentState::under_way || order.state == PaymentState::announced ||
                             (order.state == PaymentState::due && !order.code_url.empty());
    if (!may_be_paid) {
      continue;
    }
    YX_TRY(const Stand asked, ask_payment(order.number));
    if (asked.dossier.application.state != dossier.application.state) {
      return false;
    }
    YX_TRY(Payments* const provider, way_of(order.way));
    const auto closed = provider->close(order.number);
    if (!closed && closed.error().code != ErrorCode::not_found) {
      return closed.error();
    }
  }
  return true;
}

Result<void> Street::keep_time(const std::string& id) {
  YX_TRY(const Dossier before, parts_.store.load(id));
  const bool is_over = is_timed_out(before, parts_.clock.now());
  bool may_close = is_over;
  if (is_over) {
    YX_TRY(may_close, close_orders(before));
  }
  YX_TRY(const Stand kept, change({}, id, "clock", [&](DossierChange& change, const Offer&) -> Result<void> {
           Dossier& dossier = change.dossier;
           const Instant now = parts_.clock.now();
           if (may_close && is_timed_out(dossier, now) && dossier.application.state == before.application.state) {
             const Instant over = *dossier.application.act_by;
             YX_CHECK(refund_all(change, RefundReason::expired, true, now));
             YX_CHECK(end_orders(dossier));
             YX_CHECK(move_case(dossier, CaseEvent::timeout, {By::clock, {}}, now));
             change.messages.push_back(message_to_requester(dossier, "closed", over));
             return {};
           }
           const Reminder* due = due_reminder(dossier, now);
           if (due != nullptr && !is_timed_out(dossier, now)) {
             note(dossier, now, std::string(reminded), std::string(due->text));
             change.messages.push_back(message_to_requester(dossier, due->text, now));
           }
           return {};
         }));
  return parts_.store.look_again(id, next_look(kept.dossier));
}

}  // namespace yinxin::hall
