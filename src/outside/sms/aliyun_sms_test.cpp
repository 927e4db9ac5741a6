// The adapter against its emulator over loopback: the happy path, and one test for each way in which it can fail.

#include "outside/sms/aliyun_sms.h"

#include <gtest/gtest.h>

#include "outside/sms/aliyun_sms_emulator.h"
#include "outside/testing/running.h"

namespace yinxin::outside {
namespace {

constexpr std::string_view mobile = "13800000001";

// What the emulator pushes, kept for the test to wait for.
class ReportDesk {
 public:
  explicit ReportDesk(const Clock& clock) {
    net::Router router;
    router.add(net::Method::post, "/sms/reports", {.max_body_bytes = max_sms_report_bytes},
               [this](const net::Request& request) {
                 const std::scoped_lock lock(mutex_);
                 bodies_.push_back(request.body);
                 changed_.notify_all();
                 return net::answer("application/json", net::Body(sms_reports_taken()));
               });
    server_ = std::move(*net::Server::start({}, std::move(router), clock));
  }
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/sms/reports";
  }
  // Only a broken emulator takes that long.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return bodies_.size() >= count; });
  }
  std::vector<Bytes> bodies() {
    const std::scoped_lock lock(mutex_);
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Bytes> bodies_;
  std::unique_ptr<net::Server> server_;
};

class AliyunSmsTest : public ::testing::Test {
 protected:
  void begin(AliyunSmsEmulatorOptions options = {}, std::string_view secret = "secret") {
    options.key = {.id = "AK", .secret = SecretBytes(bytes_of("secret"))};
    options.sign_name = "印信演示";
    emulator_ = std::move(*AliyunSmsEmulator::start(std::move(options), clock_, random_));
    running_ = std::make_unique<Running>(*emulator_, clock_);
    sms_ = std::make_unique<AliyunSms>(
        aliyun::Acs3Client(running_->place(), {.id = "AK", .secret = SecretBytes(bytes_of(secret))}, clock_, random_),
        "印信演示");
  }
  hall::SmsMessage message(const std::string& id) const {
    return {.id = id, .mobile = std::string(mobile), .template_code = "SMS_1001", .parameters = {{"code", "482913"}}};
  }
  Result<hall::SmsFact> find(const std::string& id) { return sms_->find(id, std::string(mobile), clock_.now()); }
  std::vector<Json> outbox() { return running_->get("/admin/messages?mobile=" + std::string(mobile)).items(); }

  SetClock clock_{*from_rfc3339("2026-11-21T04:00:00Z")};
  SystemRandom random_;
  std::unique_ptr<AliyunSmsEmulator> emulator_;
  std::unique_ptr<Running> running_;
  std::unique_ptr<AliyunSms> sms_;
};

TEST_F(AliyunSmsTest, SendsAndFindsByIdAndDay) {
  begin();
  const auto sent = sms_->send(message("row-1"));
  ASSERT_TRUE(sent) << sent.error().describe();
  EXPECT_EQ(sent->provider, "aliyun_sms");
  const auto found = find("row-1");
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->standing, hall::SmsStanding::delivered);
  const auto messages = outbox();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].at("parameters").text("code"), "482913");
  EXPECT_EQ(messages[0].text("biz_id"), sent->transaction);
  EXPECT_EQ(find("row-2").error().code, ErrorCode::not_found);
  EXPECT_EQ(sms_->find("row-1", std::string(mobile), clock_.now() - std::chrono::hours(24)).error().code,
            ErrorCode::not_found);
}

TEST_F(AliyunSmsTest, LooksThroughEveryPage) {
  begin();
  for (int i = 0; i < 120; ++i) {
    ASSERT_TRUE(sms_->send(message("row-" + std::to_string(i))));
  }
  EXPECT_TRUE(find("row-0"));  // the oldest: on the third page
  EXPECT_EQ(find("row-120").error().code, ErrorCode::not_found);
}

TEST_F(AliyunSmsTest, FindsAMessageThatLeftAroundMidnight) {
  begin();
  clock_.set(*from_rfc3339("2026-11-21T16:00:01Z"));  // the 22nd in UTC+8
  ASSERT_TRUE(sms_->send(message("row-1")));
  EXPECT_TRUE(sms_->find("row-1", std::string(mobile), clock_.now() - std::chrono::seconds(5)));
}

TEST_F(AliyunSmsTest, FillsRegisteredTemplates) {
  begin({.knows_any_template = false});
  EXPECT_EQ(sms_->send(message("row-1")).error().detail, "isv.SMS_TEMPLATE_ILLEGAL");
  ASSERT_EQ(running_->post("/admin/templates", R"({"code":"SMS_1001","text":"验证码${code}，请勿告诉他人"})"), 204);
  ASSERT_TRUE(sms_->send(message("row-1")));
  EXPECT_EQ(outbox().back().text("text"), "【印信演示】验证码482913，请勿告诉他人");
  hall::SmsMessage incomplete = message("row-2");
  incomplete.parameters.clear();
  EXPECT_EQ(sms_->send(incomplete).error().detail, "isv.TEMPLATE_MISSING_PARAMETERS");
}

