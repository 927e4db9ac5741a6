// The adapter against the emulator over loopback, and against an impostor who answers what the test likes.
#include "outside/payment/wechat_pay.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "crypto/aes_gcm.h"
#include "crypto/openssl/rsa.h"
#include "net/server.h"
#include "outside/payment/wechat_messages.h"
#include "outside/payment/wechat_pay_test_keys.h"

namespace yinxin::outside {
namespace {

using hall::PaymentStanding;
using hall::RefundStanding;
using std::chrono::milliseconds;
constexpr milliseconds patience{20'000};  // only a broken emulator takes that long

// RSA keys cost a second: made once.
const WechatPayTestKeys& keys() {
  static SystemRandom random;
  static const WechatPayTestKeys made = make_wechat_pay_test_keys(random);
  return made;
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::internal : result.error().code;
}

net::ClientOptions place(std::uint16_t port) {
  net::ClientOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  return options;
}

struct Heard {
  hall::CallbackFields fields;
  Bytes body;
};

// The hall's callback route: keeps what came and answers as told.
class Ear {
 public:
  Ear() {
    net::Router router;
    router.add(net::Method::post, "/callbacks/wechat_pay", {.max_body_bytes = wechat::max_callback_bytes},
               [this](const net::Request& request) {
                 const std::scoped_lock lock(mutex_);
                 heard_.push_back({request.headers.fields(), request.body});
                 const int status = refusals_ > 0 ? 500 : 204;
                 refusals_ -= refusals_ > 0 ? 1 : 0;
                 return net::Response{.status = status};
               });
    server_ = std::move(*net::Server::start({}, std::move(router), clock_));
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/callbacks/wechat_pay";
  }
  std::vector<Heard> heard() {
    const std::scoped_lock lock(mutex_);
    return heard_;
  }
  void refuse(int times) {
    const std::scoped_lock lock(mutex_);
    refusals_ = times;
  }

 private:
  SystemClock clock_;
  std::mutex mutex_;
  std::vector<Heard> heard_;
  int refusals_ = 0;
  std::unique_ptr<net::Server> server_;
};

class WechatPayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto options = emulator_options(keys());
    options.callback_retries = {milliseconds(0), milliseconds(0)};
    emulator_ = std::move(*WechatPayEmulator::make(std::move(options), clock_, random_));
    net::Router router;
    emulator_->add_routes(router);
    server_ = std::move(*net::Server::start({}, std::move(router), clock_));
    pay_ = make(keys());
  }
  void TearDown() override { server_->stop(); }

  std::unique_ptr<WechatPay> make(const WechatPayTestKeys& mine) {
    auto made = WechatPay::make(adapter_options(mine, place(server_->port()), ear_.url()), clock_, random_);
    EXPECT_TRUE(made) << made.error().describe();
    return std::move(*made);
  }
  [[nodiscard]] hall::PaymentOrder order(std::string number = "YX20261121_1", std::int64_t fen = 20'000) const {
    return {std::move(number), "数字证书 一年", fen, clock_.now() + std::chrono::minutes(30)};
  }
  int admin(const std::string& path, std::string_view body = "") {
    const auto answer =
        net::Client(place(server_->port())).post("/admin/" + path, "application/json", to_bytes(bytes_of(body)));
    return answer ? answer->status : 0;
  }
  void fault(std::string operation, Fault fault) { ASSERT_TRUE(emulator_->faults().add(std::move(operation), fault)); }
  std::vector<Heard> callbacks() {
    EXPECT_TRUE(emulator_->wait_for_callbacks(patience));
    return ear_.heard();
  }

