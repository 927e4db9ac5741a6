// yinxin backup, backup check and restore over an office that is served meanwhile; and that its process leaves no core.

#include <sys/stat.h>

#include <csignal>
#include <regex>

#include "cli.h"

namespace yinxin::cli_test {
namespace {

namespace fs = std::filesystem;

class BackupVerb : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    serve_ = popen(
        ("exec 2>&1; echo $$; cd " + folder_.string() + "; exec " + YX_BINARY + " serve --init-if-needed --data " +
         at("data") + " --profiles " + YX_SOURCE_DIR + "/profiles --port 0 --desk-port 0")
            .c_str(),
        "r");
    ASSERT_NE(serve_, nullptr);
    std::array<char, 4096> line{};
    ASSERT_NE(fgets(line.data(), line.size(), serve_), nullptr);
    process_ = std::stoi(line.data());
    while (fgets(line.data(), line.size(), serve_) != nullptr) {
      said_ += line.data();
      if (said_.find("desk:") != std::string::npos) {
        return;
      }
    }
    FAIL() << "it does not serve: " << said_;
  }
  void TearDown() override {
    end(SIGTERM);
    CommandLine::TearDown();
  }
  // How it ended, as waitpid says.
  int end(int signal) {
    if (serve_ == nullptr) {
      return 0;
    }
    kill(process_, signal);
    const int status = pclose(serve_);
    serve_ = nullptr;
    return status;
  }
  Ran back_up() const { return yinxin("backup --data " + at("data") + " --out " + at("backup")); }

  FILE* serve_ = nullptr;
  pid_t process_ = 0;
  std::string said_;
};

TEST_F(BackupVerb, IsMadeWhileTheOfficeServesAndIsWhole) {
  const Ran made = back_up();
  ASSERT_EQ(made.status, 0) << made.output;
  const auto checked = json_of("backup check " + at("backup"));
  EXPECT_TRUE(checked.at("ok").as_bool());
  EXPECT_GT(checked.at("files").as_int64(), 20);
  EXPECT_TRUE(fs::exists(folder_ / "backup/vault/vault.db"));
  EXPECT_FALSE(fs::exists(folder_ / "backup/vault/vault.db-wal"));
  EXPECT_EQ(read("data/vault/wrapping.key"), read("backup/vault/wrapping.key")) << "wrapped as it is";
  // Never over another one, and never into the office itself.
  EXPECT_EQ(back_up().status, 3);
  EXPECT_EQ(yinxin("backup --data " + at("data") + " --out " + at("data") + "/inside").status, 3);
  EXPECT_EQ(yinxin("backup --data " + at("nothing") + " --out " + at("other")).status, 3);
  EXPECT_FALSE(fs::exists(folder_ / "other"));
  EXPECT_EQ(yinxin("backup").status, 2);
}

TEST_F(BackupVerb, EachDamageIsTold) {
  ASSERT_EQ(back_up().status, 0);
  const std::string check = "backup check " + at("backup");
  const std::string whole = read("backup/office.json");
  write("backup/office.json", whole + " ");
  EXPECT_EQ(yinxin(check).status, 1);
  EXPECT_NE(yinxin(check).output.find("office.json: changed"), std::string::npos);
  EXPECT_EQ(yinxin("restore " + at("backup") + " --data " + at("restored")).status, 3);
  EXPECT_FALSE(fs::exists(folder_ / "restored"));
  write("backup/office.json", whole);
  write("backup/more", "x");
  EXPECT_NE(yinxin(check).output.find("more: unlisted"), std::string::npos);
  fs::remove(folder_ / "backup/more");
  fs::remove(folder_ / "backup/vault/wrapping.key");
  EXPECT_NE(yinxin(check).output.find("vault/wrapping.key: missing"), std::string::npos);
  write("backup/manifest.json", R"({"version":1,"files":[{"path":"../x","mode":384,"bytes":1,"sm3":""}]})");
  EXPECT_EQ(yinxin(check).status, 3);
}

TEST_F(BackupVerb, IsRestoredIntoAnEmptyFolderAndServes) {
  ASSERT_EQ(back_up().status, 0);
  end(SIGTERM);
  fs::create_directory(folder_ / "full");
  write("full/file", "x");
  EXPECT_EQ(yinxin("restore " + at("backup") + " --data " + at("full")).status, 3);
  const Ran restored = yinxin("restore " + at("backup") + " --data " + at("restored"));
  ASSERT_EQ(restored.status, 0) << restored.output;
  EXPECT_EQ(fs::status(folder_ / "restored").permissions(), fs::perms::owner_all);
  const Ran shown = yinxin("ca show --data " + at("restored") + " --profiles " + YX_SOURCE_DIR +
                           "/profiles --passphrase " + at("data.passphrase"));
  EXPECT_EQ(shown.status, 0) << shown.output;
}

TEST_F(BackupVerb, AnOfficeThatAbortsLeavesNoCore) {
  std::ifstream limits("/proc/" + std::to_string(process_) + "/limits");
  const std::string told{std::istreambuf_iterator<char>(limits), {}};
  EXPECT_TRUE(std::regex_search(told, std::regex("Max core file size +0 +0 "))) << told;
  // The kernel gives what may not be dumped to root, whoever runs it.
  struct stat about {};
  ASSERT_EQ(stat(("/proc/" + std::to_string(process_) + "/mem").c_str(), &about), 0);
  EXPECT_EQ(about.st_uid, 0U);
  const int status = end(SIGABRT);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  EXPECT_FALSE(WCOREDUMP(status));
  for (const auto& entry : fs::directory_iterator(folder_)) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("core")) << entry.path();
  }
}

}  // namespace
}  // namespace yinxin::cli_test
