// Money beside the straight road, over HTTP and at the providers' doors: Alipay, cases given up or refused, sums that
// differ, money that comes late.

#include <fstream>
#include <sstream>

#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

constexpr const char* callback_path = "/api/v1/callbacks/alipay";

// The provider's own writing of one of our numbers.
std::string written_there(std::string number) {
  std::ranges::replace(number, '-', '_');
  return number;
}

void order_by(Requester& who, const char* way) { expect_done(who.post("/payments", {{"way", way}})); }

std::string number_of(Requester& who) { return text_at(who.newest_order(), "number"); }

void pay_at(const std::string& provider, const std::string& number, const object& body = {}) {
  const auto paid = demo::Customer::at(provider, Method::post, "/admin/orders/" + number + "/pay", body);
  must("the payer", paid && paid->status == 204 ? Result<void>() : fail(ErrorCode::internal, "cannot pay " + number));
}

// The provider's books about an order.
object books(const std::string& provider, const std::string& number) {
  const auto told = must_have("the books", demo::Customer::at(provider, Method::get, "/admin/orders", {}));
  for (const value& order : told.json->as_array()) {
    if (text_at(order, "number") == number || text_at(order, "number") == written_there(number)) {
      return order.as_object();
    }
  }
  return {};
}

// {sum of each refund in the provider's books}
std::vector<std::int64_t> given_back(const std::string& provider, const std::string& number) {
  std::vector<std::int64_t> sums;
  const object order = books(provider, number);
  for (const value& refund : order.at("refunds").as_array()) {
    sums.push_back(refund.at("fen").to_number<std::int64_t>());
  }
  return sums;
}

object order_in(Requester& who, const std::string& number) {
  const object shown = who.view();
  for (const value& order : shown.at("orders").as_array()) {
    if (text_at(order, "number") == number) {
      return order.as_object();
    }
  }
  return {};
}

array refunds(Requester& who) {
  const object shown = who.view();
  return shown.at("refunds").as_array();
}

// The only refund of the case, as its page shows it.
void expect_refund(Requester& who, const std::string& order, const std::string& reason, const std::string& state,
                   std::int64_t fen) {
  const array all = refunds(who);
  ASSERT_EQ(all.size(), 1U) << boost::json::serialize(all);
  EXPECT_EQ(text_at(all[0], "order"), order);
  EXPECT_EQ(text_at(all[0].at("reason"), "code"), reason);
  EXPECT_EQ(text_at(all[0], "state"), state);
  EXPECT_EQ(all[0].at("fen").to_number<std::int64_t>(), fen);
  EXPECT_EQ(all[0].at("ended_at").is_null(), state != "settled" && state != "declined");
  EXPECT_FALSE(text_at(all[0], "label").empty());
}

std::int64_t price_of(Requester& who) { return who.view().at("price_fen").to_number<std::int64_t>(); }

// What has come meanwhile is heard, and what is due is asked for, until the case stands there.
void expect_state(Requester& who, const std::string& state) {
  must("the state", who.customer().wait_for(state));
  LiveHall::get().settle();
  EXPECT_EQ(who.state(), state);
}

// Alipay

TEST(AlipayJourney, ACaseIsPaidSubmittedAndItsDepositGoesOut) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  order_by(who, "alipay");
  const std::string number = number_of(who);
  EXPECT_EQ(text_at(who.newest_order(), "way"), "alipay");
  EXPECT_TRUE(text_at(who.newest_order(), "code_url").starts_with("https://qr.alipay.com/"));
  EXPECT_EQ(books(hall.alipay(), number).at("price_fen").to_number<std::int64_t>(), price_of(who));
  // Nothing reaches the desk before the money.
  hall.settle();
  EXPECT_EQ(hall.house().desk().find(who.id()).error().code, ErrorCode::not_found);
  EXPECT_EQ(who.count_deposits(), 0U);
  pay_at(hall.alipay(), number);
  expect_state(who, "awaiting_acceptance");
  EXPECT_EQ(text_at(who.newest_order(), "state"), "paid");
  EXPECT_EQ(who.count_deposits(), 1U);
  hall.let_pass(2s);
  EXPECT_EQ(text_at(who.newest_deposit(), "state"), "settled");
  const auto record = hall.house().desk().find(who.id());
  ASSERT_TRUE(record) << record.error().describe();
  EXPECT_EQ(record->snapshot.revision, 1);
  // The officers' receipt rests on Alipay's own word, asked for anew.
  Officer officer(scene::registration);
  officer.accept(who.id());
}

