#include "store/sqlite/vfs.h"

#include <new>

namespace yinxin::store::sqlite {
namespace {

// What SQLite holds for one open file; the file of the layer below lies right behind it.
struct LayeredFile {
  sqlite3_file base;
  Vfs* vfs;
  std::string* path;
  FileKind kind;
};

constexpr int layered_size = (static_cast<int>(sizeof(LayeredFile)) + 15) / 16 * 16;

LayeredFile& layered(sqlite3_file* file) { return *reinterpret_cast<LayeredFile*>(file); }
sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + layered_size);
}
VfsHooks& hooks(sqlite3_file* file) { return layered(file).vfs->hooks(); }
Vfs& vfs_of(sqlite3_vfs* vfs) { return *static_cast<Vfs*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
  auto* real = below(file);
  const int rc = real->pMethods != nullptr ? real->pMethods->xClose(real) : SQLITE_OK;
  delete layered(file).path;
  layered(file).path = nullptr;
  return rc;
}
int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (const int rc = hooks(file).on_read(*layered(file).path); rc != SQLITE_OK) {
    return rc;
  }
  return below(file)->pMethods->xRead(below(file), to, size, offset);
}
int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  const BytesView data(static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(size));
  if (const int rc = hooks(file).on_write(*layered(file).path, data, offset); rc != SQLITE_OK) {
    return rc;
  }
  return below(file)->pMethods->xWrite(below(file), from, size, offset);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (const int rc = hooks(file).on_truncate(*layered(file).path, size); rc != SQLITE_OK) {
    return rc;
  }
  return below(file)->pMethods->xTruncate(below(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  auto& self = layered(file);
  if (const int rc = hooks(file).on_sync(*self.path, self.kind); rc != SQLITE_OK) {
    return rc;
  }
  const int rc = below(file)->pMethods->xSync(below(file), flags);
  if (rc == SQLITE_OK) {
    hooks(file).synced(*self.path, self.kind);
  }
  return rc;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) { return below(file)->pMethods->xFileSize(below(file), size); }
int lock_file(sqlite3_file* file, int level) { return below(file)->pMethods->xLock(below(file), level); }
int unlock_file(sqlite3_file* file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }
int check_reserved(sqlite3_file* file, int* out) { return below(file)->pMethods->xCheckReservedLock(below(file), out); }
int control(sqlite3_file* file, int op, void* arg) { return below(file)->pMethods->xFileControl(below(file), op, arg); }
int sector_size(sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); }
int characteristics(sqlite3_file* file) { return below(file)->pMethods->xDeviceCharacteristics(below(file)); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return below(file)->pMethods->xShmMap(below(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { below(file)->pMethods->xShmBarrier(below(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return below(file)->pMethods->xShmUnmap(below(file), remove); }

// Version 2: shared memory for the WAL, but no memory-mapped reads, which would go past the hooks.
const sqlite3_io_methods layered_methods = {2,           close_file,  read_file,       write_file,  truncate_file,
                                            sync_file,   file_size,   lock_file,       unlock_file, check_reserved,
                                            control,     sector_size, characteristics, shm_map,     shm_lock,
                                            shm_barrier, shm_unmap,   nullptr,         nullptr};

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  auto& self = vfs_of(vfs);
  file->pMethods = nullptr;
  const FileKind kind = (flags & SQLITE_OPEN_WAL) != 0       ? FileKind::wal
                        : (flags & SQLITE_OPEN_MAIN_DB) != 0 ? FileKind::database
                                                             : FileKind::other;
  auto* path = new (std::nothrow) std::string(name != nullptr ? name : "");
  if (path == nullptr) {
    return SQLITE_NOMEM;
  }
  int rc = self.hooks().on_open(*path, kind);
  if (rc == SQLITE_OK) {
    auto* real = below(file);
    real->pMethods = nullptr;
    rc = self.below()->xOpen(self.below(), name, real, flags, out_flags);
    if (rc != SQLITE_OK && real->pMethods != nullptr) {
      real->pMethods->xClose(real);
    }
  }
  if (rc != SQLITE_OK) {
    delete path;
    return rc;
  }
  layered(file) = LayeredFile{{&layered_methods}, &self, path, kind};
  return SQLITE_OK;
}
int delete_file(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  auto& self = vfs_of(vfs);
  if (const int rc = self.hooks().on_delete(name); rc != SQLITE_OK) {
    return rc;
  }
  const int rc = self.below()->xDelete(self.below(), name, sync_folder);
  if (rc == SQLITE_OK) {
    self.hooks().deleted(name, sync_folder != 0);
  }
  return rc;
}
int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
  auto* real = vfs_of(vfs).below();
  return real->xAccess(real, name, flags, out);
}
int full_path(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  auto* real = vfs_of(vfs).below();
  return real->xFullPathname(real, name, size, out);
}
int randomness(sqlite3_vfs* vfs, int size, char* out) {
  auto* real = vfs_of(vfs).below();
  return real->xRandomness(real, size, out);
}
int sleep_us(sqlite3_vfs* vfs, int us) {
  auto* real = vfs_of(vfs).below();
  return real->xSleep(real, us);
}
int current_time(sqlite3_vfs* vfs, double* out) {
  auto* real = vfs_of(vfs).below();
  return real->xCurrentTime(real, out);
}
int current_time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
  auto* real = vfs_of(vfs).below();
  return real->xCurrentTimeInt64(real, out);
}
int last_error(sqlite3_vfs* vfs, int size, char* out) {
  auto* real = vfs_of(vfs).below();
  return real->xGetLastError != nullptr ? real->xGetLastError(real, size, out) : 0;
}

std::string next_name() {
  static std::atomic<unsigned> count{0};
  return "yinxin-" + std::to_string(++count);
}

}  // namespace

Vfs::Vfs(VfsHooks& hooks, const std::string& below)
    : hooks_(hooks), below_(sqlite3_vfs_find(below.empty() ? nullptr : below.c_str())), name_(next_name()) {
  if (below_ == nullptr) {
    return;
  }
  registered_.iVersion = 2;
  registered_.szOsFile = layered_size + below_->szOsFile;
  registered_.mxPathname = below_->mxPathname;
  registered_.zName = name_.c_str();
  registered_.pAppData = this;
  registered_.xOpen = open_file;
  registered_.xDelete = delete_file;
  registered_.xAccess = access_file;
  registered_.xFullPathname = full_path;
  registered_.xRandomness = randomness;  // no xDlOpen: nothing is ever loaded into the store
  registered_.xSleep = sleep_us;
  registered_.xCurrentTime = current_time;
  registered_.xCurrentTimeInt64 = current_time_ms;
  registered_.xGetLastError = last_error;
  if (sqlite3_vfs_register(&registered_, 0) != SQLITE_OK) {
    below_ = nullptr;
  }
}

Vfs::~Vfs() {
  if (below_ != nullptr) {
    sqlite3_vfs_unregister(&registered_);
  }
}

}  // namespace yinxin::store::sqlite
