#pragma once
// The agent's own window: its terminal. What is asked is shown there and answered there by a person, never by a page.
// One thing at a time; what was typed before a question is no answer to it.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>

#include "base/descriptor.h"
#include "base/result.h"
#include "base/secret_bytes.h"

namespace yinxin::agent::web {

constexpr std::size_t max_typed_bytes = 256;

// Until when somebody must have answered.
using Patience = std::chrono::steady_clock::time_point;
Patience patience_of(std::chrono::seconds wait);

class Window {
 public:
  // The terminal of this process; precondition when it has none.
  static Result<std::unique_ptr<Window>> open();
  // This terminal, which reads and writes without waiting; precondition when it is none.
  static Result<std::unique_ptr<Window>> on(Descriptor terminal);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // While one holds a turn nobody else may ask.
  using Turn = std::unique_lock<std::mutex>;
  // Not owning when somebody else is being asked.
  [[nodiscard]] Turn take_turn() { return Turn(turn_, std::try_to_lock); }

  // Line by line; what a line of a stranger's could do to a terminal or to the other lines is neutralised.
  Result<void> show(std::string_view lines, Patience until);
  // What is typed after the question. expired "agent.unanswered" when nobody did; precondition "agent.closed" when the
  // terminal is gone or close() was called.
  Result<std::string> ask(std::string_view question, Patience until);
  // The same without an echo.
  Result<SecretBytes> ask_secret(std::string_view question, Patience until);
  // Whoever is asking is told that the window is closed, now and from now on.
  void close();

 private:
  Window(Descriptor terminal, Descriptor wake);
  Result<void> write(std::string_view text, Patience until);
  Result<void> wait(short events, Patience until) const;
  Result<Bytes> read_line(Patience until);
  Result<Bytes> ask_line(std::string_view question, bool with_echo, Patience until);

  Descriptor terminal_, wake_;
  std::mutex turn_;
};

// A line as it may be shown: without controls and marks of direction, never cut.
std::string shown_line(std::string_view line);

}  // namespace yinxin::agent::web
