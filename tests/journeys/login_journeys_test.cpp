// Logging in and coming back: codes that are wrong, late, used or too many; sessions that end; doors that are not ours.

#include "crypto/client_puzzle.h"
#include "hall/account/puzzles.h"
#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

// Somebody who has asked for a code.
struct Asked {
  LiveHall& hall = LiveHall::get();
  Requester who{};
  std::string challenge{};

  Answered ask_code() {
    Answered sent = must_have("an answer", who.customer().ask_code());
    if (sent.status == 202) {
      challenge = text_at(*sent.json, "challenge");
      hall.settle();
    }
    return sent;
  }
  Answered sign_in(const std::string& code) {
    return must_have("an answer", who.customer().call(Method::post, "/api/v1/login",
                                                      {{"mobile", who.applicant().answer("requester_mobile")},
                                                       {"challenge", challenge},
                                                       {"code", code}}));
  }
  std::string code() { return must_have("the code", who.customer().newest_sms("code", challenge)); }
  std::string wrong_code() { return code() == "000000" ? "000001" : "000000"; }
};

TEST(LoginJourney, AWrongCodeLeavesTriesAndARightOneIsGoodOnce) {
  Asked asked;
  expect_done(asked.ask_code(), 202);
  expect_refused(asked.sign_in(asked.wrong_code()), 403, "code.wrong.4", "验证码不正确,还可输入4次");
  expect_refused(asked.sign_in(asked.wrong_code()), 403, "code.wrong.3", "验证码不正确,还可输入3次");
  const std::string code = asked.code();
  expect_done(asked.sign_in(code));
  expect_refused(asked.sign_in(code), 410, "code.expired", "验证码已失效,请重新获取");
  asked.hall.let_pass(61s);
  asked.who.lead_to(Stage::begun);
  EXPECT_EQ(asked.who.state(), "draft");
}

TEST(LoginJourney, ALateCodeIsReplacedByANewOne) {
  Asked asked;
  expect_done(asked.ask_code(), 202);
  const std::string late = asked.code();
  expect_refused(asked.ask_code(), 429, "code.pause", "获取过于频繁,请60秒后再试");
  asked.hall.let_pass(5min);
  expect_refused(asked.sign_in(late), 410, "code.expired", "验证码已失效,请重新获取");
  expect_done(asked.ask_code(), 202);
  expect_done(asked.sign_in(asked.code()));
}

TEST(LoginJourney, TooManyWrongCodesEndTheCodeAndThenTheDay) {
  Asked asked;
  for (int code = 1; code <= 2; ++code) {
    expect_done(asked.ask_code(), 202);
    const std::string wrong = asked.wrong_code();
    for (int tries = 4; tries > 0; --tries) {
      const std::string left = std::to_string(tries);
      expect_refused(asked.sign_in(wrong), 403, "code.wrong." + left, "验证码不正确,还可输入" + left + "次");
    }
    expect_refused(asked.sign_in(wrong), 403, "code.locked", "验证码错误次数过多,请重新获取或明日再试");
    // The right one comes too late.
    EXPECT_NE(asked.sign_in(asked.code()).status, 200);
    asked.hall.let_pass(61s);
  }
  expect_refused(asked.ask_code(), 429, "code.day", "今日获取次数已达上限,请明日再试或拨打客服热线");
  asked.hall.let_pass(24h);
  expect_done(asked.ask_code(), 202);
  expect_done(asked.sign_in(asked.code()));
}

TEST(LoginJourney, ANumberThatIsNoneGetsNoCode) {
  Requester who;
  const auto ask = [&](const std::string& mobile) { return must_have("an answer", who.customer().ask_code(mobile)); };
  expect_refused(ask("1380013800"), 400, "mobile.length", "手机号码应为11位数字");
  expect_refused(ask("1380013800x"), 400, "mobile.character", "手机号码应为11位数字");
  expect_refused(ask("12800138000"), 400, "mobile.prefix", "手机号码应为11位数字,以13至19开头");
  who.lead_to(Stage::begun);
  EXPECT_EQ(who.state(), "draft");
}

