// The courier's adapter against its emulator over loopback, fault by fault; its digest against the openssl command.

#include "outside/courier/sf_express.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "outside/courier/sf_express_emulator.h"
#include "outside/testing/running.h"

namespace yinxin::outside {
namespace {

std::string output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return {};
  }
  std::string output;
  std::array<char, 256> buffer{};
  while (fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    output += buffer.data();
  }
  pclose(pipe);
  return output;
}

TEST(SfDigest, IsTheOneOfTheOpensslCommand) {
  const std::string wanted = output_of(
      "printf '%s' '%7B%22a%22%3A%22%E5%8D%B0+*%7E-_.%22%7D1700000000000cw' | openssl dgst -md5 -binary | openssl "
      "base64 | tr -d '\\n'");
  ASSERT_EQ(wanted.size(), 24U) << "the openssl command is needed";
  EXPECT_EQ(sf_digest(R"({"a":"印 *~-_."})", "1700000000000", SecretBytes(bytes_of("cw"))), wanted);
}

class SfExpressTest : public ::testing::Test {
 protected:
  static hall::Address address(const std::string& name, const std::string& phone) {
    return {.name = name,
            .phone = phone,
            .state = "广东省",
            .locality = "深圳市",
            .district = "南山区",
            .street = "科技园一路 1 号",
            .company = ""};
  }
  static hall::Shipment shipment(const std::string& id) {
    return {.id = id, .from = address("印信", "13900000002"), .to = address("王小明", "13800000001"), .goods = "UKey"};
  }
  SfExpress courier(std::string_view checkword) {
    return {running_.place(),
            "/std/service",
            {.partner_id = "YINXIN", .checkword = SecretBytes(bytes_of(checkword)), .monthly_card = "7551234567"},
            clock_,
            random_};
  }
  int advance(const std::string& waybill, const std::string& to = "") {
    clock_.advance(std::chrono::minutes(1));
    return running_.post("/admin/waybills/" + waybill + "/advance", to.empty() ? "{}" : R"({"to":")" + to + R"("})");
  }

  SetClock clock_{*from_rfc3339("2026-11-21T04:00:00Z")};
  SystemRandom random_;
  SfExpressEmulator emulator_{
      {.partner_id = "YINXIN", .checkword = SecretBytes(bytes_of("checkword"))}, clock_, random_};
  Running running_{emulator_, clock_};
  SfExpress courier_ = courier("checkword");
};

TEST_F(SfExpressTest, OrdersOnceHoweverOftenItIsAsked) {
  const auto first = courier_.order(shipment("parcel-1"));
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_EQ(first->provider, "sf_express");
  const auto again = courier_.order(shipment("parcel-1"));
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(again->transaction, first->transaction);
  EXPECT_NE(courier_.order(shipment("parcel-2"))->transaction, first->transaction);
  EXPECT_EQ(running_.get("/admin/waybills").items().size(), 2U);
}

TEST_F(SfExpressTest, FollowsAParcelToItsReceiver) {
  const std::string waybill = courier_.order(shipment("parcel-1"))->transaction;
  EXPECT_EQ(courier_.track(waybill, "0001")->standing, hall::ParcelStanding::waiting);
  for (int step = 0; step < 3; ++step) {
    ASSERT_EQ(advance(waybill), 204);
    EXPECT_EQ(courier_.track(waybill, "0001")->standing, hall::ParcelStanding::on_the_way);
  }
  ASSERT_EQ(advance(waybill), 204);
  const auto fact = courier_.track(waybill, "0002");  // the sender's number does as well
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->standing, hall::ParcelStanding::delivered);
  ASSERT_EQ(fact->steps.size(), 4U);
  EXPECT_EQ(fact->steps.back().at, clock_.now());
  EXPECT_EQ(fact->answer.transaction, waybill);
  EXPECT_EQ(advance(waybill), 409);
  EXPECT_TRUE(courier_.track(waybill, "9999")->steps.empty());
}

TEST_F(SfExpressTest, TellsRefusedSentBackAndLostApart) {
  const std::string waybill = courier_.order(shipment("parcel-1"))->transaction;
  ASSERT_EQ(advance(waybill, "refused"), 204);
  EXPECT_EQ(courier_.track(waybill, "0001")->standing, hall::ParcelStanding::refused);
  ASSERT_EQ(advance(waybill, "moving"), 204);
  EXPECT_EQ(courier_.track(waybill, "0001")->standing, hall::ParcelStanding::refused);
  ASSERT_EQ(advance(waybill, "sent_back"), 204);
  EXPECT_EQ(courier_.track(waybill, "0001")->standing, hall::ParcelStanding::sent_back);
  const std::string other = courier_.order(shipment("parcel-2"))->transaction;
  ASSERT_EQ(advance(other, "lost"), 204);
  EXPECT_EQ(courier_.track(other, "0001")->standing, hall::ParcelStanding::lost);
  EXPECT_EQ(advance(other, "nowhere"), 409);
  EXPECT_EQ(advance("SF0000000000000"), 404);
}

