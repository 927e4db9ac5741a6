// Who asks, and what the person has answered to him.

#include "agent/web/origin.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "agent/web/consents.h"

namespace yinxin::agent::web {
namespace {

namespace fs = std::filesystem;

TEST(Origin, IsReadAsABrowserWritesItAndInNoOtherWay) {
  for (const char* good :
       {"https://desk.example", "https://desk.example:8444", "http://127.0.0.1:8444", "http://localhost:5173",
        "http://[::1]:80443", "https://[2001:db8::1]:8444", "https://xn--fiqs8s.example"}) {
    if (std::string_view(good).ends_with(":80443")) {
      EXPECT_FALSE(parse_origin(good)) << good;
    } else {
      EXPECT_EQ(parse_origin(good).value(), good);
    }
  }
  for (const char* bad : {"",
                          "null",
                          "NULL",
                          "*",
                          "file://",
                          "file:///home",
                          "chrome-extension://abcdefgh",
                          "moz-extension://a",
                          "http://desk.example",
                          "http://127.0.0.1.evil.example",
                          "http://localhost.evil.example:1",
                          "http://127.0.0.2",
                          "https://",
                          "https://desk.example/",
                          "https://desk.example/path",
                          "https://user@desk.example",
                          "https://Desk.example",
                          "HTTPS://desk.example",
                          "https://desk.example:443",
                          "http://localhost:80",
                          "https://desk.example:0",
                          "https://desk.example:0443",
                          "https://desk.example:",
                          "https://desk.example:1:2",
                          "https://desk.example:99999",
                          "https://desk example",
                          "https://desk.example https://other.example",
                          "https://a..b",
                          "https://.a",
                          "https://[::1",
                          "https://[::1]x",
                          "https://[]",
                          "ws://127.0.0.1",
                          "https://a?b",
                          "https://a#b",
                          "https://a\n",
                          "https://\xe4\xb8\xad"}) {
    EXPECT_EQ(parse_origin(bad).error().code, ErrorCode::invalid_input) << bad;
  }
  EXPECT_FALSE(parse_origin("https://" + std::string(max_origin_bytes, 'a')));
}

TEST(Origin, OnlyTheLoopbackNamesWithOurPortAreThisAgent) {
  EXPECT_TRUE(names_this_agent("127.0.0.1:21051", 21051));
  EXPECT_TRUE(names_this_agent("localhost:21051", 21051));
  for (const char* bad : {"", "127.0.0.1", "localhost", "127.0.0.1:21052", "127.0.0.1:021051", "LOCALHOST:21051",
                          "localhost.:21051", "evil.example:21051", "127.0.0.1:21051.evil.example", "[::1]:21051"}) {
    EXPECT_FALSE(names_this_agent(bad, 21051)) << bad;
  }
  EXPECT_FALSE(names_this_agent("127.0.0.1:0", 0));
}

class ConsentsFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "yinxin-consents-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    base_ = pattern;
  }
  void TearDown() override { fs::remove_all(base_); }
  [[nodiscard]] fs::path folder() const { return base_ / "config" / "yinxin-agent"; }
  static Consent consent(const std::string& origin, Answer answer) {
    return {.origin = origin, .answer = answer, .at = from_rfc3339("2026-11-22T04:00:00Z").value()};
  }
  fs::path base_;
};

TEST_F(ConsentsFile, KeepsAnswersForThePersonAlone) {
  const Consents consents = Consents::in(folder()).value();
  EXPECT_TRUE(consents.list().value().empty());
  ASSERT_TRUE(consents.keep(consent("https://desk.example", Answer::refused)));
  ASSERT_TRUE(consents.keep(consent("https://hall.example", Answer::granted)));
  ASSERT_TRUE(consents.keep(consent("https://desk.example", Answer::granted)));
  EXPECT_EQ(consents.list().value().size(), 2U);
  EXPECT_EQ(consents.find("https://desk.example").value(), Answer::granted);
  EXPECT_EQ(consents.find("https://other.example").value(), std::nullopt);
  struct stat about {};
  ASSERT_EQ(stat((folder() / "consents.json").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  ASSERT_EQ(stat(folder().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0700U);
  // Another process, at the same folder.
  const Consents other = Consents::in(folder()).value();
  ASSERT_TRUE(other.remove("https://desk.example"));
  EXPECT_EQ(consents.find("https://desk.example").value(), std::nullopt);
  EXPECT_EQ(other.remove("https://desk.example").error().code, ErrorCode::not_found);
}

TEST_F(ConsentsFile, WhatOthersCouldHaveWrittenGivesNobodyConsent) {
  const Consents consents = Consents::in(folder()).value();
  ASSERT_TRUE(consents.keep(consent("https://desk.example", Answer::granted)));
  const fs::path file = folder() / "consents.json";
  ASSERT_EQ(chmod(file.c_str(), 0666), 0);
  EXPECT_EQ(consents.find("https://desk.example").error().code, ErrorCode::forbidden);
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  ASSERT_TRUE(consents.find("https://desk.example"));
  ASSERT_EQ(chmod(folder().c_str(), 0777), 0);
  EXPECT_EQ(Consents::in(folder()).error().code, ErrorCode::forbidden);
  ASSERT_EQ(chmod(folder().c_str(), 0700), 0);
  fs::remove(file);
  fs::create_symlink("/dev/null", file);
  EXPECT_FALSE(consents.list());
}

TEST_F(ConsentsFile, TheOldestRefusalMakesRoomAndAGrantNever) {
  const Consents consents = Consents::in(folder()).value();
  std::string json = R"({"consents":[)";
  for (std::size_t n = 0; n < max_consents; ++n) {
    json += (n == 0 ? "" : ",") + std::string(R"({"origin":"https://h)") + std::to_string(n) +
            R"(.example","answer":")" + (n == 1 ? "refused" : "granted") + R"(","at":"2026-11-22T04:00:00Z"})";
  }
  std::ofstream(folder() / "consents.json") << json << "]}";
  ASSERT_EQ(chmod((folder() / "consents.json").c_str(), 0600), 0);
  ASSERT_TRUE(consents.keep(consent("https://desk.example", Answer::granted)));
  EXPECT_EQ(consents.find("https://h1.example").value(), std::nullopt);
  EXPECT_EQ(consents.find("https://h0.example").value(), Answer::granted);
  EXPECT_EQ(consents.keep(consent("https://more.example", Answer::granted)).error().code, ErrorCode::precondition);
}

TEST(ConsentsText, IsReadStrictly) {
  EXPECT_TRUE(parse_consents(R"({"consents":[]})"));
  for (const char* bad : {"", "[]", "{}", R"({"consents":{}})", R"({"consents":[1]})", R"({"consents":[{}]})",
                          R"({"consents":[{"origin":"null","answer":"granted","at":"2026-11-22T04:00:00Z"}]})",
                          R"({"consents":[{"origin":"https://a","answer":"yes","at":"2026-11-22T04:00:00Z"}]})",
                          R"({"consents":[{"origin":"https://a","answer":"granted","at":"today"}]})",
                          R"({"consents":[{"origin":"https://a","answer":"granted","at":"2026-11-22T04:00:00Z"},)"
                          R"({"origin":"https://a","answer":"refused","at":"2026-11-22T04:00:00Z"}]})"}) {
    EXPECT_FALSE(parse_consents(bad)) << bad;
  }
}

}  // namespace
}  // namespace yinxin::agent::web
