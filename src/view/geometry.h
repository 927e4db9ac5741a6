#pragma once
// Numbers, boxes and matrices as GB/T 33190-2016 7.3 writes them (ST_Array, ST_Box, CTM).

#include <optional>
#include <string_view>
#include <vector>

#include "seal/ofd/document.h"

namespace yinxin::view {

using seal::ofd::Box;  // millimetres, origin top left, y downwards

struct Point {
  double x = 0;
  double y = 0;
};

// x' = a x + c y + e, y' = b x + d y + f
struct Matrix {
  double a = 1;
  double b = 0;
  double c = 0;
  double d = 1;
  double e = 0;
  double f = 0;
  // Whether it maps a plane onto a plane, by a margin that arithmetic survives.
  [[nodiscard]] bool is_regular() const;
};

// One number at the start of `text`, blanks before it skipped; it is cut off `text`. nullopt unless finite and within
// max_number.
std::optional<double> take_number(std::string_view& text);
// Numbers parted by blanks or commas, nothing else; nullopt when there are more than `most`.
std::optional<std::vector<double>> numbers_of(std::string_view text, std::size_t most);
std::optional<double> number_of(std::string_view text);
// "x y w h", of any width and height: lines have boxes without height, and some writers count backwards.
std::optional<Box> box_of(std::string_view text);
// "a b c d e f"
std::optional<Matrix> matrix_of(std::string_view text);

}  // namespace yinxin::view
