#include "base/secret_bytes.h"

#include <cstring>

namespace yinxin {

void wipe(std::span<std::uint8_t> bytes) {
  if (!bytes.empty()) {
    explicit_bzero(bytes.data(), bytes.size());
  }
}

void wipe(std::string& text) {
  if (!text.empty()) {
    explicit_bzero(text.data(), text.size());
  }
  text.clear();
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

}  // namespace yinxin