  SetClock clock_{*from_rfc3339("2026-11-21T03:46:50Z")};
  SystemRandom random_;
  Ear ear_;
  std::unique_ptr<WechatPayEmulator> emulator_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<WechatPay> pay_;
};

TEST_F(WechatPayTest, an_order_is_opened_paid_heard_of_found_and_refunded) {
  const auto code = pay_->open(order());
  ASSERT_TRUE(code) << code.error().describe();
  EXPECT_TRUE(code->starts_with("weixin://wxpay/bizpayurl?pr="));
  EXPECT_EQ(*pay_->open(order()), *code) << "the same order stays one order";
  EXPECT_EQ(pay_->find("YX20261121_1")->standing, PaymentStanding::not_paid);

  clock_.advance(std::chrono::minutes(1));
  ASSERT_EQ(admin("orders/YX20261121_1/pay"), 204);
  const auto heard = callbacks();
  ASSERT_EQ(heard.size(), 1U);
  const auto about = pay_->hear(heard[0].fields, heard[0].body);
  ASSERT_TRUE(about) << about.error().describe();
  EXPECT_EQ(*about, "YX20261121_1");

  const auto fact = pay_->find(*about);
  ASSERT_TRUE(fact) << fact.error().describe();
  EXPECT_EQ(fact->standing, PaymentStanding::paid);
  EXPECT_EQ(fact->order, "YX20261121_1");
  EXPECT_EQ(fact->paid_fen, 20'000);
  EXPECT_EQ(fact->currency, "CNY");
  EXPECT_EQ(fact->paid_at, clock_.now());
  EXPECT_EQ(fact->answer.provider, "wechat_pay");
  EXPECT_FALSE(fact->answer.transaction.empty());
  EXPECT_NE(text_of(fact->answer.raw).find(fact->answer.transaction), std::string_view::npos);

  const auto refund = pay_->refund("YX20261121_1", "R1", 20'000, 5'000);
  ASSERT_TRUE(refund) << refund.error().describe();
  EXPECT_EQ(refund->standing, RefundStanding::under_way);
  const auto settled = pay_->find_refund("YX20261121_1", "R1");
  ASSERT_TRUE(settled) << settled.error().describe();
  EXPECT_EQ(settled->standing, RefundStanding::settled);
  EXPECT_EQ(settled->refunded_fen, 5'000);
  EXPECT_EQ(settled->answer.transaction, refund->answer.transaction);
  EXPECT_EQ(pay_->find("YX20261121_1")->standing, PaymentStanding::refunded);
  const auto of_refund = callbacks();
  ASSERT_EQ(of_refund.size(), 2U);
  EXPECT_EQ(*pay_->hear(of_refund[1].fields, of_refund[1].body), "YX20261121_1");
  EXPECT_EQ(pay_->refund("YX20261121_1", "R1", 20'000, 5'000)->standing, RefundStanding::settled) << "one refund";
  EXPECT_EQ(code_of(pay_->refund("YX20261121_1", "R2", 20'000, 15'001)), ErrorCode::declined_by_outside);
}

TEST_F(WechatPayTest, what_is_unknown_is_told_from_what_is_declined) {
  EXPECT_EQ(code_of(pay_->find("NOBODYS")), ErrorCode::not_found);
  EXPECT_EQ(code_of(pay_->close("NOBODYS")), ErrorCode::not_found);
  EXPECT_EQ(code_of(pay_->find_refund("YX20261121_1", "NOBODYS")), ErrorCode::not_found);
  EXPECT_EQ(code_of(pay_->refund("NOBODYS", "R1", 2, 1)), ErrorCode::not_found);
  ASSERT_TRUE(pay_->open(order()));
  const auto other_price = pay_->open(order("YX20261121_1", 1));
  EXPECT_EQ(code_of(other_price), ErrorCode::declined_by_outside);
  EXPECT_EQ(other_price.error().detail, "OUT_TRADE_NO_USED");
  EXPECT_EQ(code_of(pay_->refund("YX20261121_1", "R1", 20'000, 1)), ErrorCode::declined_by_outside);
  ASSERT_EQ(admin("orders/YX20261121_1/pay"), 204);
  EXPECT_EQ(admin("orders/YX20261121_1/pay"), 409);
  EXPECT_EQ(pay_->open(order()).error().detail, "ORDERPAID");
  EXPECT_EQ(pay_->close("YX20261121_1").error().detail, "ORDERPAID");
}

TEST_F(WechatPayTest, orders_are_closed_by_us_by_the_provider_and_by_time) {
  for (const char* number : {"CLOSED_BY_US", "CLOSED_BY_IT", "CLOSED_BY_TIME"}) {
    ASSERT_TRUE(pay_->open(order(number)));
  }
  EXPECT_TRUE(pay_->close("CLOSED_BY_US"));
  EXPECT_TRUE(pay_->close("CLOSED_BY_US")) << "closing twice is closing";
  EXPECT_EQ(admin("orders/CLOSED_BY_IT/close"), 204);
  clock_.advance(std::chrono::minutes(30));
  for (const char* number : {"CLOSED_BY_US", "CLOSED_BY_IT", "CLOSED_BY_TIME"}) {
    const auto fact = pay_->find(number);
    ASSERT_TRUE(fact) << fact.error().describe();
    EXPECT_EQ(fact->standing, PaymentStanding::closed) << number;
    EXPECT_EQ(admin("orders/" + std::string(number) + "/pay"), 409);
  }
}

TEST_F(WechatPayTest, another_amount_is_told_as_it_stands_in_the_books_and_a_refund_may_fail) {
  ASSERT_TRUE(pay_->open(order()));
  ASSERT_EQ(admin("orders/YX20261121_1/pay", R"({"fen": 1})"), 204);
  EXPECT_EQ(pay_->find("YX20261121_1")->paid_fen, 1);
  ASSERT_TRUE(pay_->open(order("YX20261121_2")));
  ASSERT_EQ(admin("orders/YX20261121_2/pay"), 204);
  ASSERT_EQ(admin("orders/YX20261121_2/refund-fail"), 204);
  ASSERT_TRUE(pay_->refund("YX20261121_2", "R2", 20'000, 20'000));
  EXPECT_EQ(pay_->find_refund("YX20261121_2", "R2")->standing, RefundStanding::abnormal);
  EXPECT_EQ(admin("orders/YX20261121_2/pay", R"({"fen": 0})"), 400);
  EXPECT_EQ(admin("orders/NOBODYS/pay"), 404);
}

TEST_F(WechatPayTest, every_operation_reports_every_fault_for_what_it_is) {
  ASSERT_TRUE(pay_->open(order()));
  ASSERT_EQ(admin("orders/YX20261121_1/pay"), 204);
  ASSERT_TRUE(pay_->open(order("TO_BE_CLOSED")));
  const std::vector<std::pair<std::string, std::function<ErrorCode()>>> operations{
      {"open", [&] { return code_of(pay_->open(order("ANOTHER"))); }},
      {"find", [&] { return code_of(pay_->find("YX20261121_1")); }},
      {"close", [&] { return code_of(pay_->close("TO_BE_CLOSED")); }},
      {"refund", [&] { return code_of(pay_->refund("YX20261121_1", "R9", 20'000, 1)); }},
      {"find_refund", [&] { return code_of(pay_->find_refund("YX20261121_1", "R9")); }}};
  for (const auto& [operation, ask] : operations) {
    for (const auto& [spoiled, expected] :
         {std::pair(Fault::decline, ErrorCode::declined_by_outside),
          std::pair(Fault::unavailable, ErrorCode::outside_uncertain),
          std::pair(Fault::lose_answer, ErrorCode::outside_uncertain),
          std::pair(Fault::bad_signature, ErrorCode::corrupt), std::pair(Fault::stale, ErrorCode::corrupt),
          std::pair(Fault::unknown_key, ErrorCode::corrupt)}) {
      fault(operation, spoiled);
      EXPECT_EQ(ask(), expected) << operation << " with " << name_of(spoiled);
    }
  }
  // The deeds whose answers were lost are done.
  EXPECT_EQ(pay_->find("ANOTHER")->standing, PaymentStanding::not_paid);
  EXPECT_EQ(pay_->find("TO_BE_CLOSED")->standing, PaymentStanding::closed);
  EXPECT_EQ(pay_->find_refund("YX20261121_1", "R9")->standing, RefundStanding::settled);
  server_->stop();
  EXPECT_EQ(code_of(pay_->find("YX20261121_1")), ErrorCode::outside_unreachable);
}

TEST_F(WechatPayTest, callbacks_come_as_often_as_the_plan_says_and_until_they_are_taken) {
  const auto paid = [&](const std::string& number) {
    ASSERT_TRUE(pay_->open(order(number)));
    ASSERT_EQ(admin("orders/" + number + "/pay"), 204);
  };
  fault("callback", Fault::no_callback);
  paid("NOT_TOLD");
  EXPECT_EQ(callbacks().size(), 0U);
  fault("callback", Fault::repeat_callback);
  paid("TOLD_TWICE");
  auto heard = callbacks();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(*pay_->hear(heard[0].fields, heard[0].body), *pay_->hear(heard[1].fields, heard[1].body));
  ear_.refuse(2);
  paid("TOLD_AT_LAST");
  EXPECT_EQ(callbacks().size(), 5U);
  for (const Fault spoiled : {Fault::bad_signature, Fault::stale, Fault::unknown_key}) {
    fault("callback", spoiled);
    paid("SPOILED_" + std::string(name_of(spoiled)));
    heard = callbacks();
    EXPECT_EQ(code_of(pay_->hear(heard.back().fields, heard.back().body)), ErrorCode::forbidden) << name_of(spoiled);
  }
}

TEST_F(WechatPayTest, a_callback_with_one_byte_changed_or_too_old_is_refused) {
  ASSERT_TRUE(pay_->open(order()));
  ASSERT_EQ(admin("orders/YX20261121_1/pay"), 204);
  const auto all = callbacks();
  ASSERT_EQ(all.size(), 1U);
  const Heard& true_one = all[0];
  ASSERT_TRUE(pay_->hear(true_one.fields, true_one.body));
  for (std::size_t i = 0; i < true_one.body.size(); i += 7) {
    Heard changed = true_one;
    changed.body[i] ^= 1;
    EXPECT_EQ(code_of(pay_->hear(changed.fields, changed.body)), ErrorCode::forbidden) << i;
  }
  const auto with = [&](std::string_view name, const std::function<void(std::string&)>& change) {
    Heard changed = true_one;
    for (auto& [field, value] : changed.fields) {
      if (field == name) {
        change(value);
      }
    }
    return code_of(pay_->hear(changed.fields, changed.body));
  };
  EXPECT_EQ(with("Wechatpay-Signature", [](std::string& v) { v[0] = v[0] == 'A' ? 'B' : 'A'; }), ErrorCode::forbidden);
  EXPECT_EQ(with("Wechatpay-Signature", [](std::string& v) { v = "WECHATPAY/SIGNTEST/" + v; }), ErrorCode::forbidden);
  EXPECT_EQ(with("Wechatpay-Nonce", [](std::string& v) { v[0] = v[0] == '0' ? '1' : '0'; }), ErrorCode::forbidden);
  EXPECT_EQ(with("Wechatpay-Timestamp", [](std::string& v) { v.back() = v.back() == '0' ? '1' : '0'; }),
            ErrorCode::forbidden);
  EXPECT_EQ(with("Wechatpay-Serial", [](std::string& v) { v += "0"; }), ErrorCode::forbidden);
  EXPECT_EQ(with("Wechatpay-Signature-Type", [](std::string& v) { v = "NONE"; }), ErrorCode::forbidden);
  Heard doubled = true_one;
  doubled.fields.emplace_back("wechatpay-timestamp", "1");
  EXPECT_EQ(code_of(pay_->hear(doubled.fields, doubled.body)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(pay_->hear({}, true_one.body)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(pay_->hear(true_one.fields, Bytes(wechat::max_callback_bytes + 1, 'x'))), ErrorCode::invalid_input);
  clock_.advance(std::chrono::seconds(max_wechat_age_s - 1));
  EXPECT_TRUE(pay_->hear(true_one.fields, true_one.body));
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(code_of(pay_->hear(true_one.fields, true_one.body)), ErrorCode::forbidden) << "five minutes old";
  clock_.advance(std::chrono::seconds(-2 * max_wechat_age_s));
  EXPECT_EQ(code_of(pay_->hear(true_one.fields, true_one.body)), ErrorCode::forbidden) << "five minutes ahead";
}

// A callback that WeChat Pay itself has signed, and that is still not ours.
TEST_F(WechatPayTest, a_signed_callback_about_another_merchant_is_refused) {
  const auto platform = crypto::openssl::RsaPrivateKey::from_pem(keys().platform_key_pem);
  ASSERT_TRUE(platform);
  const auto hear = [&](std::string_view event, const std::string& plain, const SecretBytes& key) {
    const Bytes sealed =
        *crypto::aes256_gcm_encrypt(key.expose(), bytes_of("0123456789ab"), bytes_of("transaction"), bytes_of(plain));
    const std::string body = R"({"event_type":")" + std::string(event) +
                             R"(","resource_type":"encrypt-resource","resource":{"algorithm":"AEAD_AES_256_GCM",)" +
                             R"("nonce":"0123456789ab","associated_data":"transaction","ciphertext":")" +
                             to_base64(sealed) + R"("}})";
    const std::string time = std::to_string(to_unix_ms(clock_.now()) / 1000);
    const std::string text = time + "\nnonce\n" + body + "\n";
    return pay_->hear({{"wechatpay-timestamp", time},
                       {"wechatpay-nonce", "nonce"},
                       {"wechatpay-serial", keys().platform_key_id},
                       {"wechatpay-signature", to_base64(platform->sign(bytes_of(text)))}},
                      bytes_of(body));
  };
  const auto resource = [](const std::string& merchant, const std::string& app, const std::string& order) {
    return R"({"mchid":")" + merchant + R"(","appid":")" + app + R"(","out_trade_no":")" + order + R"("})";
  };
  const std::string event = "TRANSACTION.SUCCESS";
  const SecretBytes& key = keys().api_key;
  EXPECT_EQ(*hear(event, resource(keys().merchant, keys().app, "YX0001"), key), "YX0001");
  EXPECT_EQ(code_of(hear(event, resource("1900000109", keys().app, "YX0001"), key)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear(event, resource(keys().merchant, "wx0", "YX0001"), key)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear(event, resource(keys().merchant, keys().app, "../../x"), key)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear(event, "[]", key)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear("PAYSCORE.USER_OPEN_SERVICE", resource(keys().merchant, keys().app, "YX0001"), key)),
            ErrorCode::invalid_input);
  const SecretBytes other(Bytes(wechat_api_key_bytes, 'k'));
  EXPECT_EQ(code_of(hear(event, resource(keys().merchant, keys().app, "YX0001"), other)), ErrorCode::invalid_input);
}

TEST_F(WechatPayTest, the_emulator_refuses_a_merchant_who_is_not_who_he_says) {
  const auto refused = [&](const std::function<void(WechatPayOptions&)>& change) {
    auto options = adapter_options(keys(), place(server_->port()), ear_.url());
    change(options);
    auto pay = WechatPay::make(std::move(options), clock_, random_);
    EXPECT_TRUE(pay);
    const auto found = (*pay)->find("YX20261121_1");
    EXPECT_FALSE(found);
    return found ? std::string() : found.error().detail;
  };
  ASSERT_TRUE(pay_->open(order()));
  EXPECT_EQ(refused([](WechatPayOptions& o) { o.merchant_serial = "00"; }), "SIGN_ERROR");
  EXPECT_EQ(refused([](WechatPayOptions& o) { o.merchant = "1900000109"; }), "SIGN_ERROR");
  EXPECT_EQ(refused([](WechatPayOptions& o) { o.merchant_key_pem = keys().platform_key_pem.clone(); }), "SIGN_ERROR");
  SetClock behind(clock_.now() - std::chrono::seconds(max_wechat_age_s));
  auto late = WechatPay::make(adapter_options(keys(), place(server_->port()), ear_.url()), behind, random_);
  ASSERT_TRUE(late);
  // Its request is refused as too old, and it refuses the answer, which comes from its future.
  EXPECT_EQ(code_of((*late)->find("YX20261121_1")), ErrorCode::corrupt);
  class SameRandom final : public Random {
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{7}); }
  } same;
  auto repeating = WechatPay::make(adapter_options(keys(), place(server_->port()), ear_.url()), clock_, same);
  ASSERT_TRUE(repeating);
  EXPECT_TRUE((*repeating)->find("YX20261121_1"));
  EXPECT_EQ((*repeating)->find("YX20261121_1").error().detail, "SIGN_ERROR") << "a nonce is used once";
  const auto other_app = [&] {
    auto options = adapter_options(keys(), place(server_->port()), ear_.url());
    options.app = "wx0";
    return std::move(*WechatPay::make(std::move(options), clock_, random_));
  }();
  EXPECT_EQ(other_app->open(order("ANOTHER")).error().detail, "APPID_MCHID_NOT_MATCH");
  EXPECT_EQ(code_of(other_app->find("YX20261121_1")), ErrorCode::corrupt) << "an answer about another app";
}

TEST_F(WechatPayTest, nothing_unfit_is_sent) {
  EXPECT_EQ(code_of(pay_->open(order("SHORT"))), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->open(order("WITH/SLASH"))), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->open(order("NO_PRICE", 0))), ErrorCode::invalid_input);
  auto wordy = order("LONGTEXT");
  wordy.description = std::string(128, 'x');
  EXPECT_EQ(code_of(pay_->open(wordy)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->find("a?mchid=b")), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->refund("YX20261121_1", "R1", 1, 2)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->find_refund("YX20261121_1", "")), ErrorCode::invalid_input);
  const auto with = [&](const std::function<void(WechatPayOptions&)>& change) {
    auto options = adapter_options(keys(), place(1), "https://hall.example/callbacks/wechat_pay");
    change(options);
    return code_of(WechatPay::make(std::move(options), clock_, random_));
  };
  EXPECT_EQ(with([](auto& o) { o.merchant = "1\",x=\"2"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.api_key = SecretBytes(16); }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.notify_url += "?a=b"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.platform_keys.clear(); }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.platform_keys.push_back(o.platform_keys[0]); }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.platform_keys[0].pem = "no key"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.merchant_key_pem = SecretBytes(); }), ErrorCode::invalid_input);
}

