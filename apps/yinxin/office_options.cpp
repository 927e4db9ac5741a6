#include "yinxin/office_options.h"

#include <CLI/CLI.hpp>

#include "terminal/files.h"

namespace yinxin::cli {

void OfficeOptions::add_to(CLI::App& app) {
  profiles = "profiles";
  app.add_option("--data", data, "the office's folder")->required();
  app.add_option("--profiles", profiles, "folder of certificate profiles")->capture_default_str();
  app.add_option("--passphrase", passphrase, "of the office: a file, - for the terminal, or credential:NAME")
      ->capture_default_str();
}

Result<crypto::BootSecret> OfficeOptions::boot_secret() const {
  YX_TRY(SecretBytes typed, read_passphrase(passphrase, "机构口令 / passphrase of the office"));
  return crypto::BootSecret::from_passphrase(std::move(typed));
}

}  // namespace yinxin::cli
