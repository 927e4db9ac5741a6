// What an SMS costs whoever asks for one: nothing goes out before the work is done, and a proof is good for one.

#include "api/session/session.h"
#include "street/http_street.h"

namespace yinxin::street_test {
namespace {

using boost::json::object;

constexpr const char* codes = "/api/v1/login/codes";
constexpr const char* puzzles = "/api/v1/login/puzzles";
constexpr const char* mobile = "13800138000";

class SafetyCheck : public StreetOverHttp {
 protected:
  void refused(const object& asked, int status, const std::string& reason, const std::string& words) {
    const Told told = call(Method::post, codes, asked);
    EXPECT_EQ(told.status, status) << boost::json::serialize(told.json);
    EXPECT_EQ(told.json.at("reason").as_string(), reason);
    EXPECT_EQ(told.json.at("detail").as_string(), words);
    EXPECT_FALSE(told.json.at("detail_en").as_string().empty());
    EXPECT_TRUE(store_->claim_messages(10, 1min).value().empty()) << "nothing goes out";
  }
};

TEST_F(SafetyCheck, NoMessageLeavesBeforeTheWorkIsDone) {
  refused({{"mobile", mobile}}, 403, "puzzle.missing", "请完成安全验证");
  object asked = paid(mobile);
  const object right = asked;
  asked.erase("proof");
  refused(asked, 403, "puzzle.missing", "请完成安全验证");
  asked["proof"] = std::string(128, '0');
  refused(asked, 403, "puzzle.wrong", "安全验证未通过,请重新获取验证码");
  // Whoever has it cheaper by his own word has another token.
  Bytes token = from_hex(right.at("puzzle").as_string()).value();
  token[24] -= 1;
  asked = right;
  asked["puzzle"] = to_hex(token);
  refused(asked, 403, "puzzle.unknown", "安全验证已失效,请重新获取验证码");
  EXPECT_EQ(call(Method::post, codes, right).status, 202);
  EXPECT_FALSE(code_sent().empty());
}

TEST_F(SafetyCheck, AProofIsForOneMessageWhateverBecomesOfIt) {
  const object first = paid(mobile);
  EXPECT_EQ(call(Method::post, codes, first).status, 202);
  EXPECT_FALSE(code_sent().empty());
  object other = first;
  other["mobile"] = "13900139000";
  refused(other, 410, "puzzle.used", "安全验证已使用,请重新获取验证码");
  // Learning that somebody has just asked for a code is paid for, too.
  const object again = paid(mobile);
  refused(again, 429, "code.pause", "获取过于频繁,请60秒后再试");
  refused(again, 410, "puzzle.used", "安全验证已使用,请重新获取验证码");
}

TEST_F(SafetyCheck, ALateProofIsRefusedAndANewOneIsGood) {
  const object late = paid(mobile);
  clock_.advance(hall::puzzle_life);
  refused(late, 410, "puzzle.expired", "安全验证已超时,请重新获取验证码");
  EXPECT_EQ(call(Method::post, codes, paid(mobile)).status, 202);
}

TEST_F(SafetyCheck, ANumberThatIsNoneCostsNobodyHisWork) {
  object asked = paid("1380013800");
  refused(asked, 400, "mobile.length", "手机号码应为11位数字");
  asked["mobile"] = mobile;
  EXPECT_EQ(call(Method::post, codes, asked).status, 202);
}

TEST_F(SafetyCheck, APuzzleIsToldWholeAndKeptByNobodyBetween) {
  const Told given = call(Method::post, puzzles);
  ASSERT_EQ(given.status, 200);
  EXPECT_EQ(given.json.at("algorithm").as_string(), "SM3");
  EXPECT_EQ(given.json.at("bits").as_int64(), puzzle_price.bits);
  EXPECT_EQ(given.json.at("parts").to_number<std::size_t>(), hall::puzzle_parts);
  EXPECT_EQ(given.json.at("salt").as_string().size(), 2 * crypto::puzzle_salt_bytes);
  EXPECT_EQ(given.json.at("expires_at").as_string(), to_rfc3339(clock_.now() + hall::puzzle_life));
  EXPECT_NE(given.json.at("puzzle"), call(Method::post, puzzles).json.at("puzzle"));
}

// Loopback has one price; these come from elsewhere, past the sockets.
TEST_F(SafetyCheck, WhoeverAsksOftenPaysMore) {
  net::Router router;
  api::add_hall_routes(router, parts());
  const auto bits = [&](const std::string& address) {
    net::Request request{.method = Method::post,
                         .target = net::parse_target(puzzles).value(),
                         .headers = {},
                         .body = {},
                         .peer = {.address = address, .port = 1, .is_loopback = false},
                         .parameters = {}};
    request.headers.add(std::string(api::page_field), "1");
    const net::Response told = router.find(Method::post, request.target).route->handler(request);
    EXPECT_EQ(told.status, 200);
    return boost::json::parse(text_of(told.body.view())).at("bits").as_int64();
  };
  for (std::uint32_t asked = 0; asked < hall::cheap_puzzles; ++asked) {
    EXPECT_EQ(bits("203.0.113." + std::to_string(asked)), puzzle_price.bits);
  }
  EXPECT_EQ(bits("203.0.113.77"), puzzle_price.bits + 1);
  EXPECT_EQ(bits("198.51.100.1"), puzzle_price.bits);
}

}  // namespace
}  // namespace yinxin::street_test
