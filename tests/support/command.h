#pragma once
// A command of the shell, run by a test.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace yinxin::support {

struct Ran {
  int status = -1;  // its exit status; -1 when it did not end by itself
  std::string output;
};

// Waits for its end. `command` is the test's own text; standard error joins the output only where it says so.
inline Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return ran;
  }
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) {
    ran.output.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}
inline Ran run_joined(const std::string& command) { return run(command + " 2>&1"); }

}  // namespace yinxin::support
