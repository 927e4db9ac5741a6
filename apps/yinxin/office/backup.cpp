#include "yinxin/office/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <functional>
#include <set>

#include "store/sqlite/copy.h"
#include "terminal/files.h"
#include "yinxin/office/house.h"

namespace yinxin::office {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t manifest_version = 1;
constexpr std::size_t max_settings_file_bytes = std::size_t{64} << 10;
constexpr std::size_t copied_at_once_bytes = std::size_t{64} << 10;
constexpr unsigned permission_bits = 0777;
constexpr unsigned private_folder = 0700;

Error system_error(const fs::path& path) {
  return fail(ErrorCode::internal, path.string() + ": " + std::strerror(errno));
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) {
      close(descriptor_);
    }
  }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Result<void> write_all(int file, BytesView content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return system_error(path);
    }
    content = content.subspan(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return {};
}

struct Read {
  std::uint64_t bytes = 0;
  crypto::Digest sm3{};
};
// The first `most` bytes of a file, hashed, and into `target` when that is an open file.
Result<Read> read_through(const fs::path& path, std::uint64_t most, int target) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0) {
    return errno == ENOENT ? fail(ErrorCode::not_found, path.string()) : system_error(path);
  }
  crypto::Sm3 hash;
  Read read_so_far;
  std::array<std::uint8_t, copied_at_once_bytes> part{};
  while (read_so_far.bytes < most) {
    const std::uint64_t wanted = std::min<std::uint64_t>(part.size(), most - read_so_far.bytes);
    const ssize_t got = read(file.get(), part.data(), wanted);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return system_error(path);
    }
    if (got == 0) {
      break;
    }
    const BytesView now(part.data(), static_cast<std::size_t>(got));
    hash.update(now);
    read_so_far.bytes += now.size();
    if (target >= 0) {
      YX_CHECK(write_all(target, now, path));
    }
  }
  read_so_far.sm3 = hash.finish();
  return read_so_far;
}

Result<Read> copy_file(const fs::path& from, const fs::path& to, std::uint64_t most, unsigned mode) {
  const File file(open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (file.get() < 0) {
    return system_error(to);
  }
  YX_TRY(Read read, read_through(from, most, file.get()));
  // The mode as it was, whatever the caller's umask takes away.
  return fchmod(file.get(), mode) == 0 && fsync(file.get()) == 0 ? Result<Read>(read) : Result<Read>(system_error(to));
}

Result<void> sync_folder(const fs::path& folder) {
  const File file(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file.get() >= 0 && fsync(file.get()) == 0 ? Result<void>() : Result<void>(system_error(folder));
}

// Folders above `path` inside `root`, private ones.
Result<void> make_folders(const fs::path& root, const fs::path& path) {
  fs::path made = root;
  for (const fs::path& part : path.parent_path()) {
    made /= part;
    if (mkdir(made.c_str(), private_folder) != 0 && errno != EEXIST) {
      return system_error(made);
    }
  }
  return {};
}

Result<void> sync_tree(const fs::path& root) {
  std::error_code failed;
  for (fs::recursive_directory_iterator at(root, failed), end; !failed && at != end; at.increment(failed)) {
    if (at->is_directory(failed)) {
      YX_CHECK(sync_folder(at->path()));
    }
  }
  YX_CHECK(sync_folder(root));
  return failed ? Result<void>(fail(ErrorCode::internal, failed.message())) : Result<void>();
}

bool is_store(const fs::path& path) { return path.extension() == ".db"; }
// What belongs to a process that runs, not to the office.
bool is_passing(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.ends_with(".lock") || name.ends_with(".part") || name.ends_with("-wal") || name.ends_with("-shm") ||
         name.ends_with("-journal");
}

// Which file is copied when, so that the copies are what a crash at one moment could have left: who asks before who is
// asked. What a copied store knows to be done was done before, and is in the copy of whoever did it; what that one did
// since is asked of it again, and its answer is the same. Signed heads and lists come before the rows that they are
// about, which may be ahead of them but never behind; other files after the rows that name them.
constexpr std::array<std::string_view, 6> asks_before{"street/", "desk/", "vault/", "outside/", "pin/", "kmc/"};
constexpr std::size_t first_turn = 0, stores_turn = 1, last_turn = stores_turn + asks_before.size() + 1;
std::size_t turn_of(const fs::path& path) {
  const std::string name = path.string();
  if (name.starts_with("heads/") || name.starts_with("public/")) {
    return first_turn;
  }
  if (!is_store(path)) {
    return last_turn;
  }
  const auto place =
      std::ranges::find_if(asks_before, [&](std::string_view folder) { return name.starts_with(folder); });
  return stores_turn + static_cast<std::size_t>(place - asks_before.begin());
}

Result<std::vector<fs::path>> files_of(const fs::path& root) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::recursive_directory_iterator at(root, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code gone;
    const fs::file_type type = at->symlink_status(gone).type();
    if (gone || type == fs::file_type::directory || is_passing(at->path())) {
      continue;
    }
    if (type != fs::file_type::regular || files.size() == max_backup_files) {
      return fail(ErrorCode::precondition, at->path().string() + " is no file of an office, or there are too many");
    }
    files.push_back(at->path().lexically_relative(root));
  }
  if (failed) {
    return fail(ErrorCode::not_found, root.string() + ": " + failed.message());
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return std::pair(turn_of(a), a.string()) < std::pair(turn_of(b), b.string());
  });
  return files;
}

