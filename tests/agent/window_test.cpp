// The agent's window on a pseudo terminal: what is shown, what counts as typed, and how asking ends.

#include "agent/web/window.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <future>

#include "agent/web/questions.h"

namespace yinxin::agent::web {
namespace {

using namespace std::chrono_literals;

class WindowOnATerminal : public ::testing::Test {
 protected:
  void SetUp() override {
    int person = -1;
    int agent = -1;
    ASSERT_EQ(openpty(&person, &agent, nullptr, nullptr, nullptr), 0);
    person_ = Descriptor(person);
    ASSERT_EQ(fcntl(agent, F_SETFL, O_NONBLOCK), 0);
    window_ = Window::on(Descriptor(agent)).value();
  }
  void type(std::string_view text) const {
    ASSERT_EQ(write(person_.number(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  // All until `text` has come.
  std::string read_until(std::string_view text) const {
    std::string all;
    pollfd place{person_.number(), POLLIN, 0};
    while (all.find(text) == std::string::npos && poll(&place, 1, 20'000) > 0) {
      char byte = 0;
      if (read(person_.number(), &byte, 1) != 1) {
        break;
      }
      all += byte;
    }
    EXPECT_NE(all.find(text), std::string::npos) << all;
    return all;
  }
  [[nodiscard]] bool echoes() const {
    termios now{};
    EXPECT_EQ(tcgetattr(person_.number(), &now), 0);
    return (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
  }
  Descriptor person_;
  std::unique_ptr<Window> window_;
};

TEST_F(WindowOnATerminal, AStrangersTextIsTextAndNothingElse) {
  ASSERT_TRUE(
      window_->show("前\x1b[2J后\n\xc2\x9b"
                    "31m\rx\xe2\x80\xae"
                    "y\n" +
                        std::string(2000, 'z') + "\n|",
                    patience_of(20s)));
  const std::string shown = read_until("|");
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find("\xc2\x9b"), std::string::npos);
  EXPECT_EQ(shown.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(shown.find("\rx"), std::string::npos);
  EXPECT_NE(shown.find(std::string(2000, 'z')), std::string::npos) << "nothing that is signed is cut";
}

TEST_F(WindowOnATerminal, WhatWasTypedBeforeTheQuestionIsNoAnswer) {
  type("y\n");
  auto answer = std::async(std::launch::async, [&] { return window_->ask("?", patience_of(20s)); });
  read_until("? ");
  type("n\n");
  EXPECT_EQ(answer.get().value(), "n");
}

TEST_F(WindowOnATerminal, APinIsNotEchoedAndTheTerminalIsAsItWasAfterwards) {
  ASSERT_TRUE(echoes());
  auto pin = std::async(std::launch::async, [&] { return window_->ask_secret("PIN:", patience_of(20s)); });
  read_until("PIN: ");
  EXPECT_FALSE(echoes());
  type("officer-pin-1\n");
  EXPECT_TRUE(same(pin.get().value().expose(), bytes_of("officer-pin-1")));
  EXPECT_TRUE(echoes());
  ASSERT_TRUE(window_->show("|", patience_of(20s)));
  EXPECT_EQ(read_until("|").find("officer"), std::string::npos);
}

TEST_F(WindowOnATerminal, NobodysAnswerIsNone) {
  EXPECT_EQ(window_->ask("?", patience_of(0s)).error().detail, "agent.unanswered");
  EXPECT_EQ(ask_consent(*window_, "https://desk.example", patience_of(0s)).error().code, ErrorCode::expired);
  EXPECT_TRUE(echoes());
}

TEST_F(WindowOnATerminal, AWindowThatIsClosedTellsWhoeverAsks) {
  auto answer = std::async(std::launch::async, [&] { return window_->ask_secret("PIN:", patience_of(20s)); });
  read_until("PIN: ");
  window_->close();
  EXPECT_EQ(answer.get().error().detail, "agent.closed");
  EXPECT_EQ(window_->ask("?", patience_of(20s)).error().detail, "agent.closed");
  EXPECT_TRUE(echoes());
}

TEST_F(WindowOnATerminal, ConsentIsYOrNAndNothingBetween) {
  auto answer =
      std::async(std::launch::async, [&] { return ask_consent(*window_, "https://desk.example", patience_of(20s)); });
  const std::string question = read_until("n to refuse: ");
  EXPECT_NE(question.find("https://desk.example"), std::string::npos);
  type("yes please\n");
  read_until("n to refuse: ");
  type("y\n");
  EXPECT_EQ(answer.get().value(), Answer::granted);
}

TEST_F(WindowOnATerminal, OneTurnAtATime) {
  const Window::Turn first = window_->take_turn();
  ASSERT_TRUE(first.owns_lock());
  EXPECT_FALSE(std::async(std::launch::async, [&] { return window_->take_turn().owns_lock(); }).get());
}

TEST(Window, IsATerminalOrNothing) {
  EXPECT_EQ(Window::on(Descriptor(open("/dev/null", O_RDWR))).error().code, ErrorCode::precondition);
}

}  // namespace
}  // namespace yinxin::agent::web
