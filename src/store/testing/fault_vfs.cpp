#include "store/testing/fault_vfs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace yinxin::store::testing {
namespace {

constexpr std::size_t sector_bytes = 512;

std::optional<Bytes> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return std::nullopt;
  }
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

void FaultVfs::arm(std::uint64_t nth, int code, bool for_good) {
  disarm();
  const std::scoped_lock lock(mutex_);
  fail_at_ = nth;
  code_ = code;
  for_good_ = for_good;
}

void FaultVfs::arm_sync(std::uint64_t nth, int code, bool for_good) {
  arm(nth, code, for_good);
  const std::scoped_lock lock(mutex_);
  only_syncs_ = true;
}

void FaultVfs::disarm() {
  const std::scoped_lock lock(mutex_);
  operations_ = armed_syncs_ = fail_at_ = cut_at_ = 0;
  only_syncs_ = for_good_ = fired_ = false;
}

void FaultVfs::cut_power_at(std::uint64_t nth) {
  disarm();
  const std::scoped_lock lock(mutex_);
  cut_at_ = nth;
}

void FaultVfs::cut_power() {
  const std::scoped_lock lock(mutex_);
  off_ = true;
}

void FaultVfs::apply(Bytes& image, const Change& change, Random* lucky) {
  if (change.size) {
    if (lucky == nullptr || lucky->below(2) == 1) {
      image.resize(static_cast<std::size_t>(*change.size), 0);
    }
    return;
  }
  for (std::size_t at = 0; at < change.data.size();) {
    const auto to = static_cast<std::size_t>(change.offset) + at;
    const auto piece = std::min(sector_bytes - to % sector_bytes, change.data.size() - at);
    if (lucky == nullptr || lucky->below(2) == 1) {
      image.resize(std::max(image.size(), to + piece), 0);
      std::copy_n(change.data.begin() + static_cast<std::ptrdiff_t>(at), piece,
                  image.begin() + static_cast<std::ptrdiff_t>(to));
    }
    at += piece;
  }
}

Result<void> FaultVfs::power_on(Random* lucky) {
  const std::scoped_lock lock(mutex_);
  for (auto& [path, file] : files_) {
    if (lucky != nullptr && !file.since.empty()) {
      Bytes image = file.deleted ? Bytes() : file.synced.value_or(Bytes());
      for (const auto& change : file.since) {
        apply(image, change, lucky);
      }
      file.synced = std::move(image);
    }
    file.since.clear();
    file.deleted = false;
    std::error_code failed;
    std::filesystem::remove(path, failed);
    if (!failed && file.synced) {
      std::ofstream out(path, std::ios::binary | std::ios::trunc);
      out.write(reinterpret_cast<const char*>(file.synced->data()), static_cast<std::streamsize>(file.synced->size()));
      failed = out ? std::error_code() : std::make_error_code(std::errc::io_error);
    }
    if (!failed) {
      std::filesystem::remove(path + "-shm", failed);  // memory, not disk
    }
    if (failed) {
      return fail(ErrorCode::internal, "fault VFS: cannot put a file back: " + failed.message());
    }
  }
  off_ = false;
  operations_ = armed_syncs_ = fail_at_ = cut_at_ = 0;
  return {};
}

std::uint64_t FaultVfs::operations() const {
  const std::scoped_lock lock(mutex_);
  return operations_;
}
std::uint64_t FaultVfs::syncs() const {
  const std::scoped_lock lock(mutex_);
  return syncs_;
}
bool FaultVfs::fired() const {
  const std::scoped_lock lock(mutex_);
  return fired_ || off_;
}

int FaultVfs::operation(Operation what) {
  if (off_) {
    return SQLITE_IOERR;
  }
  ++operations_;
  armed_syncs_ += what == Operation::sync ? 1 : 0;
  if (cut_at_ != 0 && operations_ >= cut_at_) {
    off_ = true;
    return SQLITE_IOERR;
  }
  const auto count = only_syncs_ ? armed_syncs_ : operations_;
  const bool counts = !only_syncs_ || what == Operation::sync;
  if (fail_at_ != 0 && counts && (count == fail_at_ || (for_good_ && count > fail_at_))) {
    fired_ = true;
    return code_;
  }
  return SQLITE_OK;
}

int FaultVfs::on_open(const std::string& path, sqlite::FileKind kind) {
  const std::scoped_lock lock(mutex_);
  if (off_) {
    return SQLITE_CANTOPEN;
  }
  // What is there before we first look counts as synced.
  if (!path.empty() && !files_.contains(path)) {
    files_[path].synced = read_file(path);
  }
  if (!path.empty() && kind != sqlite::FileKind::database && !std::filesystem::exists(path)) {
    files_[path].syncs_folder = true;
  }
  return SQLITE_OK;
}

int FaultVfs::on_read(const std::string& /*path*/) {
  const std::scoped_lock lock(mutex_);
  return off_ ? SQLITE_IOERR_READ : SQLITE_OK;
}

int FaultVfs::on_write(const std::string& path, BytesView data, std::int64_t offset) {
  const std::scoped_lock lock(mutex_);
  const int rc = operation(Operation::change);
  if (rc == SQLITE_OK) {
    files_[path].since.push_back({offset, to_bytes(data), std::nullopt});
  }
  return rc;
}

int FaultVfs::on_truncate(const std::string& path, std::int64_t size) {
  const std::scoped_lock lock(mutex_);
  const int rc = operation(Operation::change);
  if (rc == SQLITE_OK) {
    files_[path].since.push_back({0, {}, size});
  }
  return rc;
}

int FaultVfs::on_sync(const std::string& /*path*/, sqlite::FileKind /*kind*/) {
  const std::scoped_lock lock(mutex_);
  return operation(Operation::sync);
}

void FaultVfs::synced(const std::string& path, sqlite::FileKind /*kind*/) {
  const std::scoped_lock lock(mutex_);
  ++syncs_;
  auto& file = files_[path];
  Bytes image = file.deleted ? Bytes() : std::move(file.synced).value_or(Bytes());
  file.deleted = false;
  for (const auto& change : file.since) {
    apply(image, change, nullptr);
  }
  file.synced = std::move(image);
  file.since.clear();
  if (std::exchange(file.syncs_folder, false)) {
    for (auto& [other_path, other] : files_) {
      if (std::exchange(other.deleted, false)) {
        other.synced.reset();
      }
    }
  }
}

int FaultVfs::on_delete(const std::string& /*path*/) {
  const std::scoped_lock lock(mutex_);
  return operation(Operation::change);
}

// Without a sync of the folder the file comes back at a power cut.
void FaultVfs::deleted(const std::string& path, bool durable) {
  const std::scoped_lock lock(mutex_);
  auto& file = files_[path];
  file.since.clear();
  file.deleted = !durable && file.synced.has_value();
  if (durable) {
    file.synced.reset();
  }
}

}  // namespace yinxin::store::testing
