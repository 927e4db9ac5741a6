#include "agent/web/window.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "seal/text.h"

namespace yinxin::agent::web {

namespace {

constexpr std::size_t bytes_of_a_replacement = 3;
constexpr std::size_t room_at_the_end = 8;

Error closed() { return fail(ErrorCode::precondition, "agent.closed"); }
Error unanswered() { return fail(ErrorCode::expired, "agent.unanswered"); }

// The terminal as a question needs it; as it was, afterwards. What was typed before is thrown away.
class Asking {
 public:
  Asking(int terminal, bool with_echo) : terminal_(terminal), is_good_(tcgetattr(terminal, &before_) == 0) {
    termios asked = before_;
    asked.c_lflag |= static_cast<tcflag_t>(ICANON | ISIG);
    asked.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
    asked.c_lflag |= with_echo ? static_cast<tcflag_t>(ECHO) : 0;
    is_good_ = is_good_ && tcsetattr(terminal, TCSANOW, &asked) == 0 && tcflush(terminal, TCIFLUSH) == 0;
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (is_good_) {
      tcsetattr(terminal_, TCSANOW, &before_);
    }
  }
  [[nodiscard]] bool is_good() const { return is_good_; }

 private:
  int terminal_;
  termios before_{};
  bool is_good_;
};

}  // namespace

Patience patience_of(std::chrono::seconds wait) { return std::chrono::steady_clock::now() + wait; }

std::string shown_line(std::string_view line) {
  return seal::clean_text(line, line.size() * bytes_of_a_replacement + room_at_the_end);
}

Result<std::unique_ptr<Window>> Window::open() {
  // A file description of our own, so that its flags are nobody else's.
  return on(Descriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)));
}

Result<std::unique_ptr<Window>> Window::on(Descriptor terminal) {
  Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!terminal.is_open() || isatty(terminal.number()) == 0 || !wake.is_open()) {
    return fail(ErrorCode::precondition, "the agent's window is its terminal, and it has none");
  }
  return std::unique_ptr<Window>(new Window(std::move(terminal), std::move(wake)));
}

Window::Window(Descriptor terminal, Descriptor wake) : terminal_(std::move(terminal)), wake_(std::move(wake)) {}
Window::~Window() = default;

void Window::close() {
  constexpr std::uint64_t once = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.number(), &once, sizeof once);
}

Result<void> Window::wait(short events, Patience until) const {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      return unanswered();
    }
    std::array<pollfd, 2> places{pollfd{terminal_.number(), events, 0}, pollfd{wake_.number(), POLLIN, 0}};
    const int ready = poll(places.data(), places.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) {
      return closed();
    }
    if (ready > 0 && places[1].revents != 0) {
      return closed();
    }
    if (ready > 0 && (places[0].revents & events) != 0) {
      return {};
    }
    if (ready > 0 && places[0].revents != 0) {
      return closed();
    }
  }
}

Result<void> Window::write(std::string_view text, Patience until) {
  while (!text.empty()) {
    YX_CHECK(wait(POLLOUT, until));
    const ssize_t written = ::write(terminal_.number(), text.data(), text.size());
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) {
      continue;
    }
    if (written <= 0) {
      return closed();
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> Window::show(std::string_view lines, Patience until) {
  std::string clean;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    clean += shown_line(lines.substr(0, end)) + "\n";
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return write(clean, until);
}

// Up to the line's end; what is longer than any answer is none.
Result<Bytes> Window::read_line(Patience until) {
  Bytes line;
  line.reserve(max_typed_bytes + 1);  // so that no copy of a PIN is left behind
  for (;;) {
    const auto ready = wait(POLLIN, until);
    std::uint8_t byte = 0;
    const ssize_t got = ready ? read(terminal_.number(), &byte, 1) : -1;
    if (ready && got < 0 && (errno == EINTR || errno == EAGAIN)) {
      continue;
    }
    if (got <= 0) {
      wipe(line);
      return ready ? closed() : ready.error();
    }
    if (byte == '\n') {
      return line;
    }
    if (line.size() < max_typed_bytes) {
      line.push_back(byte);
    }
  }
}

Result<Bytes> Window::ask_line(std::string_view question, bool with_echo, Patience until) {
  const Asking asking(terminal_.number(), with_echo);
  if (!asking.is_good()) {
    return closed();
  }
  YX_CHECK(write(shown_line(question) + " ", until));
  auto line = read_line(until);
  if (!line || !with_echo) {
    static_cast<void>(write("\n", patience_of(std::chrono::seconds(1))));
  }
  return line;
}

Result<std::string> Window::ask(std::string_view question, Patience until) {
  YX_TRY(const Bytes line, ask_line(question, true, until));
  return std::string(text_of(line));
}

Result<SecretBytes> Window::ask_secret(std::string_view question, Patience until) {
  YX_TRY(Bytes line, ask_line(question, false, until));
  return SecretBytes(std::move(line));
}

}  // namespace yinxin::agent::web
