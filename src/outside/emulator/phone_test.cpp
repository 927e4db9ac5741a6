#include "outside/emulator/phone.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/sm3.h"
#include "net/client.h"
#include "outside/adapters.h"
#include "outside/emulator/set.h"
#include "outside/json.h"

namespace yinxin::outside {
namespace {

// Providers with the adapters that the hall would have, and the phone asked as its pages ask it.
class EmulatedPhoneTest : public ::testing::Test {
 protected:
  EmulatedPhoneTest() {
    auto started = EmulatorSet::start({.add_phone_pages =
                                           [](net::Router& router) {
                                             router.add(net::Method::get, "/", {}, [](const net::Request&) {
                                               return net::answer("text/html", net::Body(std::string_view("pages")));
                                             });
                                           }},
                                      clock_, random_);
    EXPECT_TRUE(started) << started.error().describe();
    set_ = std::move(*started);
    adapters_ = std::make_unique<Adapters>(open_adapters(set_->settings(), "", clock_, random_).value());
  }

  [[nodiscard]] net::Response send(net::Method method, const std::string& target, std::string_view body,
                                   bool is_page) const {
    const std::string& address = set_->places().back().address;
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    net::ClientRequest request{.method = method, .target = target, .body = to_bytes(bytes_of(body))};
    if (is_page) {
      request.headers.add("X-Yinxin-Page", "1");
    }
    return net::Client({.host = "127.0.0.1", .port = port}).send(request).value();
  }
  [[nodiscard]] Json get(const std::string& target) const {
    return Json::parse(send(net::Method::get, "/phone/v1/" + target, "", false).body.view()).value_or(Json());
  }
  [[nodiscard]] int post(const std::string& target, std::string_view body = "{}", bool is_page = true) const {
    return send(net::Method::post, "/phone/v1/" + target, body, is_page).status;
  }
  [[nodiscard]] hall::Payments& payments(const std::string& way) const { return *adapters_->payments.at(way); }
  [[nodiscard]] hall::PaymentOrder order(const std::string& number) const {
    return {.number = number,
            .description = "数字证书",
            .price_fen = 20000,
            .expires_at = clock_.now() + std::chrono::minutes(30)};
  }

  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<EmulatorSet> set_;
  std::unique_ptr<Adapters> adapters_;
};

TEST_F(EmulatedPhoneTest, IsTheLastOfTheSetAndHasItsPages) {
  EXPECT_EQ(set_->places().back().name, "emulated_phone");
  EXPECT_EQ(text_of(send(net::Method::get, "/", "", false).body.view()), "pages");
}

TEST_F(EmulatedPhoneTest, ShowsAMessageWithItsTextAndCode) {
  EXPECT_TRUE(get("sms/messages").items().empty());
  ASSERT_TRUE(adapters_->sms->send(
      {.id = "row-1", .mobile = "13900000001", .template_code = "SMS_1", .parameters = {{"code", "402817"}}}));
  const auto messages = get("sms/messages").items();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].text("mobile"), "13900000001");
  EXPECT_EQ(messages[0].at("parameters").text("code"), "402817");
  EXPECT_NE(messages[0].text("text").find("402817"), std::string::npos);
  EXPECT_TRUE(get("sms/messages?mobile=13900000002").items().empty());
}

TEST_F(EmulatedPhoneTest, AnotherOriginsPageCanPressNothing) {
  const std::string_view who = R"({"name":"张样安","resident_id":"11010519491231002X","mobile":"13900000001"})";
  EXPECT_EQ(post("carrier/subscribers", who, false), 403);
  EXPECT_EQ(post("cards?side=portrait&name=a&resident_id=b", "\xFF\xD8\xFFpicture", false), 403);
  EXPECT_TRUE(get("carrier/subscribers").items().empty());
  EXPECT_EQ(post("carrier/subscribers", who), 204);
  EXPECT_EQ(get("carrier/subscribers").items().at(0).text("name"), "张样安");
  EXPECT_TRUE(adapters_->carrier->check("张样安", "11010519491231002X", "13900000001"));
}

TEST_F(EmulatedPhoneTest, PayingChangesTheOrderAndOnlyOnce) {
  ASSERT_TRUE(payments("wechat").open(order("YX20261121000001")));
  const auto before = get("wechat_pay/orders").items();
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].text("state"), "NOTPAY");
  EXPECT_FALSE(before[0].text("expires_at").empty());
  EXPECT_EQ(post("wechat_pay/orders/YX20261121000001/pay"), 204);
  EXPECT_EQ(get("wechat_pay/orders").items().at(0).text("state"), "SUCCESS");
  EXPECT_EQ(post("wechat_pay/orders/YX20261121000001/pay"), 409);
  EXPECT_EQ(post("wechat_pay/orders/YX20261121000002/pay"), 404);
}

