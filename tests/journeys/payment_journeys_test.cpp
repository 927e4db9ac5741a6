// Money: accounts that are not the unit's, callbacks that are forged, late, twice or never, sums that differ, clicks
// that come twice.

#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

constexpr const char* unavailable = "外部服务暂时没有答复,请稍后再试,已填写的内容不会丢失";

std::size_t timeline_count(Requester& who, const std::string& kind) {
  const object shown = who.view();
  const array& timeline = shown.at("timeline").as_array();
  return static_cast<std::size_t>(
      std::ranges::count_if(timeline, [&](const value& entry) { return text_at(entry, "kind") == kind; }));
}

// Submitted, once, with one deposit, and at the desk.
void expect_submitted_once(Requester& who) {
  auto& hall = LiveHall::get();
  hall.settle();
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  EXPECT_EQ(timeline_count(who, "funds_proven"), 1U);
  EXPECT_EQ(who.count_deposits(), 1U);
  const auto record = hall.house().desk().find(who.id());
  ASSERT_TRUE(record) << record.error().describe();
  EXPECT_EQ(record->snapshot.revision, 1);
}

TEST(PaymentJourney, TheAccountIsTheUnitsAndANumber) {
  Requester who;
  who.lead_to(Stage::papers_in);
  expect_refused(who.order(), 409, "payment.not_now", "当前不能支付");
  who.lead_to(Stage::identified);
  const Answers good = who.applicant().account;
  const auto with = [&](const std::string& field, const std::string& typed) {
    Answers account = good;
    account[field] = typed;
    return account;
  };
  const auto expect_slip = [&](const Answers& account, const std::string& field, const std::string& word,
                               const std::string& sentence) {
    const Answered refused = who.set_account(account);
    EXPECT_EQ(refused.status, 422);
    expect_problem(refused, field, word, sentence);
    const Answered unpaid = who.order();
    EXPECT_EQ(unpaid.status, 422);
    expect_problem(unpaid, field, word, sentence);
    if (!account.at(field).empty()) {
      EXPECT_EQ(who.answers().at(field), account.at(field)) << "kept as it was typed";
    }
  };
  expect_slip(with("account_number", ""), "account_number", "required", "此项必填");
  expect_slip(with("account_number", "7559x12345"), "account_number", "bank_account.character", "账号只能是数字");
  expect_slip(with("account_number", "1234567"), "account_number", "bank_account.length", "账号应为8至32位数字");
  expect_slip(with("account_name", "别的有限公司"), "account_name", "account.name_differs",
              "基本户名称应与单位名称一致");
  EXPECT_TRUE(who.newest_order().empty());
  const Answered personal = who.set_account(with("account_number", "6225880137706868"));
  expect_done(personal);
  expect_problem(personal, "account_number", "bank_account.looks_personal", "这像是个人银行卡号,请填写对公基本户账号",
                 true);
  // The shipped table has head offices alone.
  const Answered branch = who.set_account(good);
  expect_done(branch);
  expect_problem(branch, "account_bank", "account_bank.not_found", "没有在列表中找到,请核对开户行全称", true);
  const Answered head = who.set_account(with("account_bank", "中国 工商银行"));
  expect_done(head);
  EXPECT_TRUE(head.json->at("problems").as_array().empty());
  EXPECT_EQ(who.answers().at("account_bank"), "中国工商银行") << "in the table's words";
  expect_done(who.set_account(good));
  expect_refused(who.post("/payments", {{"way", "barter"}}), 400, "payment.way", "请选择付款方式");
  expect_refused(who.post("/payments", {{"way", "corporate_transfer"}}), 501, "payment.voucher_first",
                 "请先上传汇款凭证");
  who.pay();
  expect_submitted_once(who);
  expect_refused(who.set_account(good), 409, "account.closed", "账户信息已提交,当前不能修改");
  expect_refused(who.order(), 409, "payment.not_now", "当前不能支付");
  expect_refused(who.save({{"requester_post", "出纳"}}), 409, "case.submitted", "申请已提交,不能再修改");
}

TEST(PaymentJourney, AProviderThatIsDownAndASecondClickGiveOneOrder) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  hall.plan(hall.places().wechat_pay, "open", "unavailable");
  expect_refused(who.order(), 503, "provider.unavailable", unavailable);
  hall.plan(hall.places().wechat_pay, "open", "lose_answer");
  expect_refused(who.order(), 503, "provider.unavailable", unavailable);
  expect_done(who.order());
  const object first = who.newest_order();
  expect_done(who.order());
  EXPECT_EQ(who.newest_order(), first);
  EXPECT_EQ(who.view().at("orders").as_array().size(), 1U);
  // While it may be paid nothing is changed.
  expect_refused(who.save({{"requester_post", "出纳"}}), 409, "case.payment_under_way", "支付进行中,暂不能修改");
  expect_refused(who.post("/payments/YX000-1/question"), 404, "order.unknown", "没有这个订单");
  who.pay_order();
  must("submitted", who.customer().wait_for("awaiting_acceptance"));
  expect_submitted_once(who);
}

