#include "token/soft/device_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <thread>
#include <utility>

#include "crypto/asn1/der.h"
#include "crypto/sm3.h"
#include "crypto/sm4.h"
#include "token/soft/key_story.h"

namespace yinxin::token::soft {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t file_version = 1;
constexpr std::string_view sealed_as = "yinxin soft token 1";
// What soft tokens come with, as vendors' tokens come with theirs; changed at intake.
constexpr std::string_view factory_device_key = "1234567812345678";
constexpr std::size_t sealed_overhead = 64;
constexpr std::chrono::milliseconds lock_poll{5};
constexpr off_t operation_byte = 0;
constexpr off_t exclusive_byte = 1;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  [[nodiscard]] int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

SecretBytes state_key(const SecretBytes& chip_key) {
  const auto digest = crypto::hmac_sm3(chip_key.expose(), bytes_of(sealed_as));
  return SecretBytes(BytesView(digest).first(crypto::sm4_key_size));
}

Result<Bytes> read_all(int fd, std::size_t limit) {
  Bytes out;
  std::array<std::uint8_t, 16384> piece{};
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return fail(ErrorCode::internal, "a soft token's file cannot be read");
    }
    if (got == 0) {
      return out;
    }
    append(out, BytesView(piece).first(static_cast<std::size_t>(got)));
    if (out.size() > limit) {
      return fail(ErrorCode::corrupt, "a soft token's file is larger than a device");
    }
  }
}

Result<void> write_all(int fd, BytesView bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) {
      continue;
    }
    if (done <= 0) {
      return fail(ErrorCode::internal, "a soft token's file cannot be written");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
  return {};
}

Result<void> sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) {
    return fail(ErrorCode::internal, "a soft token's folder cannot be synced");
  }
  return {};
}

Result<void> write_atomically(const fs::path& path, BytesView bytes) {
  const fs::path temporary = path.string() + ".new";  // one writer at a time: the caller holds the device
  {
    const Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd.get() < 0) {
      return fail(ErrorCode::internal, "a soft token's file cannot be created");
    }
    YX_CHECK(write_all(fd.get(), bytes));
    if (::fdatasync(fd.get()) != 0) {
      return fail(ErrorCode::internal, "a soft token's file cannot be synced");
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail(ErrorCode::internal, "a soft token's file cannot be replaced");
  }
  return sync_folder(path);
}

bool set_lock(int fd, short kind, off_t byte) {
  struct flock lock {};
  lock.l_type = kind;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

// Locks of an open file description keep threads apart as well as processes; they have no timed wait.
bool set_lock_within(int fd, short kind, off_t byte, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!set_lock(fd, kind, byte)) {
    if (std::chrono::steady_clock::now() >= end) {
      return false;
    }
    std::this_thread::sleep_for(lock_poll);
  }
  return true;
}

fs::path chip_path_of(const fs::path& state_path) {
  fs::path chip = state_path;
  return chip.replace_extension(chip_suffix);
}

}  // namespace

fs::path tokens_folder() {
  const char* folder = std::getenv("YINXIN_SOFT_TOKENS");
  return folder == nullptr ? fs::path() : fs::path(folder);
}

