#include "yinxin/supervisor/places.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/descriptor.h"

namespace yinxin::supervisor {

namespace {

namespace fs = std::filesystem;

constexpr unsigned kmc_uid = 61001, pin_uid = 61002, seal_uid = 61003, tsa_uid = 61004, ocsp_uid = 61005,
                   outside_uid = 61006, desk_uid = 61007, street_uid = 61008, vault_uid = 61009, bridge_uid = 61011;
constexpr int max_depth = 8;  // of folders in a domain's own

Error cannot(const std::string& what) { return fail(ErrorCode::internal, what + ": " + std::strerror(errno)); }

// Everything below, never through a link and never a file that has a name elsewhere: who wrote there may have been
// taken over.
Result<void> give_tree(int folder, unsigned uid, const std::string& path, int depth) {
  if (depth > max_depth) {
    return fail(ErrorCode::precondition, path + " is too deep");
  }
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> names(again < 0 ? nullptr : ::fdopendir(again), ::closedir);
  if (!names) {
    return cannot(path);
  }
  while (const dirent* entry = ::readdir(names.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") {
      continue;
    }
    const Descriptor one(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat what {};
    if (!one.is_open() || ::fstat(one.number(), &what) != 0) {
      return cannot(path + "/" + name);
    }
    const bool is_folder = S_ISDIR(what.st_mode);
    if (!is_folder && (!S_ISREG(what.st_mode) || what.st_nlink != 1)) {
      return fail(ErrorCode::precondition, path + "/" + name + " is no file of this folder alone");
    }
    if (is_folder) {
      YX_CHECK(give_tree(one.number(), uid, path + "/" + name, depth + 1));
    }
    if (::fchown(one.number(), uid, uid) != 0) {
      return cannot(path + "/" + name);
    }
  }
  return {};
}

Result<void> give(const std::string& path, unsigned uid) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open()) {
    return cannot(path);
  }
  YX_CHECK(give_tree(folder.number(), uid, path, 0));
  return ::fchown(folder.number(), uid, uid) == 0 ? Result<void>() : Result<void>(cannot(path));
}

Result<void> make_audit_file(const std::string& path, std::optional<unsigned> uid) {
  constexpr unsigned own_only = 0600;
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, own_only));
  if (!file.is_open() || (uid && ::fchown(file.number(), *uid, *uid) != 0)) {
    return cannot(path);
  }
  return {};
}

// Others must be able to come through every folder above.
Result<void> check_way_to(const std::string& path) {
  std::error_code failed;
  for (fs::path at = fs::weakly_canonical(path, failed); at != at.root_path(); at = at.parent_path()) {
    const auto mode = fs::status(at, failed).permissions();
    if (failed || (mode & fs::perms::others_exec) == fs::perms::none) {
      return fail(ErrorCode::precondition, "other users cannot come through " + at.string() + " to " + path);
    }
  }
  return {};
}

Result<void> open_to_others(const std::string& path, unsigned mode) {
  return ::chmod(path.c_str(), mode) == 0 ? Result<void>() : Result<void>(cannot(path));
}

}  // namespace

const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {.name = "kmc", .uid = kmc_uid, .folders = {"kmc"}, .writers = {"kmc"}},
      {.name = "pin", .uid = pin_uid, .folders = {"pin"}, .writers = {"pin"}},
      {.name = "seal", .uid = seal_uid, .folders = {"seal"}, .writers = {"seal"}},
      {.name = "tsa", .uid = tsa_uid, .folders = {"tsa"}, .writers = {"tsa"}},
      {.name = "ocsp", .uid = ocsp_uid, .folders = {"ocsp"}, .writers = {"ocsp"}},
      {.name = "vault", .uid = vault_uid, .folders = {"vault", "heads", "public"}, .writers = {"vault"}},
      {.name = "outside", .uid = outside_uid, .folders = {"outside"}, .writers = {"outside"}},
      {.name = "desk", .uid = desk_uid, .folders = {"desk"}, .writers = {"desk"}},
      {.name = "street", .uid = street_uid, .folders = {"street"}, .writers = {"street"}},
      {.name = "bridge", .uid = bridge_uid, .folders = {"bridge"}, .writers = {"bridge"}},
  };
  return all;
}

const Place* find_place(std::string_view name) {
  const auto found = std::ranges::find(places(), name, &Place::name);
  return found == places().end() ? nullptr : &*found;
}

