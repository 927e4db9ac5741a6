#include "token/ukey.h"

#include <algorithm>
#include <cstring>

#include "crypto/sm4.h"
#include "token/skf/lists.h"
#include "token/ukey_state.h"

namespace yinxin::token {

namespace {

using skf::checked;

template <std::size_t size>
std::string text_field(const CHAR (&field)[size]) {  // NOLINT(modernize-avoid-c-arrays): the standard's
  return {static_cast<const char*>(field), ::strnlen(static_cast<const char*>(field), size)};
}

std::string version_text(const VERSION& version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

DeviceInfo device_info(const std::string& name, const DEVINFO& info) {
  return {.name = name,
          .manufacturer = text_field(info.Manufacturer),
          .label = text_field(info.Label),
          .serial = text_field(info.SerialNumber),
          .firmware = version_text(info.FirmwareVersion),
          .hardware = version_text(info.HWVersion)};
}

ULONG type_of(PinRole role) { return role == PinRole::administrator ? ADMIN_TYPE : USER_TYPE; }

// The count means something only for the two answers about the PIN itself, and after success.
PinAnswer pin_answer(ULONG sar, ULONG retries, std::string_view doing) {
  PinAnswer answer;
  if (sar == SAR_PIN_LOCKED) {
    answer.retries_left = 0;
  } else if (sar == SAR_PIN_INCORRECT) {
    answer.retries_left = retries;
  }
  if (sar != SAR_OK) {
    answer.outcome = skf::error_of(sar, doing);
  }
  return answer;
}

}  // namespace

Ukey::Ukey(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ukey::Ukey(Ukey&&) noexcept = default;
Ukey& Ukey::operator=(Ukey&&) noexcept = default;
Ukey::~Ukey() {
  if (state_ != nullptr && state_->application.get() != nullptr) {
    (*state_->library)->ClearSecureState(state_->application.get());
  }
}

const DeviceInfo& Ukey::info() const { return state_->info; }

Result<Ukey> Ukey::connect(std::shared_ptr<const skf::SkfLibrary> library, const std::string& device) {
  YX_TRY(const std::vector<std::string> present, library->devices());
  if (std::ranges::find(present, device) == present.end()) {
    return fail(ErrorCode::token_absent, "there is no token " + device);
  }
  auto state = std::make_unique<State>();
  state->library = std::move(library);
  const skf::SkfLibrary& skf = *state->library;
  DEVHANDLE handle = nullptr;
  CText name(device);
  YX_CHECK(checked(skf->ConnectDev(name.get(), &handle), "connect"));
  state->device = OwnedHandle(handle, skf->DisConnectDev);
  DEVINFO info{};
  YX_CHECK(checked(skf->GetDevInfo(handle, &info), "describe itself"));
  state->info = device_info(device, info);
  state->auth_algorithm = info.DevAuthAlgId;
  return Ukey(std::move(state));
}

Result<std::vector<DeviceInfo>> Ukey::list(const std::shared_ptr<const skf::SkfLibrary>& library) {
  YX_TRY(const std::vector<std::string> names, library->devices());
  std::vector<DeviceInfo> found;
  for (const std::string& name : names) {
    if (const auto ukey = connect(library, name)) {
      found.push_back(ukey->info());
    }
  }
  if (found.empty()) {
    return fail(ErrorCode::token_absent, "no token is plugged in");
  }
  return found;
}

// GM/T 0016 7.2.3: 8 random bytes, padded with 0x00 to a block, under the device key.
Result<void> Ukey::authenticate(const SecretBytes& device_key) {
  const skf::SkfLibrary& skf = *state_->library;
  if (state_->auth_algorithm != SGD_SM4_ECB) {
    return fail(ErrorCode::unsupported, "the token authenticates with another cipher than SM4");
  }
  Bytes challenge(crypto::sm4_block_size, 0);
  YX_CHECK(checked(skf->GenRandom(state_->device.get(), challenge.data(), DEV_AUTH_RANDOM_LEN), "give a random"));
  YX_TRY(Bytes answer, crypto::sm4_encrypt(crypto::Sm4Mode::ecb, device_key.expose(), {}, challenge));
  const ULONG sar = skf->DevAuth(state_->device.get(), answer.data(), static_cast<ULONG>(answer.size()));
  if (sar == SAR_FAIL) {
    return fail(ErrorCode::forbidden, "the token does not accept the device key");
  }
  return checked(sar, "accept the device key");
}

Result<std::vector<std::string>> Ukey::application_names() const {
  return skf::names_of("list applications", [this](LPSTR list, ULONG* size) {
    return (*state_->library)->EnumApplication(state_->device.get(), list, size);
  });
}

Result<std::vector<std::string>> Ukey::applications(std::shared_ptr<const skf::SkfLibrary> library,
                                                    const std::string& device) {
  YX_TRY(const Ukey ukey, connect(std::move(library), device));
  return ukey.application_names();
}

// From the factory's key to the device's own.
Result<void> Ukey::change_device_key(const SecretBytes& new_key) {
  const skf::SkfLibrary& skf = *state_->library;
  SecretBytes key = new_key.clone();
  YX_CHECK(checked(
      skf->ChangeDevAuthKey(state_->device.get(), key.expose_for_writing().data(), static_cast<ULONG>(key.size())),
      "change its device key"));
  if (const auto accepted = authenticate(key); !accepted) {
    return fail(ErrorCode::corrupt, "the token took a new device key and does not know it: " + accepted.error().detail);
  }
  return {};
}

Result<void> check(const Initialization& how) {
  constexpr std::size_t device_key_size = 16;
  constexpr std::size_t max_label_size = 32;
  const auto is_pin = [](const SecretBytes& pin) { return pin.size() >= MIN_PIN_LEN && pin.size() <= MAX_PIN_LEN; };
  if (how.device_key.size() != device_key_size ||
      (how.new_device_key && how.new_device_key->size() != device_key_size)) {
    return fail(ErrorCode::invalid_input, "a device key has 16 bytes");
  }
  if (how.label && how.label->size() > max_label_size) {
    return fail(ErrorCode::invalid_input, "a label has at most 32 bytes");
  }
  if (how.application.empty() || how.application.size() > MAX_APPLICATION_NAME_LEN) {
    return fail(ErrorCode::invalid_input, "an application's name has 1 to 32 bytes");
  }
  if (std::ranges::any_of(how.containers, [](const std::string& name) {
        return name.empty() || name.size() > MAX_CONTAINER_NAME_LEN;
      })) {
    return fail(ErrorCode::invalid_input, "a container's name has 1 to 64 bytes");
  }
  if (!is_pin(how.administrator_pin) || !is_pin(how.user_pin)) {
    return fail(ErrorCode::invalid_input, "a PIN has 6 to 16 bytes");
  }
  return {};
}

Result<Ukey> Ukey::initialise(std::shared_ptr<const skf::SkfLibrary> library, const std::string& device,
                              const Initialization& how) {
  YX_CHECK(check(how));
  YX_TRY(Ukey ukey, connect(std::move(library), device));
  const skf::SkfLibrary& skf = *ukey.state_->library;
  const DEVHANDLE handle = ukey.state_->device.get();
  if ((how.new_device_key && skf->ChangeDevAuthKey == nullptr) || (how.label && skf->SetLabel == nullptr)) {
    return fail(ErrorCode::unsupported, "the token's driver cannot change the device key or the label");
  }
  YX_CHECK(ukey.authenticate(how.device_key));
  if (how.new_device_key) {
    YX_CHECK(ukey.change_device_key(*how.new_device_key));
  }
  YX_TRY(const std::vector<std::string> foreign, ukey.application_names());
  for (const std::string& name : foreign) {
    CText text(name);
    YX_CHECK(checked(skf->DeleteApplication(handle, text.get()), "delete an application"));
  }
  if (how.label) {
    CText label(*how.label);
    YX_CHECK(checked(skf->SetLabel(handle, label.get()), "take a label"));
    ukey.state_->info.label = *how.label;
  }
  CText application(how.application);
  CText administrator(how.administrator_pin);
  CText user(how.user_pin);
  HAPPLICATION opened = nullptr;
  YX_CHECK(checked(skf->CreateApplication(handle, application.get(), administrator.get(), how.administrator_retries,
                                          user.get(), how.user_retries, SECURE_USER_ACCOUNT, &opened),
                   "create an application"));
  ukey.state_->application = OwnedHandle(opened, skf->CloseApplication);
  YX_CHECK(ukey.verify_pin(PinRole::user, how.user_pin).outcome);
  for (const std::string& name : how.containers) {
    YX_CHECK(ukey.create_container(name));
  }
  return ukey;
}

Result<Ukey> Ukey::open(std::shared_ptr<const skf::SkfLibrary> library, const std::string& device,
                        const std::string& application) {
  YX_TRY(Ukey ukey, connect(std::move(library), device));
  const skf::SkfLibrary& skf = *ukey.state_->library;
  CText name(application);
  HAPPLICATION opened = nullptr;
  YX_CHECK(checked(skf->OpenApplication(ukey.state_->device.get(), name.get(), &opened), "open its application"));
  ukey.state_->application = OwnedHandle(opened, skf->CloseApplication);
  return ukey;
}

PinAnswer Ukey::verify_pin(PinRole role, const SecretBytes& pin) {
  CText text(pin);
  ULONG retries = 0;
  const ULONG sar = (*state_->library)->VerifyPIN(state_->application.get(), type_of(role), text.get(), &retries);
  return pin_answer(sar, retries, "accept the PIN");
}

PinAnswer Ukey::change_pin(PinRole role, const SecretBytes& old_pin, const SecretBytes& new_pin) {
  CText old_text(old_pin);
  CText new_text(new_pin);
  ULONG retries = 0;
  const ULONG sar =
      (*state_->library)->ChangePIN(state_->application.get(), type_of(role), old_text.get(), new_text.get(), &retries);
  return pin_answer(sar, retries, "change the PIN");
}

PinAnswer Ukey::unblock_user_pin(const SecretBytes& administrator_pin, const SecretBytes& new_user_pin) {
  CText administrator(administrator_pin);
  CText user(new_user_pin);
  ULONG retries = 0;
  const ULONG sar =
      (*state_->library)->UnblockPIN(state_->application.get(), administrator.get(), user.get(), &retries);
  return pin_answer(sar, retries, "unblock the user PIN");
}

Result<PinInfo> Ukey::pin_info(PinRole role) {
  ULONG most = 0;
  ULONG left = 0;
  BOOL is_default = FALSE;
  YX_CHECK(checked((*state_->library)->GetPINInfo(state_->application.get(), type_of(role), &most, &left, &is_default),
                   "tell about its PIN"));
  return PinInfo{most, left, is_default != FALSE};
}

Result<void> Ukey::clear_rights() {
  return checked((*state_->library)->ClearSecureState(state_->application.get()), "clear its rights");
}

Result<std::vector<std::string>> Ukey::containers() {
  return skf::names_of("list containers", [this](LPSTR list, ULONG* size) {
    return (*state_->library)->EnumContainer(state_->application.get(), list, size);
  });
}

Result<void> Ukey::create_container(const std::string& name) {
  const skf::SkfLibrary& skf = *state_->library;
  CText text(name);
  HCONTAINER handle = nullptr;
  YX_CHECK(checked(skf->CreateContainer(state_->application.get(), text.get(), &handle), "create a container"));
  const OwnedHandle closed(handle, skf->CloseContainer);
  return {};
}

Result<Ukey::Container> Ukey::container(const std::string& name) {
  const skf::SkfLibrary& skf = *state_->library;
  CText text(name);
  HCONTAINER handle = nullptr;
  YX_CHECK(checked(skf->OpenContainer(state_->application.get(), text.get(), &handle), "open a container"));
  return Container(state_->library, OwnedHandle(handle, skf->CloseContainer));
}

}  // namespace yinxin::token
