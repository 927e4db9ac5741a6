// Carrier check, face check and card reading against their emulators over loopback, fault by fault.

#include <gtest/gtest.h>

#include "crypto/sm3.h"
#include "outside/identity/aliyun_card_reader.h"
#include "outside/identity/aliyun_card_reader_emulator.h"
#include "outside/identity/aliyun_carrier.h"
#include "outside/identity/aliyun_carrier_emulator.h"
#include "outside/identity/aliyun_face.h"
#include "outside/identity/aliyun_face_emulator.h"
#include "outside/testing/running.h"

namespace yinxin::outside {
namespace {

const Instant noon = *from_rfc3339("2026-11-21T04:00:00Z");

SecretBytes the_secret() { return SecretBytes(bytes_of("secret")); }

class CarrierTest : public ::testing::Test {
 protected:
  Result<hall::CarrierFact> check(const std::string& name, const std::string& id, const std::string& mobile) {
    return carrier_.check(name, id, mobile);
  }
  Result<hall::CarrierFact> usual() { return check("王小明", "11010519491231002X", "13800000001"); }

  SetClock clock_{noon};
  SystemRandom random_;
  AliyunCarrierEmulator emulator_{{.id = "AK", .secret = the_secret()}, clock_, random_};
  Running running_{emulator_, clock_};
  AliyunCarrier carrier_{aliyun::Acs3Client(running_.place(), {.id = "AK", .secret = the_secret()}, clock_, random_)};
};

TEST_F(CarrierTest, TellsEachVerdictApart) {
  ASSERT_EQ(running_.post("/admin/subscribers",
                          R"({"name":"王小明","resident_id":"11010519491231002X","mobile":"13800000001"})"),
            204);
  const auto match = usual();
  ASSERT_TRUE(match) << match.error().describe();
  EXPECT_EQ(match->verdict, hall::CarrierVerdict::match);
  EXPECT_EQ(match->answer.provider, "aliyun_carrier");
  EXPECT_FALSE(match->answer.transaction.empty());
  EXPECT_FALSE(match->answer.raw.empty());
  EXPECT_EQ(check("李四", "440524188001010014", "13800000001")->verdict, hall::CarrierVerdict::not_this_person);
  EXPECT_EQ(check("王小明", "440524188001010014", "13800000001")->verdict, hall::CarrierVerdict::name_and_id_differ);
  EXPECT_EQ(check("李四", "11010519491231002X", "13800000001")->verdict, hall::CarrierVerdict::name_and_id_differ);
  EXPECT_EQ(check("王小明", "11010519491231002X", "13900000009")->verdict, hall::CarrierVerdict::no_record);
}

TEST_F(CarrierTest, GivesTheProvidersCodeWhenItKnowsNothing) {
  EXPECT_EQ(check("王小明", "11010519491231002X", "17000000001").error().detail, "405");
  EXPECT_EQ(check("王小明", "1", "13800000001").error().detail, "401");
  EXPECT_EQ(check("", "11010519491231002X", "13800000001").error().code, ErrorCode::invalid_input);
}

TEST_F(CarrierTest, FailsAsTheProviderFails) {
  running_.plan("Mobile3MetaDetailVerify", Fault::decline);
  EXPECT_EQ(usual().error().code, ErrorCode::declined_by_outside);
  running_.plan("Mobile3MetaDetailVerify", Fault::unavailable);
  EXPECT_EQ(usual().error().code, ErrorCode::outside_uncertain);
  running_.plan("Mobile3MetaDetailVerify", Fault::lose_answer);
  EXPECT_EQ(usual().error().code, ErrorCode::outside_uncertain);
  running_.plan("Mobile3MetaDetailVerify", Fault::bad_signature);
  EXPECT_EQ(usual().error().code, ErrorCode::corrupt);
  EXPECT_TRUE(usual());
  running_.stop();
  EXPECT_EQ(usual().error().code, ErrorCode::outside_unreachable);
}

TEST_F(CarrierTest, ErrorsCarryNoPersonsData) {
  running_.plan("Mobile3MetaDetailVerify", Fault::decline);
  const std::string told = usual().error().describe();
  EXPECT_EQ(told.find("110105"), std::string::npos);
  EXPECT_EQ(told.find("138000"), std::string::npos);
}

TEST_F(CarrierTest, TheAdminDoorRefusesWhatIsNoSubscriber) {
  EXPECT_EQ(running_.post("/admin/subscribers", "[]"), 400);
  EXPECT_EQ(running_.post("/admin/subscribers", R"({"name":"王","resident_id":"1","mobile":"13800000001"})"), 400);
}

class FaceTest : public ::testing::Test {
 protected:
  Result<hall::FaceCheckBegun> begin(const std::string& id = "face0001") {
    return face_.begin({.id = id,
                        .name = "王<小>明",
                        .resident_id = "11010519491231002X",
                        .return_url = "https://hall.example/back?t=1",
                        .device_info = R"({"deviceType":"h5"})"});
  }
  Result<net::Response> press(const std::string& transaction, std::string_view verdict) {
    return net::Client(running_.place())
        .post("/h5/" + transaction, "application/x-www-form-urlencoded",
              to_bytes(bytes_of("verdict=" + std::string(verdict))));
  }

