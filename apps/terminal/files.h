#pragma once
// Files at the command line's edge: read within a limit, written whole or not at all.

#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin::cli {

constexpr std::size_t max_input_file_bytes = 256U * 1024 * 1024;

// not_found, or invalid_input when it is larger than `limit`. "-" is standard input.
Result<Bytes> read_file(const std::string& path, std::size_t limit = max_input_file_bytes);
// Beside the target, synced, renamed: the old content or the new, never half. already_exists unless `overwrite`.
Result<void> write_file(const std::string& path, BytesView content, bool overwrite, unsigned mode = 0644);
inline Result<void> write_file(const std::string& path, std::string_view text, bool overwrite) {
  return write_file(path, bytes_of(text), overwrite);
}

// The first line of a file, the terminal with echo off ("-"), or a systemd credential ("credential:NAME").
// `what` is what the person is asked for.
Result<SecretBytes> read_passphrase(const std::string& source, const std::string& what);

}  // namespace yinxin::cli