// A log that is being written is taken to the end of its last whole line.
Result<std::uint64_t> length_of(const fs::path& path) {
  if (path.extension() != ".log") {
    return std::numeric_limits<std::uint64_t>::max();
  }
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  off_t end = file.get() < 0 ? -1 : lseek(file.get(), 0, SEEK_END);
  if (end < 0) {
    return system_error(path);
  }
  char last = '\n';
  while (end > 0 && pread(file.get(), &last, 1, end - 1) == 1 && last != '\n') {
    --end;
  }
  return static_cast<std::uint64_t>(end);
}

std::string text_of_manifest(const Backup& backup) {
  boost::json::array files;
  for (const BackupFile& file : backup.files) {
    files.push_back(boost::json::object{
        {"path", file.path}, {"mode", file.mode}, {"bytes", file.bytes}, {"sm3", to_hex(file.sm3)}});
  }
  return boost::json::serialize(boost::json::object{{"version", manifest_version},
                                                    {"environment", backup.environment},
                                                    {"made_at", backup.made_at},
                                                    {"files", std::move(files)}}) +
         "\n";
}

bool is_inside(const std::string& text) {
  const fs::path path(text);
  return !text.empty() && text.size() <= max_backup_path_bytes && path.is_relative() &&
         text.find('\0') == std::string::npos && path == path.lexically_normal() && *path.begin() != ".." &&
         path.has_filename() && text != backup_manifest;
}

Result<BackupFile> file_of(const boost::json::value& value) {
  const auto* fields = value.if_object();
  const auto field = [&](const char* name) { return fields == nullptr ? nullptr : fields->if_contains(name); };
  const auto* path = field("path");
  const auto* mode = field("mode");
  const auto* bytes = field("bytes");
  const auto* sm3 = field("sm3");
  BackupFile file;
  const bool is_whole = path != nullptr && path->is_string() && mode != nullptr && mode->is_int64() &&
                        bytes != nullptr && bytes->is_int64() && bytes->get_int64() >= 0 && sm3 != nullptr &&
                        sm3->is_string() && is_inside(std::string(path->get_string()));
  const auto digest = is_whole ? from_hex(std::string(sm3->get_string())) : Result<Bytes>(Bytes());
  if (!is_whole || !digest || digest->size() != file.sm3.size()) {
    return fail(ErrorCode::corrupt, "the manifest has a line that names no file of a backup");
  }
  file.path = std::string(path->get_string());
  file.mode = static_cast<unsigned>(mode->get_int64()) & permission_bits;
  file.bytes = static_cast<std::uint64_t>(bytes->get_int64());
  std::ranges::copy(*digest, file.sm3.begin());
  return file;
}