TEST_F(SfExpressTest, CancelsUntilTheParcelIsCollected) {
  const std::string waybill = courier_.order(shipment("parcel-1"))->transaction;
  EXPECT_TRUE(courier_.cancel("parcel-1", waybill));
  EXPECT_TRUE(courier_.cancel("parcel-1", waybill));
  EXPECT_EQ(courier_.cancel("parcel-9", waybill).error().code, ErrorCode::declined_by_outside);
  const std::string other = courier_.order(shipment("parcel-2"))->transaction;
  ASSERT_EQ(advance(other), 204);
  EXPECT_EQ(courier_.cancel("parcel-2", other).error().code, ErrorCode::declined_by_outside);
}

TEST_F(SfExpressTest, AfterALostAnswerTheSameWaybillComes) {
  running_.plan("EXP_RECE_CREATE_ORDER", Fault::lose_answer);
  EXPECT_EQ(courier_.order(shipment("parcel-1")).error().code, ErrorCode::outside_uncertain);
  const auto again = courier_.order(shipment("parcel-1"));
  ASSERT_TRUE(again);
  const auto waybills = running_.get("/admin/waybills").items();
  ASSERT_EQ(waybills.size(), 1U);
  EXPECT_EQ(waybills[0].text("waybill"), again->transaction);
}

TEST_F(SfExpressTest, FailsAsTheCourierFails) {
  running_.plan("EXP_RECE_CREATE_ORDER", Fault::decline);
  EXPECT_EQ(courier_.order(shipment("parcel-1")).error().detail, "8057");
  running_.plan("EXP_RECE_CREATE_ORDER", Fault::unavailable);
  EXPECT_EQ(courier_.order(shipment("parcel-1")).error().code, ErrorCode::outside_uncertain);
  EXPECT_TRUE(running_.get("/admin/waybills").items().empty());
  running_.plan("EXP_RECE_CREATE_ORDER", Fault::bad_signature);
  EXPECT_EQ(courier_.order(shipment("parcel-1")).error().code, ErrorCode::corrupt);
  const std::string waybill = courier_.order(shipment("parcel-1"))->transaction;
  running_.plan("EXP_RECE_SEARCH_ROUTES", Fault::bad_signature);
  EXPECT_EQ(courier_.track(waybill, "0001").error().code, ErrorCode::corrupt);
  running_.plan("EXP_RECE_UPDATE_ORDER", Fault::unavailable);
  EXPECT_EQ(courier_.cancel("parcel-1", waybill).error().code, ErrorCode::outside_uncertain);
  running_.stop();
  EXPECT_EQ(courier_.order(shipment("parcel-1")).error().code, ErrorCode::outside_unreachable);
}

TEST_F(SfExpressTest, RefusesAnotherCheckwordAndAnotherTime) {
  EXPECT_EQ(courier("Checkword").order(shipment("parcel-1")).error().detail, "A1006");
  SetClock late{clock_.now() + sf_window + std::chrono::seconds(1)};
  SfExpress ahead(running_.place(), "/std/service",
                  {.partner_id = "YINXIN", .checkword = SecretBytes(bytes_of("checkword"))}, late, random_);
  EXPECT_EQ(ahead.order(shipment("parcel-1")).error().detail, "A1002");
  SfExpress stranger(running_.place(), "/std/service",
                     {.partner_id = "NOBODY", .checkword = SecretBytes(bytes_of("checkword"))}, clock_, random_);
  EXPECT_EQ(stranger.order(shipment("parcel-1")).error().detail, "A1004");
}

