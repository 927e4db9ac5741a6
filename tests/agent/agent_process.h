#pragma once
// The agent as a person has it: the built program in a terminal of its own, and a person who reads and types.

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"

namespace yinxin::agent_test {

class AgentProcess {
 public:
  // `yinxin-agent WORDS…` in a new pseudo terminal.
  explicit AgentProcess(const std::vector<std::string>& words);
  ~AgentProcess();
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  // Reads until `text` has come, from behind what was waited for last; all up to its end. What came instead, with a
  // test failure, when it does not come.
  std::string wait_for(std::string_view text);
  void type(std::string_view line);
  // Where "就绪 ready" says that it listens.
  [[nodiscard]] std::uint16_t port();
  // SIGTERM; its exit status.
  int end();
  // Everything that has stood in the window.
  [[nodiscard]] const std::string& shown() const { return shown_; }
  // What has come since the last wait, without waiting for more.
  std::string unread();

 private:
  bool read_some(int wait_ms);
  Descriptor terminal_;
  pid_t process_ = -1;
  std::string shown_;
  std::size_t read_to_ = 0;
};

}  // namespace yinxin::agent_test
