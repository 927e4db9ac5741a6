// SKF 7.2 PINs and 7.3 applications.

#include <algorithm>

#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;

namespace {

constexpr std::string_view role_name(ULONG type) { return type == ADMIN_TYPE ? "admin" : "user"; }
PinState& pin_of(ApplicationState& application, ULONG type) {
  return type == ADMIN_TYPE ? application.admin : application.user;
}

using Then = std::function<ULONG(ApplicationState&, const SecretBytes& master)>;

// The only place where a PIN is judged. The state with one try fewer is on disk before the judgement.
ULONG try_pin(ApplicationHandle& handle, ULONG type, std::string_view pin, ULONG* retries_left, const Then& then) {
  DeviceFile& file = handle.connection->file;
  const auto held = file.hold();
  if (!held) {
    return sar_of(held.error());
  }
  auto state = file.load();
  if (!state) {
    return sar_of(state.error());
  }
  ApplicationState* application = state->application(handle.name);
  if (application == nullptr || application->id != handle.id) {
    return SAR_APPLICATION_NOT_EXISTS;
  }
  PinState& counted = pin_of(*application, type);
  *retries_left = counted.retries_left;
  if (counted.retries_left == 0) {
    return SAR_PIN_LOCKED;
  }
  --counted.retries_left;
  if (!file.store(*state, chip_random())) {
    return SAR_WRITEFILEERR;
  }
  const auto master = open_pin(counted, pin, file.chip_key(), application->id, role_name(type));
  if (!master) {
    *retries_left = counted.retries_left;
    if (master.error().code != ErrorCode::pin_wrong) {
      return SAR_MEMORYERR;
    }
    return counted.retries_left == 0 ? SAR_PIN_LOCKED : SAR_PIN_INCORRECT;
  }
  counted.retries_left = counted.max_retries;
  *retries_left = counted.retries_left;
  const ULONG answer = then(*application, *master);
  if (!file.store(*state, chip_random())) {
    return SAR_WRITEFILEERR;
  }
  return answer;
}

// A new PIN in the place of an old one, with the same number of tries.
ULONG replace_pin(const ApplicationHandle& handle, ApplicationState& application, ULONG type, std::string_view pin,
                  const SecretBytes& master) {
  PinState& old = pin_of(application, type);
  auto made = make_pin(pin, old.max_retries, handle.connection->file.chip_key(), application.id, role_name(type),
                       master, chip_random());
  if (!made) {
    return SAR_MEMORYERR;
  }
  old = std::move(*made);
  return SAR_OK;
}

bool is_pin_type(ULONG type) { return type == ADMIN_TYPE || type == USER_TYPE; }
bool is_retry_count(DWORD count) { return count >= 1 && count <= MAX_PIN_RETRIES; }

ULONG open_handle(const std::shared_ptr<Connection>& connection, const ApplicationState& application,
                  HAPPLICATION* out) {
  auto handle = std::make_shared<ApplicationHandle>(connection);
  handle->name = application.name;
  handle->id = application.id;
  *out = register_object(std::move(handle));
  return SAR_OK;
}

}  // namespace

ULONG DEVAPI SKF_ChangePIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szOldPin, LPSTR szNewPin,
                           ULONG* pulRetryCount) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    if (pulRetryCount == nullptr || szOldPin == nullptr || szNewPin == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (!is_pin_type(ulPINType)) {
      return SAR_USER_TYPE_INVALID;
    }
    if (check_pin_text(szOldPin) != SAR_OK || check_pin_text(szNewPin) != SAR_OK) {
      return SAR_PIN_LEN_RANGE;
    }
    return try_pin(*handle, ulPINType, szOldPin, pulRetryCount,
                   [&](ApplicationState& application, const SecretBytes& master) {
                     return replace_pin(*handle, application, ulPINType, szNewPin, master);
                   });
  });
}

ULONG DEVAPI SKF_GetPINInfo(HAPPLICATION hApplication, ULONG ulPINType, ULONG* pulMaxRetryCount,
                            ULONG* pulRemainRetryCount, BOOL* pbDefaultPin) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    if (pulMaxRetryCount == nullptr || pulRemainRetryCount == nullptr || pbDefaultPin == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (!is_pin_type(ulPINType)) {
      return SAR_USER_TYPE_INVALID;
    }
    return read_application(*handle, [&](ApplicationState& application) -> ULONG {
      const PinState& pin = pin_of(application, ulPINType);
      *pulMaxRetryCount = pin.max_retries;
      *pulRemainRetryCount = pin.retries_left;
      *pbDefaultPin = pin.as_created ? TRUE : FALSE;
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_VerifyPIN(HAPPLICATION hApplication, ULONG ulPINType, LPSTR szPIN, ULONG* pulRetryCount) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    if (pulRetryCount == nullptr || szPIN == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (!is_pin_type(ulPINType)) {
      return SAR_USER_TYPE_INVALID;
    }
    if (check_pin_text(szPIN) != SAR_OK) {
      return SAR_PIN_LEN_RANGE;
    }
    const ULONG right = ulPINType == ADMIN_TYPE ? SECURE_ADM_ACCOUNT : SECURE_USER_ACCOUNT;
    handle->rights &= ~right;
    if (ulPINType == USER_TYPE) {
      handle->master = SecretBytes();
    }
    SecretBytes opened;
    const ULONG answer =
        try_pin(*handle, ulPINType, szPIN, pulRetryCount, [&](ApplicationState&, const SecretBytes& master) -> ULONG {
          opened = master.clone();
          return SAR_OK;
        });
    if (answer == SAR_OK) {
      handle->rights |= right;
      if (ulPINType == USER_TYPE) {
        handle->master = std::move(opened);
      }
    }
    return answer;
  });
}

ULONG DEVAPI SKF_UnblockPIN(HAPPLICATION hApplication, LPSTR szAdminPIN, LPSTR szNewUserPIN, ULONG* pulRetryCount) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    if (pulRetryCount == nullptr || szAdminPIN == nullptr || szNewUserPIN == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (check_pin_text(szAdminPIN) != SAR_OK || check_pin_text(szNewUserPIN) != SAR_OK) {
      return SAR_PIN_LEN_RANGE;
    }
    return try_pin(*handle, ADMIN_TYPE, szAdminPIN, pulRetryCount,
                   [&](ApplicationState& application, const SecretBytes& master) {
                     return replace_pin(*handle, application, USER_TYPE, szNewUserPIN, master);
                   });
  });
}

