#pragma once
// Result<T>: a value or an Error, spelled like std::expected (C++23) so that it can become it.

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/ensure.h"
#include "base/error.h"

namespace yinxin {

template <class T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T> && !std::is_same_v<std::remove_cv_t<T>, Error>);

 public:
  using value_type = T;

  template <class U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error>)
  Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}      // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return checked(); }
  const T& value() const& { return const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(checked()); }
  T& operator*() & { return checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(checked()); }
  T* operator->() { return &checked(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    ensure(!has_value(), "error() of a Result that holds a value");
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error&& error() && {
    ensure(!has_value(), "error() of a Result that holds a value");
    return std::move(*std::get_if<1>(&state_));
  }

  template <class U>
  [[nodiscard]] T value_or(U&& otherwise) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(otherwise));
  }

 private:
  T& checked() {
    if (!has_value()) [[unlikely]] {
      stop_on_bug("value() of a failed Result: " + std::get_if<1>(&state_)->describe(),
                  std::source_location::current());
    }
    return *std::get_if<0>(&state_);
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const {
    if (error_) [[unlikely]] {
      stop_on_bug("value() of a failed Result: " + error_->describe(), std::source_location::current());
    }
  }
  [[nodiscard]] const Error& error() const& {
    ensure(error_.has_value(), "error() of a Result that succeeded");
    return *error_;
  }
  [[nodiscard]] Error&& error() && {
    ensure(error_.has_value(), "error() of a Result that succeeded");
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

#define YX_CONCAT_INNER(a, b) a##b
#define YX_CONCAT(a, b) YX_CONCAT_INNER(a, b)

// YX_TRY(auto certificate, parse(bytes)); hands the Error to our caller, or gives the value a name.
#define YX_TRY(declaration, expression) YX_TRY_NAMED(YX_CONCAT(yx_result_, __COUNTER__), declaration, expression)
#define YX_TRY_NAMED(result, declaration, expression) \
  auto result = (expression);                         \
  if (!result.has_value()) [[unlikely]] {             \
    return std::move(result).error();                 \
  }                                                   \
  declaration = std::move(result).value()

// YX_CHECK(step()); for a Result whose value nobody needs.
#define YX_CHECK(expression)                                                    \
  do {                                                                          \
    if (auto yx_checked = (expression); !yx_checked.has_value()) [[unlikely]] { \
      return std::move(yx_checked).error();                                     \
    }                                                                           \
  } while (false)

}  // namespace yinxin
