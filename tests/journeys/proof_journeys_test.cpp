// An account that proves nothing: its token is taken over by nobody until the right account is proven.

#include "api/problem/sentences.h"
#include "base/text.h"
#include "journeys/requester.h"

namespace yinxin::journeys {
namespace {

using namespace std::chrono_literals;

// A case whose deposit came back, and whose token was made meanwhile.
class ProofJourney : public ::testing::Test {
 protected:
  void make_token_of_unproven_account(const std::string& device, const std::string& serial) {
    hall_.take_in_token(device, serial);
    who_.lead_to(Stage::identified);
    good_ = who_.applicant().account;
    unknown_ = good_;
    unknown_["account_number"] = "7559000000" + std::to_string(10000 + hall_.random().below(90000));
    who_.applicant().account = unknown_;
    who_.lead_to(Stage::submitted);
    hall_.let_pass(2s);
    ASSERT_EQ(text_at(who_.newest_deposit(), "state"), "returned");
    Officer officer(scene::registration);
    officer.accept(who_.id());
    Officer reviewer(scene::review);
    reviewer.approve(who_.id());
    make_line(who_.id(), device);
    hall_.settle();
    ASSERT_EQ(who_.state(), "ready");
    ukey_.emplace(must_have("a token", token::Ukey::open(hall_.scene().library(), device)));
  }

  std::string newest_secret() {
    constexpr std::size_t digits = 8;
    const auto told =
        must_have("the bank", demo::Customer::at(hall_.places().bank, Method::get, "/admin/deposits", {}));
    std::string remark;
    for (const value& deposit : told.json->as_array()) {
      remark = text_at(deposit, "id").starts_with(who_.id()) ? text_at(deposit, "remark") : remark;
    }
    return remark.substr(remark.size() - digits);
  }

  Result<pin::MessageId> ask_code() {
    hall_.let_pass(pin::code_pause);
    return agent::send_code(holder_, *ukey_, scene::container, who_.applicant().answer("requester_mobile"));
  }

  // With a code of its own each time, from his telephone.
  Result<void> take_over(const std::string& text) {
    office::ActivationCode code;
    code.challenge = must_have("a code", ask_code());
    const std::string digits = must_have("an SMS", who_.customer().newest_sms("code", to_hex(code.challenge)));
    code.digits = SecretBytes(bytes_of(digits));
    const SecretBytes secret(bytes_of(text));
    const SecretBytes own(bytes_of("holder-own-pin"));
    const auto taken = agent::take_over(holder_, *ukey_, scene::container,
                                        {.activation_secret = secret,
                                         .code = code,
                                         .chosen_pin = own,
                                         .numbers = {},
                                         .roles_ca = hall_.house().roles()},
                                        hall_.random(), hall_.clock().now());
    return taken ? Result<void>() : Result<void>(taken.error());
  }

  static std::string line_state(const std::string& id) {
    Officer production(scene::production);
    return must_have("the line", production.desk().line_state(id, scene::case_line));
  }

