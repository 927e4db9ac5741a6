#include "demo/judge/apart.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace yinxin::demo {

namespace {

// Rights of later kernels than the headers here may know (linux/landlock.h).
constexpr std::uint64_t rights_of_first_abi = (1ULL << 13U) - 1;
constexpr std::uint64_t right_refer = 1ULL << 13U;      // from ABI 2
constexpr std::uint64_t right_truncate = 1ULL << 14U;   // from ABI 3
constexpr std::uint64_t right_ioctl_dev = 1ULL << 15U;  // from ABI 5
constexpr std::uint64_t reading =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t rights_on_a_file =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | right_truncate;

Error system_error(const std::string& what) { return fail(ErrorCode::internal, what + ": " + std::strerror(errno)); }

Result<void> become_client() {
  if (setgroups(0, nullptr) != 0 || setresgid(client_uid, client_uid, client_uid) != 0 ||
      setresuid(client_uid, client_uid, client_uid) != 0) {
    return system_error("cannot become another user");
  }
  if (setuid(0) == 0 || getuid() != client_uid || geteuid() != client_uid || getgroups(0, nullptr) != 0) {
    return fail(ErrorCode::internal, "became another user only by half");
  }
  return {};
}

Result<void> allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const int place = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (place < 0) {
    return errno == ENOENT ? Result<void>() : Result<void>(system_error(path));
  }
  struct stat about {};
  const bool is_folder = fstat(place, &about) == 0 && S_ISDIR(about.st_mode);
  const landlock_path_beneath_attr rule{.allowed_access = is_folder ? rights : rights & rights_on_a_file,
                                        .parent_fd = place};
  const long added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  const int why = errno;
  close(place);
  errno = why;
  return added == 0 ? Result<void>() : Result<void>(system_error("landlock: " + path));
}

Result<void> shut_in(int abi, const Reach& reach) {
  std::uint64_t handled = rights_of_first_abi;
  constexpr int abi_refer = 2;
  constexpr int abi_truncate = 3;
  constexpr int abi_ioctl = 5;
  handled |= abi >= abi_refer ? right_refer : 0;
  handled |= abi >= abi_truncate ? right_truncate : 0;
  handled |= abi >= abi_ioctl ? right_ioctl_dev : 0;
  const landlock_ruleset_attr attributes{.handled_access_fs = handled};
  const auto ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0));
  if (ruleset < 0) {
    return system_error("landlock");
  }
  constexpr std::array system_folders{
      "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/var/cache/fontconfig"};
  for (const char* folder : system_folders) {
    YX_CHECK(allow(ruleset, folder, reading));
  }
  YX_CHECK(allow(ruleset, "/dev", handled));
  for (const std::string& folder : reach.readable) {
    YX_CHECK(allow(ruleset, folder, reading));
  }
  for (const std::string& folder : reach.writable) {
    YX_CHECK(allow(ruleset, folder, handled));
  }
  const bool is_shut = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  const int why = errno;
  close(ruleset);
  errno = why;
  return is_shut ? Result<void>() : Result<void>(system_error("landlock"));
}

Attempt judged(const std::string& what, bool succeeded) {
  const int why = errno;
  if (succeeded) {
    return {.what = what, .is_refused = false, .answer = "opened"};
  }
  const char* name = strerrorname_np(why);
  return {.what = what,
          .is_refused = why == EACCES || why == EPERM,
          .answer = std::string(name == nullptr ? "" : name) + " " + std::strerror(why)};
}

Attempt try_file(const std::string& path, int flags, const char* how) {
  const int file = open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK);
  Attempt attempt = judged(std::string(how) + " " + path, file >= 0);
  if (file >= 0) {
    close(file);
  }
  return attempt;
}

}  // namespace

HowApart how_apart() {
  if (geteuid() == 0) {
    return {.way = Way::user, .landlock_abi = 0};
  }
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi >= 1 ? HowApart{.way = Way::landlock, .landlock_abi = static_cast<int>(abi)} : HowApart{};
}

Result<void> go_apart(const HowApart& how, const Reach& reach) {
  if (how.way == Way::none) {
    return fail(ErrorCode::precondition, "neither root nor a kernel with Landlock: nothing keeps this client apart");
  }
  if (how.way == Way::user) {
    YX_CHECK(become_client());
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return system_error("no_new_privs");
  }
  return how.way == Way::landlock ? shut_in(how.landlock_abi, reach) : Result<void>();
}

Attempt try_to_open(const std::string& path) {
  Attempt listed = try_file(path, O_RDONLY, "read");
  if (!listed.is_refused) {
    return listed;
  }
  Attempt written = try_file(path, O_WRONLY, "write");
  // A folder is never opened for writing.
  return written.is_refused || written.answer.starts_with("EISDIR") ? listed : written;
}

std::vector<Attempt> try_to_reach(pid_t process, bool is_other_user) {
  const std::string folder = "/proc/" + std::to_string(process);
  std::vector<Attempt> tried{try_file(folder + "/mem", O_RDONLY, "read"),
                             try_file(folder + "/environ", O_RDONLY, "read")};
  if (is_other_user) {
    tried.push_back(judged("signal " + std::to_string(process), kill(process, 0) == 0));
  }
  return tried;
}

}  // namespace yinxin::demo