TEST_F(SfExpressTest, WhatIsNoShipmentNeverLeaves) {
  hall::Shipment wrong = shipment("a b");
  EXPECT_EQ(courier_.order(wrong).error().code, ErrorCode::invalid_input);
  wrong = shipment("parcel-1");
  wrong.to.street.clear();
  EXPECT_EQ(courier_.order(wrong).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(courier_.track("SF\"", "0001").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(courier_.track("SF7000000000001", "001").error().code, ErrorCode::invalid_input);
}

// The gateway's refusals of a form that was signed and then changed.
class SfGate : public SfExpressTest {
 protected:
  std::string form(const std::string& request_id = "0123456789abcdef") const {
    const std::string timestamp = std::to_string(to_unix_ms(clock_.now()));
    const std::string msg = R"({"orderId":"a","x":"印 "})";
    return "partnerID=YINXIN&requestID=" + request_id +
           "&serviceCode=EXP_RECE_SEARCH_ORDER_RESP&timestamp=" + timestamp +
           "&msgDigest=" + net::percent_encoded(sf_digest(msg, timestamp, SecretBytes(bytes_of("checkword")))) +
           "&msgData=" + net::percent_encoded(msg);
  }
  // Of the router itself, without a server between.
  std::string result_code(const std::string& body) {
    SfExpressEmulator fresh({.partner_id = "YINXIN", .checkword = SecretBytes(bytes_of("checkword"))}, clock_, random_);
    net::Router router;
    fresh.add_routes(router);
    return code_of(router, body);
  }
  static std::string code_of(const net::Router& router, const std::string& body) {
    net::Request request;
    request.method = net::Method::post;
    request.target = *net::parse_target("/std/service");
    request.body = to_bytes(bytes_of(body));
    const auto found = router.find(request.method, request.target);
    return Json::parse(found.route->handler(request).body.view())->text("apiResultCode");
  }
};

TEST_F(SfGate, RefusesEveryChangedByteThatTheDigestCovers) {
  const std::string good = form();
  ASSERT_EQ(result_code(good), "A1000");
  const std::size_t request_id = good.find("&requestID=") + 11;
  const std::size_t after_it = good.find("&serviceCode=");
  for (std::size_t i = 0; i < good.size(); ++i) {
    if (i >= request_id && i < after_it) {
      continue;  // the platform's digest does not cover it
    }
    std::string changed = good;
    changed[i] = changed[i] == 'z' ? 'y' : changed[i] == '9' ? '8' : static_cast<char>(changed[i] + 1);
    EXPECT_NE(result_code(changed), "A1000") << i << " " << changed;
  }
}

TEST_F(SfGate, TakesARequestOnce) {
  net::Router router;
  emulator_.add_routes(router);
  EXPECT_EQ(code_of(router, form()), "A1000");
  EXPECT_EQ(code_of(router, form()), "A1007");
  EXPECT_EQ(code_of(router, form("another")), "A1000");
  EXPECT_EQ(code_of(router, form("third") + "&partnerID=YINXIN"), "A1001");
  EXPECT_EQ(code_of(router, ""), "A1001");
}

TEST(SfRoutes, AreReadStrictly) {
  const auto read = [](const std::string& inner) {
    return parse_sf_routes(bytes_of(R"({"apiResultCode":"A1000","apiResultData":)" + net::json_string(inner) + "}"),
                           "SF7000000000001");
  };
  const auto route = [](const std::string& routes) {
    return R"({"success":true,"errorCode":"S0000","msgData":{"routeResps":[{"mailNo":"SF7000000000001","routes":[)" +
           routes + "]}]}}";
  };
  const auto unordered = read(route(R"({"acceptTime":"2026-10-02 11:30:00","remark":"已签收","opCode":"80"},
                                       {"acceptTime":"2026-10-01 17:00:00","remark":"已收取快件","opCode":"50"})"));
  ASSERT_TRUE(unordered) << unordered.error().describe();
  EXPECT_EQ(unordered->standing, hall::ParcelStanding::delivered);
  EXPECT_EQ(unordered->steps.front().at, *from_rfc3339("2026-10-01T09:00:00Z"));
  EXPECT_EQ(read(route(R"({"acceptTime":"yesterday","remark":"","opCode":"50"})")).error().code, ErrorCode::corrupt);
  EXPECT_EQ(read(R"({"success":true,"errorCode":"8016"})").error().code, ErrorCode::corrupt);
  EXPECT_EQ(read("[]").error().code, ErrorCode::corrupt);
  EXPECT_EQ(parse_sf_routes(bytes_of("<html>"), "SF7000000000001").error().code, ErrorCode::corrupt);
  EXPECT_EQ(parse_sf_routes(bytes_of(R"({"apiResultCode":"A1009"})"), "SF7000000000001").error().code,
            ErrorCode::outside_uncertain);
  std::string many;
  for (std::size_t i = 0; i <= max_route_steps; ++i) {
    many += (i == 0 ? "" : ",") + std::string(R"({"acceptTime":"2026-10-01 17:00:00","remark":"","opCode":"30"})");
  }
  EXPECT_EQ(read(route(many)).error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace yinxin::outside
