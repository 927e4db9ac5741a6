#include "token/survey.h"

#include <algorithm>

namespace yinxin::token {

namespace {

// A driver says "none" as not_found, or as no bytes; anything else is no answer.
std::optional<Bytes> certificate_of(Result<Bytes> answer, ContainerSurvey& container) {
  if (!answer) {
    container.unreadable = container.unreadable || answer.error().code != ErrorCode::not_found;
    return std::nullopt;
  }
  if (answer->empty()) {
    return std::nullopt;
  }
  return std::move(*answer);
}

std::optional<PinInfo> pin_of(Ukey& ukey, PinRole role) {
  const auto info = ukey.pin_info(role);
  return info ? std::optional(*info) : std::nullopt;
}

ApplicationSurvey survey_application(const std::shared_ptr<const skf::SkfLibrary>& library, const std::string& device,
                                     const std::string& name) {
  ApplicationSurvey found;
  found.name = name;
  auto ukey = Ukey::open(library, device, name);
  if (!ukey) {
    found.unreadable = true;
    return found;
  }
  found.user_pin = pin_of(*ukey, PinRole::user);
  found.administrator_pin = pin_of(*ukey, PinRole::administrator);
  const auto containers = ukey->containers();
  found.unreadable = !containers;
  for (const std::string& one : containers ? *containers : std::vector<std::string>{}) {
    ContainerSurvey container;
    container.name = one;
    container.signing_certificate = certificate_of(ukey->signing_certificate(one), container);
    container.encryption_certificate = certificate_of(ukey->encryption_certificate(one), container);
    found.containers.push_back(std::move(container));
  }
  return found;
}

}  // namespace

bool ApplicationSurvey::may_hold_certificates() const {
  return unreadable || std::ranges::any_of(containers, [](const ContainerSurvey& one) {
           return one.unreadable || one.signing_certificate || one.encryption_certificate;
         });
}

Result<DeviceSurvey> survey(const std::shared_ptr<const skf::SkfLibrary>& library, const DeviceInfo& device) {
  DeviceSurvey found;
  found.info = device;
  YX_TRY(const std::vector<std::string> names, Ukey::applications(library, device.name));
  for (const std::string& name : names) {
    found.applications.push_back(survey_application(library, device.name, name));
  }
  return found;
}

}  // namespace yinxin::token
