#pragma once
// QR codes on a page, read by zxing.

#include <string>
#include <vector>

#include "intake/picture.h"

namespace yinxin::intake {

constexpr std::size_t max_qr_codes = 8;  // on one page; further ones are not looked for

struct QrCode {
  std::string text;  // UTF-8
  int x = 0;         // its middle, pixels of the picture
  int y = 0;
};

// None found is an empty list. internal: no memory, or the reader's own trouble.
Result<std::vector<QrCode>> read_qr(const Picture& picture);

}  // namespace yinxin::intake
