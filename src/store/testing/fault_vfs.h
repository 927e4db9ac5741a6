#pragma once
// For tests: a disk that fails when told to, and whose power can be cut. Files stay in their real folder (locks and
// shared memory are real); beside them it remembers what had been synced and what had only been written since.
//
//   FaultVfs disk;
//   auto engine = Engine::open(path, {.domain = "vault", .vfs = disk.name()});
//   … ; disk.cut_power(); engine->reset(); disk.power_on();      // now the folder holds what a real disk would
//
// An operation: a write, truncate, sync or delete, counted from 1 since the last arm().

#include <map>
#include <mutex>
#include <optional>

#include "base/random.h"
#include "store/sqlite/vfs.h"

namespace yinxin::store::testing {

class FaultVfs final : private sqlite::VfsHooks {
 public:
  FaultVfs() : vfs_(*this, "") {}

  [[nodiscard]] const std::string& name() const { return vfs_.name(); }

  // The n-th operation from now on fails with `code` (SQLITE_FULL, SQLITE_IOERR_WRITE, …), and all after it when
  // `for_good`. A failing sync syncs nothing.
  void arm(std::uint64_t nth, int code, bool for_good);
  void arm_sync(std::uint64_t nth, int code, bool for_good);
  void disarm();
  // At the n-th operation from now on the power goes.
  void cut_power_at(std::uint64_t nth);
  // From now on everything fails.
  void cut_power();
  // Puts on the disk what was synced. With `lucky`, each 512-byte sector that was written but not synced survives with
  // even chance, as on a real disk. Every connection must be closed. Armed faults are gone.
  Result<void> power_on(Random* lucky = nullptr);

  [[nodiscard]] std::uint64_t operations() const;  // since arm(), arm_sync(), cut_power_at() or the beginning
  [[nodiscard]] std::uint64_t syncs() const;
  [[nodiscard]] bool fired() const;

 private:
  struct Change {  // a write, or a truncation when `size` is set
    std::int64_t offset = 0;
    Bytes data;
    std::optional<std::int64_t> size{};
  };
  struct FileState {
    std::optional<Bytes> synced;  // none: the file is not there
    std::vector<Change> since;
    bool deleted = false;       // but its folder not synced since: a cut brings `synced` back
    bool syncs_folder = false;  // a log's or journal's first sync carries its folder along, as SQLite's own VFS does
  };
  enum class Operation { change, sync };

  int on_open(const std::string& path, sqlite::FileKind kind) override;
  int on_read(const std::string& path) override;
  int on_write(const std::string& path, BytesView data, std::int64_t offset) override;
  int on_truncate(const std::string& path, std::int64_t size) override;
  int on_sync(const std::string& path, sqlite::FileKind kind) override;
  void synced(const std::string& path, sqlite::FileKind kind) override;
  int on_delete(const std::string& path) override;
  void deleted(const std::string& path, bool durable) override;
  int operation(Operation what);
  static void apply(Bytes& image, const Change& change, Random* lucky);

  mutable std::mutex mutex_;
  std::map<std::string, FileState> files_;
  std::uint64_t operations_ = 0;
  std::uint64_t armed_syncs_ = 0;
  std::uint64_t syncs_ = 0;
  std::uint64_t fail_at_ = 0;
  std::uint64_t cut_at_ = 0;
  int code_ = SQLITE_OK;
  bool only_syncs_ = false;
  bool for_good_ = false;
  bool fired_ = false;
  bool off_ = false;
  sqlite::Vfs vfs_;
};

}  // namespace yinxin::store::testing
