#pragma once
// The C door of an SKF library, for tests: our soft token by default, a vendor's with YX_SKF_LIBRARY.
// With a vendor's device: YX_SKF_DEVICE_KEY (hexadecimal, the device key it has now), YX_SKF_ADMIN_PIN and
// YX_SKF_USER_PIN (of the application "YX-BLACKBOX", which the suite makes and deletes).

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "crypto/sm4.h"
#include "token/skf/skf.h"
#include "token/soft/exports.h"

namespace yinxin::token::door {

inline std::string setting(const char* name, std::string otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : std::move(otherwise);
}
inline bool is_vendor() { return std::getenv("YX_SKF_LIBRARY") != nullptr; }
inline std::string library_path() { return setting("YX_SKF_LIBRARY", YX_SOFT_SKF); }
inline Bytes device_key() {
  const char* hex = std::getenv("YX_SKF_DEVICE_KEY");
  return hex != nullptr ? *from_hex(hex) : to_bytes(bytes_of("1234567812345678"));
}

inline void* library() {
  static void* handle = [] {
    void* opened = ::dlopen(library_path().c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) {
      std::fprintf(stderr, "%s\n", ::dlerror());
      std::abort();
    }
    return opened;
  }();
  return handle;
}

template <class Function>
Function symbol(const char* name) {
  auto* found = reinterpret_cast<Function>(::dlsym(library(), name));
  if (found == nullptr) {
    std::fprintf(stderr, "no symbol %s\n", name);
    std::abort();
  }
  return found;
}
#define SKF(name) (::yinxin::token::door::symbol<decltype(&SKF_##name)>("SKF_" #name))

// A C string that the standard's prototypes can take.
class Text {
 public:
  Text(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Text(const char* text) : text_(text) {}             // NOLINT(google-explicit-constructor)
  operator LPSTR() { return text_.data(); }           // NOLINT(google-explicit-constructor)

 private:
  std::string text_;
};

// A folder of its own for the soft tokens of this process, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "yx-soft-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    ::setenv("YINXIN_SOFT_TOKENS", path_.c_str(), 1);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  ULONG create(const std::string& name) const {
    return symbol<decltype(&YXSoft_CreateDevice)>("YXSoft_CreateDevice")((path_ / (name + ".ukey")).c_str(),
                                                                         ("SN-" + name).c_str(), "test");
  }

 private:
  std::filesystem::path path_;
};

inline ULONG authenticate(DEVHANDLE device, Bytes key = device_key()) {
  Bytes challenge(crypto::sm4_block_size, 0);
  if (const ULONG sar = SKF(GenRandom)(device, challenge.data(), DEV_AUTH_RANDOM_LEN); sar != SAR_OK) {
    return sar;
  }
  Bytes answer = *crypto::sm4_encrypt(crypto::Sm4Mode::ecb, key, {}, challenge);
  return SKF(DevAuth)(device, answer.data(), static_cast<ULONG>(answer.size()));
}

inline const std::string application_name = "YX-BLACKBOX";
inline std::string admin_pin() { return setting("YX_SKF_ADMIN_PIN", "admin-12345"); }
inline std::string user_pin() { return setting("YX_SKF_USER_PIN", "user-12345"); }
constexpr DWORD retries = 5;

}  // namespace yinxin::token::door
