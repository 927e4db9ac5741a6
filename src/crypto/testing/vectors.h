#pragma once
// Where tests find the standard's and others' vectors. They are never part of the repository.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/bytes.h"

namespace yinxin::testing {

// YX_VECTORS, or the folder beside the project; empty when neither is there.
inline std::filesystem::path vectors_folder() {
  if (const char* named = std::getenv("YX_VECTORS"); named != nullptr && *named != '\0') {
    return named;
  }
  for (const char* beside : {"../shared/vectors", "../../shared/vectors", "../../../shared/vectors"}) {
    if (std::filesystem::is_directory(beside)) {
      return beside;
    }
  }
  return {};
}

inline bool is_continuous_integration() {
  const char* ci = std::getenv("CI");
  return ci != nullptr && std::string(ci) == "true";
}

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << "no file " << path;
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return to_bytes(bytes_of(text));
}

// A fixture whose tests need the vectors: without them they are skipped aloud, and failed under CI=true.
class VectorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = vectors_folder();
    if (folder_.empty() || !std::filesystem::exists(folder_ / "MANIFEST.tsv")) {
      ASSERT_FALSE(is_continuous_integration()) << "the test vectors are missing: set YX_VECTORS";
      GTEST_SKIP() << "the test vectors are missing: set YX_VECTORS";
    }
  }
  [[nodiscard]] Bytes read(const std::string& name) const { return read_file(folder_ / name); }
  [[nodiscard]] std::string read_text(const std::string& name) const { return std::string(text_of(read(name))); }

  std::filesystem::path folder_;
};

}  // namespace yinxin::testing
