// The providers' settings on the command line: sealed in the office, and nothing of them left in clear.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "outside/emulator/set.h"
#include "support/command.h"
#include "terminal/files.h"

namespace yinxin {
namespace {

namespace fs = std::filesystem;

using support::Ran;

class OutsideVerb : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = (fs::temp_directory_path() / ("outside_test_" + std::to_string(getpid()))).string();
    fs::create_directories(folder_);
    std::ofstream(at("passphrase")) << "correct horse battery\n";
    std::ofstream(at("other")) << "another long passphrase\n";
    fs::permissions(at("passphrase"), fs::perms::owner_read | fs::perms::owner_write);
    const Ran made = run("init --data " + at("data") + " --root " + at("root") + profiles() + " --passphrase " +
                         at("passphrase") + " --root-passphrase " + at("other") + " --organization 样例认证");
    ASSERT_EQ(made.status, 0) << made.output;
    emulators_ = outside::EmulatorSet::start({}, clock_, random_).value();
  }
  static void TearDownTestSuite() {
    emulators_.reset();
    fs::remove_all(folder_);
  }
  static std::string at(const std::string& name) { return folder_ + "/" + name; }
  static std::string profiles() { return " --profiles " YX_SOURCE_DIR "/profiles"; }
  static std::string office(const std::string& passphrase = "passphrase") {
    return " --data " + at("data") + profiles() + " --passphrase " + at(passphrase);
  }
  static Ran run(const std::string& words) { return support::run_joined(std::string(YX_BINARY) + " " + words); }
  // Serves until it says this word, and ends; what it has said.
  static std::string serve(const std::string& more, const std::string& word) {
    FILE* pipe = popen(("exec 2>&1; echo $$; exec " + std::string(YX_BINARY) + " serve" + office() +
                        " --port 0 --desk-port 0 --programmes " YX_SOURCE_DIR "/programmes " + more)
                           .c_str(),
                       "r");
    std::array<char, 4096> line{};
    if (pipe == nullptr || fgets(line.data(), line.size(), pipe) == nullptr) {
      return "nothing";
    }
    const pid_t process = std::stoi(line.data());
    std::string said;
    while (said.find(word) == std::string::npos && fgets(line.data(), line.size(), pipe) != nullptr) {
      said += line.data();
    }
    kill(process, SIGTERM);
    while (fgets(line.data(), line.size(), pipe) != nullptr) {
      said += line.data();
    }
    EXPECT_EQ(pclose(pipe), 0) << said;
    return said;
  }
  static std::string clear_file(const std::string& name) {
    EXPECT_TRUE(cli::write_file(at(name), emulators_->settings().to_json().expose(), true, 0600));
    return at(name);
  }
  static std::vector<std::string> secrets() {
    const auto& all = emulators_->settings();
    std::vector<std::string> found;
    for (const SecretBytes* secret :
         {&all.sms->aliyun.access_key_secret, &all.carrier->access_key_secret, &all.face->aliyun.access_key_secret,
          &all.card_reader->access_key_secret, &all.courier->checkword, &all.wechat_pay->api_key, &all.bank->user_key,
          &all.bank->transport_key}) {
      found.emplace_back(text_of(secret->expose()));
      found.push_back(to_hex(secret->expose()));
      found.push_back(to_base64(secret->expose()));
    }
    for (const SecretBytes* pem : {&all.wechat_pay->merchant_key_pem, &all.alipay->app_key_pem}) {
      const std::string text(pem->expose_text());
      const std::size_t begin = text.find('\n', text.size() / 2) + 1;
      found.push_back(text.substr(begin, text.find('\n', begin) - begin));
    }
    return found;
  }
  static bool has_secret(const std::string& text) {
    return std::ranges::any_of(secrets(), [&](const auto& one) { return text.find(one) != std::string::npos; });
  }
  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void expect_no_secret_in_the_office() {
    EXPECT_TRUE(has_secret(read(clear_file("found")))) << "the search would find one";
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(at("data"))) {
      if (entry.is_regular_file()) {
        ++files;
        EXPECT_FALSE(has_secret(read(entry.path()))) << entry.path();
      }
    }
    EXPECT_GT(files, 10U);
  }

  static SystemClock clock_;
  static SystemRandom random_;
  static std::string folder_;
  static std::unique_ptr<outside::EmulatorSet> emulators_;
};
SystemClock OutsideVerb::clock_;
SystemRandom OutsideVerb::random_;
std::string OutsideVerb::folder_;
std::unique_ptr<outside::EmulatorSet> OutsideVerb::emulators_;