TEST_F(EmulatedPhoneTest, AnAlipayOrderIsScannedBeforeItIsThere) {
  ASSERT_TRUE(payments("alipay").open(order("YX20261121000001")));
  const std::string number = get("alipay/orders").items().at(0).text("number");
  EXPECT_EQ(get("alipay/orders").items().at(0).text("status"), "");
  EXPECT_EQ(post("alipay/orders/" + number + "/scan"), 204);
  EXPECT_EQ(get("alipay/orders").items().at(0).text("status"), "WAIT_BUYER_PAY");
  EXPECT_EQ(post("alipay/orders/" + number + "/pay"), 204);
  EXPECT_EQ(get("alipay/orders").items().at(0).text("status"), "TRADE_SUCCESS");
}

TEST_F(EmulatedPhoneTest, ADepositComesToARegisteredAccountWithItsRemark) {
  EXPECT_EQ(post("direct_link/accounts", R"({"name":"深圳样例有限公司","number":"400012345678"})"), 204);
  EXPECT_EQ(get("direct_link/accounts").at("others").items().at(0).text("name"), "深圳样例有限公司");
  EXPECT_FALSE(get("direct_link/accounts").text("own").empty());
  const auto now = clock_.now();
  ASSERT_TRUE(adapters_->bank->pay({.id = "D20261121000001",
                                    .account_name = "深圳样例有限公司",
                                    .account_number = "400012345678",
                                    .bank_name = "样例银行",
                                    .amount_fen = 1,
                                    .remark = SecretBytes(bytes_of("激活码AB12"))}));
  ASSERT_TRUE(adapters_->bank->find("D20261121000001", now));
  const auto deposit = get("direct_link/deposits").items().at(0);
  EXPECT_EQ(deposit.text("remark"), "激活码AB12");
  EXPECT_EQ(deposit.text("standing"), "settled");
  EXPECT_FALSE(deposit.text("paid_at").empty());
}

TEST_F(EmulatedPhoneTest, ACorporateTransferStandsInTheDayBook) {
  EXPECT_EQ(post("direct_link/credits",
                 R"({"payer_name":"深圳样例有限公司","payer_account":"4000","fen":20000,"remark":"YX1"})"),
            201);
  const auto booking = get("direct_link/bookings").items().at(0);
  EXPECT_EQ(booking.text("side"), "credit");
  EXPECT_EQ(booking.text("fen"), "20000");
  EXPECT_EQ(booking.text("remark"), "YX1");
  EXPECT_EQ(post("direct_link/credits", R"({"payer_name":"深圳样例有限公司","fen":0})"), 400);
}

TEST_F(EmulatedPhoneTest, TheCardReaderKnowsAPictureByItsBytes) {
  const std::string picture = "\xFF\xD8\xFF a sample card";
  const std::string who = "&name=%E5%BC%A0%E6%A0%B7%E5%AE%89&resident_id=11010519491231002X";
  EXPECT_FALSE(adapters_->card_reader->read(hall::CardSide::portrait, bytes_of(picture)));
  const net::Response answered = send(net::Method::post, "/phone/v1/cards?side=portrait" + who, picture, true);
  ASSERT_EQ(answered.status, 200);
  EXPECT_EQ(Json::parse(answered.body.view()).value().text("picture"), to_hex(crypto::sm3(bytes_of(picture))));
  const auto read = adapters_->card_reader->read(hall::CardSide::portrait, bytes_of(picture));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->name, "张样安");
  EXPECT_EQ(post("cards?side=portrait" + who, "GIF89a"), 400) << "no JPEG";
  EXPECT_EQ(post("cards?side=portrait", picture), 400) << "nobody's card";
}

TEST_F(EmulatedPhoneTest, NothingElseOfTheAdminDoorsIsOpen) {
  EXPECT_EQ(post("wechat_pay/faults", R"({"operation":"open","fault":"decline"})"), 404);
  EXPECT_EQ(post("sms/templates", R"({"code":"SMS_1","text":"a"})"), 404);
  EXPECT_EQ(post("wechat_pay/orders/1/close"), 404);
}

}  // namespace
}  // namespace yinxin::outside
