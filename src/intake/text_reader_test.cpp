#include "intake/text_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace yinxin::intake {
namespace {

namespace fs = std::filesystem;

class TextReader : public ::testing::Test {
 protected:
  TextReader() : folder_(fs::temp_directory_path() / ("text_reader_test_" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
  }
  ~TextReader() override { fs::remove_all(folder_); }
  // A program in the reader's place.
  [[nodiscard]] std::string reader(const std::string& does) const {
    const std::string path = folder_ / "reader";
    std::ofstream(path) << "#!/bin/sh\n" << does << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  fs::path folder_;
};

TEST_F(TextReader, GivesWhatTheReaderSaysAboutThePicture) {
  const auto read = read_text(bytes_of("a picture"), reader("cat; echo 营业执照"));
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(*read, std::optional<std::string>("a picture营业执照\n"));
}

TEST_F(TextReader, WhereThereIsNoneNothingIsRead) {
  EXPECT_EQ(read_text(bytes_of("a picture"), (folder_ / "nobody").string()).value(), std::nullopt);
}

TEST_F(TextReader, OneThatFailsTalksNonsenseTooMuchOrForeverIsNotHeard) {
  TextReaderLimits limits;
  limits.text_bytes = 1000;
  limits.time = std::chrono::milliseconds(500);
  for (const char* does :
       {"echo text; exit 1", "printf '\\377'", "while :; do echo more and more; done", "while :; do :; done"}) {
    const auto read = read_text(bytes_of("a picture"), reader(does), limits);
    ASSERT_TRUE(read) << does;
    EXPECT_EQ(*read, std::nullopt) << does;
  }
}

}  // namespace
}  // namespace yinxin::intake
