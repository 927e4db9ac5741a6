#include "token/skf/library.h"

#include <dlfcn.h>

#include <array>
#include <cstdio>

#include "token/skf/lists.h"
#include "token/soft/exports.h"

namespace yinxin::token::skf {

namespace {

template <class Function>
bool find(void* handle, const char* name, Function& out) {
  out = reinterpret_cast<Function>(::dlsym(handle, name));
  return out != nullptr;
}

}  // namespace

Result<std::shared_ptr<const SkfLibrary>> SkfLibrary::load(const std::string& path) {
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* why = ::dlerror();
    return fail(ErrorCode::not_found, "the SKF library does not load: " + std::string(why != nullptr ? why : path));
  }
  const std::shared_ptr<SkfLibrary> library(new SkfLibrary(path, handle));
  std::string missing;
#define YX_SKF_FIND(name)                                       \
  if (!find(handle, "SKF_" #name, library->functions_.name)) {  \
    missing += missing.empty() ? "SKF_" #name : ", SKF_" #name; \
  }
#define YX_SKF_TRY(name) find(handle, "SKF_" #name, library->functions_.name);
  YX_SKF_REQUIRED(YX_SKF_FIND)
  YX_SKF_OPTIONAL(YX_SKF_TRY)
#undef YX_SKF_FIND
#undef YX_SKF_TRY
  if (!missing.empty()) {
    return fail(ErrorCode::unsupported, path + " lacks " + missing);
  }
  return std::shared_ptr<const SkfLibrary>(library);
}

SkfLibrary::~SkfLibrary() { ::dlclose(handle_); }

Result<void> SkfLibrary::create_soft_device(const std::string& path, const std::string& serial,
                                            const std::string& label) const {
  decltype(&YXSoft_CreateDevice) create = nullptr;
  if (!find(handle_, "YXSoft_CreateDevice", create)) {
    return fail(ErrorCode::unsupported, path_ + " is not the soft token: its devices are plugged in, not made");
  }
  return checked(create(path.c_str(), serial.c_str(), label.c_str()), "come into being");
}

Result<std::vector<std::string>> SkfLibrary::devices() const {
  return names_of("list devices", [this](LPSTR list, ULONG* size) { return functions_.EnumDev(TRUE, list, size); });
}

std::string name_of_sar(ULONG sar) {
  constexpr ULONG base = 0x0A000000;
  static constexpr std::array names{"",
                                    "FAIL",
                                    "UNKNOWNERR",
                                    "NOTSUPPORTYETERR",
                                    "FILEERR",
                                    "INVALIDHANDLEERR",
                                    "INVALIDPARAMERR",
                                    "READFILEERR",
                                    "WRITEFILEERR",
                                    "NAMELENERR",
                                    "KEYUSAGEERR",
                                    "MODULUSLENERR",
                                    "NOTINITIALIZEERR",
                                    "OBJERR",
                                    "MEMORYERR",
                                    "TIMEOUTERR",
                                    "INDATALENERR",
                                    "INDATAERR",
                                    "GENRANDERR",
                                    "HASHOBJERR",
                                    "HASHERR",
                                    "GENRSAKEYERR",
                                    "RSAMODULUSLENERR",
                                    "CSPIMPRTPUBKEYERR",
                                    "RSAENCERR",
                                    "RSADECERR",
                                    "HASHNOTEQUALERR",
                                    "KEYNOTFOUNDERR",
                                    "CERTNOTFOUNDERR",
                                    "NOTEXPORTERR",
                                    "DECRYPTPADERR",
                                    "MACLENERR",
                                    "BUFFER_TOO_SMALL",
                                    "KEYINFOTYPEERR",
                                    "NOT_EVENTERR",
                                    "DEVICE_REMOVED",
                                    "PIN_INCORRECT",
                                    "PIN_LOCKED",
                                    "PIN_INVALID",
                                    "PIN_LEN_RANGE",
                                    "USER_ALREADY_LOGGED_IN",
                                    "USER_PIN_NOT_INITIALIZED",
                                    "USER_TYPE_INVALID",
                                    "APPLICATION_NAME_INVALID",
                                    "APPLICATION_EXISTS",
                                    "USER_NOT_LOGGED_IN",
                                    "APPLICATION_NOT_EXISTS",
                                    "FILE_ALREADY_EXIST",
                                    "NO_ROOM",
                                    "FILE_NOT_EXIST",
                                    "REACH_MAX_CONTAINER_COUNT"};
  if (sar > base && sar - base < names.size()) {
    return std::string("SAR_") + names[sar - base];
  }
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "0x%08X", sar);
  return number.data();
}

namespace {

ErrorCode code_of(ULONG sar) {
  switch (sar) {
    case SAR_DEVICE_REMOVED: return ErrorCode::token_removed;
    case SAR_PIN_INCORRECT: return ErrorCode::pin_wrong;
    case SAR_PIN_LOCKED: return ErrorCode::pin_locked;
    case SAR_USER_NOT_LOGGED_IN: return ErrorCode::not_signed_in;
    case SAR_NOTSUPPORTYETERR: return ErrorCode::unsupported;
    case SAR_PIN_INVALID:
    case SAR_PIN_LEN_RANGE:
    case SAR_INVALIDPARAMERR:
    case SAR_NAMELENERR:
    case SAR_APPLICATION_NAME_INVALID:
    case SAR_INDATALENERR:
    case SAR_INDATAERR: return ErrorCode::invalid_input;
    case SAR_DECRYPTPADERR:
    case SAR_FILEERR: return ErrorCode::corrupt;
    case SAR_APPLICATION_NOT_EXISTS:
    case SAR_KEYNOTFOUNDERR:
    case SAR_CERTNOTFOUNDERR:
    case SAR_FILE_NOT_EXIST: return ErrorCode::not_found;
    case SAR_APPLICATION_EXISTS:
    case SAR_FILE_ALREADY_EXIST: return ErrorCode::already_exists;
    case SAR_NO_ROOM:
    case SAR_REACH_MAX_CONTAINER_COUNT:
    case SAR_USER_PIN_NOT_INITIALIZED: return ErrorCode::precondition;
    case SAR_TIMEOUTERR: return ErrorCode::conflict;
    case SAR_NOTINITIALIZEERR:
    case SAR_INVALIDHANDLEERR: return ErrorCode::wrong_state;
    default: return ErrorCode::internal;
  }
}

}  // namespace

Error error_of(ULONG sar, std::string_view doing) {
  ensure(sar != SAR_OK, "a token's success turned into an error");
  return fail(code_of(sar), "the token refused to " + std::string(doing) + ": " + name_of_sar(sar));
}

Result<void> checked(ULONG sar, std::string_view doing) {
  if (sar != SAR_OK) {
    return error_of(sar, doing);
  }
  return {};
}

}  // namespace yinxin::token::skf