TEST_F(AliyunSmsTest, TellsWaitingAndFailedFromDelivered) {
  begin({.delivers_by_itself = false});
  const auto sent = sms_->send(message("row-1"));
  ASSERT_TRUE(sent);
  EXPECT_EQ(find("row-1")->standing, hall::SmsStanding::waiting);
  const std::string receipt = "/admin/messages/" + net::percent_encoded(sent->transaction) + "/receipt";
  ASSERT_EQ(running_->post(receipt, R"({"err_code":"MK:0001"})"), 204);
  const auto failed = find("row-1");
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->standing, hall::SmsStanding::failed);
  EXPECT_EQ(failed->reason, "a code of its own");  // a colon is none of the characters that are repeated
  ASSERT_EQ(running_->post(receipt, R"({"err_code":"UNDELIV"})"), 204);
  EXPECT_EQ(find("row-1")->reason, "UNDELIV");
}

TEST_F(AliyunSmsTest, RefusalIsTheProvidersCode) {
  begin();
  running_->plan("SendSms", Fault::decline);
  const auto refused = sms_->send(message("row-1"));
  EXPECT_EQ(refused.error().code, ErrorCode::declined_by_outside);
  EXPECT_EQ(refused.error().detail, "isv.BUSINESS_LIMIT_CONTROL");
  EXPECT_TRUE(outbox().empty());
}

TEST_F(AliyunSmsTest, AfterALostAnswerTheMessageIsFound) {
  begin();
  running_->plan("SendSms", Fault::lose_answer);
  EXPECT_EQ(sms_->send(message("row-1")).error().code, ErrorCode::outside_uncertain);
  EXPECT_TRUE(find("row-1"));
  EXPECT_EQ(outbox().size(), 1U);
}

TEST_F(AliyunSmsTest, WhileUnavailableNothingIsSentAndNothingIsFound) {
  begin();
  running_->plan("SendSms", Fault::unavailable);
  EXPECT_EQ(sms_->send(message("row-1")).error().code, ErrorCode::outside_uncertain);
  EXPECT_EQ(find("row-1").error().code, ErrorCode::not_found);
}

TEST_F(AliyunSmsTest, ACutAnswerIsCorrupt) {
  begin();
  running_->plan("SendSms", Fault::bad_signature);
  EXPECT_EQ(sms_->send(message("row-1")).error().code, ErrorCode::corrupt);
}

TEST_F(AliyunSmsTest, WithoutAnybodyThereNothingHasLeft) {
  begin();
  running_->stop();
  EXPECT_EQ(sms_->send(message("row-1")).error().code, ErrorCode::outside_unreachable);
}

TEST_F(AliyunSmsTest, AWrongSecretIsRefused) {
  begin({}, "another secret");
  const auto refused = sms_->send(message("row-1"));
  EXPECT_EQ(refused.error().code, ErrorCode::declined_by_outside);
  EXPECT_EQ(refused.error().detail, "SignatureDoesNotMatch");
}

TEST_F(AliyunSmsTest, WhatIsNoMessageNeverLeaves) {
  begin();
  hall::SmsMessage wrong = message("row-1");
  wrong.mobile = "1380000000";
  EXPECT_EQ(sms_->send(wrong).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(sms_->send(message("")).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(sms_->find("", std::string(mobile), clock_.now()).error().code, ErrorCode::invalid_input);
}

TEST_F(AliyunSmsTest, PushesReportsOnceTwiceOrNotAtAll) {
  ReportDesk desk(clock_);
  begin({.report_url = desk.url()});
  ASSERT_TRUE(sms_->send(message("row-1")));
  ASSERT_TRUE(desk.wait_for(1));
  const auto reports = parse_sms_reports(desk.bodies()[0]);
  ASSERT_TRUE(reports);
  ASSERT_EQ(reports->size(), 1U);
  EXPECT_EQ(reports->front().id, "row-1");
  EXPECT_TRUE(reports->front().delivered);
  running_->plan("receipt", Fault::no_callback);
  ASSERT_TRUE(sms_->send(message("row-2")));
  running_->plan("receipt", Fault::repeat_callback);
  ASSERT_TRUE(sms_->send(message("row-3")));
  ASSERT_TRUE(desk.wait_for(3));
  const auto bodies = desk.bodies();
  ASSERT_EQ(bodies.size(), 3U);
  EXPECT_EQ(parse_sms_reports(bodies[1])->front().id, "row-3");
  EXPECT_EQ(bodies[1], bodies[2]);
  EXPECT_EQ(find("row-2")->standing, hall::SmsStanding::delivered);
}

TEST(SmsReports, AreReadStrictly) {
  const auto read = [](std::string_view text) { return parse_sms_reports(bytes_of(text)); };
  const auto good = read(
      R"([{"phone_number":"13800000001","send_time":"2017-01-01 11:12:13","report_time":"2017-02-02 22:23:24",
          "success":true,"err_code":"DELIVERED","err_msg":"用户接收成功","sms_size":"1","biz_id":"12345","out_id":"67890"}])");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->front().biz_id, "12345");
  EXPECT_TRUE(read("[]")->empty());
  for (const std::string_view wrong :
       {"", "{}", "[1]", "[null]", "[{}]", R"([{"phone_number":"138","success":true}])",
        R"([{"phone_number":"13800000001","success":"maybe"}])", R"([{"phone_number":"13800000001"}])"}) {
    EXPECT_EQ(read(wrong).error().code, ErrorCode::invalid_input) << wrong;
  }
  std::string many = "[";
  for (std::size_t i = 0; i <= max_sms_reports; ++i) {
    many += (i == 0 ? "" : ",") + std::string(R"({"phone_number":"13800000001","success":false})");
  }
  EXPECT_FALSE(read(many + "]"));
  EXPECT_FALSE(parse_sms_reports(Bytes(max_sms_report_bytes + 1, ' ')));
}

}  // namespace
}  // namespace yinxin::outside
