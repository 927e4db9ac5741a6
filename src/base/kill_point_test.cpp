#include "base/kill_point.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/testing/kill.h"

namespace yinxin {
namespace {

TEST(KillPoint, OutgoingCallHandsTheAnswerThrough) {
  int calls = 0;
  EXPECT_EQ(outgoing_call("pki.publish",
                          [&] {
                            ++calls;
                            return 42;
                          }),
            42);
  EXPECT_EQ(calls, 1);
}

// Runs in a child and gives its wait status.
template <class Body>
int in_child(Body body) {
  const auto child = fork();
  if (child == 0) {
    testing::arm_kill_points();
    body();
    _exit(0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST(KillPoint, TheChosenPassOfTheChosenNameKillsAndNoOther) {
  const auto list = std::filesystem::temp_directory_path() / ("kill_point_" + std::to_string(getpid()));
  std::filesystem::remove(list);
  const int status = in_child([&] {
    setenv("YX_KILL_LIST", list.c_str(), 1);
    setenv("YX_KILL_AT", "a.commit.after#2", 1);
    for (int i = 0; i < 5; ++i) {
      kill_point("a.commit.before");
      kill_point("a.commit.after");
    }
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  std::stringstream read;
  read << std::ifstream(list).rdbuf();
  EXPECT_EQ(read.str(), "a.commit.before#1\na.commit.after#1\na.commit.before#2\na.commit.after#2\n");
  std::filesystem::remove(list);
}

TEST(KillPoint, AnOutgoingCallHasAPointOnEitherSide) {
  int happened[2];
  ASSERT_EQ(pipe(happened), 0);
  const auto call = [&] { outgoing_call("bank.pay", [&] { return write(happened[1], "x", 1); }); };
  EXPECT_TRUE(WIFSIGNALED(in_child([&] {
    setenv("YX_KILL_AT", "bank.pay.call.before#1", 1);
    call();
  })));
  EXPECT_TRUE(WIFSIGNALED(in_child([&] {
    setenv("YX_KILL_AT", "bank.pay.call.after#1", 1);
    call();
  })));
  close(happened[1]);
  char byte = 0;
  EXPECT_EQ(read(happened[0], &byte, 1), 1);  // only the second child came to its call
  EXPECT_EQ(read(happened[0], &byte, 1), 0);
  close(happened[0]);
}

TEST(KillPoint, IsNothingInAProgramThatIsNotATest) {
  EXPECT_FALSE(has_kill_points());
  setenv("YX_KILL_AT", "a.commit.after#1", 1);
  kill_point("a.commit.after");
  unsetenv("YX_KILL_AT");
}

}  // namespace
}  // namespace yinxin
