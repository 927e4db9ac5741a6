#include "api/routes/desk/finance.h"

#include <algorithm>
#include <boost/json.hpp>

#include "api/body.h"
#include "api/routes/desk/papers.h"
#include "hall/application/life_parts.h"

namespace yinxin::api {

namespace {

using hall::FinanceDeed;
using net::Method;
using net::Request;
using net::Response;

constexpr int nothing_to_say = 204;
constexpr net::RouteOptions reading{.max_body_bytes = 0, .slow = true};
constexpr net::RouteOptions form{.max_body_bytes = max_finance_body_bytes, .slow = true};

boost::json::object item_view(const hall::MoneyItem& item) {
  const auto& case_row = hall::life::case_states[static_cast<std::size_t>(item.state)];
  const auto& order_row = hall::life::payment_states[static_cast<std::size_t>(item.order.state)];
  const auto& refund_row = hall::life::refund_states[static_cast<std::size_t>(item.refund.state)];
  const auto& reason_row = hall::refund_reasons[static_cast<std::size_t>(item.refund.reason)];
  const auto time = [](const std::optional<Instant>& at) {
    return at ? boost::json::value(to_rfc3339(*at)) : boost::json::value(nullptr);
  };
  return {{"case", item.case_id},
          {"programme", item.programme},
          {"unit", item.unit},
          {"case_state", boost::json::object{{"code", case_row.code}, {"label", case_row.zh}}},
          {"price_fen", item.price_fen},
          {"order", boost::json::object{{"number", item.order.number},
                                        {"way", item.order.way},
                                        {"state", order_row.code},
                                        {"label", order_row.zh},
                                        {"paid_fen", item.order.paid_fen},
                                        {"currency", item.order.currency},
                                        {"payer", item.order.payer},
                                        {"paid_at", time(item.order.paid_at)},
                                        {"transaction", item.order.transaction}}},
          {"refund", boost::json::object{{"number", item.refund.number},
                                         {"fen", item.refund.fen},
                                         {"state", refund_row.code},
                                         {"label", refund_row.zh},
                                         {"turn", hall::by_rows[static_cast<std::size_t>(refund_row.turn)].code},
                                         {"reason", reason_row.code},
                                         {"reason_label", reason_row.zh},
                                         {"words", item.refund.words},
                                         {"decided_by", item.refund.decided_by},
                                         {"asked_at", to_rfc3339(item.refund.asked_at)},
                                         {"ended_at", time(item.refund.ended_at)}}}};
}

boost::json::object transfer_view(const hall::TransferItem& item) {
  return {{"case", item.case_id},
          {"programme", item.programme},
          {"unit", item.unit},
          {"order", item.order.number},
          {"price_fen", item.order.price_fen},
          {"come_fen", item.order.paid_fen},
          {"payer", item.order.payer},
          {"announced_at", to_rfc3339(item.announced_at)},
          {"expires_at", to_rfc3339(item.order.expires_at)}};
}

template <class Port>
Result<void> needs(const Port& port) {
  return port ? Result<void>() : Result<void>(fail(ErrorCode::unsupported, "this house has no such service"));
}

class FinanceRoutes {
 public:
  explicit FinanceRoutes(const FinanceParts& parts)
      : gate_(parts.sessions, parts.origin), parts_(parts), ports_(parts.ports) {}
  [[nodiscard]] const DeskGate& gate() const { return gate_; }

