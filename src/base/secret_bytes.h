#pragma once
// Bytes that must not be printed, copied by accident, or left behind in memory.

#include <ostream>

#include "base/bytes.h"

namespace yinxin {

// Overwrites memory in a way the compiler may not leave out.
void wipe(std::span<std::uint8_t> bytes);
void wipe(std::string& text);

// Keys, PINs, passphrases. Moves, never copies; wiped when it ends. It has no way to be printed:
// whoever needs the bytes writes expose(), which is easy to find in a review.
class SecretBytes {
 public:
  SecretBytes() = default;
  // Zero bytes of the given size, to be filled through expose_for_writing().
  explicit SecretBytes(std::size_t size) : bytes_(size) {}
  // Copies the bytes; wiping the original stays the caller's duty.
  explicit SecretBytes(BytesView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  // Takes the buffer over, so that no second copy exists.
  explicit SecretBytes(Bytes&& bytes) : bytes_(std::move(bytes)) {}
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes() { wipe(bytes_); }

  [[nodiscard]] SecretBytes clone() const { return SecretBytes(BytesView(bytes_)); }
  [[nodiscard]] BytesView expose() const { return bytes_; }
  [[nodiscard]] std::string_view expose_text() const { return text_of(bytes_); }
  [[nodiscard]] std::span<std::uint8_t> expose_for_writing() { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  // Constant time in the contents.
  [[nodiscard]] bool equals(const SecretBytes& other) const { return equal_in_constant_time(bytes_, other.bytes_); }

  friend std::ostream& operator<<(std::ostream&, const SecretBytes&) = delete;

 private:
  Bytes bytes_;
};

}  // namespace yinxin
