#include "view/geometry.h"

#include <charconv>
#include <cmath>

#include "view/limits.h"

namespace yinxin::view {

namespace {

bool parts_numbers(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ','; }

void skip_blanks(std::string_view& text) {
  while (!text.empty() && parts_numbers(text.front())) {
    text.remove_prefix(1);
  }
}

}  // namespace

bool Matrix::is_regular() const {
  constexpr double smallest_determinant = 1e-9;
  const double determinant = a * d - b * c;
  return std::isfinite(determinant) && std::abs(determinant) > smallest_determinant;
}

std::optional<double> take_number(std::string_view& text) {
  skip_blanks(text);
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || !std::isfinite(number) || std::abs(number) > max_number) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<std::vector<double>> numbers_of(std::string_view text, std::size_t most) {
  std::vector<double> numbers;
  for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
    const auto number = take_number(text);
    if (!number || numbers.size() == most || (!text.empty() && !parts_numbers(text.front()))) {
      return std::nullopt;
    }
    numbers.push_back(*number);
  }
  return numbers;
}

std::optional<double> number_of(std::string_view text) {
  const auto numbers = numbers_of(text, 1);
  return numbers && numbers->size() == 1 ? std::optional<double>(numbers->front()) : std::nullopt;
}

std::optional<Box> box_of(std::string_view text) {
  constexpr std::size_t count = 4;
  const auto numbers = numbers_of(text, count);
  if (!numbers || numbers->size() != count) {
    return std::nullopt;
  }
  return Box{(*numbers)[0], (*numbers)[1], (*numbers)[2], (*numbers)[3]};
}

std::optional<Matrix> matrix_of(std::string_view text) {
  constexpr std::size_t count = 6;
  const auto n = numbers_of(text, count);
  if (!n || n->size() != count) {
    return std::nullopt;
  }
  return Matrix{.a = (*n)[0], .b = (*n)[1], .c = (*n)[2], .d = (*n)[3], .e = (*n)[4], .f = (*n)[5]};
}

}  // namespace yinxin::view