TEST(PaymentJourney, ACallbackThatIsForgedOrOldProvesNothing) {
  auto& hall = LiveHall::get();
  for (const char* fault : {"bad_signature", "stale", "unknown_key"}) {
    SCOPED_TRACE(fault);
    Requester who;
    lead_to_payment(who);
    expect_done(who.order());
    hall.plan(hall.places().wechat_pay, "callback", fault);
    const std::uint64_t before = hall.requests();
    who.pay_order();
    ASSERT_TRUE(hall.wait_for_requests(before + 1)) << "the callback has not come";
    EXPECT_EQ(who.state(), "awaiting_payment");
    // He says that he has paid, and the provider is asked.
    expect_done(who.ask_order());
    expect_submitted_once(who);
  }
  const std::string path = "/api/v1/callbacks/wechat_pay";
  const Answered unsigned_one =
      hall.ask(Method::post, path, {{"Content-Type", "application/json"}}, R"({"event_type": "TRANSACTION.SUCCESS"})");
  EXPECT_GE(unsigned_one.status, 400);
  EXPECT_LT(unsigned_one.status, 500);
}

TEST(PaymentJourney, ACallbackMayComeTwice) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  expect_done(who.order());
  hall.plan(hall.places().wechat_pay, "callback", "repeat_callback");
  const std::uint64_t before = hall.requests();
  who.pay_order();
  ASSERT_TRUE(hall.wait_for_requests(before + 2));
  expect_submitted_once(who);
  expect_done(who.ask_order());
  expect_submitted_once(who);
}

TEST(PaymentJourney, ACallbackThatIsLostIsMadeUpForByAsking) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  expect_done(who.order());
  hall.plan(hall.places().wechat_pay, "callback", "no_callback");
  constexpr int many = 200;  // other orders may be asked about, too
  hall.plan(hall.places().wechat_pay, "find", "unavailable", many);
  who.pay_order();
  EXPECT_EQ(who.state(), "awaiting_payment");
  hall.let_pass(1min);  // the provider is down
  EXPECT_EQ(who.state(), "awaiting_payment");
  LiveHall::forget_plans(hall.places().wechat_pay);
  hall.let_pass(2min);
  expect_submitted_once(who);
}

TEST(PaymentJourney, AnotherSumIsNotTheOrdersAndStaysInSight) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  expect_done(who.order());
  const std::string first = text_at(who.newest_order(), "number");
  who.pay_order(1);
  expect_done(who.ask_order());
  hall.settle();
  EXPECT_EQ(who.state(), "awaiting_payment");
  EXPECT_EQ(timeline_count(who, "payment_differs"), 1U);
  EXPECT_EQ(who.count_deposits(), 0U);
  // When the order has run out he pays another one, and in full.
  hall.let_pass(31min);
  who.sign_in();
  expect_done(who.order());
  EXPECT_NE(text_at(who.newest_order(), "number"), first);
  who.pay_order();
  must("submitted", who.customer().wait_for("awaiting_acceptance"));
  expect_submitted_once(who);
  EXPECT_EQ(timeline_count(who, "payment_differs"), 1U);
}

TEST(PaymentJourney, AnOrderThatWasPaidInTheLastMomentIsNotPaidAgain) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  expect_done(who.order());
  hall.plan(hall.places().wechat_pay, "callback", "no_callback");
  who.pay_order();
  hall.clock().put_forward(20min);
  EXPECT_EQ(who.state(), "awaiting_payment");
  hall.clock().put_forward(11min);  // nobody has asked the provider meanwhile
  const Answered again = who.order();
  expect_done(again);
  EXPECT_EQ(who.view().at("orders").as_array().size(), 1U);
  expect_submitted_once(who);
}

TEST(PaymentJourney, AnOrderThatRanOutIsReplaced) {
  auto& hall = LiveHall::get();
  Requester who;
  lead_to_payment(who);
  expect_done(who.order());
  const std::string first = text_at(who.newest_order(), "number");
  hall.let_pass(31min);
  who.sign_in();
  EXPECT_EQ(who.answers().at("account_number"), who.applicant().account.at("account_number"));
  expect_done(who.order());
  EXPECT_NE(text_at(who.newest_order(), "number"), first);
  who.pay_order();
  must("submitted", who.customer().wait_for("awaiting_acceptance"));
  expect_submitted_once(who);
}

}  // namespace
}  // namespace yinxin::journeys