Result<Backup> read_manifest(const fs::path& folder) {
  YX_TRY(const Bytes bytes, cli::read_file((folder / backup_manifest).string(), max_backup_manifest_bytes));
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse(text_of(bytes), failed);
  const auto* fields = failed ? nullptr : read.if_object();
  const auto text = [&](const char* name) {
    const auto* found = fields == nullptr ? nullptr : fields->if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  };
  const auto* version = fields == nullptr ? nullptr : fields->if_contains("version");
  const auto* files = fields == nullptr ? nullptr : fields->if_contains("files");
  if (version == nullptr || !version->is_int64() || files == nullptr || !files->is_array()) {
    return fail(ErrorCode::corrupt, "the manifest of the backup cannot be read");
  }
  if (version->get_int64() != manifest_version) {
    return fail(ErrorCode::unsupported, "a backup of another version");
  }
  Backup backup{.environment = text("environment"), .made_at = text("made_at"), .files = {}, .manifest_sm3 = {}};
  backup.manifest_sm3 = crypto::sm3(bytes);
  std::set<std::string> known;
  for (const boost::json::value& value : files->get_array()) {
    YX_TRY(BackupFile file, file_of(value));
    if (!known.insert(file.path).second || known.size() > max_backup_files) {
      return fail(ErrorCode::corrupt, "the manifest names a file twice, or too many");
    }
    backup.files.push_back(std::move(file));
  }
  return backup;
}

bool is_empty_or_missing(const fs::path& folder) {
  std::error_code failed;
  const bool exists = fs::exists(fs::symlink_status(folder, failed));
  return !exists || (fs::is_directory(folder, failed) && fs::is_empty(folder, failed) && !failed);
}

// A folder beside `target` that takes its name when it is whole.
class Beside {
 public:
  static Result<Beside> make(const fs::path& target) {
    const fs::path part = target.string() + ".part";
    if (mkdir(part.c_str(), private_folder) != 0) {
      return errno == EEXIST ? fail(ErrorCode::already_exists, part.string() + " is left from an attempt; remove it")
                             : system_error(part);
    }
    return Beside(target, part);
  }
  Beside(Beside&& other) noexcept : target_(std::move(other.target_)), part_(std::move(other.part_)) {
    other.part_.clear();
  }
  Beside& operator=(Beside&&) = delete;
  ~Beside() {
    std::error_code ignored;
    if (!part_.empty()) {
      fs::remove_all(part_, ignored);
    }
  }
  [[nodiscard]] const fs::path& path() const { return part_; }
  Result<void> finish() {
    YX_CHECK(sync_tree(part_));
    // Onto an empty folder or nothing: rename(2) refuses anything else.
    if (rename(part_.c_str(), target_.c_str()) != 0) {
      return errno == ENOTEMPTY || errno == EEXIST ? fail(ErrorCode::already_exists, target_.string())
                                                   : system_error(target_);
    }
    part_.clear();
    const fs::path above = target_.parent_path();
    return sync_folder(above.empty() ? "." : above);
  }

 private:
  Beside(fs::path target, fs::path part) : target_(std::move(target)), part_(std::move(part)) {}
  fs::path target_, part_;
};

Result<BackupFile> back_up(const fs::path& office, const fs::path& part, const fs::path& path) {
  struct stat about {};
  const fs::path from = office / path;
  if (stat(from.c_str(), &about) != 0) {
    return errno == ENOENT ? fail(ErrorCode::not_found, from.string()) : system_error(from);
  }
  const unsigned mode = about.st_mode & permission_bits;
  YX_CHECK(make_folders(part, path));
  Read read;
  if (is_store(path)) {
    YX_CHECK(store::sqlite::copy_database(from, part / path));
    YX_TRY(read, read_through(part / path, std::numeric_limits<std::uint64_t>::max(), -1));
  } else {
    YX_TRY(const std::uint64_t most, length_of(from));
    YX_TRY(read, copy_file(from, part / path, most, mode));
  }
  return BackupFile{.path = path.string(), .mode = mode, .bytes = read.bytes, .sm3 = read.sm3};
}

Result<void> copy_in_turn(Backup& backup, const fs::path& office, const fs::path& beside,
                          const std::vector<fs::path>& files, const std::function<bool(std::size_t turn)>& is_now) {
  for (const fs::path& path : files) {
    if (!is_now(turn_of(path))) {
      continue;
    }
    auto file = back_up(office, beside, path);
    if (!file && file.error().code == ErrorCode::not_found && !is_store(path)) {
      continue;  // removed since the folder was listed
    }
    YX_CHECK(file);
    backup.files.push_back(std::move(*file));
  }
  return {};
}

}  // namespace

