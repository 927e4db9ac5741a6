#include "yinxin/office/settings.h"

#include <boost/json.hpp>

#include "terminal/files.h"

namespace yinxin::office {

namespace {

constexpr std::size_t max_settings_bytes = 64 * 1024;

}  // namespace

pki::Surroundings Settings::around(std::string_view issuer) const {
  const std::string name(issuer);
  return {.environment = environment,
          .crl_address = address + "/crl/" + name + ".crl",
          .ocsp_address = address + "/ocsp",
          .issuer_address = address + "/ca/" + name + ".cer",
          .cps_address = {}};
}

std::string Settings::to_json() const {
  return boost::json::serialize(boost::json::object{
             {"version", 1}, {"environment", environment}, {"organization", organization}, {"address", address}}) +
         "\n";
}

Result<Settings> Settings::from_json(std::string_view text) {
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse({text.data(), text.size()}, failed);
  const auto* object = failed ? nullptr : read.if_object();
  if (object == nullptr) {
    return fail(ErrorCode::corrupt, "office.json is not a JSON object");
  }
  Settings settings;
  for (const auto& [name, target] :
       {std::pair{"environment", &settings.environment}, std::pair{"organization", &settings.organization},
        std::pair{"address", &settings.address}}) {
    const auto* value = object->if_contains(name);
    if (value == nullptr || !value->is_string()) {
      return fail(ErrorCode::corrupt, std::string("office.json does not say its ") + name);
    }
    *target = std::string(value->get_string());
  }
  return settings;
}

Result<Settings> Settings::read(const std::string& folder) {
  YX_TRY(const Bytes text, cli::read_file(folder + "/office.json", max_settings_bytes));
  return from_json(text_of(text));
}

}  // namespace yinxin::office
