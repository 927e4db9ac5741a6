// yinxin token, on soft tokens: taken in, looked at, locked and unblocked.

#include "cli.h"
#include "seal/test_workshop.h"

namespace yinxin::cli_test {
namespace {

class TokenVerb : public CommandLine {
 protected:
  static boost::json::object only_device() {
    const boost::json::value listed = json_of("token list");
    const boost::json::array& devices = listed.at("devices").as_array();
    EXPECT_EQ(devices.size(), 1U);
    return devices.empty() ? boost::json::object{} : devices.front().as_object();
  }
  static boost::json::object only_application() {
    const boost::json::object device = only_device();
    const boost::json::array& applications = device.at("applications").as_array();
    EXPECT_EQ(applications.size(), 1U);
    return applications.empty() ? boost::json::object{} : applications.front().as_object();
  }
  static std::int64_t tries_left(std::string_view role) {
    return only_application().at(role).at("tries_left").to_number<std::int64_t>();
  }
  [[nodiscard]] std::string pin_words(const std::string& old_file, const std::string& new_file) const {
    return "token pin --old-pin-file " + at(old_file) + " --new-pin-file " + at(new_file);
  }
  static void expect_said(const Ran& ran, int status, const std::string& words) {
    EXPECT_EQ(ran.status, status) << ran.output;
    EXPECT_NE(ran.output.find(words), std::string::npos) << words << " is not in: " << ran.output;
  }
  // A certificate for a key born in the container, written back to it.
  static void write_certificate(const std::string& device) {
    auto ukey = open(device);
    ASSERT_TRUE(ukey) << ukey.error().describe();
    ASSERT_TRUE(ukey->verify_pin(token::PinRole::user, secret("user-pin-1")).outcome);
    ASSERT_TRUE(ukey->generate_signing_pair("main"));
    seal::Workshop workshop;
    ASSERT_TRUE(ukey->import_signing_certificate("main", workshop.owner->certificate.der()));
  }
};

TEST_F(TokenVerb, TakesAFactoryTokenInAndListsIt) {
  const boost::json::value made = json_of(init_words("one", "--create --serial SN-1"));
  EXPECT_EQ(made.at("name").as_string(), "one");
  EXPECT_EQ(made.at("serial").as_string(), "SN-1");
  EXPECT_EQ(made.at("label").as_string(), "测试");
  EXPECT_EQ(made.at("firmware").as_string(), "1.0");
  EXPECT_EQ(made.at("application").as_string(), "YINXIN");
  const boost::json::object device = only_device();
  EXPECT_EQ(device.at("name").as_string(), "one");
  EXPECT_EQ(device.at("serial").as_string(), "SN-1");
  EXPECT_EQ(device.at("label").as_string(), "测试");
  EXPECT_EQ(device.at("model").as_string(), "Yinxin 1.0");
  EXPECT_EQ(device.at("firmware").as_string(), "1.0");
  const boost::json::object application = only_application();
  EXPECT_EQ(application.at("name").as_string(), "YINXIN");
  EXPECT_EQ(application.at("user_pin").at("tries").to_number<int>(), 6);
  EXPECT_EQ(application.at("user_pin").at("tries_left").to_number<int>(), 6);
  EXPECT_EQ(application.at("administrator_pin").at("tries_left").to_number<int>(), 6);
  const boost::json::value& container = application.at("containers").as_array().at(0);
  EXPECT_EQ(container.at("name").as_string(), "main");
  EXPECT_TRUE(container.at("signing").is_null());
  EXPECT_TRUE(container.at("encryption").is_null());
  expect_said(yinxin("token list"), 0, "SN-1");

  namespace fs = std::filesystem;
  EXPECT_EQ(read("one.key").size(), 33U);
  EXPECT_EQ(fs::status(at("one.key")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(TokenVerb, WrongPinsCountDownAndLockAndTheAdministratorUnblocks) {
  make_token("one");
  write("wrong", "not-the-pin\n");
  write("next", "next-pin-2\n");
  for (int left = 5; left > 0; --left) {
    const Ran refused = yinxin(pin_words("wrong", "next"));
    expect_said(refused, 3, "PIN 不正确");
    expect_said(refused, 3, "还可再试 " + std::to_string(left) + " 次");
    EXPECT_EQ(refused.output.find("not-the-pin"), std::string::npos);
    EXPECT_EQ(tries_left("user_pin"), left);
  }
  expect_said(yinxin(pin_words("wrong", "next")), 3, "PIN 已锁定");
  EXPECT_EQ(tries_left("user_pin"), 0);
  expect_said(yinxin(pin_words("user", "next")), 3, "yinxin token unlock");  // the right one comes too late

  const std::string unlock = "token unlock --user-pin-file " + at("next") + " --admin-pin-file ";
  expect_said(yinxin(unlock + at("wrong")), 3, "还可再试 5 次");
  EXPECT_EQ(tries_left("administrator_pin"), 5);
  EXPECT_EQ(tries_left("user_pin"), 0);
  expect_said(yinxin(unlock + at("admin")), 0, "已解锁");
  EXPECT_EQ(tries_left("administrator_pin"), 6);
  EXPECT_EQ(tries_left("user_pin"), 6);
  expect_said(yinxin(pin_words("next", "user")), 0, "已修改");
}

TEST_F(TokenVerb, NewPinsHaveEightToSixteenPlainCharactersAndRefusalsCostNoTry) {
  make_token("one");
  for (const std::string bad : {"seven-7", "seventeen-seventn", "with a space", "口令口令口令"}) {
    write("bad", bad + "\n");
    const Ran refused = yinxin(pin_words("user", "bad"));
    expect_said(refused, 3, "invalid_input");
    EXPECT_EQ(refused.output.find(bad), std::string::npos) << refused.output;
  }
  EXPECT_EQ(tries_left("user_pin"), 6);
  write("bad", "short\n");
  expect_said(yinxin("token unlock --admin-pin-file " + at("admin") + " --user-pin-file " + at("bad")), 3,
              "invalid_input");
  expect_said(yinxin("token init --device two --label 测试 --create --new-device-key " + at("two.key") +
                     " --admin-pin-file " + at("admin") + " --user-pin-file " + at("admin")),
              3, "must differ");
  EXPECT_FALSE(std::filesystem::exists(at("tokens/two.ukey")));  // refused before anything was made
  EXPECT_FALSE(std::filesystem::exists(at("two.key")));
}

TEST_F(TokenVerb, PinsComeAsLinesOfStandardInputToo) {
  make_token("one");
  expect_said(yinxin("token pin", "printf 'user-pin-1\\nnext-pin-2\\n' | "), 0, "已修改");
  expect_said(yinxin("token pin --new-pin-file " + at("user"), "printf 'next-pin-2\\r\\n' | "), 0, "已修改");
  expect_said(yinxin("token pin", "printf 'user-pin-1\\n' | "), 3, "no 新 PIN");
  EXPECT_EQ(tries_left("user_pin"), 6);
}

TEST_F(TokenVerb, ATokenWithCertificatesIsTakenInAgainOnlyWhenTheyMayBeErased) {
  make_token("one");
  write_certificate("one");
  boost::json::value signing = only_application().at("containers").as_array().at(0).at("signing");
  EXPECT_NE(signing.at("subject").as_string().find("测试单位有限公司"), boost::json::string::npos);
  EXPECT_EQ(signing.at("not_after").as_string(), "2027-01-01T00:00:00Z");
  EXPECT_FALSE(signing.at("serial").as_string().empty());

  std::filesystem::rename(at("one.key"), at("first.key"));
  expect_said(yinxin(init_words("one", "--device-key " + at("first.key"))), 3, "--erase");
  EXPECT_FALSE(std::filesystem::exists(at("one.key")));
  EXPECT_TRUE(only_application().at("containers").as_array().at(0).at("signing").is_object());

  const Ran erased =
      yinxin(init_words("one", "--erase --container login --container approval --device-key " + at("first.key")));
  EXPECT_EQ(erased.status, 0) << erased.output;
  const boost::json::array containers = only_application().at("containers").as_array();
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_TRUE(containers.at(0).at("signing").is_null());
  EXPECT_NE(read("one.key"), read("first.key"));
}

TEST_F(TokenVerb, TheFactorysKeyOpensATokenOnlyOnce) {
  make_token("one");
  std::filesystem::rename(at("one.key"), at("first.key"));
  expect_said(yinxin(init_words("one")), 3, "--device-key");
  EXPECT_FALSE(std::filesystem::exists(at("one.key")));  // a key that no device has would only mislead
  EXPECT_EQ(tries_left("user_pin"), 6);
  // And a key file is never written over.
  write("one.key", "kept");
  expect_said(yinxin(init_words("one", "--device-key " + at("first.key"))), 3, "already_exists");
  EXPECT_EQ(read("one.key"), "kept");
}

TEST_F(TokenVerb, SaysWhatIsMissing) {
  expect_said(yinxin("token list"), 3, "没有找到 UKey");
  expect_said(yinxin("token list --library " + at("no.so")), 3, "找不到所需的文件");
  expect_said(yinxin("token list --library libc.so.6"), 3, "SKF_ConnectDev");
  make_token("one");
  expect_said(yinxin("token pin --device two"), 3, "one");
  expect_said(yinxin("token pin --application OTHER"), 3, "not_found");
  make_token("two");
  expect_said(yinxin("token pin"), 3, "one, two");
  expect_said(yinxin("token init --label x"), 2, "--device");
  expect_said(yinxin(init_words("one", "--create")), 3, "already_exists");
  // What no device takes is refused before a key is drawn or the device touched.
  const std::string long_name(33, 'x');
  expect_said(yinxin(init_words("three", "--create --application " + long_name)), 3, "1 to 32 bytes");
  EXPECT_FALSE(std::filesystem::exists(at("three.key")));
  EXPECT_FALSE(std::filesystem::exists(at("tokens/three.ukey")));
}

TEST_F(TokenVerb, LooksAtAVendorsLibraryTheSameWay) {
  make_token("one");
  const boost::json::value listed = json_of(std::string("token list --library ") + YX_SOFT_SKF);
  EXPECT_EQ(listed.at("devices").as_array().size(), 1U);
}

}  // namespace
}  // namespace yinxin::cli_test
