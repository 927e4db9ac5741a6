// SKF 7.1 device management and the device's part of 7.2.

#include <algorithm>

#include "crypto/sm4.h"
#include "token/soft/exports.h"
#include "token/soft/session.h"

using namespace yinxin;
using namespace yinxin::token::soft;

namespace {

constexpr std::string_view manufacturer = "Yinxin";
constexpr std::string_view issuer = "Yinxin soft token";
constexpr ULONG max_buffer_size = 1024 * 1024;

template <std::size_t size>
void put_text(CHAR (&field)[size], std::string_view text) {  // NOLINT(modernize-avoid-c-arrays): the standard's
  std::memset(field, 0, size);
  std::memcpy(field, text.data(), std::min(size, text.size()));
}

DEVINFO device_info(const DeviceState& state, std::size_t used) {
  DEVINFO info{};
  info.Version = {1, 0};
  put_text(info.Manufacturer, manufacturer);
  put_text(info.Issuer, issuer);
  put_text(info.Label, state.label);
  put_text(info.SerialNumber, state.serial);
  info.HWVersion = {1, 0};
  info.FirmwareVersion = {1, 0};
  info.AlgSymCap = SGD_SM4_ECB | SGD_SM4_CBC | SGD_SM4_CFB | SGD_SM4_OFB | SGD_SM4_MAC;
  info.AlgAsymCap = SGD_SM2_1_OLD | SGD_SM2_1_NEW | SGD_SM2_2_NEW | SGD_SM2_3_NEW;
  info.AlgHashCap = SGD_SM3;
  info.DevAuthAlgId = SGD_SM4_ECB;
  info.TotalSpace = static_cast<ULONG>(max_state_size);
  info.FreeSpace = static_cast<ULONG>(max_state_size - std::min(used, max_state_size));
  info.MaxECCBufferSize = max_buffer_size;
  info.MaxBufferSize = max_buffer_size;
  return info;
}

}  // namespace

ULONG DEVAPI YXSoft_CreateDevice(const char* path, const char* serial, const char* label) {
  return guarded([&]() -> ULONG {
    const auto path_text = c_text(path, 4096);
    const auto serial_text = c_text(serial, max_serial_size);
    const auto label_text = c_text(label, max_label_size);
    if (!path_text || !serial_text || !label_text) {
      return SAR_INVALIDPARAMERR;
    }
    const auto created = create_device(std::string(*path_text), *serial_text, *label_text, chip_random());
    return created ? SAR_OK : sar_of(created.error());
  });
}

ULONG DEVAPI SKF_EnumDev(BOOL /*bPresent: a soft token that is absent leaves no trace*/, LPSTR szNameList,
                         ULONG* pulSize) {
  return guarded([&]() -> ULONG {
    take_present_as_known();
    return give(name_list(device_names()), reinterpret_cast<BYTE*>(szNameList), pulSize);
  });
}

