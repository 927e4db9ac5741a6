#pragma once
// A finished paper.

#include <string>

#include "base/bytes.h"

namespace yinxin::paper {

struct Paper {
  Bytes pdf;
  std::size_t pages = 0;
  // Characters that were handed in and that none of our fonts can draw: they stand on the paper as boxes, so somebody
  // has to write them by hand. Each once, in the order met.
  std::u32string without_glyph;
};

}  // namespace yinxin::paper