ULONG DEVAPI SKF_ClearSecureState(HAPPLICATION hApplication) {
  return with<ApplicationHandle>(hApplication, [](Entered<ApplicationHandle>& handle) -> ULONG {
    handle->clear();
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_CreateApplication(DEVHANDLE hDev, LPSTR szAppName, LPSTR szAdminPin, DWORD dwAdminPinRetryCount,
                                   LPSTR szUserPin, DWORD dwUserPinRetryCount, DWORD dwCreateFileRights,
                                   HAPPLICATION* phApplication) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (szAppName == nullptr || szAdminPin == nullptr || szUserPin == nullptr || phApplication == nullptr ||
        !is_retry_count(dwAdminPinRetryCount) || !is_retry_count(dwUserPinRetryCount) ||
        dwCreateFileRights > SECURE_ANYONE_ACCOUNT) {
      return SAR_INVALIDPARAMERR;
    }
    const auto name = c_text(szAppName, MAX_APPLICATION_NAME_LEN);
    if (!name || name->empty()) {
      return SAR_APPLICATION_NAME_INVALID;
    }
    if (check_pin_text(szAdminPin) != SAR_OK || check_pin_text(szUserPin) != SAR_OK) {
      return SAR_PIN_LEN_RANGE;
    }
    Connection& connection = device.connection();
    if (!connection.device_right) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    ApplicationState made;
    made.name = *name;
    made.id = chip_random().bytes(application_id_size);
    made.create_file_rights = dwCreateFileRights;
    const SecretBytes master = chip_random().secret(master_key_size);
    const SecretBytes& chip = connection.file.chip_key();
    auto admin =
        make_pin(szAdminPin, dwAdminPinRetryCount, chip, made.id, role_name(ADMIN_TYPE), master, chip_random());
    auto user = make_pin(szUserPin, dwUserPinRetryCount, chip, made.id, role_name(USER_TYPE), master, chip_random());
    if (!admin || !user) {
      return SAR_MEMORYERR;
    }
    made.admin = std::move(*admin);
    made.user = std::move(*user);
    made.admin.as_created = made.user.as_created = true;
    const ULONG stored = change_state(connection, [&](DeviceState& state) -> ULONG {
      if (state.application(made.name) != nullptr) {
        return SAR_APPLICATION_EXISTS;
      }
      if (state.applications.size() == max_applications) {
        return SAR_NO_ROOM;
      }
      state.applications.push_back(made);
      return SAR_OK;
    });
    return stored == SAR_OK ? open_handle(device->connection, made, phApplication) : stored;
  });
}

ULONG DEVAPI SKF_EnumApplication(DEVHANDLE hDev, LPSTR szAppName, ULONG* pulSize) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    std::vector<std::string> names;
    const ULONG answer = read_state(device.connection(), [&](DeviceState& state) -> ULONG {
      for (const ApplicationState& application : state.applications) {
        names.push_back(application.name);
      }
      return SAR_OK;
    });
    return answer == SAR_OK ? give(name_list(names), reinterpret_cast<BYTE*>(szAppName), pulSize) : answer;
  });
}

ULONG DEVAPI SKF_DeleteApplication(DEVHANDLE hDev, LPSTR szAppName) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    const auto name = c_text(szAppName, MAX_APPLICATION_NAME_LEN);
    if (!name) {
      return szAppName == nullptr ? SAR_INVALIDPARAMERR : SAR_APPLICATION_NAME_INVALID;
    }
    if (!device.connection().device_right) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    return change_state(device.connection(), [&](DeviceState& state) -> ULONG {
      const auto erased = std::erase_if(state.applications, [&](const auto& one) { return one.name == *name; });
      return erased == 1 ? SAR_OK : SAR_APPLICATION_NOT_EXISTS;
    });
  });
}

ULONG DEVAPI SKF_OpenApplication(DEVHANDLE hDev, LPSTR szAppName, HAPPLICATION* phApplication) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (szAppName == nullptr || phApplication == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    const auto name = c_text(szAppName, MAX_APPLICATION_NAME_LEN);
    if (!name) {
      return SAR_APPLICATION_NAME_INVALID;
    }
    return read_state(device.connection(), [&](DeviceState& state) -> ULONG {
      const ApplicationState* application = state.application(*name);
      return application != nullptr ? open_handle(device->connection, *application, phApplication)
                                    : SAR_APPLICATION_NOT_EXISTS;
    });
  });
}

ULONG DEVAPI SKF_CloseApplication(HAPPLICATION hApplication) {
  return with<ApplicationHandle>(hApplication, [&](Entered<ApplicationHandle>& handle) -> ULONG {
    handle->clear();
    forget_containers_of(*handle);
    forget_object(hApplication);
    return SAR_OK;
  });
}
