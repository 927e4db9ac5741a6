#pragma once
// What an office says of itself, in office.json.

#include "pki/ca/ceremony.h"

namespace yinxin::office {

struct Settings {
  std::string environment = "demo";
  std::string organization;
  std::string address = "http://127.0.0.1:8443";  // where status and lists are published, without a slash at the end
  [[nodiscard]] pki::Surroundings around(std::string_view issuer) const;
  [[nodiscard]] std::string to_json() const;
  static Result<Settings> from_json(std::string_view text);
  // office.json of an office's folder.
  static Result<Settings> read(const std::string& folder);
};

}  // namespace yinxin::office