TEST(LoginJourney, NoCodeIsSentBeforeTheSafetyCheckAndItIsMadeAnew) {
  auto& hall = LiveHall::get();
  Requester who;
  const std::string mobile = who.applicant().answer("requester_mobile");
  const auto ask = [&](const object& body) {
    return must_have("an answer", who.customer().call(Method::post, "/api/v1/login/codes", body));
  };
  const auto given = [&] {
    return must_have("a puzzle", who.customer().call(Method::post, "/api/v1/login/puzzles", object{}));
  };
  const auto solved = [](const Answered& puzzle) {
    return to_hex(crypto::do_work(must_have("a salt", from_hex(text_at(*puzzle.json, "salt"))),
                                  static_cast<int>(puzzle.json->at("bits").as_int64()),
                                  puzzle.json->at("parts").to_number<std::size_t>()));
  };
  expect_refused(ask({{"mobile", mobile}}), 403, "puzzle.missing", "请完成安全验证");
  expect_refused(ask({{"mobile", mobile}, {"puzzle", "made up"}, {"proof", "00"}}), 403, "puzzle.unknown",
                 "安全验证已失效,请重新获取验证码");
  const Answered late = given();
  const object too_late{{"mobile", mobile}, {"puzzle", text_at(*late.json, "puzzle")}, {"proof", solved(late)}};
  hall.let_pass(hall::puzzle_life);
  expect_refused(ask(too_late), 410, "puzzle.expired", "安全验证已超时,请重新获取验证码");
  const Answered puzzle = given();
  object body{{"mobile", mobile}, {"puzzle", text_at(*puzzle.json, "puzzle")}, {"proof", std::string(128, '0')}};
  expect_refused(ask(body), 403, "puzzle.wrong", "安全验证未通过,请重新获取验证码");
  body["proof"] = solved(puzzle);
  expect_done(ask(body), 202);
  expect_refused(ask(body), 410, "puzzle.used", "安全验证已使用,请重新获取验证码");
  hall.let_pass(61s);
  who.lead_to(Stage::begun);
  EXPECT_EQ(who.state(), "draft");
}

TEST(LoginJourney, ASessionThatEndedCostsNothingThatWasTyped) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::entered);
  const Answers before = who.answers();
  hall.let_pass(31min);
  expect_refused(must_have("an answer", who.customer().get("/api/v1/cases/" + who.id())), 401, "session.over",
                 "登录已超时,请重新登录,已填写的内容不会丢失");
  expect_refused(hall.ask(Method::get, "/api/v1/cases", {}), 401, "session.none", "请先登录");
  who.sign_in();
  EXPECT_EQ(who.answers(), before);
  const Answered signed_out = must_have("an answer", who.customer().call(Method::delete_, "/api/v1/login", {}, ""));
  expect_done(signed_out, 204);
  expect_refused(must_have("an answer", who.customer().get("/api/v1/cases/" + who.id())), 401, "session.none",
                 "请先登录");
  hall.let_pass(61s);
  who.sign_in();
  who.lead_to(Stage::papers_in);
  EXPECT_EQ(who.answers(), before);
  expect_done(who.post("/phone-links"), 201);
  EXPECT_EQ(who.state(), "proving_identity");
}

TEST(LoginJourney, DoorsThatAreNotOursStayShut) {
  auto& hall = LiveHall::get();
  Requester who;
  who.lead_to(Stage::signed_in);
  const auto begin = [&](const std::string& project) {
    return must_have("an answer", who.customer().call(Method::post, "/api/v1/cases", {{"project_id", project}}));
  };
  expect_refused(begin("ffffffffffffffffffffffffffffffff"), 404, "project.unknown",
                 "链接中的项目编号不存在。请回到业务平台的登录页重新点击“证书申请”");
  const Answered foreign = hall.ask(Method::post, "/api/v1/login/codes", {{"Content-Type", "application/json"}},
                                    R"({"mobile": "13800138000"})");
  expect_refused(foreign, 403, "page.foreign", "请求来源不被允许");
  const std::string cookie = who.customer().memory().substr(0, who.customer().memory().find('\n'));
  const Answered keyless = hall.ask(Method::post, "/api/v1/cases",
                                    {{"X-Yinxin-Page", "1"}, {"Cookie", cookie}, {"Content-Type", "application/json"}},
                                    boost::json::serialize(object{{"project_id", hall.project()}}));
  expect_refused(keyless, 400, "opening_key.length", "请求缺少幂等键");
  const Answered garbled = must_have(
      "an answer",
      who.customer().call(Method::post, "/api/v1/cases", to_bytes(bytes_of("{not json")), "application/json"));
  expect_refused(garbled, 400, "body.json", "请求内容不是有效的JSON");
  who.lead_to(Stage::begun);
  // Somebody else's case is none of his.
  Requester other;
  other.lead_to(Stage::begun);
  expect_refused(must_have("an answer", who.customer().get("/api/v1/cases/" + other.id())), 404, "case.unknown",
                 "没有找到这份申请");
  EXPECT_EQ(who.state(), "draft");
}

TEST(LoginJourney, ASecondClickOpensTheSameCase) {
  Requester who;
  who.lead_to(Stage::begun);
  const std::string first = who.id();
  must("the second click", who.customer().begin());
  EXPECT_EQ(who.id(), first);
  const Answered mine = must_have("an answer", who.customer().get("/api/v1/cases"));
  EXPECT_EQ(mine.json->at("cases").as_array().size(), 1U);
}

}  // namespace
}  // namespace yinxin::journeys
