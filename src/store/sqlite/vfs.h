#pragma once
// A layer over SQLite's own file system (VFS): the engine counts its syncs through it, and the
// fault machinery of the tests (store/testing/fault_vfs.h) breaks it there.

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace yinxin::store::sqlite {

enum class FileKind { database, wal, other };

// What a layer is told. A returned code other than SQLITE_OK is given to SQLite instead of doing the thing.
// Called from every thread that uses a connection.
class VfsHooks {
 public:
  virtual ~VfsHooks() = default;
  virtual int on_open(const std::string& /*path*/, FileKind /*kind*/) { return SQLITE_OK; }
  virtual int on_read(const std::string& /*path*/) { return SQLITE_OK; }
  virtual int on_write(const std::string& /*path*/, BytesView /*data*/, std::int64_t /*offset_bytes*/) {
    return SQLITE_OK;
  }
  virtual int on_truncate(const std::string& /*path*/, std::int64_t /*size_bytes*/) { return SQLITE_OK; }
  virtual int on_sync(const std::string& /*path*/, FileKind /*kind*/) { return SQLITE_OK; }
  // After the layer below has synced without an error.
  virtual void synced(const std::string& /*path*/, FileKind /*kind*/) {}
  virtual int on_delete(const std::string& /*path*/) { return SQLITE_OK; }
  // After the layer below has deleted; `durable` when the folder was synced too.
  virtual void deleted(const std::string& /*path*/, bool /*durable*/) {}
};

// Registers itself under a name of its own for as long as it lives. Must outlive every connection opened through it.
class Vfs {
 public:
  // `below` is the name of a registered VFS; empty means SQLite's default.
  Vfs(VfsHooks& hooks, const std::string& below);
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;
  ~Vfs();
  [[nodiscard]] const std::string& name() const { return name_; }
  // False when there is no VFS of the name that was to lie below.
  [[nodiscard]] bool usable() const { return below_ != nullptr; }

  [[nodiscard]] VfsHooks& hooks() const { return hooks_; }
  [[nodiscard]] sqlite3_vfs* below() const { return below_; }

 private:
  VfsHooks& hooks_;
  sqlite3_vfs* below_ = nullptr;
  std::string name_;
  sqlite3_vfs registered_{};
};

// Counts the syncs (fdatasync) that succeeded, by kind of file.
class SyncCounter final : public VfsHooks {
 public:
  void synced(const std::string& /*path*/, FileKind kind) override {
    (kind == FileKind::wal ? wal_ : other_).fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t wal() const { return wal_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t total() const { return wal() + other_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> wal_{0};
  std::atomic<std::uint64_t> other_{0};
};

}  // namespace yinxin::store::sqlite
