#pragma once
// An office's folder as a second one, while it serves: each store as it was committed, files as they stand, keys
// wrapped as they are, and a manifest with the SM3 of every file. The stores are copied one after another, who asks
// before who is asked: together they are what a crash could have left, and are carried on as after one.
//
// manifest.json: { "version": 1, "environment", "made_at", "files": [ { "path", "mode", "bytes", "sm3" } … ] }, paths
// relative and in order. It proves damage and loss, not forgery: keep its own SM3 elsewhere.

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/sm3.h"

namespace yinxin::office {

constexpr std::size_t max_backup_files = 2'000'000;
constexpr std::size_t max_backup_manifest_bytes = std::size_t{512} << 20;
constexpr std::size_t max_backup_path_bytes = 1024;
constexpr const char* backup_manifest = "manifest.json";

struct BackupFile {
  std::string path;  // "desk/desk.db"
  unsigned mode = 0600;
  std::uint64_t bytes = 0;
  crypto::Digest sm3{};
};
struct Backup {
  std::string environment, made_at;
  std::vector<BackupFile> files;
  crypto::Digest manifest_sm3{};
  [[nodiscard]] std::uint64_t bytes() const;
};

// Written beside and renamed: `out` is a whole backup or is not there. already_exists when there is anything at `out`;
// invalid_input when it lies in the office's folder.
Result<Backup> make_backup(const std::filesystem::path& office, const std::filesystem::path& out, const Clock& clock);

struct BackupFlaw {
  std::string path, what;  // "missing", "changed", "unlisted", "not_a_file"
};
struct CheckedBackup {
  Backup backup;
  std::vector<BackupFlaw> flaws;
};
// Every file against the manifest, and nothing beside them. An error only when there is no manifest that can be read.
Result<CheckedBackup> check_backup(const std::filesystem::path& folder);

// Into a folder that is not there or is empty, each file proven while it is copied. precondition for a backup with
// flaws.
Result<Backup> restore_backup(const std::filesystem::path& folder, const std::filesystem::path& office);

}  // namespace yinxin::office
