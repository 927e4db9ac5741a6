#pragma once
// What every verb that opens an office is told.

#include <string>

#include "crypto/wrapping.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of others
class App;
}

namespace yinxin::cli {

struct OfficeOptions {
  std::string data;
  std::string profiles;
  std::string passphrase = "-";
  void add_to(CLI::App& app);
  [[nodiscard]] Result<crypto::BootSecret> boot_secret() const;
};

}  // namespace yinxin::cli