  Result<Response> list(const Request& request) const {
    YX_TRY(const OfficerSession session, finance(request));
    YX_CHECK(needs(ports_.to_decide));
    YX_CHECK(record(session, "finance.list", "all"));
    YX_TRY(const auto items, ports_.to_decide());
    boost::json::array listed;
    for (const hall::MoneyItem& item : items) {
      listed.push_back(item_view(item));
    }
    boost::json::array awaited;
    if (ports_.transfers) {
      YX_TRY(const auto transfers, ports_.transfers());
      for (const hall::TransferItem& item : transfers) {
        awaited.push_back(transfer_view(item));
      }
    }
    return json_answer(boost::json::object{{"items", std::move(listed)}, {"transfers", std::move(awaited)}});
  }
  // The slip of a stranger's, where no session is.
  Result<Response> voucher(const Request& request) const {
    YX_TRY(const OfficerSession session, finance(request));
    YX_CHECK(needs(ports_.transfers));
    const std::string order(request.parameter("order"));
    YX_CHECK(record(session, "finance.voucher", order));
    YX_TRY(const auto awaited, ports_.transfers());
    if (std::ranges::none_of(awaited, [&](const hall::TransferItem& item) { return item.order.number == order; })) {
      return fail(ErrorCode::not_found, "order.unknown");
    }
    return paper_link(parts_.tickets, parts_.papers_origin, order, hall::voucher_slot);
  }
  Result<Response> deny_voucher(const Request& request) const {
    YX_TRY(const OfficerSession session, finance(request));
    YX_CHECK(needs(ports_.deny_voucher));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string words, body.text("words"));
    const std::string order(request.parameter("order"));
    YX_CHECK(record(session, "finance.deny_voucher", order));
    YX_CHECK(ports_.deny_voucher(order, session.actor(), words));
    return Response{.status = nothing_to_say};
  }
  Result<Response> name_booking(const Request& request) const {
    YX_TRY(const OfficerSession session, finance(request));
    YX_CHECK(needs(ports_.name_booking));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::string booking, body.text("booking"));
    YX_TRY(const std::string words, body.text("words"));
    const std::string order(request.parameter("order"));
    YX_CHECK(record(session, "finance.name_booking", order + " " + booking));
    YX_CHECK(ports_.name_booking(order, booking, session.actor(), words));
    return Response{.status = nothing_to_say};
  }
  Result<Response> grant(const Request& request) const { return decide(request, FinanceDeed::grant); }
  Result<Response> match(const Request& request) const { return decide(request, FinanceDeed::match); }
  Result<Response> by_hand(const Request& request) const { return decide(request, FinanceDeed::by_hand); }
  Result<Response> decline(const Request& request) const { return decide(request, FinanceDeed::decline); }
  Result<Response> give_back(const Request& request) const {
    YX_TRY(const OfficerSession session, finance(request));
    YX_CHECK(needs(ports_.give_back));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    YX_TRY(const std::int64_t fen, body.number("fen"));
    YX_TRY(const std::string words, body.text("words"));
    const std::string order(request.parameter("order"));
    YX_CHECK(record(session, "finance.give_back", order));
    YX_TRY(const hall::MoneyItem item, ports_.give_back(order, fen, session.actor(), words));
    return json_answer(item_view(item));
  }

 private:
  Result<OfficerSession> finance(const Request& request) const {
    return gate_.who(request, {trust::Role::finance_officer});
  }
  Result<void> record(const OfficerSession& session, std::string_view action, const std::string& object) const {
    YX_CHECK(needs(ports_.record));
    return ports_.record(session, action, object);
  }
  Result<Response> decide(const Request& request, FinanceDeed deed) const {
    YX_TRY(const OfficerSession session, finance(request));
    YX_CHECK(needs(ports_.decide));
    YX_TRY(const JsonBody body, JsonBody::of(request));
    const std::string refund(request.parameter("refund"));
    YX_CHECK(record(session, "finance.decide", refund));
    YX_TRY(const hall::MoneyItem item, ports_.decide(refund, deed, session.actor(), body.text_or("words", "")));
    return json_answer(item_view(item));
  }
  DeskGate gate_;
  FinanceParts parts_;
  FinancePorts ports_;
};

}  // namespace

void add_finance_routes(net::Router& router, const FinanceParts& parts) {
  const auto routes = std::make_shared<FinanceRoutes>(parts);
  using R = FinanceRoutes;
  using Call = Result<Response> (R::*)(const Request&) const;
  const auto add = [&](Method method, std::string_view path, Call call) {
    const bool changes = method != Method::get;
    router.add(method, path, changes ? form : reading, [routes, call, changes](const Request& request) {
      const auto allowed = changes ? routes->gate().check_page(request) : Result<void>();
      const auto result = allowed ? ((*routes).*call)(request) : Result<Response>(allowed.error());
      return result ? *result : told_to_officer(result.error());
    });
  };
  add(Method::get, "/desk/v1/finance", &R::list);
  add(Method::post, "/desk/v1/finance/refunds/{refund}/grant", &R::grant);
  add(Method::post, "/desk/v1/finance/refunds/{refund}/match", &R::match);
  add(Method::post, "/desk/v1/finance/refunds/{refund}/settlement-by-hand", &R::by_hand);
  add(Method::post, "/desk/v1/finance/refunds/{refund}/refusal", &R::decline);
  add(Method::post, "/desk/v1/finance/orders/{order}/refund", &R::give_back);
  add(Method::post, "/desk/v1/finance/transfers/{order}/voucher/link", &R::voucher);
  add(Method::post, "/desk/v1/finance/transfers/{order}/refusal", &R::deny_voucher);
  add(Method::post, "/desk/v1/finance/transfers/{order}/booking", &R::name_booking);
}

}  // namespace yinxin::api
