// yinxin seal show: a seal, a seal signature and an OFD, looked into.

#include "cli.h"
#include "seal/test_workshop.h"

namespace yinxin::cli_test {
namespace {

class SealVerb : public CommandLine {
 protected:
  [[nodiscard]] boost::json::array seals_of(const std::string& name) const {
    const boost::json::value shown = json_of("seal show " + at(name));
    return shown.at("seals").as_array();
  }

  seal::Workshop workshop_;
};

TEST_F(SealVerb, ShowsWhatIsInASeal) {
  write("one.esl", workshop_.seal());
  const boost::json::array seals = seals_of("one.esl");
  ASSERT_EQ(seals.size(), 1U);
  const boost::json::value& seal = seals.front();
  EXPECT_EQ(seal.at("version").as_string(), "ses_v4");
  EXPECT_EQ(seal.at("id").as_string(), "33010000000001");
  EXPECT_EQ(seal.at("name").as_string(), "测试单位公章");
  EXPECT_EQ(seal.at("type").as_int64(), 1);
  EXPECT_EQ(seal.at("valid_from").as_string(), "2026-01-01T00:00:00Z");
  EXPECT_EQ(seal.at("valid_until").as_string(), "2026-12-31T00:00:00Z");
  EXPECT_NE(seal.at("maker").at("subject").as_string().find("印章制作系统"), boost::json::string::npos);
  EXPECT_EQ(seal.at("owners_as").as_string(), "certificates");
  ASSERT_EQ(seal.at("owners").as_array().size(), 1U);
  EXPECT_EQ(seal.at("owners").as_array().front().at("sm3_fingerprint").as_string(),
            to_hex(workshop_.owner->certificate.fingerprint()));
  EXPECT_EQ(seal.at("picture").at("type").as_string(), "PNG");
  EXPECT_EQ(seal.at("picture").at("width_mm").as_int64(), 42);
  EXPECT_EQ(seal.at("picture").at("size").to_number<std::size_t>(), seal::small_png().size());
  EXPECT_EQ(seal.as_object().find("signature"), seal.as_object().end());
  const Ran text = yinxin("seal show " + at("one.esl"));
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.output.find("42 × 42 mm"), std::string::npos) << text.output;
}

TEST_F(SealVerb, WritesThePictureAndNotOverAnotherFile) {
  write("one.esl", workshop_.seal());
  const std::string words = "seal show " + at("one.esl") + " --picture " + at("one.png");
  EXPECT_EQ(yinxin(words).status, 0);
  EXPECT_EQ(read("one.png"), text_of(seal::small_png()));
  const Ran again = yinxin(words);
  EXPECT_EQ(again.status, 3) << again.output;
  EXPECT_NE(again.output.find("already_exists"), std::string::npos) << again.output;
}

TEST_F(SealVerb, VerifyWritesAPageForAPersonAndNotOverAnotherFile) {
  write("one.ofd", workshop_.stamp(seal::document(), workshop_.request()).value());
  const std::string words = "verify --html " + at("page.html") + " " + at("one.ofd");
  EXPECT_EQ(yinxin(words).status, 4) << "nothing is trusted here";
  const std::string page = read("page.html");
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_NE(page.find("测试单位公章"), std::string::npos);
  EXPECT_NE(page.find("无法判定：缺少判定所需的证书、状态或时间"), std::string::npos);
  const Ran again = yinxin(words);
  EXPECT_EQ(again.status, 3) << again.output;
  EXPECT_EQ(read("page.html"), page);
}

TEST_F(SealVerb, FindsTheSealsOfADocumentAndOneOfThem) {
  const Bytes once = workshop_.stamp(seal::document(), workshop_.request()).value();
  seal::ses::v4::SealOrder order = workshop_.order();
  order.name = "测试单位合同专用章";
  order.picture_png = seal::small_png(50);
  seal::ofd::StampRequest second = workshop_.request();
  second.seal = workshop_.seal(order);
  // Named so that only content tells what it is.
  write("twice.pdf", workshop_.stamp(once, second).value());
  const boost::json::array seals = seals_of("twice.pdf");
  ASSERT_EQ(seals.size(), 2U);
  EXPECT_EQ(seals[0].at("signature").to_number<int>(), 1);
  EXPECT_EQ(seals[1].at("name").as_string(), "测试单位合同专用章");
  EXPECT_EQ(seals[1].at("where").as_string(), "/Doc_0/Signs/Sign_1/SignedValue.dat");
  EXPECT_EQ(yinxin("seal show --picture " + at("which.png") + " " + at("twice.pdf")).status, 3);
  EXPECT_EQ(yinxin("seal show --signature 2 --picture " + at("two.png") + " " + at("twice.pdf")).status, 0);
  EXPECT_EQ(read("two.png"), text_of(seal::small_png(50)));
  EXPECT_EQ(yinxin("seal show --signature 3 " + at("twice.pdf")).status, 3);
}

TEST_F(SealVerb, SaysWhyThereIsNothingToShow) {
  write("plain.ofd", seal::document());
  EXPECT_EQ(yinxin("seal show " + at("plain.ofd")).status, 3);
  write("junk", "no seal");
  const Ran junk = yinxin("seal show " + at("junk"));
  EXPECT_EQ(junk.status, 3);
  EXPECT_NE(junk.output.find("不支持此格式"), std::string::npos) << junk.output;
  Bytes cut = workshop_.seal();
  cut.resize(cut.size() / 2);
  write("cut.esl", cut);
  EXPECT_EQ(yinxin("seal show " + at("cut.esl")).status, 3);
  EXPECT_EQ(yinxin("seal show " + at("no-such-file")).status, 3);
}

}  // namespace
}  // namespace yinxin::cli_test
