// Paying by transfer, over the wire: the slip, where finance sees it, and the secret that comes by SMS.

#include "api/session/paper_tickets.h"
#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

std::string announce_transfer(Requester& who) {
  const Bytes slip = must_have("a slip", demo::photograph("the bank's slip of " + who.id()));
  expect_done(must_have("an answer", who.customer().call(Method::put, "/api/v1/cases/" + who.id() + "/transfer-voucher",
                                                         slip, "application/octet-stream")));
  EXPECT_EQ(who.state(), "awaiting_funds");
  return text_at(who.newest_order(), "number");
}

Answered voucher_link(Officer& officer, const std::string& order) {
  return officer.call(Method::post, "/desk/v1/finance/transfers/" + order + "/voucher/link");
}

// A stranger's slip is a paper like any other: never where the officers' session is.
TEST(TransferJourney, TheSlipIsShownOnTheOriginOfThePapersAlone) {
  auto& hall = LiveHall::get();
  Requester who, other;
  who.lead_to(Stage::identified);
  other.lead_to(Stage::identified);
  const std::string number = announce_transfer(who);
  const std::string others_number = announce_transfer(other);
  Officer finance(scene::finance), registration(scene::registration);
  EXPECT_EQ(voucher_link(registration, number).status, 403);
  const Answered linked = voucher_link(finance, number);
  expect_done(linked);
  const std::string url = text_at(*linked.json, "url");
  const std::string path = url.substr(url.find("/papers/"));
  const auto open = [&](const std::string& where, const std::string& host = "localhost") {
    return LiveHall::send(hall.papers_port(), {.method = Method::get, .target = where, .headers = {}, .body = {}},
                          host);
  };
  const Answered shown = open(path);
  EXPECT_EQ(shown.status, 200);
  EXPECT_TRUE(text_of(shown.body).starts_with("\xFF\xD8\xFF")) << "a picture of our own making";
  EXPECT_EQ(open(path, "127.0.0.1").status, 403) << "nor under the desk's own name";
  EXPECT_EQ(finance.call(Method::get, path).status, 404) << "nor is it at the desk";
  std::string of_other = path;
  of_other.replace(of_other.find(number), number.size(), others_number);
  expect_refused(open(of_other), 403, "ticket.false", "资料链接无效,请在办理台重新打开");
  EXPECT_EQ(voucher_link(finance, who.id() + "-9").status, 404);
  hall.let_pass(api::paper_ticket_life);
  expect_refused(open(path), 410, "ticket.late", "资料链接已过期,请在办理台重新打开");
}

TEST(TransferJourney, MoneyWithOurNumberSubmitsTheCaseAndTheSecretComesBySms) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::identified);
  announce_transfer(who);
  const auto& account = who.applicant().account;
  const auto booked = demo::Customer::at(hall.places().bank, Method::post, "/admin/credits",
                                         {{"payer_name", account.at("account_name")},
                                          {"payer_account", account.at("account_number")},
                                          {"fen", who.view().at("price_fen")},
                                          {"remark", "证书费 " + who.id()}});
  ASSERT_TRUE(booked);
  ASSERT_EQ(booked->status, 201);
  for (int rounds = 0; rounds < 10 && who.state() != "awaiting_acceptance"; ++rounds) {
    hall.let_pass(1min);
  }
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  EXPECT_EQ(must_have("a secret", who.customer().secret_by_sms()).size(), 8U);
  EXPECT_EQ(who.count_sms("pin_by_sms"), 1U);
  EXPECT_EQ(who.count_deposits(), 0U);
}

TEST(TransferJourney, WhoPaidByACodeAndTransfersAsWellGetsThatBack) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::submitted);
  const auto& account = who.applicant().account;
  const auto booked = demo::Customer::at(hall.places().bank, Method::post, "/admin/credits",
                                         {{"payer_name", account.at("account_name")},
                                          {"payer_account", account.at("account_number")},
                                          {"fen", who.view().at("price_fen")},
                                          {"remark", who.id()}});
  ASSERT_TRUE(booked);
  ASSERT_EQ(booked->status, 201);
  for (int rounds = 0; rounds < 10 && who.view().at("refunds").as_array().empty(); ++rounds) {
    hall.let_pass(1min);
  }
  const object shown = who.view();
  ASSERT_EQ(shown.at("refunds").as_array().size(), 1U);
  const value refund = shown.at("refunds").as_array().front();
  EXPECT_EQ(text_at(refund, "state"), "asked");
  EXPECT_EQ(refund.at("fen").to_number<std::int64_t>(), shown.at("price_fen").to_number<std::int64_t>());
  EXPECT_EQ(who.state(), "awaiting_acceptance");
  Officer finance(scene::finance);
  const std::string path = "/desk/v1/finance/refunds/" + text_at(refund, "number") + "/settlement-by-hand";
  expect_done(finance.call(Method::post, path, {{"words", "网银退回,流水号N123"}}));
  EXPECT_EQ(text_at(who.view().at("refunds").as_array().front(), "state"), "settled");
}

}  // namespace
}  // namespace yinxin::journeys
