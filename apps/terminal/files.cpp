#include "terminal/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace yinxin::cli {

namespace {

// A descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) {
      close(fd_);
    }
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

Error system_error(ErrorCode code, const std::string& what) { return fail(code, what + ": " + std::strerror(errno)); }

Result<void> write_all(int fd, BytesView content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return system_error(ErrorCode::internal, "cannot write " + path);
    }
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

constexpr std::size_t max_passphrase_bytes = 1024;

SecretBytes first_line(Bytes content) {
  const std::string_view text = text_of(content);
  SecretBytes line(bytes_of(text.substr(0, text.find_first_of("\r\n"))));
  wipe(content);
  return line;
}

Result<SecretBytes> ask_terminal(const std::string& what) {
  const Descriptor terminal(open("/dev/tty", O_RDWR | O_CLOEXEC));
  termios before{};
  if (terminal.get() < 0 || tcgetattr(terminal.get(), &before) != 0) {
    return fail(ErrorCode::precondition, "no terminal to ask for " + what + "; give a passphrase file");
  }
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(terminal.get(), TCSAFLUSH, &silent);
  const std::string question = what + ": ";
  auto asked = write_all(terminal.get(), bytes_of(question), "the terminal");
  Bytes typed;
  std::uint8_t byte = 0;
  while (asked && typed.size() < max_passphrase_bytes && read(terminal.get(), &byte, 1) == 1 && byte != '\n') {
    typed.push_back(byte);
  }
  tcsetattr(terminal.get(), TCSAFLUSH, &before);
  static_cast<void>(write_all(terminal.get(), bytes_of("\n"), "the terminal"));
  return first_line(std::move(typed));
}

}  // namespace

Result<Bytes> read_file(const std::string& path, std::size_t limit) {
  const Descriptor file(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return system_error(ErrorCode::not_found, "cannot open " + path);
  }
  Bytes content;
  constexpr std::size_t step = 64 * 1024;
  for (;;) {
    const std::size_t at = content.size();
    content.resize(at + step);
    const ssize_t got = read(file.get(), content.data() + at, step);
    content.resize(at + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) {
      return content;
    }
    if (got < 0 && errno != EINTR) {
      return system_error(ErrorCode::not_found, "cannot read " + path);
    }
    if (content.size() > limit) {
      return fail(ErrorCode::invalid_input, path + " is larger than " + std::to_string(limit) + " bytes");
    }
  }
}

Result<void> write_file(const std::string& path, BytesView content, bool overwrite, unsigned mode) {
  if (!overwrite && access(path.c_str(), F_OK) == 0) {
    return fail(ErrorCode::already_exists, path + " is there already");
  }
  const std::string beside = path + ".part";
  {
    const Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (file.get() < 0) {
      return system_error(ErrorCode::internal, "cannot create " + beside);
    }
    YX_CHECK(write_all(file.get(), content, beside));
    if (fdatasync(file.get()) != 0) {
      return system_error(ErrorCode::internal, "cannot sync " + beside);
    }
  }
  if (rename(beside.c_str(), path.c_str()) != 0) {
    return system_error(ErrorCode::internal, "cannot rename to " + path);
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Descriptor directory(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0 && fsync(directory.get()) != 0) {
    return system_error(ErrorCode::internal, "cannot sync the folder of " + path);
  }
  return {};
}

Result<SecretBytes> read_passphrase(const std::string& source, const std::string& what) {
  constexpr std::string_view credential = "credential:";
  if (source == "-") {
    return ask_terminal(what);
  }
  std::string path = source;
  if (source.starts_with(credential)) {
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr) {
      return fail(ErrorCode::precondition, "no CREDENTIALS_DIRECTORY: not started by systemd with a credential");
    }
    path = std::string(folder) + "/" + source.substr(credential.size());
  }
  YX_TRY(Bytes content, read_file(path, max_passphrase_bytes));
  SecretBytes line = first_line(std::move(content));
  if (line.empty()) {
    return fail(ErrorCode::invalid_input, "an empty passphrase in " + source);
  }
  return line;
}

}  // namespace yinxin::cli