TEST_F(OutsideVerb, SetSealsThemAndLeavesNoClearFileInTheOffice) {
  const std::string inside = clear_file("data/outside.json");
  const Ran set = run("outside set" + office() + " " + inside);
  ASSERT_EQ(set.status, 0) << set.output;
  EXPECT_FALSE(fs::exists(inside));
  EXPECT_NE(set.output.find("已删除"), std::string::npos) << set.output;
  expect_no_secret_in_the_office();
  struct stat found {};
  ASSERT_EQ(stat(at("data/outside/providers.sealed").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  // One that lies elsewhere is its owner's, who is told.
  const std::string elsewhere = clear_file("outside.json");
  const Ran again = run("outside set" + office() + " " + elsewhere);
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_TRUE(fs::exists(elsewhere));
  EXPECT_NE(again.output.find("请妥善销毁明文文件"), std::string::npos) << again.output;
  // Where they are may be shown, by whom the office is.
  const Ran shown = run("outside show" + office());
  EXPECT_EQ(shown.status, 0);
  EXPECT_NE(shown.output.find("alipay " + emulators_->settings().alipay->base_url), std::string::npos) << shown.output;
  EXPECT_FALSE(has_secret(shown.output)) << shown.output;
  const Ran stranger = run("outside show" + office("other"));
  EXPECT_EQ(stranger.status, 3);
  EXPECT_NE(stranger.output.find("forbidden"), std::string::npos) << stranger.output;
}

TEST_F(OutsideVerb, WhatCannotBeReadChangesNothing) {
  ASSERT_EQ(run("outside set" + office() + " " + clear_file("outside.json")).status, 0);
  const std::string before = read(at("data/outside/providers.sealed"));
  std::ofstream(at("bad.json")) << R"({"alipay": {"base_url": "http://127.0.0.1:1/gateway.do"}})";
  const Ran refused = run("outside set" + office() + " " + at("bad.json"));
  EXPECT_EQ(refused.status, 3);
  EXPECT_NE(refused.output.find("alipay"), std::string::npos) << refused.output;
  EXPECT_EQ(read(at("data/outside/providers.sealed")), before);
  // A byte of the sealed file that was changed is seen.
  std::string changed = before;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  std::ofstream(at("data/outside/providers.sealed"), std::ios::binary) << changed;
  EXPECT_EQ(run("outside show" + office()).status, 3);
  std::ofstream(at("data/outside/providers.sealed"), std::ios::binary) << before;
  EXPECT_EQ(run("outside show" + office()).status, 0);
}

TEST_F(OutsideVerb, ServeTakesThemInOnceAndOpensTheHallByThemAfterwards) {
  fs::remove(at("data/outside/providers.sealed"));
  EXPECT_EQ(serve("", "desk: ").find("网上营业厅"), std::string::npos) << "no providers, no hall";
  const std::string inside = clear_file("data/outside.json");
  const std::string first = serve("--outside " + inside, "网上营业厅");
  EXPECT_NE(first.find("网上营业厅"), std::string::npos) << first;
  EXPECT_FALSE(fs::exists(inside));
  EXPECT_FALSE(has_secret(first)) << first;
  expect_no_secret_in_the_office();
  const std::string later = serve("", "网上营业厅");
  EXPECT_NE(later.find("网上营业厅"), std::string::npos) << later;
  expect_no_secret_in_the_office();
}

TEST_F(OutsideVerb, TheHallDoesNotOpenWithoutItsTemplatesAndNamesThem) {
  auto settings = outside::OutsideSettings::parse(emulators_->settings().to_json().expose()).value();
  settings.emulated = false;
  settings.sms->templates["/code"] = {.code = "SMS_1", .parameters = {{"code", "code"}}};
  ASSERT_TRUE(cli::write_file(at("real.json"), settings.to_json().expose(), true, 0600));
  const Ran refused =
      run("serve" + office() + " --port 0 --desk-port 0 --programmes " YX_SOURCE_DIR "/programmes --outside " +
          at("real.json"));
  EXPECT_EQ(refused.status, 3) << refused.output;
  EXPECT_NE(refused.output.find("sms.templates lacks /activation_code"), std::string::npos) << refused.output;
  EXPECT_EQ(refused.output.find("/code"), std::string::npos) << "that one is there";
  settings.sms->templates["/activation_code"] = {.code = "SMS_2", .parameters = {{"code", "code"}}};
  ASSERT_TRUE(cli::write_file(at("real.json"), settings.to_json().expose(), true, 0600));
  EXPECT_NE(serve("--outside " + at("real.json"), "网上营业厅").find("网上营业厅"), std::string::npos);
}

}  // namespace
}  // namespace yinxin
