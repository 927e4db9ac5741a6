#pragma once
// What a provider has answered, read without trust in its shape: whatever is not there is empty.

#include <memory>

#include "base/bytes.h"

namespace yinxin::outside {

class Json {
 public:
  Json() = default;  // null
  // RFC 8259. corrupt when it is none, or nested deeper than 32.
  static Result<Json> parse(BytesView text);

  [[nodiscard]] bool is_null() const { return node_ == nullptr; }
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_array() const;
  // Null when this is no object or has no such member.
  [[nodiscard]] Json at(std::string_view key) const;
  // A string, or a whole number or truth value as it is written; else empty.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text(std::string_view key) const { return at(key).text(); }
  // Empty when this is no array.
  [[nodiscard]] std::vector<Json> items() const;

 private:
  Json(std::shared_ptr<const void> root, const void* node) : root_(std::move(root)), node_(node) {}
  std::shared_ptr<const void> root_;
  const void* node_ = nullptr;
};

// A provider's code as it may stand in an Error's detail: 1 to 64 of [0-9A-Za-z._-], else "a code of its own".
std::string told_code(std::string_view code);

}  // namespace yinxin::outside