ULONG DEVAPI SKF_ConnectDev(LPSTR szName, DEVHANDLE* phDev) {
  return guarded([&]() -> ULONG {
    const auto name = c_text(szName, max_device_name_size);
    if (!name || phDev == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    auto file = DeviceFile::open(*name);
    if (!file) {
      return sar_of(file.error());
    }
    auto connection = std::make_shared<Connection>(std::move(*file));
    const ULONG readable = read_state(*connection, [](DeviceState&) -> ULONG { return SAR_OK; });
    if (readable != SAR_OK) {
      return readable;
    }
    *phDev = register_object(std::make_shared<DeviceHandle>(std::move(connection)));
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_DisConnectDev(DEVHANDLE hDev) {
  return with<DeviceHandle>(hDev, [](Entered<DeviceHandle>& device) -> ULONG {
    device.connection().file.unlock();
    forget_connection(device.connection());
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_GetDevState(LPSTR szDevName, ULONG* pulDevState) {
  return guarded([&]() -> ULONG {
    const auto name = c_text(szDevName, max_device_name_size);
    if (!name || pulDevState == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    const auto names = device_names();
    *pulDevState = std::ranges::find(names, *name) != names.end() ? DEV_PRESENT_STATE : DEV_ABSENT_STATE;
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_SetLabel(DEVHANDLE hDev, LPSTR szLabel) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    const auto label = c_text(szLabel, max_label_size);
    if (!label) {
      return SAR_INVALIDPARAMERR;
    }
    return change_state(device.connection(), [&](DeviceState& state) -> ULONG {
      state.label = *label;
      return SAR_OK;
    });
  });
}

ULONG DEVAPI SKF_GetDevInfo(DEVHANDLE hDev, DEVINFO* pDevInfo) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (pDevInfo == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    const auto held = device.connection().file.hold();
    if (!held) {
      return sar_of(held.error());
    }
    std::size_t used = 0;
    const auto state = device.connection().file.load(&used);
    if (!state) {
      return sar_of(state.error());
    }
    *pDevInfo = device_info(*state, used);
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_LockDev(DEVHANDLE hDev, ULONG ulTimeOut) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    constexpr ULONG longest_ms = 24 * 60 * 60 * 1000;  // 0xFFFFFFFF means for ever; a day is long enough
    const auto locked = device.connection().file.lock(std::chrono::milliseconds(std::min(ulTimeOut, longest_ms)));
    return locked ? SAR_OK : sar_of(locked.error());
  });
}

ULONG DEVAPI SKF_UnlockDev(DEVHANDLE hDev) {
  return with<DeviceHandle>(hDev, [](Entered<DeviceHandle>& device) -> ULONG {
    device.connection().file.unlock();
    return SAR_OK;
  });
}

ULONG DEVAPI SKF_Transmit(DEVHANDLE hDev, BYTE* /*pbCommand*/, ULONG /*ulCommandLen*/, BYTE* /*pbData*/,
                          ULONG* /*pulDataLen*/) {
  return with<DeviceHandle>(hDev, [](Entered<DeviceHandle>&) -> ULONG { return SAR_NOTSUPPORTYETERR; });
}

ULONG DEVAPI SKF_GenRandom(DEVHANDLE hDev, BYTE* pbRandom, ULONG ulRandomLen) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (pbRandom == nullptr || ulRandomLen == 0 || ulRandomLen > max_buffer_size) {
      return SAR_INVALIDPARAMERR;
    }
    chip_random().fill({pbRandom, ulRandomLen});
    if (ulRandomLen == DEV_AUTH_RANDOM_LEN) {
      device.connection().challenge = Bytes(pbRandom, pbRandom + ulRandomLen);
    }
    return SAR_OK;
  });
}

// 7.2.3: the last 8-byte random, padded with 0x00 to a block, encrypted with the device key.
ULONG DEVAPI SKF_DevAuth(DEVHANDLE hDev, BYTE* pbAuthData, ULONG ulLen) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (pbAuthData == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    Connection& connection = device.connection();
    Bytes challenge = std::exchange(connection.challenge, {});
    connection.device_right = false;
    if (ulLen != crypto::sm4_block_size) {
      return SAR_INDATALENERR;
    }
    if (challenge.empty()) {
      return SAR_NOTINITIALIZEERR;
    }
    challenge.resize(crypto::sm4_block_size, 0);
    return read_state(connection, [&](DeviceState& state) -> ULONG {
      const auto expected = crypto::sm4_encrypt(crypto::Sm4Mode::ecb, state.device_key.expose(), {}, challenge);
      connection.device_right = expected && equal_in_constant_time(*expected, BytesView(pbAuthData, ulLen));
      return connection.device_right ? SAR_OK : SAR_FAIL;
    });
  });
}

ULONG DEVAPI SKF_ChangeDevAuthKey(DEVHANDLE hDev, BYTE* pbKeyValue, ULONG ulKeyLen) {
  return with<DeviceHandle>(hDev, [&](Entered<DeviceHandle>& device) -> ULONG {
    if (pbKeyValue == nullptr) {
      return SAR_INVALIDPARAMERR;
    }
    if (ulKeyLen != device_key_size) {
      return SAR_INDATALENERR;
    }
    if (!device.connection().device_right) {
      return SAR_USER_NOT_LOGGED_IN;
    }
    return change_state(device.connection(), [&](DeviceState& state) -> ULONG {
      state.device_key = SecretBytes(BytesView(pbKeyValue, ulKeyLen));
      return SAR_OK;
    });
  });
}
