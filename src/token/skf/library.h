#pragma once
// A vendor's SKF library, or ours, loaded at run time; and what its answers mean in our words.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "token/skf/skf.h"

namespace yinxin::token::skf {

// What a certificate's life cannot do without, and what some drivers leave out.
// clang-format off
#define YX_SKF_REQUIRED(X)                                                                                  \
  X(EnumDev) X(ConnectDev) X(DisConnectDev) X(GetDevInfo) X(DevAuth) X(ChangePIN) X(GetPINInfo)             \
  X(VerifyPIN) X(UnblockPIN) X(ClearSecureState) X(CreateApplication) X(EnumApplication)                    \
  X(DeleteApplication) X(OpenApplication) X(CloseApplication) X(CreateContainer) X(DeleteContainer)         \
  X(OpenContainer) X(CloseContainer) X(EnumContainer) X(ImportCertificate) X(ExportCertificate)             \
  X(GenRandom) X(GenECCKeyPair) X(ImportECCKeyPair) X(ECCSignData) X(ExportPublicKey) X(ImportSessionKey)   \
  X(DecryptInit) X(Decrypt) X(CloseHandle)
#define YX_SKF_OPTIONAL(X)                                                                                  \
  X(ChangeDevAuthKey) X(SetLabel) X(GetContainerType) X(ECCDecrypt) X(PrvKeyDecrypt) X(GetDevState)         \
  X(WaitForDevEvent) X(CancelWaitForDevEvent)
// clang-format on

// One pointer per function, by the standard's name without SKF_. Optional ones may be null.
struct Functions {
#define YX_SKF_MEMBER(name) decltype(&SKF_##name) name = nullptr;
  YX_SKF_REQUIRED(YX_SKF_MEMBER)
  YX_SKF_OPTIONAL(YX_SKF_MEMBER)
#undef YX_SKF_MEMBER
};

class SkfLibrary {
 public:
  // not_found when the file does not load, unsupported (naming them) when required symbols are missing.
  static Result<std::shared_ptr<const SkfLibrary>> load(const std::string& path);
  SkfLibrary(const SkfLibrary&) = delete;
  SkfLibrary& operator=(const SkfLibrary&) = delete;
  ~SkfLibrary();

  const Functions* operator->() const { return &functions_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // Makes a device where the library is the soft token: `path` is FOLDER/NAME.ukey. unsupported for a vendor's.
  [[nodiscard]] Result<void> create_soft_device(const std::string& path, const std::string& serial,
                                                const std::string& label) const;
  // Names of the devices that are plugged in.
  [[nodiscard]] Result<std::vector<std::string>> devices() const;

 private:
  SkfLibrary(std::string path, void* handle) : path_(std::move(path)), handle_(handle) {}
  std::string path_;
  void* handle_;
  Functions functions_;
};

// "SAR_PIN_LOCKED", or the number for a code outside the standard.
std::string name_of_sar(ULONG sar);
// The failure that `sar` means; `doing` says what was tried, e.g. "sign". Not for SAR_OK.
Error error_of(ULONG sar, std::string_view doing);
// Success, or error_of.
Result<void> checked(ULONG sar, std::string_view doing);

}  // namespace yinxin::token::skf