TEST(AlipayJourney, ANotificationThatIsForgedOrOldProvesNothing) {
  auto& hall = LiveHall::get();
  for (const char* fault : {"bad_signature", "unknown_key", "stale"}) {
    SCOPED_TRACE(fault);
    Requester who;
    lead_to_payment(who);
    order_by(who, "alipay");
    hall.plan(hall.alipay(), "callback", fault);
    const std::uint64_t before = hall.requests();
    pay_at(hall.alipay(), number_of(who));
    ASSERT_TRUE(hall.wait_for_requests(before + 1)) << "the notification has not come";
    EXPECT_EQ(who.state(), "awaiting_payment");
    // He says that he has paid, and the provider is asked.
    expect_done(who.ask_order());
    expect_state(who, "awaiting_acceptance");
  }
  // What anybody could write himself, about an order that nobody paid.
  Requester who;
  lead_to_payment(who);
  order_by(who, "alipay");
  const std::string told =
      "trade_status=TRADE_SUCCESS&total_amount=1000.00&out_trade_no=" + written_there(number_of(who)) +
      "&sign_type=RSA2";
  for (const std::string sign : {"", "&sign=", "&sign=x", "&sign=AAAAAAAAAAAAAAAAAAAAAA%3D%3D"}) {
    SCOPED_TRACE(sign);
    const Answered answer =
        hall.ask(Method::post, callback_path, {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                 told + sign);
    EXPECT_EQ(answer.status, 403) << text_of(answer.body);
    EXPECT_EQ(text_of(answer.body).find("success"), std::string_view::npos) << "it must be told again";
  }
  hall.settle();
  EXPECT_EQ(who.state(), "awaiting_payment");
  EXPECT_EQ(who.count_deposits(), 0U);
}

TEST(AlipayJourney, ChangingTheWayClosesTheOtherOrder) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  order_by(who, "wechat");
  const std::string by_wechat = number_of(who);
  order_by(who, "alipay");
  const std::string by_alipay = number_of(who);
  EXPECT_NE(by_alipay, by_wechat);
  EXPECT_EQ(text_at(order_in(who, by_wechat), "state"), "void");
  EXPECT_EQ(text_at(order_in(who, by_alipay), "state"), "under_way");
  EXPECT_EQ(text_at(books(hall.places().wechat_pay, by_wechat), "state"), "CLOSED");
  const auto late =
      demo::Customer::at(hall.places().wechat_pay, Method::post, "/admin/orders/" + by_wechat + "/pay", {});
  EXPECT_EQ(late->status, 409) << "closed is closed";
  // And back: somebody had the code on his screen, and nothing of it is left either.
  const auto scanned = demo::Customer::at(hall.alipay(), Method::post, "/admin/orders/" + by_alipay + "/scan", {});
  ASSERT_EQ(scanned->status, 204);
  order_by(who, "wechat");
  EXPECT_EQ(text_at(order_in(who, by_alipay), "state"), "void");
  EXPECT_EQ(text_at(books(hall.alipay(), by_alipay), "status"), "TRADE_CLOSED");
  who.pay_order();
  expect_state(who, "awaiting_acceptance");
  EXPECT_EQ(who.count_deposits(), 1U);
  EXPECT_TRUE(refunds(who).empty());
}

