#pragma once
// Programs of others, run on files in a folder of the test's own.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "crypto/testing/vectors.h"
#include "support/command.h"

namespace yinxin::testing {

using support::Ran;
// Standard error joins the output.
inline Ran run(const std::string& command) { return support::run_joined(command); }

// A test with a folder that ends with it. Without Java and Bouncy Castle it is skipped aloud, and fails under CI=true.
class Interop : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "yinxin-interop-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const Ran there = run("command -v openssl && " YX_JUDGE " csr /dev/null");
    if (there.status == 2 || there.output.find("openssl") == std::string::npos) {
      ASSERT_FALSE(is_continuous_integration()) << "no judge: " << there.output;
      GTEST_SKIP() << "no judge: " << there.output;
    }
  }
  void TearDown() override {
    if (!folder_.empty()) {
      std::filesystem::remove_all(folder_);
    }
  }

  std::string write(const std::string& name, BytesView bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream file(path, std::ios::binary);
    file << text_of(bytes);
    EXPECT_TRUE(file.good());
    return path;
  }
  [[nodiscard]] Bytes read(const std::string& name) const { return read_file(folder_ / name); }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static void expect_good(const std::string& arguments) {
    const Ran ran = run(YX_JUDGE " " + arguments);
    EXPECT_EQ(ran.status, 0) << arguments << "\n" << ran.output;
    EXPECT_TRUE(ran.output.starts_with("good: ")) << ran.output;
  }
  // `why` must be in what the judge says, so that it does not refuse for another reason.
  static void expect_bad(const std::string& arguments, const std::string& why) {
    const Ran ran = run(YX_JUDGE " " + arguments);
    EXPECT_EQ(ran.status, 1) << arguments << "\n" << ran.output;
    EXPECT_NE(ran.output.find(why), std::string::npos) << arguments << "\n" << ran.output;
  }

  std::filesystem::path folder_;
};

}  // namespace yinxin::testing
