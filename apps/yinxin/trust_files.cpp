#include "yinxin/trust_files.h"

#include <algorithm>
#include <filesystem>

#include "terminal/files.h"

namespace yinxin::cli {

namespace {

// A file, or the files of a folder in the order of their names.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    return {path};
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) {
    if (entry.is_regular_file(ignored)) {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

Result<void> take(x509::TrustStore& store, const std::string& file, bool trusted) {
  YX_TRY(const Bytes content, read_file(file));
  if (!x509::take_in(store, content, trusted)) {
    return fail(ErrorCode::invalid_input, file + " is neither a certificate nor a CRL nor an OCSP response");
  }
  return {};
}

}  // namespace

Result<x509::TrustStore> read_trust(const std::vector<std::string>& trust, const std::vector<std::string>& also) {
  x509::TrustStore store;
  for (const std::string& path : trust) {
    for (const std::string& file : files_of(path)) {
      YX_CHECK(take(store, file, true));
    }
  }
  for (const std::string& path : also) {
    for (const std::string& file : files_of(path)) {
      YX_CHECK(take(store, file, false));
    }
  }
  return store;
}

}  // namespace yinxin::cli