cage::DomainWalls walls_of(const Place& place, const Surroundings& around) {
  cage::DomainWalls walls;
  // What libraries open late: their own parts, settings, time zones.
  walls.paths.readable = {around.data + "/office.json",
                          around.data + "/public",
                          around.profiles,
                          "/usr/lib",
                          "/lib",
                          "/lib64",
                          "/usr/share/zoneinfo",
                          "/etc/localtime",
                          "/etc/ssl",
                          "/etc/ld.so.cache",
                          "/dev/urandom",
                          "/proc/sys/crypto",
                          "/etc/gcrypt"};
  walls.paths.listed = {around.data + "/audit"};
  for (const std::string& folder : place.folders) {
    walls.paths.writable.push_back(around.data + "/" + folder);
  }
  for (const std::string& writer : place.writers) {
    walls.paths.writable.push_back(around.data + "/audit/" + writer + ".log");
  }
  if (place.name == "desk" || place.name == "street") {
    walls.paths.readable.insert(walls.paths.readable.end(), around.readable.begin(), around.readable.end());
    walls.doors = {.may_bind_tcp = true};
    walls.calls = {.may_use_internet = true};
  }
  if (place.name == "street") {
    // Its press reads fonts, and its cells read strangers' files.
    for (const char* path : {"/usr/share", "/etc", "/var/cache/fontconfig", "/proc/sys"}) {
      walls.paths.readable.emplace_back(path);
    }
    walls.paths.writable.emplace_back("/dev/null");
    walls.paths.listed.emplace_back("/proc");  // a cell of ours counts its threads there before it walls itself in
    walls.paths.runnable = {"/usr/bin", "/usr/lib", "/lib", "/lib64", around.programs};
    walls.calls.may_start_programs = true;
    walls.calls.may_end_programs = true;
  }
  if (place.name == "bridge") {
    if (around.copies_public) {
      walls.paths.writable.push_back(around.data + "/public");
    }
    walls.doors = {.may_bind_tcp = true, .may_connect_tcp = true};
    walls.calls = {.may_use_internet = true, .may_reach_out = true};
  }
  if (place.name == "outside") {
    // Names are looked up by libraries of their own choosing.
    for (const char* path : {"/etc", "/usr/share/ca-certificates"}) {
      walls.paths.readable.emplace_back(path);
    }
    if (!around.authorities.empty()) {
      walls.paths.readable.push_back(around.authorities);
    }
    walls.doors = {.may_connect_tcp = true};
    walls.calls = {.may_use_internet = true, .may_reach_out = true};
  }
  return walls;
}

Result<void> check_ways(const Surroundings& around) {
  // The office's own folder is opened as far as it must be; those above it are somebody else's.
  YX_CHECK(check_way_to(fs::path(around.data).parent_path().string()));
  YX_CHECK(check_way_to(around.profiles));
  for (const std::string& path : around.readable) {
    YX_CHECK(check_way_to(fs::is_directory(path) ? path : fs::path(path).parent_path().string()));
  }
  if (!around.authorities.empty()) {
    YX_CHECK(check_way_to(fs::path(around.authorities).parent_path().string()));
  }
  return around.programs.empty() ? Result<void>() : check_way_to(around.programs);
}

Result<void> prepare(const Surroundings& around, Level level, const std::vector<std::string>& domains) {
  constexpr unsigned private_folder = 0700, may_be_passed = 0711, may_be_read = 0755;
  const bool has_uids = level == Level::a_uid_each;
  if (has_uids) {
    YX_CHECK(open_to_others(around.data, may_be_passed));
    YX_CHECK(check_ways(around));
  }
  for (const Place& place : places()) {
    if (std::ranges::find(domains, place.name) == domains.end()) {
      continue;
    }
    std::vector<std::string> folders = place.folders;
    if (place.name == "bridge" && around.copies_public) {
      folders.emplace_back("public");
    }
    for (const std::string& name : folders) {
      const std::string folder = around.data + "/" + name;
      if (::mkdir(folder.c_str(), private_folder) != 0 && errno != EEXIST) {
        return cannot(folder);
      }
      if (has_uids) {
        YX_CHECK(give(folder, place.uid));
      }
    }
    for (const std::string& writer : place.writers) {
      YX_CHECK(make_audit_file(around.data + "/audit/" + writer + ".log",
                               has_uids ? std::optional(place.uid) : std::nullopt));
    }
  }
  if (has_uids) {
    YX_CHECK(open_to_others(around.data + "/audit", may_be_read));
    YX_CHECK(open_to_others(around.data + "/public", may_be_read));
  }
  return {};
}

Result<void> become(unsigned uid) {
  if (::setgroups(0, nullptr) != 0 || ::setresgid(uid, uid, uid) != 0 || ::setresuid(uid, uid, uid) != 0) {
    return cannot("uid " + std::to_string(uid));
  }
  // Leaving uid 0 altogether takes every capability along; what could bring one back is shut by no_new_privs.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::setuid(0) == 0 || ::getuid() != uid || ::geteuid() != uid) {
    return fail(ErrorCode::internal, "rights of root are not given up");
  }
  return {};
}

}  // namespace yinxin::supervisor
