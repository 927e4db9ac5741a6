#include "audit/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace yinxin::audit {
namespace {

Error system_error(const std::string& what, int number) {
  return fail(ErrorCode::internal, "audit: " + what + ": " + std::strerror(number));
}

class PosixFile final : public File {
 public:
  explicit PosixFile(int descriptor) : descriptor_(descriptor) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { close(descriptor_); }

  Result<std::size_t> read_at(std::uint64_t offset_bytes, std::span<std::uint8_t> out) override {
    std::size_t done = 0;
    while (done < out.size()) {
      const auto got =
          pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(offset_bytes + done));
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got < 0) {
        return system_error("read", errno);
      }
      if (got == 0) {
        break;
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }
  Result<std::uint64_t> size_bytes() override {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) {
      return system_error("stat", errno);
    }
    return static_cast<std::uint64_t>(status.st_size);
  }
  Result<void> append(BytesView data) override {
    while (!data.empty()) {
      const auto put = write(descriptor_, data.data(), data.size());
      if (put < 0 && errno == EINTR) {
        continue;
      }
      if (put <= 0) {
        return system_error("write", put < 0 ? errno : ENOSPC);
      }
      data = data.subspan(static_cast<std::size_t>(put));
    }
    return {};
  }
  Result<void> truncate(std::uint64_t size_bytes) override {
    return ftruncate(descriptor_, static_cast<off_t>(size_bytes)) == 0 ? Result<void>()
                                                                       : system_error("truncate", errno);
  }
  Result<void> sync() override { return fdatasync(descriptor_) == 0 ? Result<void>() : system_error("sync", errno); }

 private:
  int descriptor_;
};

Result<void> sync_folder_of(const std::string& path) {
  auto folder = std::filesystem::path(path).parent_path();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return system_error("open folder", errno);
  }
  const int rc = fsync(descriptor);
  const int number = errno;
  close(descriptor);
  return rc == 0 ? Result<void>() : system_error("sync folder", number);
}

}  // namespace

Result<std::unique_ptr<File>> open_for_appending(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return system_error("open", errno);
  }
  std::unique_ptr<File> file = std::make_unique<PosixFile>(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? fail(ErrorCode::wrong_state, "audit: another writer holds the file")
                                : system_error("lock", errno);
  }
  YX_CHECK(sync_folder_of(path));
  return file;
}

Result<std::unique_ptr<File>> open_for_reading(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return errno == ENOENT ? fail(ErrorCode::not_found, "audit: no such file") : system_error("open", errno);
  }
  return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor));
}

Result<void> write_new_file(const std::string& path, BytesView data) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (descriptor < 0) {
    return errno == EEXIST ? fail(ErrorCode::already_exists, "audit: the file is there already")
                           : system_error("create", errno);
  }
  PosixFile file(descriptor);
  YX_CHECK(file.append(data));
  YX_CHECK(file.sync());
  return sync_folder_of(path);
}

}  // namespace yinxin::audit