  LiveHall& hall_ = LiveHall::get();
  Requester who_;
  Answers good_, unknown_;
  std::optional<token::Ukey> ukey_;
  agent::HallClient holder_{must_have("the hall", agent::Remote::at(hall_.url(), {}))};
};

TEST_F(ProofJourney, NobodyTakesATokenOverBeforeTheAccountIsProven) {
  ASSERT_NO_FATAL_FAILURE(make_token_of_unproven_account("holder-2", "HOLDER-0002"));
  // The remark that came back opens nothing, so that not even a code is sent; and he is told what to do.
  const std::string returned = newest_secret();
  const auto code = ask_code();
  ASSERT_FALSE(code);
  EXPECT_EQ(code.error().code, ErrorCode::wrong_state);
  const auto expect_told_of = [](const Error& error, std::string_view word) {
    EXPECT_NE(error.detail.find(api::sentence(word, api::Language::zh)), std::string::npos) << error.detail;
  };
  expect_told_of(code.error(), "activation.not_now");
  EXPECT_NE(line_state(who_.id()), "activated");
  // The right account is asked, and its own remark is the proof.
  hall_.let_pass(31min);
  who_.sign_in();
  expect_done(who_.set_account(good_));
  hall_.settle();
  hall_.let_pass(2s);
  ASSERT_EQ(text_at(who_.newest_deposit(), "state"), "settled");
  const std::string proof = newest_secret();
  ASSERT_NE(proof, returned);
  const auto old = take_over(returned);
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, ErrorCode::pin_wrong) << old.error().describe();
  expect_told_of(old.error(), "activation.wrong.4");
  EXPECT_NE(line_state(who_.id()), "activated");
  const auto taken = take_over(proof);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(line_state(who_.id()), "activated");
}

//
TEST_F(ProofJourney, TheLegalRepresentativeIsSeenWhereNoAccountCanBeProven) {
  ASSERT_NO_FATAL_FAILURE(make_token_of_unproven_account("holder-3", "HOLDER-0003"));
  const std::string path = "/desk/v1/cases/" + who_.id() + "/legal-representative";
  const object seen{{"method", "video"}, {"words", "本人视频出示身份证与营业执照,手机号码为本人所用"}};
  Officer first(scene::registration);
  EXPECT_FALSE(who_.view().at("offers_legal_check").as_bool());
  expect_refused(first.call(Method::post, path, seen), 409, "legal_check.early",
                 "对公账户认证失败次数未到,请先重新填写账户");
  for (int again = 0; again < 2; ++again) {
    expect_done(who_.set_account(unknown_));
    expect_refused(first.call(Method::post, path, seen), 409, "legal_check.not_now", "当前没有未通过的对公账户认证");
    hall_.settle();
    hall_.let_pass(2s);
    ASSERT_EQ(text_at(who_.newest_deposit(), "state"), "returned");
  }
  EXPECT_TRUE(who_.view().at("offers_legal_check").as_bool());
  Officer second(scene::review);
  expect_refused(second.call(Method::post, path), 409, "legal_check.not_seen", "尚无法人认证记录,请先由受理员核验");
  expect_refused(first.call(Method::post, path, {{"method", "video"}}), 400, "identity.words", "请填写核验经过");
  expect_done(first.call(Method::post, path, seen));
  // One officer's word opens nothing.
  EXPECT_FALSE(ask_code());
  const Answered read = second.call(Method::get, path);
  expect_done(read);
  EXPECT_EQ(text_at(*read.json, "state"), "seen");
  EXPECT_EQ(text_at(*read.json, "words"), text_at(seen, "words"));
  const std::string mobile = who_.applicant().answer("legal_mobile");
  EXPECT_EQ(text_at(*read.json, "mobile"), masked(mobile, 3, 4));
  // Who confirms it has to call that number: the desk tells it, and keeps who asked.
  const Answered revealed =
      second.call(Method::post, "/desk/v1/cases/" + who_.id() + "/reveal", {{"field", "legal_mobile"}});
  expect_done(revealed);
  EXPECT_EQ(text_at(*revealed.json, "value"), mobile);
  expect_done(second.call(Method::post, path));
  hall_.settle();
  EXPECT_EQ(text_at(who_.newest_deposit(), "state"), "replaced");
  EXPECT_TRUE(who_.view().at("reopened").as_object().empty());
  // The secret is on the legal representative's telephone and on no other; it and the requester's code open the token.
  const auto on_phone = [&](const std::string& field) {
    const auto told =
        must_have("the outbox", demo::Customer::at(hall_.places().sms, Method::get,
                                                   "/admin/messages?mobile=" + who_.applicant().answer(field), {}));
    const std::string wanted = office::emulated_template_code(text_at(who_.view().at("programme"), "code"), "pin");
    std::vector<std::string> codes;
    for (const value& message : told.json->as_array()) {
      if (text_at(message, "template_code") == wanted) {
        codes.push_back(text_at(message.at("parameters"), "code"));
      }
    }
    return codes;
  };
  ASSERT_EQ(on_phone("legal_mobile").size(), 1U);
  EXPECT_TRUE(on_phone("requester_mobile").empty());
  const auto taken = take_over(on_phone("legal_mobile").front());
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(line_state(who_.id()), "activated");
}

}  // namespace
}  // namespace yinxin::journeys