TEST(AlipayJourney, WhoHadPaidBeforeHeChangedTheWayHasPaid) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  order_by(who, "wechat");
  hall.plan(hall.places().wechat_pay, "callback", "no_callback");
  who.pay_order();
  order_by(who, "alipay");
  expect_state(who, "awaiting_acceptance");
  EXPECT_EQ(who.view().at("orders").as_array().size(), 1U);
}

// What goes back by itself

TEST(RefundJourney, ACaseGivenUpBeforeAcceptanceGetsItsMoneyBack) {
  auto& hall = LiveHall::get();
  for (const char* way : {"wechat", "alipay"}) {
    SCOPED_TRACE(way);
    const std::string provider = way == std::string("wechat") ? hall.places().wechat_pay : hall.alipay();
    Requester who;
    lead_to_payment(who);
    order_by(who, way);
    const std::string number = number_of(who);
    pay_at(provider, number);
    expect_state(who, "awaiting_acceptance");
    expect_done(who.post("/withdrawal"));
    EXPECT_FALSE(who.view().at("withdrawal_asked_at").is_null());
    hall.settle();
    EXPECT_EQ(who.state(), "withdrawn");
    for (int rounds = 0; rounds < 8 && text_at(refunds(who)[0], "state") != "settled"; ++rounds) {
      hall.let_pass(10s);
    }
    expect_refund(who, number, "withdrawn", "settled", price_of(who));
    EXPECT_EQ(given_back(provider, number), std::vector<std::int64_t>{price_of(who)});
    hall.settle();
    EXPECT_EQ(who.count_sms("refunded"), 1U);
    // Asked again and told again: nothing more goes.
    expect_done(who.post("/withdrawal"));
    hall.let_pass(2min);
    EXPECT_EQ(given_back(provider, number).size(), 1U);
    Officer officer(scene::registration);
    EXPECT_FALSE(officer.decide(who.id(), trust::Decision::accept));
  }
}

TEST(RefundJourney, ARefusedCaseGetsItsMoneyBackThoughAnswersAreLost) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  const std::string number = number_of(who);
  hall.plan(hall.places().wechat_pay, "refund", "lose_answer");
  hall.plan(hall.places().wechat_pay, "callback", "no_callback");
  hall.plan(hall.places().wechat_pay, "find_refund", "unavailable");
  Officer officer(scene::registration);
  ASSERT_TRUE(officer.desk().refuse(who.id(), "单位已注销"));
  hall.settle();
  EXPECT_EQ(who.state(), "refused");
  expect_refund(who, number, "refused", "uncertain", price_of(who));
  for (int rounds = 0; rounds < 8 && text_at(refunds(who)[0], "state") != "settled"; ++rounds) {
    hall.let_pass(20s);
  }
  expect_refund(who, number, "refused", "settled", price_of(who));
  EXPECT_EQ(given_back(hall.places().wechat_pay, number), std::vector<std::int64_t>{price_of(who)});
  expect_refused(who.post("/withdrawal"), 409, "case.cannot_withdraw", "该申请已在制作或已办结,不能取消");
}

