// The program as people run it: what it writes, not how fast this machine is.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace yinxin::bench {
namespace {

namespace fs = std::filesystem;

struct Ran {
  int status = -1;
  std::string output;  // both streams
};

Ran run(const std::string& arguments, const std::string& program = YX_BENCH) {
  Ran ran;
  FILE* const pipe = popen((program + " " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return ran;
  }
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    ran.output.append(part.data(), got);
  }
  const int ended = pclose(pipe);
  ran.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  return ran;
}

class BenchProgram : public ::testing::Test {
 protected:
  BenchProgram() {
    std::string folder = (fs::temp_directory_path() / "yinxin-bench-test-XXXXXX").string();
    EXPECT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
  }
  ~BenchProgram() override { fs::remove_all(folder_); }
  static boost::json::array read(const std::string& file) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    boost::json::error_code wrong;
    const auto json = boost::json::parse(text, wrong);
    EXPECT_FALSE(wrong) << text;
    return json.is_array() ? json.get_array() : boost::json::array();
  }
  boost::json::array figures(const std::string& names) {
    const std::string file = (folder_ / "figures.json").string();
    const Ran ran = run("--quick --json " + file + " " + names);
    EXPECT_EQ(ran.status, 0) << ran.output;
    return read(file);
  }
  fs::path folder_;
};

double number(const boost::json::value& figure, const char* key) { return figure.at(key).to_number<double>(); }

void expect_shape(const boost::json::value& figure) {
  std::set<std::string> keys;
  for (const auto& member : figure.as_object()) {
    keys.insert(std::string(member.key()));
  }
  EXPECT_EQ(keys, (std::set<std::string>{"name", "unit", "ours", "peer", "theirs", "ratio", "note"}));
  EXPECT_GT(number(figure, "ours"), 0);
  EXPECT_NE(figure.at("note").as_string().find("quick"), boost::json::string::npos) << "who reads it must know";
}

TEST_F(BenchProgram, AFigureWithAPeerHasBothSidesAndTheirRatio) {
  const auto all = figures("sm3.16k");
  ASSERT_EQ(all.size(), 1U);
  expect_shape(all[0]);
  EXPECT_EQ(all[0].at("name"), "sm3.16k");
  EXPECT_EQ(all[0].at("unit"), "MB/s");
  EXPECT_EQ(all[0].at("peer"), "openssl");
  EXPECT_GT(number(all[0], "theirs"), 0);
  EXPECT_DOUBLE_EQ(number(all[0], "ratio"), number(all[0], "ours") / number(all[0], "theirs"));
}

TEST_F(BenchProgram, AFigureWithoutAPeerClaimsNone) {
  const auto all = figures("ofd.verify ofd.verify_caged");
  ASSERT_EQ(all.size(), 2U) << "what was not asked for is not measured";
  for (const auto& figure : all) {
    expect_shape(figure);
    EXPECT_EQ(figure.at("unit"), "1/s");
    EXPECT_EQ(figure.at("peer"), "");
    EXPECT_EQ(number(figure, "theirs"), 0);
    EXPECT_EQ(number(figure, "ratio"), 0);
    EXPECT_NE(figure.at("note").as_string().find("bytes"), boost::json::string::npos) << "of which document";
    EXPECT_NE(figure.at("note").as_string().find("SM2 signatures a second"), boost::json::string::npos)
        << "and on how fast a machine";
  }
  EXPECT_EQ(all[0].at("name"), "ofd.verify");
  EXPECT_EQ(all[1].at("name"), "ofd.verify_caged");
}

TEST_F(BenchProgram, WhereTheVectorIsNotAtHandAnotherDocumentIsSaidToBeMeasured) {
  const char* const before = std::getenv("YX_VECTORS");
  const std::string kept = before == nullptr ? "" : before;
  setenv("YX_VECTORS", folder_.c_str(), 1);
  const auto all = figures("ofd.verify");
  before == nullptr ? unsetenv("YX_VECTORS") : setenv("YX_VECTORS", kept.c_str(), 1);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_NE(all[0].at("note").as_string().find("of our own"), boost::json::string::npos);
}

TEST_F(BenchProgram, AnUnknownNameIsWrongUsageAndTheKnownOnesAreNamed) {
  const std::string file = (folder_ / "figures.json").string();
  const Ran ran = run("--quick --json " + file + " sm3.16k sm5.sign");
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.output.find("sm5.sign"), std::string::npos);
  for (const char* name : {"ofd.verify", "hall.read", "sm2.sign", "x509.issue"}) {
    EXPECT_NE(ran.output.find(name), std::string::npos) << name;
  }
  EXPECT_FALSE(fs::exists(file)) << "nothing was measured";
  EXPECT_EQ(run("--no-such-option").status, 2);
}

// Alone in a folder, it finds no cell.
TEST_F(BenchProgram, WhatCannotBeMeasuredIsToldAndIsNotInTheFile) {
  const std::string alone = (folder_ / "yinxin-bench").string(), file = (folder_ / "figures.json").string();
  fs::copy_file(YX_BENCH, alone);
  const Ran ran = run("--quick --json " + file + " ofd.verify_caged sm3.16k", alone);
  EXPECT_EQ(ran.status, 3) << ran.output;
  EXPECT_NE(ran.output.find("ofd.verify_caged：未能测量"), std::string::npos) << ran.output;
  const auto all = read(file);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("name"), "sm3.16k") << "the others are measured all the same";
}

TEST_F(BenchProgram, TheListHasEachNameOnce) {
  const Ran ran = run("--list");
  EXPECT_EQ(ran.status, 0);
  std::istringstream lines(ran.output);
  std::set<std::string> names;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    names.insert(line);
  }
  EXPECT_EQ(names.size(), count);
  EXPECT_TRUE(names.contains("hall.read_l0"));
}

}  // namespace
}  // namespace yinxin::bench
