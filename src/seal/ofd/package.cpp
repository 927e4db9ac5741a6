#include "seal/ofd/package.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "seal/text.h"

namespace yinxin::seal::ofd {

Result<Package> Package::open(Bytes file, std::size_t unpacked_limit_bytes) {
  Package package;
  package.unpacked_limit_bytes_ = unpacked_limit_bytes;
  package.file_ = std::make_shared<const Bytes>(std::move(file));
  YX_TRY(package.directory_, ZipDirectory::read(*package.file_));
  const auto& entries = package.directory_.entries;
  package.by_name_.resize(entries.size());
  std::iota(package.by_name_.begin(), package.by_name_.end(), std::size_t{0});
  std::sort(package.by_name_.begin(), package.by_name_.end(),
            [&](std::size_t a, std::size_t b) { return entries[a].name < entries[b].name; });
  if (!package.has("OFD.xml")) {
    return fail(ErrorCode::invalid_input, "the package has no OFD.xml at its root");
  }
  return package;
}

std::vector<std::string> Package::paths() const {
  std::vector<std::string> list;
  for (const ZipEntry& entry : directory_.entries) {
    if (!entry.is_folder()) {
      list.push_back(entry.name);
    }
  }
  return list;
}

const ZipEntry* Package::find(std::string_view path) const {
  const auto& entries = directory_.entries;
  const auto at = std::lower_bound(by_name_.begin(), by_name_.end(), path,
                                   [&](std::size_t i, std::string_view name) { return entries[i].name < name; });
  if (at == by_name_.end() || entries[*at].name != path || entries[*at].is_folder()) {
    return nullptr;
  }
  return &entries[*at];
}

Result<Bytes> Package::read(std::string_view path) const {
  const ZipEntry* entry = find(path);
  if (entry == nullptr) {
    return fail(ErrorCode::not_found, "no such file in the package: " + clean_text(path, 128));
  }
  if (entry->size > unpacked_limit_bytes_ - unpacked_bytes_) {
    return fail(ErrorCode::too_many_requests, "more is to be unpacked than the limit of a package");
  }
  unpacked_bytes_ += entry->size;
  return unpack(*file_, *entry);
}

std::vector<std::string> Package::case_twins() const {
  std::unordered_set<std::string> folded;
  std::vector<std::string> twins;
  for (const ZipEntry& entry : directory_.entries) {
    std::string low = entry.name;
    std::transform(low.begin(), low.end(), low.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (!folded.insert(low).second) {
      twins.push_back(entry.name);
    }
  }
  return twins;
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash + 1));
}

Result<std::string> resolve(std::string_view from, std::string_view written) {
  if (written.empty() || written.size() > max_path_size || written.find('\\') != std::string_view::npos ||
      written.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::invalid_input, "a path that is empty, too long or has a backslash");
  }
  std::vector<std::string_view> parts;
  const auto follow = [&](std::string_view path) -> bool {
    while (!path.empty()) {
      const std::size_t slash = path.find('/');
      const std::string_view part = path.substr(0, slash);
      path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
      if (part.empty() || part == ".") {
        continue;
      }
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return false;
      } else {
        parts.pop_back();
      }
    }
    return true;
  };
  const std::string base = written.front() == '/' ? std::string() : folder_of(from);
  if (!follow(base) || !follow(written) || parts.empty() || parts.size() > 2 * max_path_depth) {
    return fail(ErrorCode::invalid_input, "a path that leaves the package: " + clean_text(written, 128));
  }
  std::string path;
  for (const std::string_view part : parts) {
    path.append(path.empty() ? "" : "/").append(part);
  }
  return path;
}

Result<std::string> resolve_in(const Package& package, std::string_view from, std::string_view written) {
  YX_TRY(auto path, resolve(from, written));
  if (!package.has(path) && written.front() != '/') {
    const auto from_root = resolve("", written);
    if (from_root && package.has(*from_root)) {
      return *from_root;
    }
  }
  return path;
}

}  // namespace yinxin::seal::ofd
