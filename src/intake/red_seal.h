#pragma once
// Is there a red seal on this page? A hint for the person who uploads and for the officer who looks; never a verdict.

#include <optional>

#include "intake/picture.h"

namespace yinxin::intake {

struct RedSeal {
  double red_fraction = 0;  // of the page's area that is red ink
  // Around the largest red group; fractions of the page's width and height, from its upper left corner.
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

// nullopt: nothing red on the page is large enough for a seal. internal: no memory, or the library's own trouble.
Result<std::optional<RedSeal>> find_red_seal(const Picture& page);

}  // namespace yinxin::intake