  SetClock clock_{noon};
  SystemRandom random_;
  AliyunFaceEmulator emulator_{
      {.key = {.id = "AK", .secret = the_secret()}, .scene_id = "1000000006"}, clock_, random_};
  Running running_{emulator_, clock_};
  AliyunFace face_{aliyun::Acs3Client(running_.place(), {.id = "AK", .secret = the_secret()}, clock_, random_),
                   "1000000006"};
};

TEST_F(FaceTest, PassesOnThePhonesPageAndOnlyOnce) {
  const auto begun = begin();
  ASSERT_TRUE(begun) << begun.error().describe();
  EXPECT_EQ(begun->url, running_.base() + "/h5/" + begun->transaction);
  EXPECT_EQ(face_.result(begun->transaction)->verdict, hall::FaceVerdict::under_way);
  const auto page = net::Client(running_.place()).get("/h5/" + begun->transaction);
  ASSERT_TRUE(page);
  const std::string html(text_of(page->body.view()));
  EXPECT_NE(html.find("样例"), std::string::npos);
  EXPECT_NE(html.find("王&lt;小&gt;明"), std::string::npos);
  const auto away = press(begun->transaction, "pass");
  ASSERT_TRUE(away);
  EXPECT_EQ(away->status, 303);
  EXPECT_TRUE(away->headers.find("Location")->starts_with("https://hall.example/back?t=1&response="));
  const auto fact = face_.result(begun->transaction);
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->verdict, hall::FaceVerdict::passed);
  EXPECT_EQ(fact->answer.transaction, begun->transaction);
  EXPECT_EQ(press(begun->transaction, "fail")->status, 410);
  EXPECT_EQ(net::Client(running_.place()).get("/h5/" + begun->transaction)->status, 410);
  EXPECT_EQ(face_.result(begun->transaction)->verdict, hall::FaceVerdict::passed);
}

TEST_F(FaceTest, FailsWithTheProvidersReason) {
  const auto begun = begin();
  ASSERT_TRUE(begun);
  ASSERT_EQ(running_.post("/admin/faces/" + begun->transaction, R"({"verdict":"fail","sub_code":"205"})"), 204);
  const auto fact = face_.result(begun->transaction);
  ASSERT_TRUE(fact);
  EXPECT_EQ(fact->verdict, hall::FaceVerdict::failed);
  EXPECT_EQ(fact->reason, "205");
}

TEST_F(FaceTest, LeftByThePersonLooksUnderWay) {
  const auto begun = begin();
  ASSERT_TRUE(begun);
  EXPECT_EQ(press(begun->transaction, "nonsense")->status, 400);
  EXPECT_EQ(press(begun->transaction, "cancel")->status, 303);
  EXPECT_EQ(face_.result(begun->transaction)->verdict, hall::FaceVerdict::under_way);
  EXPECT_EQ(press(begun->transaction, "pass")->status, 410);
}

TEST_F(FaceTest, ThePageRunsOut) {
  const auto begun = begin();
  ASSERT_TRUE(begun);
  clock_.advance(emulated_face_life + std::chrono::seconds(1));
  EXPECT_EQ(press(begun->transaction, "pass")->status, 410);
}

TEST_F(FaceTest, FailsAsTheProviderFails) {
  running_.plan("InitFaceVerify", Fault::decline);
  EXPECT_EQ(begin().error().detail, "418");
  running_.plan("InitFaceVerify", Fault::unavailable);
  EXPECT_EQ(begin().error().code, ErrorCode::outside_uncertain);
  running_.plan("InitFaceVerify", Fault::lose_answer);
  EXPECT_EQ(begin().error().code, ErrorCode::outside_uncertain);
  running_.plan("InitFaceVerify", Fault::bad_signature);
  EXPECT_EQ(begin().error().code, ErrorCode::corrupt);
  const auto begun = begin();
  ASSERT_TRUE(begun);
  running_.plan("DescribeFaceVerify", Fault::decline);
  EXPECT_EQ(face_.result(begun->transaction).error().detail, "427");
  EXPECT_EQ(face_.result("0123456789abcdef").error().code, ErrorCode::not_found);
  EXPECT_EQ(begin("with-dash").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(begin(std::string(33, 'a')).error().code, ErrorCode::invalid_input);
  running_.stop();
  EXPECT_EQ(begin().error().code, ErrorCode::outside_unreachable);
}

TEST_F(FaceTest, AnotherScenesResultsAreNotGiven) {
  AliyunFace other(aliyun::Acs3Client(running_.place(), {.id = "AK", .secret = the_secret()}, clock_, random_), "7");
  const auto begun = begin();
  ASSERT_TRUE(begun);
  EXPECT_EQ(other.result(begun->transaction).error().detail, "404");
}

class CardTest : public ::testing::Test {
 protected:
  void know(std::string_view picture, const std::string& fields) {
    ASSERT_EQ(running_.post("/admin/cards",
                            R"({"picture":")" + to_hex(crypto::sm3(bytes_of(picture))) + R"(",)" + fields + "}"),
              204);
  }
  Result<hall::CardReading> read(hall::CardSide side, std::string_view picture) {
    return reader_.read(side, bytes_of(picture));
  }

  SetClock clock_{noon};
  SystemRandom random_;
  AliyunCardReaderEmulator emulator_{{.id = "AK", .secret = the_secret()}, clock_, random_};
  Running running_{emulator_, clock_};
  AliyunCardReader reader_{aliyun::Acs3Client(running_.place(), {.id = "AK", .secret = the_secret()}, clock_, random_)};
};

TEST_F(CardTest, ReadsBothSides) {
  know("portrait picture", R"("side":"portrait","name":"王小明","resident_id":"11010519491231002X")");
  know("emblem picture", R"("side":"emblem","valid_from":"20150203","valid_to":"长期","is_copy":true)");
  know("young emblem", R"("side":"emblem","valid_from":"20150203","valid_to":"20250203")");
  const auto portrait = read(hall::CardSide::portrait, "portrait picture");
  ASSERT_TRUE(portrait) << portrait.error().describe();
  EXPECT_EQ(portrait->name, "王小明");
  EXPECT_EQ(portrait->resident_id, "11010519491231002X");
  EXPECT_FALSE(portrait->is_copy);
  const auto emblem = read(hall::CardSide::emblem, "emblem picture");
  ASSERT_TRUE(emblem);
  EXPECT_EQ(emblem->valid_from, "20150203");
  EXPECT_EQ(emblem->valid_to, "长期");
  EXPECT_TRUE(emblem->is_copy);
  EXPECT_EQ(read(hall::CardSide::emblem, "young emblem")->valid_to, "20250203");
}

TEST_F(CardTest, SaysWhatItCannotRead) {
  know("portrait picture", R"("side":"portrait","name":"王小明","resident_id":"11010519491231002X")");
  EXPECT_EQ(read(hall::CardSide::emblem, "portrait picture").error().detail, "other_side");
  const auto unknown = read(hall::CardSide::portrait, "a cat");
  EXPECT_EQ(unknown.error().code, ErrorCode::declined_by_outside);
  EXPECT_EQ(unknown.error().detail, "unmatchedImageType");
  EXPECT_EQ(read(hall::CardSide::portrait, "").error().code, ErrorCode::invalid_input);
  EXPECT_EQ(reader_.read(hall::CardSide::portrait, Bytes(max_card_picture_bytes + 1)).error().code,
            ErrorCode::invalid_input);
}

TEST_F(CardTest, FailsAsTheProviderFails) {
  know("picture", R"("side":"portrait","name":"王小明","resident_id":"11010519491231002X")");
  const auto usual = [&] { return read(hall::CardSide::portrait, "picture"); };
  running_.plan("RecognizeIdcard", Fault::decline);
  EXPECT_EQ(usual().error().code, ErrorCode::declined_by_outside);
  running_.plan("RecognizeIdcard", Fault::unavailable);
  EXPECT_EQ(usual().error().code, ErrorCode::outside_uncertain);
  running_.plan("RecognizeIdcard", Fault::lose_answer);
  EXPECT_EQ(usual().error().code, ErrorCode::outside_uncertain);
  running_.plan("RecognizeIdcard", Fault::bad_signature);
  EXPECT_EQ(usual().error().code, ErrorCode::corrupt);
  EXPECT_TRUE(usual());
}

TEST_F(CardTest, TheAdminDoorRefusesWhatIsNoCard) {
  EXPECT_EQ(running_.post("/admin/cards", R"({"picture":"00","side":"portrait","name":"a","resident_id":"b"})"), 400);
  EXPECT_EQ(running_.post("/admin/cards", R"({"picture":")" + std::string(64, '0') + R"(","side":"emblem"})"), 400);
}

}  // namespace
}  // namespace yinxin::outside
