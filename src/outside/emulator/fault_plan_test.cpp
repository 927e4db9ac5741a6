#include <gtest/gtest.h>

#include "outside/emulator/emulator.h"

namespace yinxin::outside {
namespace {

TEST(FaultPlan, gives_each_fault_once_and_only_to_its_operation) {
  FaultPlan plan;
  ASSERT_TRUE(plan.add("pay", Fault::decline));
  ASSERT_TRUE(plan.add("pay", Fault::lose_answer));
  ASSERT_TRUE(plan.add("find", Fault::unavailable));
  EXPECT_EQ(plan.take("pay"), Fault::decline);
  EXPECT_EQ(plan.take("find"), Fault::unavailable);
  EXPECT_EQ(plan.take("find"), Fault::none);
  EXPECT_EQ(plan.take("pay"), Fault::lose_answer);
  EXPECT_EQ(plan.take("pay"), Fault::none);
}

TEST(FaultPlan, is_filled_over_its_route_and_refuses_what_it_does_not_know) {
  FaultPlan plan;
  net::Router router;
  plan.add_routes(router);
  const auto target = net::parse_target("/admin/faults");
  ASSERT_TRUE(target);
  const auto found = router.find(net::Method::post, *target);
  ASSERT_NE(found.route, nullptr);
  const auto post = [&](std::string_view body) {
    net::Request request;
    request.method = net::Method::post;
    request.body.assign(body.begin(), body.end());
    return found.route->handler(request).status;
  };
  EXPECT_EQ(post(R"({"operation": "pay", "fault": "decline", "times": 2})"), 204);
  EXPECT_EQ(post(R"({"operation": "pay", "fault": "explode"})"), 400);
  EXPECT_EQ(post(R"({"operation": "pay", "fault": "decline", "times": -1})"), 400);
  EXPECT_EQ(post(R"({"operation": "pay", "fault": "decline", "times": 100000})"), 400);
  EXPECT_EQ(post("[]"), 400);
  EXPECT_EQ(plan.take("pay"), Fault::decline);
  EXPECT_EQ(plan.take("pay"), Fault::decline);
  EXPECT_EQ(post(R"({"operation": "pay", "fault": "decline", "times": 2})"), 204);
  const auto forgets = router.find(net::Method::delete_, *target);
  ASSERT_NE(forgets.route, nullptr);
  EXPECT_EQ(forgets.route->handler(net::Request()).status, 204);
  EXPECT_EQ(plan.take("pay"), Fault::none);
}

}  // namespace
}  // namespace yinxin::outside
