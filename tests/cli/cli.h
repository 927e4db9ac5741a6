#pragma once
// The program under test, run in a folder of the test's own that also holds its soft tokens.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/bytes.h"
#include "support/command.h"
#include "token/ukey.h"

namespace yinxin::cli_test {

using support::Ran;
using support::run;

class CommandLine : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "yinxin-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::create_directory(folder_ / "tokens");
    setenv("YINXIN_SOFT_TOKENS", at("tokens").c_str(), 1);
    write("admin", "so-pin-123\n");
    write("user", "user-pin-1\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream(at(name), std::ios::binary) << text;
    return at(name);
  }
  std::string write(const std::string& name, BytesView bytes) { return write(name, text_of(bytes)); }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Standard error joins the output.
  static Ran yinxin(const std::string& words, const std::string& before = "") {
    return run(before + YX_BINARY + " " + words + " 2>&1");
  }
  // Only what is printed for programs.
  static boost::json::value json_of(const std::string& words) {
    const Ran ran = run(std::string(YX_BINARY) + " " + words + " --json");
    EXPECT_EQ(ran.status, 0) << ran.output;
    boost::system::error_code problem;
    boost::json::value value = boost::json::parse(ran.output, problem);
    EXPECT_FALSE(problem) << ran.output;
    return value;
  }
  [[nodiscard]] std::string init_words(const std::string& device, const std::string& more = "") const {
    return "token init --device " + device + " --label 测试 --new-device-key " + at(device + ".key") +
           " --admin-pin-file " + at("admin") + " --user-pin-file " + at("user") + " " + more;
  }
  // A token that has been taken in.
  void make_token(const std::string& device, const std::string& more = "") const {
    const Ran made = yinxin(init_words(device, "--create " + more));
    ASSERT_EQ(made.status, 0) << made.output;
  }

  static SecretBytes secret(std::string_view text) { return SecretBytes(bytes_of(text)); }
  static Result<token::Ukey> open(const std::string& device) {
    YX_TRY(const auto library, token::skf::SkfLibrary::load(YX_SOFT_SKF));
    return token::Ukey::open(library, device);
  }

  std::filesystem::path folder_;
};

}  // namespace yinxin::cli_test
