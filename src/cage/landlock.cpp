#include "cage/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace yinxin::cage {

namespace {

// struct landlock_ruleset_attr as of ABI 6; an older kernel is given its own shorter size.
struct RulesetAttr {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};
constexpr std::size_t size_of_fs_only = sizeof(std::uint64_t);
constexpr std::size_t size_with_net = 2 * sizeof(std::uint64_t);

constexpr int abi_with_truncate = 3;
constexpr int abi_with_net = 4;
constexpr int abi_with_ioctl = 5;
constexpr int abi_with_scopes = 6;
constexpr std::uint64_t fs_refer = 1ULL << 13;
constexpr std::uint64_t fs_truncate = 1ULL << 14;
constexpr std::uint64_t fs_ioctl_dev = 1ULL << 15;
constexpr std::uint64_t net_bind_tcp = 1ULL << 0;
constexpr std::uint64_t net_connect_tcp = 1ULL << 1;
constexpr std::uint64_t scope_abstract_socket = 1ULL << 0;
constexpr std::uint64_t scope_signal = 1ULL << 1;

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                  LANDLOCK_ACCESS_FS_MAKE_REG | fs_refer | fs_truncate;
constexpr std::uint64_t every_right_of_abi_1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
// What may be granted on a single file.
constexpr std::uint64_t of_a_file =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | fs_truncate;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

RulesetAttr handled_at(int abi, const Doors& doors) {
  RulesetAttr attr{.handled_access_fs = every_right_of_abi_1 | fs_refer};
  if (abi >= abi_with_truncate) {
    attr.handled_access_fs |= fs_truncate;
  }
  if (abi >= abi_with_net) {
    attr.handled_access_net = (doors.may_bind_tcp ? 0 : net_bind_tcp) | (doors.may_connect_tcp ? 0 : net_connect_tcp);
  }
  if (abi >= abi_with_ioctl) {
    attr.handled_access_fs |= fs_ioctl_dev;
  }
  if (abi >= abi_with_scopes) {
    attr.scoped = scope_abstract_socket | scope_signal;
  }
  return attr;
}

std::size_t size_at(int abi) {
  return abi < abi_with_net ? size_of_fs_only : abi < abi_with_scopes ? size_with_net : sizeof(RulesetAttr);
}

Result<void> allow(int ruleset, const std::string& path, std::uint64_t rights, std::uint64_t handled, bool must_be) {
  const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat what {};
  if (place.number() < 0 || ::fstat(place.number(), &what) != 0) {
    return must_be ? Result<void>(fail(ErrorCode::not_found, "no such place: " + path)) : Result<void>();
  }
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights & handled & (S_ISDIR(what.st_mode) ? handled : of_a_file);
  rule.parent_fd = place.number();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    return fail(ErrorCode::internal, "landlock rule for " + path + ": " + std::strerror(errno));
  }
  return {};
}

}  // namespace

int landlock_abi() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

Result<int> wall_off(const Paths& paths, const Doors& doors) {
  const int abi = landlock_abi();
  if (abi < 2) {
    return fail(ErrorCode::unsupported, "this kernel has no Landlock of ABI 2 or later");
  }
  const RulesetAttr attr = handled_at(abi, doors);
  const Descriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attr, size_at(abi), 0)));
  if (ruleset.number() < 0) {
    return fail(ErrorCode::internal, std::string("landlock ruleset: ") + std::strerror(errno));
  }
  const std::uint64_t handled = attr.handled_access_fs;
  for (const std::string& path : paths.readable) {
    YX_CHECK(allow(ruleset.number(), path, reading, handled, false));
  }
  for (const std::string& path : paths.runnable) {
    YX_CHECK(allow(ruleset.number(), path, reading | LANDLOCK_ACCESS_FS_EXECUTE, handled, false));
  }
  for (const std::string& path : paths.listed) {
    YX_CHECK(allow(ruleset.number(), path, LANDLOCK_ACCESS_FS_READ_DIR, handled, false));
  }
  for (const std::string& path : paths.writable) {
    YX_CHECK(allow(ruleset.number(), path, reading | writing, handled, true));
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::syscall(SYS_landlock_restrict_self, ruleset.number(), 0) != 0) {
    return fail(ErrorCode::internal, std::string("landlock: ") + std::strerror(errno));
  }
  return abi;
}

}  // namespace yinxin::cage
