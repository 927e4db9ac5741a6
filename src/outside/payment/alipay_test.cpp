// The adapter against the emulator over loopback, and against an impostor who answers what the test likes.
#include "outside/payment/alipay.h"

#include <gtest/gtest.h>

#include <mutex>

#include "crypto/openssl/rsa.h"
#include "net/server.h"
#include "outside/payment/alipay_messages.h"
#include "outside/payment/alipay_test_keys.h"

namespace yinxin::outside {
namespace {

using hall::PaymentStanding;
using hall::RefundStanding;
using std::chrono::milliseconds;
constexpr milliseconds patience{20'000};  // only a broken emulator takes that long

// RSA keys cost a second: made once.
const AlipayTestKeys& keys() {
  static SystemRandom random;
  static const AlipayTestKeys made = make_alipay_test_keys(random);
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

// The hall's callback route: keeps what came and answers as told.
class Ear {
 public:
  Ear() {
    net::Router router;
    router.add(net::Method::post, "/callbacks/alipay", {.max_body_bytes = alipay::max_notify_bytes},
               [this](const net::Request& request) {
                 const std::scoped_lock lock(mutex_);
                 heard_.push_back(request.body);
                 const int status = refusals_ > 0 ? 500 : 200;
                 refusals_ -= refusals_ > 0 ? 1 : 0;
                 return net::Response{.status = status, .body = net::Body(std::string_view("success"))};
               });
    server_ = std::move(*net::Server::start({}, std::move(router), clock_));
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/callbacks/alipay";
  }
  std::vector<Bytes> heard() {
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
  std::vector<Bytes> heard_;
  int refusals_ = 0;
  std::unique_ptr<net::Server> server_;
};

class AlipayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto options = emulator_options(keys());
    options.callback_retries = {milliseconds(0), milliseconds(0)};
    emulator_ = std::move(*AlipayEmulator::make(std::move(options), clock_, random_));
    net::Router router;
    emulator_->add_routes(router);
    server_ = std::move(*net::Server::start({}, std::move(router), clock_));
    pay_ = std::move(*Alipay::make(adapter_options(keys(), place(server_->port()), ear_.url()), clock_));
  }
  void TearDown() override { server_->stop(); }

  [[nodiscard]] hall::PaymentOrder order(std::string number = "YX20261121-1", std::int64_t fen = 20'005) const {
    return {std::move(number), "数字证书 一年", fen, clock_.now() + std::chrono::minutes(30)};
  }
  int admin(const std::string& path, std::string_view body = "") {
    const auto answer =
        net::Client(place(server_->port())).post("/admin/" + path, "application/json", to_bytes(bytes_of(body)));
    return answer ? answer->status : 0;
  }
  void fault(std::string operation, Fault fault) { ASSERT_TRUE(emulator_->faults().add(std::move(operation), fault)); }
  std::vector<Bytes> callbacks() {
    EXPECT_TRUE(emulator_->wait_for_callbacks(patience));
    return ear_.heard();
  }

  SetClock clock_{*from_rfc3339("2026-11-21T03:46:50Z")};
  SystemRandom random_;
  Ear ear_;
  std::unique_ptr<AlipayEmulator> emulator_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<Alipay> pay_;
};

TEST_F(AlipayTest, an_order_is_opened_paid_heard_of_found_and_refunded) {
  const auto code = pay_->open(order());
  ASSERT_TRUE(code) << code.error().describe();
  EXPECT_TRUE(code->starts_with("https://qr.alipay.com/"));
  EXPECT_EQ(*pay_->open(order()), *code) << "the same order stays one order";
  EXPECT_EQ(code_of(pay_->find("YX20261121-1")), ErrorCode::not_found) << "nobody has scanned the code";
  ASSERT_EQ(admin("orders/YX20261121-1/scan"), 204);
  EXPECT_EQ(pay_->find("YX20261121-1")->standing, PaymentStanding::not_paid);

  clock_.advance(std::chrono::minutes(1));
  ASSERT_EQ(admin("orders/YX20261121_1/pay"), 204);
  const auto heard = callbacks();
  ASSERT_EQ(heard.size(), 1U);
  const auto about = pay_->hear({}, heard[0]);
  ASSERT_TRUE(about) << about.error().describe();
  EXPECT_EQ(*about, "YX20261121-1");

  const auto fact = pay_->find(*about);
  ASSERT_TRUE(fact) << fact.error().describe();
  EXPECT_EQ(fact->standing, PaymentStanding::paid);
  EXPECT_EQ(fact->order, "YX20261121-1");
  EXPECT_EQ(fact->paid_fen, 20'005);
  EXPECT_EQ(fact->currency, "CNY");
  EXPECT_EQ(fact->paid_at, clock_.now());
  EXPECT_EQ(fact->answer.provider, "alipay");
  EXPECT_FALSE(fact->answer.transaction.empty());
  EXPECT_NE(text_of(fact->answer.raw).find(fact->answer.transaction), std::string_view::npos);

  EXPECT_EQ(code_of(pay_->find_refund("YX20261121-1", "YX20261121-1R1")), ErrorCode::not_found);
  const auto refund = pay_->refund("YX20261121-1", "YX20261121-1R1", 20'005, 5'000);
  ASSERT_TRUE(refund) << refund.error().describe();
  EXPECT_EQ(refund->standing, RefundStanding::under_way);
  EXPECT_TRUE(pay_->refund("YX20261121-1", "YX20261121-1R1", 20'005, 5'000)) << "one refund, asked for twice";
  const auto settled = pay_->find_refund("YX20261121-1", "YX20261121-1R1");
  ASSERT_TRUE(settled) << settled.error().describe();
  EXPECT_EQ(settled->standing, RefundStanding::settled);
  EXPECT_EQ(settled->refunded_fen, 5'000);
  EXPECT_EQ(pay_->find("YX20261121-1")->standing, PaymentStanding::paid) << "a part was given back";
  EXPECT_EQ(code_of(pay_->refund("YX20261121-1", "YX20261121-1R2", 20'005, 15'006)), ErrorCode::declined_by_outside);
  ASSERT_TRUE(pay_->refund("YX20261121-1", "YX20261121-1R3", 20'005, 15'005));
  EXPECT_EQ(pay_->find("YX20261121-1")->standing, PaymentStanding::refunded);
  EXPECT_EQ(*pay_->hear({}, callbacks().back()), "YX20261121-1");
}

TEST_F(AlipayTest, what_is_unknown_is_told_from_what_is_declined) {
  EXPECT_EQ(code_of(pay_->find("NOBODYS")), ErrorCode::not_found);
  EXPECT_EQ(code_of(pay_->close("NOBODYS")), ErrorCode::not_found);
  EXPECT_EQ(code_of(pay_->find_refund("NOBODYS", "NOBODYSR1")), ErrorCode::not_found);
  EXPECT_EQ(code_of(pay_->refund("NOBODYS", "NOBODYSR1", 2, 1)), ErrorCode::not_found);
  ASSERT_TRUE(pay_->open(order()));
  const auto other_price = pay_->open(order("YX20261121-1", 1));
  EXPECT_EQ(code_of(other_price), ErrorCode::declined_by_outside);
  EXPECT_EQ(other_price.error().detail, "ACQ.CONTEXT_INCONSISTENT");
  ASSERT_EQ(admin("orders/YX20261121-1/pay"), 204);
  EXPECT_EQ(admin("orders/YX20261121-1/pay"), 409);
  EXPECT_EQ(pay_->open(order()).error().detail, "ACQ.TRADE_HAS_SUCCESS");
  EXPECT_EQ(pay_->close("YX20261121-1").error().detail, "ACQ.TRADE_STATUS_ERROR");
}

TEST_F(AlipayTest, orders_are_closed_by_us_and_by_time) {
  for (const char* number : {"CLOSED-BY-US", "CLOSED-BY-TIME", "NEVER-SCANNED"}) {
    ASSERT_TRUE(pay_->open(order(number)));
  }
  for (const char* number : {"CLOSED-BY-US", "CLOSED-BY-TIME"}) {
    ASSERT_EQ(admin("orders/" + std::string(number) + "/scan"), 204);
  }
  EXPECT_EQ(code_of(pay_->close("NEVER-SCANNED")), ErrorCode::not_found);
  EXPECT_TRUE(pay_->close("CLOSED-BY-US"));
  EXPECT_TRUE(pay_->close("CLOSED-BY-US")) << "closing twice is closing";
  clock_.advance(std::chrono::minutes(30));
  for (const char* number : {"CLOSED-BY-US", "CLOSED-BY-TIME"}) {
    EXPECT_EQ(pay_->find(number)->standing, PaymentStanding::closed) << number;
    EXPECT_EQ(admin("orders/" + std::string(number) + "/pay"), 409);
  }
  EXPECT_EQ(admin("orders/NEVER-SCANNED/pay"), 409);
}

TEST_F(AlipayTest, another_amount_or_currency_is_told_as_it_stands_in_the_books_and_a_refund_may_fail) {
  ASSERT_TRUE(pay_->open(order()));
  ASSERT_EQ(admin("orders/YX20261121-1/pay", R"({"fen": 7, "currency": "USD"})"), 204);
  EXPECT_EQ(pay_->find("YX20261121-1")->paid_fen, 7);
  EXPECT_EQ(pay_->find("YX20261121-1")->currency, "USD");
  ASSERT_TRUE(pay_->open(order("YX20261121-2")));
  ASSERT_EQ(admin("orders/YX20261121-2/pay"), 204);
  ASSERT_EQ(admin("orders/YX20261121-2/refund-fail"), 204);
  ASSERT_TRUE(pay_->refund("YX20261121-2", "YX20261121-2R1", 20'005, 20'005));
  EXPECT_EQ(code_of(pay_->find_refund("YX20261121-2", "YX20261121-2R1")), ErrorCode::not_found);
  EXPECT_EQ(admin("orders/YX20261121-2/pay", R"({"fen": 0})"), 400);
  EXPECT_EQ(admin("orders/NOBODYS/pay"), 404);
}

TEST_F(AlipayTest, every_operation_reports_every_fault_for_what_it_is) {
  ASSERT_TRUE(pay_->open(order()));
  ASSERT_EQ(admin("orders/YX20261121-1/pay"), 204);
  ASSERT_TRUE(pay_->open(order("TO-BE-CLOSED")));
  ASSERT_EQ(admin("orders/TO-BE-CLOSED/scan"), 204);
  const std::vector<std::pair<std::string, std::function<ErrorCode()>>> operations{
      {"open", [&] { return code_of(pay_->open(order("ANOTHER"))); }},
      {"find", [&] { return code_of(pay_->find("YX20261121-1")); }},
      {"close", [&] { return code_of(pay_->close("TO-BE-CLOSED")); }},
      {"refund", [&] { return code_of(pay_->refund("YX20261121-1", "YX20261121-1R9", 20'005, 1)); }},
      {"find_refund", [&] { return code_of(pay_->find_refund("YX20261121-1", "YX20261121-1R9")); }}};
  for (const auto& [operation, ask] : operations) {
    for (const auto& [spoiled, expected] :
         {std::pair(Fault::decline, ErrorCode::declined_by_outside),
          std::pair(Fault::unavailable, ErrorCode::outside_uncertain),
          std::pair(Fault::lose_answer, ErrorCode::outside_uncertain),
          std::pair(Fault::bad_signature, ErrorCode::corrupt), std::pair(Fault::unknown_key, ErrorCode::corrupt)}) {
      fault(operation, spoiled);
      EXPECT_EQ(ask(), expected) << operation << " with " << name_of(spoiled);
    }
  }
  // The deeds whose answers were lost are done, and done once.
  EXPECT_EQ(admin("orders/ANOTHER/scan"), 204);
  EXPECT_EQ(pay_->find("ANOTHER")->standing, PaymentStanding::not_paid);
  EXPECT_EQ(pay_->find("TO-BE-CLOSED")->standing, PaymentStanding::closed);
  EXPECT_EQ(pay_->find_refund("YX20261121-1", "YX20261121-1R9")->refunded_fen, 1);
  server_->stop();
  EXPECT_EQ(code_of(pay_->find("YX20261121-1")), ErrorCode::outside_unreachable);
}

TEST_F(AlipayTest, notifications_come_as_often_as_the_plan_says_and_until_they_are_taken) {
  const auto paid = [&](const std::string& number) {
    ASSERT_TRUE(pay_->open(order(number)));
    ASSERT_EQ(admin("orders/" + number + "/pay"), 204);
  };
  fault("callback", Fault::no_callback);
  paid("NOT-TOLD");
  EXPECT_EQ(callbacks().size(), 0U);
  fault("callback", Fault::repeat_callback);
  paid("TOLD-TWICE");
  auto heard = callbacks();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(*pay_->hear({}, heard[0]), *pay_->hear({}, heard[1]));
  ear_.refuse(2);
  paid("TOLD-AT-LAST");
  EXPECT_EQ(callbacks().size(), 5U);
  for (const Fault spoiled : {Fault::bad_signature, Fault::stale, Fault::unknown_key}) {
    fault("callback", spoiled);
    paid("SPOILED-" + std::to_string(static_cast<int>(spoiled)));
    EXPECT_EQ(code_of(pay_->hear({}, callbacks().back())), ErrorCode::forbidden) << name_of(spoiled);
  }
}

// A notification signed by `key`, with these values changed.
Bytes notification(const SecretBytes& key, std::map<std::string, std::string> values) {
  std::string text;
  alipay::Fields fields;
  for (const auto& [name, value] : values) {
    text += (text.empty() ? "" : "&") + name + "=" + value;
    fields.emplace_back(name, value);
  }
  fields.emplace_back("sign", to_base64(crypto::openssl::RsaPrivateKey::from_pem(key)->sign(bytes_of(text))));
  fields.emplace_back("sign_type", "RSA2");
  return to_bytes(bytes_of(alipay::write_form(fields)));
}

TEST_F(AlipayTest, a_notification_changed_late_or_about_another_seller_is_refused) {
  const std::map<std::string, std::string> good{{"app_id", keys().app},
                                                {"seller_id", keys().seller},
                                                {"notify_type", "trade_status_sync"},
                                                {"notify_time", "2026-11-21 11:46:50"},
                                                {"out_trade_no", "YX20261121_1"},
                                                {"subject", "数字证书 一年&a=b+c"},
                                                {"body", ""},
                                                {"total_amount", "200.05"}};
  const auto hear = [&](const std::map<std::string, std::string>& changes) {
    auto values = good;
    for (const auto& [name, value] : changes) {
      values[name] = value;
    }
    return pay_->hear({}, notification(keys().alipay_key_pem, values));
  };
  const auto taken = hear({});
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(*taken, "YX20261121-1");
  EXPECT_EQ(code_of(hear({{"app_id", "2021000000000000"}})), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear({{"seller_id", "2088000000000000"}})), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear({{"out_trade_no", "../../etc/passwd"}})), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear({{"notify_type", "other"}})), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(hear({{"notify_time", "2026-11-20 09:46:49"}})), ErrorCode::forbidden) << "26 hours are over";
  EXPECT_EQ(code_of(hear({{"notify_time", "2026-11-21 11:52:00"}})), ErrorCode::forbidden) << "of our future";
  EXPECT_EQ(code_of(pay_->hear({}, notification(keys().app_key_pem, good))), ErrorCode::forbidden) << "by our own key";
  const Bytes whole = notification(keys().alipay_key_pem, good);
  for (std::size_t at = 0; at < whole.size(); at += 11) {
    Bytes changed = whole;
    changed[at] = changed[at] == '1' ? '2' : '1';
    EXPECT_FALSE(pay_->hear({}, changed)) << at;
  }
  Bytes twice = whole;
  const auto again = bytes_of("&out_trade_no=YX20261121_2");
  twice.insert(twice.end(), again.begin(), again.end());
  EXPECT_EQ(code_of(pay_->hear({}, twice)), ErrorCode::invalid_input) << "a name twice";
  EXPECT_EQ(code_of(pay_->hear({}, Bytes(alipay::max_notify_bytes + 1, 'a'))), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->hear({}, {})), ErrorCode::forbidden);
}

TEST_F(AlipayTest, the_emulator_refuses_an_app_that_is_not_who_it_says) {
  const auto refused = [&](const std::function<void(AlipayOptions&)>& change, const Clock& clock) {
    auto options = adapter_options(keys(), place(server_->port()), ear_.url());
    change(options);
    const auto found = (*Alipay::make(std::move(options), clock))->open(order());
    EXPECT_FALSE(found);
    return found ? std::string() : found.error().detail;
  };
  EXPECT_EQ(refused([](auto& o) { o.app = "2021000000000000"; }, clock_), "isv.invalid-app-id");
  EXPECT_EQ(refused([](auto& o) { o.app_key_pem = keys().alipay_key_pem.clone(); }, clock_), "isv.invalid-signature");
  const SetClock behind(clock_.now() - std::chrono::minutes(11));
  EXPECT_EQ(refused([](auto&) {}, behind), "isv.invalid-timestamp");
  EXPECT_EQ(refused([](auto& o) { o.notify_url = "http://elsewhere.example/"; }, clock_), "ACQ.INVALID_PARAMETER");
}

TEST_F(AlipayTest, nothing_unfit_is_sent) {
  EXPECT_EQ(code_of(pay_->open(order("SHORT"))), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->open(order("WITH_LINE"))), ErrorCode::invalid_input) << "it would come back as another";
  EXPECT_EQ(code_of(pay_->open(order("NO-PRICE", 0))), ErrorCode::invalid_input);
  auto wordy = order("LONGTEXT");
  wordy.description = std::string(128, 'x');
  EXPECT_EQ(code_of(pay_->open(wordy)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->find("a?mchid=b")), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->refund("YX20261121-1", "YX20261121-1R1", 1, 2)), ErrorCode::invalid_input);
  EXPECT_EQ(code_of(pay_->find_refund("YX20261121-1", "")), ErrorCode::invalid_input);
  const auto with = [&](const std::function<void(AlipayOptions&)>& change) {
    auto options = adapter_options(keys(), place(1), "https://hall.example/callbacks/alipay");
    change(options);
    return code_of(Alipay::make(std::move(options), clock_));
  };
  EXPECT_EQ(with([](auto& o) { o.app = "app"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.seller = ""; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.notify_url += "?a=b"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.alipay_key_pem = "no key"; }), ErrorCode::invalid_input);
  EXPECT_EQ(with([](auto& o) { o.app_key_pem = SecretBytes(); }), ErrorCode::invalid_input);
}

// Whatever stands at the other end: only what Alipay has signed over the bytes received is believed.
TEST_F(AlipayTest, an_impostors_answer_is_not_believed) {
  net::Response told;
  net::Router router;
  router.add(net::Method::post, "/gateway.do", {.max_body_bytes = 65'536}, [&](const net::Request&) { return told; });
  const auto impostor = std::move(*net::Server::start({}, std::move(router), clock_));
  const auto pay = std::move(*Alipay::make(adapter_options(keys(), place(impostor->port()), ear_.url()), clock_));
  const auto alipay_key = crypto::openssl::RsaPrivateKey::from_pem(keys().alipay_key_pem);
  const auto find = [&](const std::string& body, int status = 200) {
    told = net::Response{.status = status, .body = net::Body(std::string_view(body))};
    return pay->find("YX20261121-1");
  };
  const std::string node =
      R"({"code":"10000","out_trade_no":"YX20261121_1","trade_no":"2026112122","trade_status":"TRADE_SUCCESS",)"
      R"("total_amount":"200.05","note":"a}\"{b","url":"a\/b" })";
  const auto answer = [](const std::string& name, const std::string& inner, const std::string& signature) {
    return "{\"" + name + "\": " + inner + " , \"sign\":\"" + signature + "\"}";
  };
  const std::string good = to_base64(alipay_key->sign(bytes_of(node)));
  const std::string name = "alipay_trade_query_response";
  const auto believed = find(answer(name, node, good));
  ASSERT_TRUE(believed) << believed.error().describe();
  EXPECT_EQ(believed->paid_fen, 20'005);
  EXPECT_EQ(believed->paid_at, clock_.now()) << "it was not told when";
  std::string changed = node;
  changed.replace(changed.find("200.05"), 6, "200.06");
  EXPECT_EQ(code_of(find(answer(name, changed, good))), ErrorCode::corrupt);
  EXPECT_EQ(code_of(find(answer(name, node, ""))), ErrorCode::corrupt);
  EXPECT_EQ(code_of(find("{\"" + name + "\":" + node + "}")), ErrorCode::corrupt);
  EXPECT_EQ(code_of(find(answer("alipay_trade_precreate_response", node, good))), ErrorCode::corrupt);
  EXPECT_EQ(code_of(find("{\"" + name + "\":" + changed + ",\"" + name + "\":" + node + ",\"sign\":\"" + good + "\"}")),
            ErrorCode::corrupt)
      << "one answer, one node";
  EXPECT_EQ(code_of(find(answer(name, node, good), 302)), ErrorCode::corrupt);
  EXPECT_EQ(code_of(find(answer(name, node, good), 502)), ErrorCode::outside_uncertain);
  const std::string other = R"({"code":"10000","out_trade_no":"YX20261121_2","trade_status":"WAIT_BUYER_PAY"})";
  EXPECT_EQ(code_of(find(answer(name, other, to_base64(alipay_key->sign(bytes_of(other)))))), ErrorCode::corrupt);
  const auto unsigned_error =
      find(R"({"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-app-id"}})");
  EXPECT_EQ(code_of(unsigned_error), ErrorCode::corrupt);
  EXPECT_NE(unsigned_error.error().detail.find("isv.invalid-app-id"), std::string::npos) << "who sets up needs it";
}

TEST(AlipayMessages, AmountsAndTimesAreReadStrictly) {
  for (const auto& [text, fen] : {std::pair("0.01", 1), std::pair("12.34", 1234), std::pair("200", 20'000),
                                  std::pair("200.5", 20'050), std::pair("0", 0)}) {
    EXPECT_EQ(alipay::fen_of_yuan(text).value(), fen) << text;
  }
  for (const char* text : {"", ".5", "1.", "1.234", "-1.00", "1,000.00", "1e3", "9999999999999.00", " 1.00"}) {
    EXPECT_FALSE(alipay::fen_of_yuan(text)) << text;
  }
  EXPECT_EQ(alipay::yuan_of_fen(5), "0.05");
  EXPECT_EQ(alipay::yuan_of_fen(60'000), "600.00");
  EXPECT_EQ(to_rfc3339(alipay::time_of("2026-11-21 11:46:50").value()), "2026-11-21T03:46:50Z");
  EXPECT_FALSE(alipay::time_of("2026-11-21T11:46:50"));
  EXPECT_FALSE(alipay::time_of("2026-13-21 11:46:50"));
}

}  // namespace
}  // namespace yinxin::outside
