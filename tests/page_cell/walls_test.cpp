// A cell that a document has taken over, in the walls that the program puts up: it can draw and nothing else.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "cage/walls.h"
#include "page_cell/bounds.h"
#include "view/test_sheet.h"

namespace yinxin::page_cell {

namespace {

namespace fs = std::filesystem;

constexpr int went_well = 0;
constexpr int could_not_be_walled_in = 120;

class PageCellWalls : public testing::Test {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    vault_ = fs::temp_directory_path() / ("page_cell_test_" + std::to_string(::getpid()));
    fs::create_directories(vault_);
    std::ofstream(vault_ / "secret") << "the vault's";
  }
  void TearDown() override { fs::remove_all(vault_); }

  // The exit status of a child inside the walls; minus the signal that ended it.
  static int inside(const std::function<int()>& deed) {
    const pid_t child = ::fork();
    if (child == 0) {
      const bool is_bound = cage::bound_cell(means).has_value();
      const auto held = cage::wall_in_cell(readable);
      ::_exit(is_bound && held && held->suffices() ? deed() : could_not_be_walled_in);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  static int error_of(long result) { return result < 0 ? errno : went_well; }

  fs::path vault_;
};

TEST_F(PageCellWalls, LeaveWhatDrawingNeeds) {
  const Bytes file = view::document_of({.objects = "<ofd:TextObject Boundary=\"0 0 99 99\" Size=\"9\"><ofd:TextCode "
                                                   "X=\"0\" Y=\"9\">印信 Yinxin</ofd:TextCode></ofd:TextObject>"});
  EXPECT_EQ(inside([&] {
              const auto drawn = view::draw_page(file, 1);
              return drawn && drawn->not_shown == 0 ? went_well : 1;
            }),
            went_well);
}

TEST_F(PageCellWalls, OpenNoFileButFonts) {
  const std::string secret = (vault_ / "secret").string();
  EXPECT_EQ(inside([&] { return error_of(::open(secret.c_str(), O_RDONLY)); }), EACCES);
  EXPECT_EQ(inside([] { return error_of(::open("/etc/passwd", O_RDONLY)); }), EACCES);
  EXPECT_EQ(inside([] { return error_of(::open("/proc/self/environ", O_RDONLY)); }), EACCES);
  EXPECT_EQ(inside([] { return error_of(::open("/usr/share/fonts/../../../etc/passwd", O_RDONLY)); }), EACCES);
  EXPECT_EQ(inside([&] { return error_of(::open(secret.c_str(), O_WRONLY)); }), EPERM);
  EXPECT_EQ(inside([] { return error_of(::open("/tmp/of_a_page_cell", O_CREAT | O_RDWR, 0600)); }), EPERM);
  EXPECT_EQ(inside([&] { return error_of(::unlink(secret.c_str())); }), EPERM);
}

TEST_F(PageCellWalls, ReachNobody) {
  EXPECT_EQ(inside([] { return error_of(::socket(AF_INET, SOCK_STREAM, 0)); }), -SIGSYS);
  EXPECT_EQ(inside([] { return error_of(::socket(AF_UNIX, SOCK_STREAM, 0)); }), -SIGSYS);
  EXPECT_EQ(inside([] {
              std::array<char*, 1> none{nullptr};
              return error_of(::execve("/usr/bin/true", none.data(), none.data()));
            }),
            -SIGSYS);
  EXPECT_EQ(inside([] { return error_of(::kill(::getppid(), 0)); }), EPERM);
  EXPECT_EQ(inside([] { return error_of(::fork()); }), EPERM);
}

}  // namespace

}  // namespace yinxin::page_cell
