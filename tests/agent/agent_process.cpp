#include "agent/agent_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace yinxin::agent_test {

namespace {

constexpr int patience_ms = 30'000;  // only a broken agent takes that long

}  // namespace

AgentProcess::AgentProcess(const std::vector<std::string>& words) {
  std::vector<std::string> all{YX_AGENT};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& one : all) {
    arguments.push_back(one.data());
  }
  arguments.push_back(nullptr);
  int terminal = -1;
  process_ = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (process_ == 0) {
    execv(YX_AGENT, arguments.data());
    _exit(127);
  }
  terminal_ = Descriptor(terminal);
  EXPECT_GT(process_, 0);
}

AgentProcess::~AgentProcess() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
}

bool AgentProcess::read_some(int wait_ms) {
  pollfd place{terminal_.number(), POLLIN, 0};
  if (poll(&place, 1, wait_ms) <= 0) {
    return false;
  }
  std::array<char, 4096> some{};
  const ssize_t got = read(terminal_.number(), some.data(), some.size());
  if (got <= 0) {
    return false;
  }
  shown_.append(some.data(), static_cast<std::size_t>(got));
  return true;
}

std::string AgentProcess::wait_for(std::string_view text) {
  std::size_t at = shown_.find(text, read_to_);
  while (at == std::string::npos && read_some(patience_ms)) {
    at = shown_.find(text, read_to_);
  }
  if (at == std::string::npos) {
    ADD_FAILURE() << "the window does not show \"" << text << "\" but: " << shown_.substr(read_to_);
    return shown_.substr(read_to_);
  }
  const std::size_t from = std::exchange(read_to_, at + text.size());
  return shown_.substr(from, read_to_ - from);
}

std::string AgentProcess::unread() {
  while (read_some(0)) {
  }
  return shown_.substr(read_to_);
}

void AgentProcess::type(std::string_view line) {
  const std::string typed = std::string(line) + "\n";
  EXPECT_EQ(write(terminal_.number(), typed.data(), typed.size()), static_cast<ssize_t>(typed.size()));
}

std::uint16_t AgentProcess::port() {
  wait_for("就绪 ready: http://127.0.0.1:");
  const std::string digits = wait_for("\n");
  std::uint16_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  EXPECT_NE(port, 0);
  return port;
}

int AgentProcess::end() {
  kill(process_, SIGTERM);
  while (read_some(patience_ms)) {  // until the terminal has no other end
  }
  int status = 0;
  EXPECT_EQ(waitpid(std::exchange(process_, -1), &status, 0) > 0, true);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace yinxin::agent_test
