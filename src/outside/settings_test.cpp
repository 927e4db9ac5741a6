#include "outside/settings.h"

#include <gtest/gtest.h>

#include "crypto/sm3.h"
#include "outside/adapters.h"
#include "outside/emulator/set.h"
#include "outside/testing/running.h"

namespace yinxin::outside {
namespace {

class Outside : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = EmulatorSet::start({}, clock_, random_);
    ASSERT_TRUE(started) << started.error().describe();
    set_ = std::move(*started);
  }
  [[nodiscard]] std::string text() const { return std::string(set_->settings().to_json().expose_text()); }
  [[nodiscard]] std::string changed(const std::string& from, const std::string& to) const {
    std::string all = text();
    const std::size_t at = all.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? all : all.replace(at, from.size(), to);
  }
  static std::string refusal(const std::string& json) {
    const auto read = OutsideSettings::parse(bytes_of(json));
    return read ? "" : read.error().detail;
  }

  SetClock clock_{*from_rfc3339("2026-11-21T04:00:00Z")};
  SystemRandom random_;
  std::unique_ptr<EmulatorSet> set_;
};

TEST_F(Outside, SettingsAreReadAsTheyWereWritten) {
  const auto read = OutsideSettings::parse(bytes_of(text()));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_TRUE(read->emulated);
  EXPECT_EQ(read->to_json().expose_text(), text());
  EXPECT_EQ(read->sms->sign_name, "印信演示");
  EXPECT_TRUE(read->bank->user_key.equals(set_->settings().bank->user_key));
  EXPECT_EQ(read->bank->bank_key, set_->settings().bank->bank_key);
  EXPECT_TRUE(read->courier->checkword.equals(set_->settings().courier->checkword));
}

TEST_F(Outside, SettingsSayWhereTheyAreWrong) {
  EXPECT_EQ(refusal(changed("\"sign_name\"", "\"sign\"")), "outside.json: sms.sign_name: is missing");
  EXPECT_EQ(refusal(changed("\"scene_id\"", "\"more\": \"x\", \"scene_id\"")), "outside.json: face.more: is unknown");
  EXPECT_EQ(refusal(changed("\"carrier\"", "\"carriers\"")), "outside.json: carriers: is unknown");
  EXPECT_TRUE(refusal(changed("http://", "ftp://")).starts_with("outside.json: sms.base_url"));
  EXPECT_EQ(refusal(changed("true", "1")), "outside.json: emulated: must be true or false");
  EXPECT_EQ(refusal("[]"), "outside.json: the file: is no JSON object");
  EXPECT_EQ(refusal(std::string(max_settings_bytes + 1, ' ')), "outside.json: the file: is too large");
  EXPECT_TRUE(OutsideSettings::parse(bytes_of("{}")));
}

TEST_F(Outside, EveryAdapterReachesItsEmulatorByTheSettingsAlone) {
  const auto settings = OutsideSettings::parse(bytes_of(text()));
  ASSERT_TRUE(settings);
  const auto adapters = open_adapters(*settings, "", clock_, random_);
  ASSERT_TRUE(adapters) << adapters.error().describe();
  EXPECT_TRUE(adapters->sms->send({.id = "a", .mobile = "13800000001", .template_code = "SMS_1", .parameters = {}}));
  EXPECT_EQ(adapters->carrier->check("王小明", "11010519491231002X", "13800000001")->verdict,
            hall::CarrierVerdict::no_record);
  EXPECT_TRUE(adapters->face->begin({.id = "a",
                                     .name = "王小明",
                                     .resident_id = "11010519491231002X",
                                     .return_url = "http://127.0.0.1/",
                                     .device_info = "{}"}));
  EXPECT_EQ(adapters->card_reader->read(hall::CardSide::portrait, bytes_of("x")).error().detail, "unmatchedImageType");
  EXPECT_TRUE(adapters->courier->track("SF7000000000001", "0001"));
  ASSERT_EQ(adapters->payments.size(), 3U);
  EXPECT_EQ(settings->ways().size(), adapters->payments.size());
  for (const auto& [way, payments] : adapters->payments) {
    if (way == "corporate_transfer") {
      const auto found = payments->find("YX202611210000018-1");
      EXPECT_TRUE(found) << found.error().describe();
      continue;
    }
    const auto opened = payments->open({.number = "YX20261121000001",
                                        .description = "数字证书",
                                        .price_fen = 100,
                                        .expires_at = clock_.now() + std::chrono::minutes(30)});
    EXPECT_TRUE(opened) << way << " " << opened.error().describe();
  }
  EXPECT_EQ(adapters->bank->find("D20261121000001", clock_.now()).error().code, ErrorCode::not_found);
  EXPECT_EQ(set_->places().size(), 9U);
  set_->stop();
  EXPECT_EQ(adapters->courier->track("SF7000000000001", "0001").error().code, ErrorCode::outside_unreachable);
}

TEST_F(Outside, WithoutSectionsThereAreNoAdapters) {
  const auto adapters = open_adapters({}, "", clock_, random_);
  ASSERT_TRUE(adapters);
  EXPECT_EQ(adapters->sms, nullptr);
  EXPECT_EQ(adapters->courier, nullptr);
  OutsideSettings secure;
  secure.carrier = AliyunSettings{
      .base_url = "https://cloudauth.aliyuncs.com", .access_key_id = "AK", .access_key_secret = SecretBytes(1)};
  EXPECT_EQ(open_adapters(secure, "", clock_, random_).error().code, ErrorCode::precondition);
}

TEST_F(Outside, APortThatIsTakenIsToldWithItsEmulator) {
  const std::string address = set_->places().front().address;
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const auto second = EmulatorSet::start({.first_port = port}, clock_, random_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::already_exists);
  EXPECT_TRUE(second.error().detail.starts_with("sms on port"));
  EXPECT_EQ(EmulatorSet::start({.first_port = 65535}, clock_, random_).error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace yinxin::outside
