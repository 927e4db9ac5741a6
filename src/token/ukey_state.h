#pragma once
// Inside of Ukey: the open handles, each closed in its turn.

#include <utility>

#include "token/ukey.h"

namespace yinxin::token {

// A handle with the function that closes it.
class OwnedHandle {
 public:
  using Close = ULONG(DEVAPI*)(HANDLE);
  OwnedHandle() = default;
  OwnedHandle(HANDLE handle, Close close) : handle_(handle), close_(close) {}
  OwnedHandle(OwnedHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), close_(other.close_) {}
  OwnedHandle& operator=(OwnedHandle&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
      close_ = other.close_;
    }
    return *this;
  }
  OwnedHandle(const OwnedHandle&) = delete;
  OwnedHandle& operator=(const OwnedHandle&) = delete;
  ~OwnedHandle() { reset(); }
  void reset() {
    if (handle_ != nullptr) {
      close_(std::exchange(handle_, nullptr));
    }
  }
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_ = nullptr;
  Close close_ = nullptr;
};

struct Ukey::State {
  std::shared_ptr<const skf::SkfLibrary> library;  // outlives the handles: members end in reverse order
  DeviceInfo info;
  ULONG auth_algorithm = 0;
  OwnedHandle device;
  OwnedHandle application;
};

class Ukey::Container {
 public:
  Container(std::shared_ptr<const skf::SkfLibrary> library, OwnedHandle handle)
      : library_(std::move(library)), handle_(std::move(handle)) {}
  [[nodiscard]] HANDLE get() const { return handle_.get(); }
  const skf::Functions* operator->() const { return library_->operator->(); }

  [[nodiscard]] Result<crypto::Sm2PublicKey> public_key(bool signing) const;
  [[nodiscard]] Result<Bytes> certificate(bool signing) const;
  [[nodiscard]] Result<void> import_certificate(bool signing, BytesView der) const;
  [[nodiscard]] Result<crypto::Sm2Signature> sign(const crypto::Sm2PublicKey& key, BytesView message) const;

 private:
  std::shared_ptr<const skf::SkfLibrary> library_;
  OwnedHandle handle_;
};

// A PIN or name as the C string that SKF takes, wiped afterwards.
class CText {
 public:
  explicit CText(std::string_view text) : text_(text) {}
  explicit CText(const SecretBytes& secret) : text_(secret.expose_text()) {}
  CText(const CText&) = delete;
  CText& operator=(const CText&) = delete;
  ~CText() { wipe(text_); }
  [[nodiscard]] LPSTR get() { return text_.data(); }

 private:
  std::string text_;
};

}  // namespace yinxin::token