TEST(RefundJourney, MoneyThatComesAfterTheOrderRanOutGoesBack) {
  auto& hall = LiveHall::get();
  const std::string provider = hall.places().wechat_pay;
  Requester who;
  lead_to_payment(who);
  order_by(who, "wechat");
  const std::string first = number_of(who);
  // Paid at the last moment, and not in the provider's answers for a while.
  hall.plan(provider, "callback", "no_callback");
  pay_at(provider, first);
  ASSERT_EQ(demo::Customer::at(provider, Method::post, "/admin/orders/" + first + "/hide", {})->status, 204);
  hall.let_pass(31min);
  who.sign_in();
  EXPECT_EQ(who.state(), "awaiting_payment");
  // The provider knows of no payment, and will not close it either: nothing else is opened on that.
  expect_refused(who.post("/payments", {{"way", "wechat"}}), 409, "payment.not_closed",
                 "上一笔订单尚未结清,请稍后再试");
  EXPECT_EQ(number_of(who), first);
  // When he cannot be reached, the order is over by its time.
  hall.plan(provider, "find", "unavailable");
  order_by(who, "wechat");
  EXPECT_NE(number_of(who), first);
  EXPECT_EQ(text_at(order_in(who, first), "state"), "void");
  who.pay_order();
  expect_state(who, "awaiting_acceptance");
  EXPECT_TRUE(refunds(who).empty());
  ASSERT_EQ(demo::Customer::at(provider, Method::post, "/admin/orders/" + first + "/show", {})->status, 204);
  for (int rounds = 0; rounds < 8 && (refunds(who).empty() || text_at(refunds(who)[0], "state") != "settled");
       ++rounds) {
    hall.let_pass(1h);
    who.sign_in();
  }
  expect_refund(who, first, "late", "settled", price_of(who));
  EXPECT_EQ(given_back(provider, first), std::vector<std::int64_t>{price_of(who)});
  EXPECT_TRUE(given_back(provider, number_of(who)).empty()) << "the case keeps its own money";
  EXPECT_EQ(who.state(), "awaiting_acceptance");
}

TEST(RefundJourney, ACodeThatIsPaidAfterTheCaseWasGivenUpGoesBack) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  order_by(who, "alipay");
  const std::string number = number_of(who);
  // Nobody has scanned it: at Alipay there is nothing to close yet.
  expect_done(who.post("/withdrawal"));
  EXPECT_EQ(who.state(), "withdrawn");
  EXPECT_TRUE(refunds(who).empty());
  pay_at(hall.alipay(), number);
  for (int rounds = 0; rounds < 8 && (refunds(who).empty() || text_at(refunds(who)[0], "state") != "settled");
       ++rounds) {
    hall.let_pass(2min);
  }
  expect_refund(who, number, "late", "settled", price_of(who));
  EXPECT_EQ(given_back(hall.alipay(), number), std::vector<std::int64_t>{price_of(who)});
  EXPECT_EQ(who.state(), "withdrawn");
}

// What a finance officer decides

// What waits about this case; nothing without an entry.
object item_of(Officer& finance, const std::string& id) {
  const Answered listed = finance.call(Method::get, "/desk/v1/finance");
  expect_done(listed);
  for (const value& item : listed.json->at("items").as_array()) {
    if (text_at(item, "case") == id) {
      return item.as_object();
    }
  }
  return {};
}

std::string refund_path(const object& item, const std::string& deed) {
  return "/desk/v1/finance/refunds/" + text_at(item.at("refund"), "number") + "/" + deed;
}