// Whatever stands at the other end: no answer is believed without the provider's signature.
TEST_F(WechatPayTest, an_impostors_answer_is_not_believed) {
  net::Response told;
  net::Router router;
  router.add(net::Method::get, "/{path*}", {}, [&](const net::Request&) { return told; });
  const auto impostor = std::move(*net::Server::start({}, std::move(router), clock_));
  auto pay = WechatPay::make(adapter_options(keys(), place(impostor->port()), ear_.url()), clock_, random_);
  ASSERT_TRUE(pay);
  const auto find = [&](int status, std::string_view body) {
    told = net::Response{.status = status, .body = net::Body(body)};
    return code_of((*pay)->find("YX20261121_1"));
  };
  const std::string paid =
      R"({"mchid":")" + keys().merchant + R"(","appid":")" + keys().app +
      R"(","out_trade_no":"YX20261121_1","trade_state":"SUCCESS","transaction_id":"42","success_time":)"
      R"("2026-11-21T11:46:50+08:00","amount":{"total":20000,"currency":"CNY"}})";
  ASSERT_TRUE(wechat::read_transaction(bytes_of(paid), {keys().merchant, keys().app}, "YX20261121_1"));
  EXPECT_EQ(find(200, paid), ErrorCode::corrupt);
  EXPECT_EQ(find(404, R"({"code":"ORDER_NOT_EXIST"})"), ErrorCode::corrupt);
  EXPECT_EQ(find(403, R"({"code":"NO_AUTH"})"), ErrorCode::corrupt);
  EXPECT_EQ(find(302, ""), ErrorCode::corrupt);
  EXPECT_EQ(find(429, ""), ErrorCode::outside_uncertain);
  EXPECT_EQ(find(502, paid), ErrorCode::outside_uncertain);
  EXPECT_EQ(find(200, std::string(wechat::max_answer_bytes + 1, ' ')), ErrorCode::outside_uncertain);
}

}  // namespace
}  // namespace yinxin::outside
