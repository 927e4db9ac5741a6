#pragma once
// A package: the files of an OFD by their paths. It owns the bytes and unpacks a file when it is asked for.

#include <memory>
#include <optional>

#include "seal/ofd/limits.h"
#include "seal/ofd/zip_directory.h"

namespace yinxin::seal::ofd {

// Paths here have no leading slash: "Doc_0/Document.xml".
class Package {
 public:
  // Refuses what ZipDirectory refuses, and a package without OFD.xml. `unpacked_limit_bytes` is max_unpacked_size but
  // for tests.
  static Result<Package> open(Bytes file, std::size_t unpacked_limit_bytes = max_unpacked_size);

  [[nodiscard]] const Bytes& file() const { return *file_; }
  [[nodiscard]] const ZipDirectory& directory() const { return directory_; }
  // Every file, folders left out, in the order of the directory.
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] const ZipEntry* find(std::string_view path) const;
  [[nodiscard]] bool has(std::string_view path) const { return find(path) != nullptr; }
  // The inflated bytes; not_found, `corrupt` when they do not unpack, too_many_requests when the files read so far
  // would exceed the limit. Not for several threads at a time.
  [[nodiscard]] Result<Bytes> read(std::string_view path) const;
  // What read() has unpacked so far.
  [[nodiscard]] std::size_t unpacked_bytes() const { return unpacked_bytes_; }
  // Paths that differ in the case of letters only: some readers take one for the other.
  [[nodiscard]] std::vector<std::string> case_twins() const;

 private:
  std::shared_ptr<const Bytes> file_;
  ZipDirectory directory_;
  std::vector<std::size_t> by_name_;
  std::size_t unpacked_limit_bytes_ = max_unpacked_size;
  mutable std::size_t unpacked_bytes_ = 0;
};

// What `written` in the file at `from` points to (GB/T 33190 package paths): from the root with a leading slash, else
// from the folder of `from`; "." and ".." are followed, backslashes refused. invalid_input when it leaves the package.
Result<std::string> resolve(std::string_view from, std::string_view written);
// As resolve(), but a path that is not there while the same path from the root is, means the latter.
Result<std::string> resolve_in(const Package& package, std::string_view from, std::string_view written);
// "Doc_0/Signs/" of "Doc_0/Signs/Signatures.xml"; empty at the root.
std::string folder_of(std::string_view path);

}  // namespace yinxin::seal::ofd
