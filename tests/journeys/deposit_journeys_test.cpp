// One fen to the unit's account: sent once whatever happens, returned for each of the bank's reasons, filled in again.

#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

std::string standing(Requester& who) { return text_at(who.newest_deposit(), "state"); }

void tell_bank(const std::string& path, const object& body) {
  const auto told = demo::Customer::at(LiveHall::get().places().bank, Method::post, path, body);
  must("the bank", told && told->status == 204 ? Result<void>() : fail(ErrorCode::internal, path));
}

// Returned with this reason: only the account is open, with the bank's words, and one SMS says so.
void expect_reopened(Requester& who, const std::string& reason, std::size_t messages) {
  EXPECT_EQ(standing(who), "returned");
  EXPECT_EQ(text_at(who.newest_deposit(), "reason"), reason);
  EXPECT_EQ(who.view().at("reopened").as_object(), (object{{"account", reason}}));
  EXPECT_EQ(who.count_sms("micro_deposit_failed"), messages);
  // The desk goes on with the case meanwhile, and nothing else may be changed.
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  expect_refused(who.save({{"requester_post", "出纳"}}), 409, "case.submitted", "申请已提交,不能再修改");
}

// The secrets on the bank's receipts, the newest last.
std::vector<std::string> secrets_on_receipts(Requester& who) {
  const auto told = demo::Customer::at(LiveHall::get().places().bank, Method::get, "/admin/deposits", {});
  must("the bank", told ? Result<void>() : Result<void>(told.error()));
  std::vector<std::string> secrets;
  for (const value& deposit : told->json->as_array()) {
    if (text_at(deposit, "id").starts_with(who.id())) {
      secrets.push_back(text_at(deposit, "remark"));
    }
  }
  return secrets;
}

TEST(DepositJourney, EachReasonOfTheBankReopensTheAccountAlone) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::identified);
  const Answers good = who.applicant().account;
  // The bank does not know the number that was typed.
  Answers unknown = good;
  unknown["account_number"] = "7559000000" + std::to_string(10000 + hall.random().below(90000));
  who.applicant().account = unknown;
  who.lead_to(Stage::submitted);
  hall.let_pass(2s);
  expect_reopened(who, "账号不存在", 1);
  // Wrong again, and told at once.
  Answers other_name = good;
  other_name["account_name"] = "别的有限公司";
  expect_problem(who.set_account(other_name), "account_name", "account.name_differs", "基本户名称应与单位名称一致");
  EXPECT_EQ(who.count_deposits(), 1U);
  // The number is somebody else's.
  Answers anothers = good;
  anothers["account_number"] = "7559111111" + std::to_string(10000 + hall.random().below(90000));
  tell_bank("/admin/accounts", {{"number", anothers.at("account_number")}, {"name", "别的有限公司"}});
  expect_done(who.set_account(anothers));
  hall.settle();
  hall.let_pass(2s);
  expect_reopened(who, "账号户名不符", 2);
  // Right at last; the bank calls it settled, and sends it back all the same, for whatever it finds.
  std::size_t messages = 2;
  for (const char* reason : {"开户行有误", "已销户"}) {
    expect_done(who.set_account(good));
    hall.settle();
    hall.let_pass(2s);
    EXPECT_EQ(standing(who), "settled");
    tell_bank("/admin/deposits/" + text_at(who.newest_deposit(), "id") + "/return", {{"reason", reason}});
    hall.let_pass(31min);
    who.sign_in();
    expect_reopened(who, reason, ++messages);
  }
  expect_done(who.set_account(good));
  hall.settle();
  hall.let_pass(2s);
  EXPECT_EQ(standing(who), "settled");
  EXPECT_EQ(who.view().at("reopened").as_object(), object());
  EXPECT_EQ(who.count_deposits(), 5U);
  EXPECT_EQ(who.count_sms("micro_deposit_failed"), 4U);
  // Every deposit had a secret of its own.
  const auto secrets = secrets_on_receipts(who);
  EXPECT_EQ(std::set<std::string>(secrets.begin(), secrets.end()).size(), secrets.size());
  expect_refused(who.set_account(good), 409, "account.closed", "账户信息已提交,当前不能修改");
}

TEST(DepositJourney, ABankThatIsDownGetsItLaterAndOnce) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::identified);
  hall.plan(hall.places().bank, "pay", "unavailable", 2);
  who.lead_to(Stage::submitted);
  EXPECT_EQ(who.count_deposits(), 0U);
  EXPECT_EQ(standing(who), "asked");
  for (int rounds = 0; rounds < 8 && who.count_deposits() == 0; ++rounds) {
    hall.let_pass(8s);
  }
  hall.let_pass(2s);
  EXPECT_EQ(who.count_deposits(), 1U);
  EXPECT_EQ(standing(who), "settled");
  EXPECT_EQ(who.state(), "awaiting_acceptance");
}