std::uint64_t Backup::bytes() const {
  std::uint64_t sum = 0;
  for (const BackupFile& file : files) {
    sum += file.bytes;
  }
  return sum;
}

Result<Backup> make_backup(const fs::path& office, const fs::path& out, const Clock& clock) {
  YX_TRY(const Bytes told, cli::read_file((office / "office.json").string(), max_settings_file_bytes));
  YX_TRY(const Settings settings, Settings::from_json(text_of(told)));
  std::error_code failed;
  const fs::path inside = fs::weakly_canonical(out, failed).lexically_relative(fs::weakly_canonical(office, failed));
  if (failed || (!inside.empty() && *inside.begin() != "..")) {
    return fail(ErrorCode::invalid_input, "a backup does not stand in the folder that it is of");
  }
  if (fs::exists(fs::symlink_status(out, failed))) {
    return fail(ErrorCode::already_exists, out.string() + " is there already");
  }
  Backup backup{
      .environment = settings.environment, .made_at = to_rfc3339(clock.now()), .files = {}, .manifest_sm3 = {}};
  YX_TRY(Beside beside, Beside::make(out));
  YX_TRY(const std::vector<fs::path> first, files_of(office));
  YX_CHECK(copy_in_turn(backup, office, beside.path(), first, [](std::size_t turn) { return turn < last_turn; }));
  // Looked for anew: a row that was copied may name a file that was not there before.
  YX_TRY(const std::vector<fs::path> last, files_of(office));
  YX_CHECK(copy_in_turn(backup, office, beside.path(), last, [](std::size_t turn) { return turn == last_turn; }));
  std::ranges::sort(backup.files, {}, &BackupFile::path);
  const std::string manifest = text_of_manifest(backup);
  backup.manifest_sm3 = crypto::sm3(bytes_of(manifest));
  YX_CHECK(cli::write_file((beside.path() / backup_manifest).string(), bytes_of(manifest), false, 0600));
  YX_CHECK(beside.finish());
  return backup;
}

Result<CheckedBackup> check_backup(const fs::path& folder) {
  YX_TRY(Backup backup, read_manifest(folder));
  CheckedBackup checked{.backup = std::move(backup), .flaws = {}};
  std::set<std::string> listed{backup_manifest};
  for (const BackupFile& file : checked.backup.files) {
    listed.insert(file.path);
    const auto read = read_through(folder / file.path, file.bytes + 1, -1);
    if (!read) {
      checked.flaws.push_back({file.path, read.error().code == ErrorCode::not_found ? "missing" : "not_a_file"});
    } else if (read->bytes != file.bytes || read->sm3 != file.sm3) {
      checked.flaws.push_back({file.path, "changed"});
    }
  }
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string path = at->path().lexically_relative(folder).string();
    if (!at->is_directory(failed) && !listed.contains(path)) {
      checked.flaws.push_back({path, "unlisted"});
    }
  }
  return failed ? Result<CheckedBackup>(fail(ErrorCode::internal, folder.string() + ": " + failed.message()))
                : Result<CheckedBackup>(std::move(checked));
}

Result<Backup> restore_backup(const fs::path& folder, const fs::path& office) {
  if (!is_empty_or_missing(office)) {
    return fail(ErrorCode::already_exists,
                office.string() + " is not empty; a backup is restored into an empty folder");
  }
  YX_TRY(const CheckedBackup checked, check_backup(folder));
  if (!checked.flaws.empty()) {
    return fail(ErrorCode::precondition, "the backup is damaged: " + checked.flaws.front().path + " " +
                                             checked.flaws.front().what + "; see yinxin backup check");
  }
  YX_TRY(Beside beside, Beside::make(office));
  for (const BackupFile& file : checked.backup.files) {
    YX_CHECK(make_folders(beside.path(), file.path));
    YX_TRY(const Read read, copy_file(folder / file.path, beside.path() / file.path, file.bytes + 1, file.mode));
    if (read.bytes != file.bytes || read.sm3 != file.sm3) {
      return fail(ErrorCode::corrupt, file.path + " changed while it was restored");
    }
  }
  YX_CHECK(beside.finish());
  return checked.backup;
}

}  // namespace yinxin::office