std::string audit_of(const std::string& writer) {
  std::ifstream file(LiveHall::get().scene().data() + "/audit/" + writer + ".log", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A line of the office's audit that has all of these words.
bool is_audited(const std::string& writer, const std::vector<std::string>& words) {
  std::istringstream lines(audit_of(writer));
  for (std::string line; std::getline(lines, line);) {
    if (std::ranges::all_of(words, [&](const auto& word) { return line.find(word) != std::string::npos; })) {
      return true;
    }
  }
  return false;
}

// Paid, but another sum; it stands before finance, and the case waits.
object wrongly_paid(Requester& who, Officer& finance, std::int64_t difference, const std::string& reason) {
  lead_to_payment(who);
  order_by(who, "wechat");
  who.pay_order(price_of(who) + difference);
  expect_done(who.ask_order());
  LiveHall::get().settle();
  EXPECT_EQ(who.state(), "awaiting_payment");
  EXPECT_EQ(who.count_deposits(), 0U);
  object item = item_of(finance, who.id());
  EXPECT_EQ(text_at(item.at("refund"), "reason"), reason);
  EXPECT_EQ(text_at(item.at("refund"), "state"), "asked");
  EXPECT_EQ(text_at(item.at("refund"), "turn"), "finance_officer");
  EXPECT_EQ(item.at("price_fen").to_number<std::int64_t>(), price_of(who));
  EXPECT_EQ(item.at("order").at("paid_fen").to_number<std::int64_t>(), price_of(who) + difference);
  EXPECT_EQ(text_at(item, "unit"), who.applicant().answer("unit_name"));
  return item;
}

TEST(FinanceJourney, TooLittleIsGivenBackByAFinanceOfficerAndPaidAnew) {
  auto& hall = LiveHall::get();
  Officer finance(scene::finance);
  Requester who;
  const object item = wrongly_paid(who, finance, -1, "under");
  const std::string refund = text_at(item.at("refund"), "number");
  const std::string first = number_of(who);
  // The desk's other officers and the requester have no say in it.
  for (const scene::Place place : {scene::registration, scene::review, scene::production}) {
    Officer other(place);
    for (const char* deed : {"grant", "match", "settlement-by-hand", "refusal"}) {
      const Answered refused = other.call(Method::post, refund_path(item, deed), {{"words", "代办"}});
      EXPECT_EQ(refused.status, 403) << deed;
      EXPECT_EQ(text_at(*refused.json, "reason"), "desk.forbidden") << deed;
    }
    EXPECT_EQ(other.call(Method::get, "/desk/v1/finance").status, 403);
    EXPECT_EQ(
        other.call(Method::post, "/desk/v1/finance/orders/" + first + "/refund", {{"fen", 1}, {"words", "x"}}).status,
        403);
  }
  EXPECT_EQ(LiveHall::send(hall.desk_port(), {.method = Method::get, .target = "/desk/v1/finance"}).status, 401);
  EXPECT_EQ(finance.call(Method::get, "/desk/v1/cases/" + who.id()).status, 404) << "the desk has no such case yet";
  // It is no price, and cannot be kept or taken for one.
  for (const auto& [deed, word] : {std::pair{"refusal", "refund.must_go_back"}, {"match", "refund.no_match"}}) {
    const Answered refused = finance.call(Method::post, refund_path(item, deed), {{"words", "留作下次"}});
    EXPECT_EQ(refused.status, 409) << deed;
    EXPECT_EQ(text_at(*refused.json, "reason"), word);
  }
  const Answered granted = finance.call(Method::post, refund_path(item, "grant"), {{"words", "少付一分,退回重付"}});
  expect_done(granted);
  EXPECT_EQ(text_at(granted.json->at("refund"), "state"), "granted");
  const std::string officer = text_at(granted.json->at("refund"), "decided_by");
  EXPECT_FALSE(officer.empty());
  EXPECT_TRUE(is_audited("desk", {"finance_officer", officer, "finance.decide", refund}));
  EXPECT_TRUE(is_audited("street", {"finance_officer", officer, "refund.grant", who.id()}));
  EXPECT_TRUE(item_of(finance, who.id()).empty());
  EXPECT_EQ(finance.call(Method::post, refund_path(item, "grant"), {{"words", "再退"}}).status, 409);
  for (int rounds = 0; rounds < 8 && text_at(refunds(who)[0], "state") != "settled"; ++rounds) {
    hall.let_pass(10s);
  }
  expect_refund(who, first, "under", "settled", price_of(who) - 1);
  EXPECT_EQ(given_back(hall.places().wechat_pay, first), std::vector<std::int64_t>{price_of(who) - 1});
  // And the case is paid in full by another order.
  order_by(who, "wechat");
  who.pay_order();
  expect_state(who, "awaiting_acceptance");
  EXPECT_EQ(who.count_deposits(), 1U);
}

TEST(FinanceJourney, OfTooMuchThePriceIsTakenAndTheRestGoesBack) {
  auto& hall = LiveHall::get();
  Officer finance(scene::finance);
  Requester who;
  const object item = wrongly_paid(who, finance, 7, "over");
  const std::string number = number_of(who);
  expect_done(finance.call(Method::post, refund_path(item, "match"), {{"words", "多付七分,入账并退回"}}));
  expect_state(who, "awaiting_acceptance");
  for (int rounds = 0; rounds < 8 && text_at(refunds(who)[0], "state") != "settled"; ++rounds) {
    hall.let_pass(10s);
  }
  expect_refund(who, number, "over", "settled", 7);
  EXPECT_EQ(given_back(hall.places().wechat_pay, number), std::vector<std::int64_t>{7});
  EXPECT_EQ(who.count_deposits(), 1U);
  // What is left is the price: the officers' receipt says yes.
  Officer officer(scene::registration);
  officer.accept(who.id());
}

TEST(FinanceJourney, WhatTheProviderCannotGiveBackIsGivenBackByHand) {
  auto& hall = LiveHall::get();
  Officer finance(scene::finance);
  Requester who;
  who.lead_to(Stage::submitted);
  const std::string number = number_of(who);
  ASSERT_EQ(demo::Customer::at(hall.places().wechat_pay, Method::post, "/admin/orders/" + number + "/refund-fail", {})
                ->status,
            204);
  expect_done(who.post("/withdrawal"));
  hall.settle();
  for (int rounds = 0; rounds < 8 && item_of(finance, who.id()).empty(); ++rounds) {
    hall.let_pass(10s);
  }
  const object item = item_of(finance, who.id());
  ASSERT_FALSE(item.empty()) << "it came back, and somebody has to see to it";
  EXPECT_EQ(text_at(item.at("refund"), "words"), "abnormal");
  const Answered silent = finance.call(Method::post, refund_path(item, "settlement-by-hand"));
  EXPECT_EQ(silent.status, 400) << "without a reference nobody can follow it";
  EXPECT_EQ(text_at(*silent.json, "reason"), "refund.words");
  expect_done(finance.call(Method::post, refund_path(item, "settlement-by-hand"), {{"words", "银行回单 20261121-77"}}));
  expect_refund(who, number, "withdrawn", "settled", price_of(who));
}

TEST(FinanceJourney, AnOfficerGivesBackOnlyWhatWasPaidAndOnlyOfWhatIsOver) {
  auto& hall = LiveHall::get();
  Officer finance(scene::finance);
  Requester who;
  who.lead_to(Stage::submitted);
  const std::string number = number_of(who);
  const std::string path = "/desk/v1/finance/orders/" + number + "/refund";
  const auto expect_told_so = [&](const Answered& answer, int status, const std::string& word) {
    EXPECT_EQ(answer.status, status) << text_of(answer.body);
    EXPECT_EQ(text_at(*answer.json, "reason"), word);
  };
  expect_told_so(finance.call(Method::post, path, {{"fen", 1}, {"words", "错收"}}), 409, "refund.withdraw_first");
  expect_told_so(finance.call(Method::post, "/desk/v1/finance/refunds/" + number + "R9/grant", {{"words", "错收"}}),
                 404, "refund.unknown");
  Officer officer(scene::registration);
  ASSERT_TRUE(officer.desk().refuse(who.id(), "资料不实"));
  hall.settle();
  for (int rounds = 0; rounds < 8 && text_at(refunds(who)[0], "state") != "settled"; ++rounds) {
    hall.let_pass(10s);
  }
  // All of it has gone back already, by itself.
  expect_refund(who, number, "refused", "settled", price_of(who));
  expect_told_so(finance.call(Method::post, path, {{"fen", 1}, {"words", "错收"}}), 400, "refund.sum");
  EXPECT_EQ(given_back(hall.places().wechat_pay, number).size(), 1U);
}

}  // namespace
}  // namespace yinxin::journeys
