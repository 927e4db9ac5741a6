#include "terminal/tokens.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "seal/text.h"
#include "terminal/files.h"

namespace yinxin::cli {

namespace {

constexpr std::string_view soft_library = "libyinxin_skf.so";

// bin/yinxin and lib/libyinxin_skf.so stand side by side, built and installed.
Result<std::string> default_library() {
  std::error_code problem;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", problem);
  if (problem) {
    return fail(ErrorCode::internal, "the program does not know where it stands; name a library with --library");
  }
  return (program.parent_path().parent_path() / "lib" / soft_library).string();
}

// One line, byte by byte, so that the next PIN can be the next line.
Result<SecretBytes> next_line_of_input(const std::string& what) {
  constexpr std::size_t longest = 1024;
  Bytes line;
  std::uint8_t byte = 0;
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0 || byte == '\n' || line.size() >= longest) {
      break;
    }
    line.push_back(byte);
  }
  SecretBytes secret(std::move(line));
  const BytesView seen = secret.expose();
  const SecretBytes without_return(!seen.empty() && seen.back() == '\r' ? seen.first(seen.size() - 1) : seen);
  if (without_return.empty()) {
    return fail(ErrorCode::invalid_input, "no " + what + " on standard input");
  }
  return without_return.clone();
}

}  // namespace

void add_token_options(CLI::App& app, TokenWish& wish, const std::string& library_option) {
  app.add_option(library_option, wish.library,
                 "GM/T 0016 library of the UKey's maker; default: the soft token beside the program");
  app.add_option("--device", wish.device, "name of the device as `yinxin token list` shows it; default: the only one");
  app.add_option("--application", wish.application, "application on the UKey")->capture_default_str();
}

Result<std::shared_ptr<const token::skf::SkfLibrary>> load_library(const TokenWish& wish) {
  std::string path = wish.library;
  if (path.empty()) {
    YX_TRY(path, default_library());
  }
  return token::skf::SkfLibrary::load(path);
}

Result<token::DeviceInfo> choose_device(const std::shared_ptr<const token::skf::SkfLibrary>& library,
                                        const TokenWish& wish) {
  YX_TRY(const std::vector<token::DeviceInfo> devices, token::Ukey::list(library));
  if (wish.device.empty() && devices.size() == 1) {
    return devices.front();
  }
  std::string names;
  for (const token::DeviceInfo& one : devices) {
    if (one.name == wish.device) {
      return one;
    }
    names += (names.empty() ? "" : ", ") + seal::clean_text(one.name, 64);
  }
  if (wish.device.empty()) {
    return fail(ErrorCode::invalid_input, "several UKeys are there; choose one with --device: " + names);
  }
  return fail(ErrorCode::token_absent, "no UKey is called so; there are: " + names);
}

Result<token::Ukey> open_token(const TokenWish& wish) {
  YX_TRY(const auto library, load_library(wish));
  YX_TRY(const token::DeviceInfo device, choose_device(library, wish));
  return token::Ukey::open(library, device.name, wish.application);
}

Result<SecretBytes> read_pin(const std::string& source, const std::string& what) {
  if (source == "-" && isatty(STDIN_FILENO) == 0) {
    return next_line_of_input(what);
  }
  return read_passphrase(source, what);
}

Result<SecretBytes> read_new_pin(const std::string& source, const std::string& what) {
  YX_TRY(SecretBytes pin, read_pin(source, what));
  const bool printable = std::ranges::all_of(pin.expose(), [](std::uint8_t byte) { return byte > ' ' && byte < 0x7F; });
  if (!printable || pin.size() < min_new_pin_size || pin.size() > max_new_pin_size) {
    return fail(ErrorCode::invalid_input, what + " must have " + std::to_string(min_new_pin_size) + " to " +
                                              std::to_string(max_new_pin_size) +
                                              " letters, digits or signs of ASCII, without spaces");
  }
  return pin;
}

Exit tell(const token::PinAnswer& answer) {
  if (answer.outcome) {
    return Exit::done;
  }
  const Error& error = answer.outcome.error();
  const Exit exit = tell(error);
  if (error.code == ErrorCode::pin_wrong && answer.retries_left) {
    const std::string left = std::to_string(*answer.retries_left);
    std::cerr << "  还可再试 " << left << " 次，用尽后锁定 / tries left before it locks: " << left << "\n";
  } else if (error.code == ErrorCode::pin_locked) {
    std::cerr << "  还可再试 0 次；用户 PIN 用 yinxin token unlock 解锁，管理员 PIN 锁定后只能重新初始化"
                 " / tries left: 0; unblock a user PIN with `yinxin token unlock`; with the administrator PIN locked"
                 " only `yinxin token init --erase` is left\n";
  }
  return exit;
}

}  // namespace yinxin::cli
