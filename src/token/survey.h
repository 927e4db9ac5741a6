#pragma once
// What stands on the tokens that are plugged in, as anybody may see it: no PIN is asked for and nothing changes.

#include "token/ukey.h"

namespace yinxin::token {

struct ContainerSurvey {
  std::string name;
  std::optional<Bytes> signing_certificate;     // as stored; may be no certificate at all
  std::optional<Bytes> encryption_certificate;  // likewise
  bool unreadable = false;                      // the driver would not tell whether it has certificates
};

struct ApplicationSurvey {
  std::string name;
  std::optional<PinInfo> user_pin;           // none: the driver does not tell
  std::optional<PinInfo> administrator_pin;  // likewise
  std::vector<ContainerSurvey> containers;
  bool unreadable = false;  // it could not be opened, or does not tell its containers
  // True also where that cannot be ruled out.
  [[nodiscard]] bool may_hold_certificates() const;
};

struct DeviceSurvey {
  DeviceInfo info;
  std::vector<ApplicationSurvey> applications;
};

// One device; token_absent when it is not there.
Result<DeviceSurvey> survey(const std::shared_ptr<const skf::SkfLibrary>& library, const DeviceInfo& device);

}  // namespace yinxin::token