bool is_device_name(std::string_view name) {
  return !name.empty() && name.size() <= max_device_name_size && name.front() != '.' &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

std::vector<std::string> device_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(tokens_folder(), error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == state_suffix && is_device_name(path.stem().string())) {
      names.push_back(path.stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

Result<void> create_device(const fs::path& state_path, std::string_view serial, std::string_view label,
                           Random& random) {
  if (state_path.extension() != state_suffix || !is_device_name(state_path.stem().string()) || serial.empty() ||
      serial.size() > max_serial_size || label.size() > max_label_size) {
    return fail(ErrorCode::invalid_input, "a soft token needs NAME.ukey, a serial and a label of at most 32 bytes");
  }
  const fs::path chip_path = chip_path_of(state_path);
  const SecretBytes chip_key = random.secret(chip_key_size);
  // The chip file decides who creates the device; a state file without one would not open.
  Descriptor chip(::open(chip_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (chip.get() < 0) {
    return errno == EEXIST ? fail(ErrorCode::already_exists, "there is such a soft token already")
                           : fail(ErrorCode::internal, "a soft token cannot be created there");
  }
  DeviceState state;
  state.serial = serial;
  state.label = label;
  state.device_key = SecretBytes(bytes_of(factory_device_key));
  auto done = write_all(chip.get(), chip_key.expose());
  if (done && ::fdatasync(chip.get()) != 0) {
    done = fail(ErrorCode::internal, "a soft token's chip file cannot be synced");
  }
  if (done) {
    done = write_atomically(state_path, seal_state(state, chip_key, random));
  }
  if (!done) {
    ::unlink(chip_path.c_str());
  }
  return done;
}

Bytes seal_state(const DeviceState& state, const SecretBytes& chip_key, Random& random) {
  const SecretBytes der = state.to_der();
  const Bytes sealed = wrap(state_key(chip_key).expose(), sealed_as, der.expose(), random);
  return asn1::sequence([&sealed](asn1::Writer& out) { out.integer(file_version).octet_string(sealed); });
}

Result<DeviceState> unseal_state(BytesView file, const SecretBytes& chip_key) {
  asn1::Reader outside(file);
  auto in = outside.sequence();
  if (!in || !outside.finish()) {
    return fail(ErrorCode::corrupt, "not a soft token's file");
  }
  const auto version = in->small_integer();
  if (!version || *version != file_version) {
    return fail(ErrorCode::corrupt, "a soft token's file of another version");
  }
  const auto sealed = in->octet_string();
  if (!sealed || !in->finish()) {
    return fail(ErrorCode::corrupt, "not a soft token's file");
  }
  YX_TRY(const SecretBytes der, unwrap(state_key(chip_key).expose(), sealed_as, *sealed));
  return DeviceState::from_der(der.expose());
}

Result<DeviceFile> DeviceFile::open(std::string_view name) {
  if (!is_device_name(name) || tokens_folder().empty()) {
    return fail(ErrorCode::token_absent, "no such soft token");
  }
  fs::path state_path = tokens_folder() / (std::string(name) + std::string(state_suffix));
  Descriptor chip(::open(chip_path_of(state_path).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (chip.get() < 0 || ::access(state_path.c_str(), R_OK) != 0) {
    return fail(ErrorCode::token_absent, "no such soft token");
  }
  YX_TRY(Bytes key, read_all(chip.get(), chip_key_size));
  SecretBytes chip_key(std::move(key));
  if (chip_key.size() != chip_key_size) {
    return fail(ErrorCode::corrupt, "a soft token's chip file is damaged");
  }
  return DeviceFile(std::move(state_path), chip.release(), std::move(chip_key));
}

DeviceFile::DeviceFile(DeviceFile&& other) noexcept
    : state_path_(std::move(other.state_path_)),
      chip_(std::exchange(other.chip_, -1)),
      chip_key_(std::move(other.chip_key_)),
      locked_(other.locked_) {}

DeviceFile::~DeviceFile() {
  if (chip_ >= 0) {
    ::close(chip_);
  }
}

DeviceFile::Hold::~Hold() {
  if (device_ != nullptr) {
    set_lock(device_->chip_, F_UNLCK, operation_byte);
    if (!device_->locked_) {
      set_lock(device_->chip_, F_UNLCK, exclusive_byte);
    }
  }
}

Result<DeviceFile::Hold> DeviceFile::hold() {
  if (!locked_ && !set_lock_within(chip_, F_RDLCK, exclusive_byte, operation_wait)) {
    return fail(ErrorCode::conflict, "another process has locked the soft token");
  }
  Hold held(*this);
  if (!set_lock_within(chip_, F_WRLCK, operation_byte, operation_wait)) {
    return fail(ErrorCode::conflict, "the soft token is busy");
  }
  return held;
}

Result<DeviceState> DeviceFile::load(std::size_t* size) const {
  const Descriptor fd(::open(state_path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() < 0) {
    return errno == ENOENT ? fail(ErrorCode::token_removed, "the soft token is gone")
                           : fail(ErrorCode::internal, "a soft token's file cannot be opened");
  }
  YX_TRY(const Bytes file, read_all(fd.get(), max_state_size + sealed_overhead));
  if (size != nullptr) {
    *size = file.size();
  }
  return unseal_state(file, chip_key_);
}

Result<void> DeviceFile::store(const DeviceState& state, Random& random) {
  const Bytes file = seal_state(state, chip_key_, random);
  if (file.size() > max_state_size) {
    return fail(ErrorCode::precondition, "the soft token is full");
  }
  return write_atomically(state_path_, file);
}

Result<void> DeviceFile::lock(std::chrono::milliseconds timeout) {
  if (!locked_ && !set_lock_within(chip_, F_WRLCK, exclusive_byte, timeout)) {
    return fail(ErrorCode::conflict, "another process has locked the soft token");
  }
  locked_ = true;
  return {};
}

void DeviceFile::unlock() {
  locked_ = false;
  set_lock(chip_, F_UNLCK, exclusive_byte);
}

bool DeviceFile::present() const { return ::access(state_path_.c_str(), F_OK) == 0; }

}  // namespace yinxin::token::soft