TEST(DepositJourney, AnAnswerThatNeverCameIsAskedAfterAndNothingIsSentTwice) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::identified);
  hall.plan(hall.places().bank, "pay", "lose_answer");
  hall.plan(hall.places().bank, "find", "unavailable");
  who.lead_to(Stage::submitted);
  EXPECT_EQ(who.count_deposits(), 1U) << "the bank has it";
  EXPECT_EQ(standing(who), "asked") << "and we do not know";
  for (int rounds = 0; rounds < 8 && standing(who) == "asked"; ++rounds) {
    hall.let_pass(8s);
  }
  hall.let_pass(2s);
  EXPECT_EQ(standing(who), "settled");
  EXPECT_EQ(who.count_deposits(), 1U);
}

// The secret goes with the case: what still waited for the bank would be tried in vain until given up.
TEST(DepositJourney, ADepositThatNeverLeftIsNotSentOnceItsCaseIsRefused) {
  auto& hall = LiveHall::get();
  Requester never, taken;
  Officer officer(scene::registration);
  never.lead_to(Stage::identified);
  taken.lead_to(Stage::identified);
  hall.plan(hall.places().bank, "pay", "unavailable");
  never.lead_to(Stage::submitted);
  ASSERT_EQ(never.count_deposits(), 0U);
  ASSERT_TRUE(officer.desk().refuse(never.id(), "单位已注销"));
  hall.settle();
  hall.plan(hall.places().bank, "pay", "lose_answer");
  hall.plan(hall.places().bank, "find", "unavailable");
  taken.lead_to(Stage::submitted);
  ASSERT_EQ(standing(taken), "asked") << "though the bank has it";
  ASSERT_TRUE(officer.desk().refuse(taken.id(), "单位已注销"));
  for (int rounds = 0; rounds < 8; ++rounds) {
    hall.let_pass(8s);
  }
  EXPECT_EQ(never.state(), "refused");
  EXPECT_EQ(never.count_deposits(), 0U);
  EXPECT_EQ(taken.count_deposits(), 1U);
  EXPECT_EQ(standing(taken), "settled");
  // Whatever waited would be due by then.
  hall.clock().put_forward(2h);
  const auto left = hall.hall().street().store().claim_errands("micro_deposit", 50, 1min).value();
  EXPECT_TRUE(std::ranges::none_of(
      left, [&](const auto& each) { return each.errand.case_id == never.id() || each.errand.case_id == taken.id(); }));
}

TEST(DepositJourney, ABankThatRefusesIsAFailureOfTheAccount) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::identified);
  hall.plan(hall.places().bank, "pay", "decline");
  who.lead_to(Stage::submitted);
  expect_reopened(who, "银行未受理", 1);
  expect_done(who.set_account(who.applicant().account));
  hall.settle();
  hall.let_pass(2s);
  EXPECT_EQ(standing(who), "settled");
  EXPECT_EQ(who.count_deposits(), 1U);
}

// Messages.

// How many copies of the code for this challenge the provider has.
std::size_t copies(Requester& who, const std::string& challenge) {
  const Bytes all = must_have("the outbox", who.customer().all_sms());
  const value read = boost::json::parse(text_of(all));
  return static_cast<std::size_t>(std::ranges::count_if(
      read.as_array(), [&](const value& message) { return text_at(message, "out_id") == challenge; }));
}

TEST(MessageJourney, OneIntentIsOneMessageWhateverTheProviderDoes) {
  auto& hall = LiveHall::get();
  for (const std::string fault : {"unavailable", "decline", "lose_answer", "bad_signature"}) {
    SCOPED_TRACE(fault);
    Requester who;
    hall.plan(hall.places().sms, "SendSms", fault, fault == "unavailable" ? 3 : 1);
    const std::string mobile = who.applicant().answer("requester_mobile");
    const Answered sent = must_have("an answer", who.customer().ask_code());
    expect_done(sent, 202);
    const std::string challenge = text_at(*sent.json, "challenge");
    hall.settle();
    const bool was_done = fault == "lose_answer" || fault == "bad_signature";
    EXPECT_EQ(copies(who, challenge), was_done ? 1U : 0U);
    for (int rounds = 0; rounds < 4; ++rounds) {
      hall.let_pass(10s);
    }
    EXPECT_EQ(copies(who, challenge), 1U);
    const std::string code = must_have("the code", who.customer().newest_sms("code", challenge));
    expect_done(
        must_have("an answer", who.customer().call(Method::post, "/api/v1/login",
                                                   {{"mobile", mobile}, {"challenge", challenge}, {"code", code}})));
  }
}

}  // namespace
}  // namespace yinxin::journeys
