#pragma once
// QR codes (ISO/IEC 18004) as squares to draw.

#include <string_view>
#include <vector>

#include "base/result.h"

namespace yinxin::paper {

// What fits a version-10 symbol of level M with room to spare; longer texts would print too fine for a scanner.
constexpr std::size_t max_qr_text_bytes = 200;

// A square of `side` by `side` modules, row by row, without the quiet zone of four modules that it needs around it.
struct QrMatrix {
  std::size_t side = 0;
  std::vector<bool> dark;

  [[nodiscard]] bool at(std::size_t row, std::size_t column) const { return dark[row * side + column]; }
};

// Error correction level M, bytes as they are. invalid_input "qr.text" when empty, longer than max_qr_text_bytes or
// with a zero byte.
Result<QrMatrix> make_qr(std::string_view text);

}  // namespace yinxin::paper
