#include "paper/qr.h"

#include <qrencode.h>

#include <memory>
#include <string>

namespace yinxin::paper {

Result<QrMatrix> make_qr(std::string_view text) {
  if (text.empty() || text.size() > max_qr_text_bytes || text.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::invalid_input, "qr.text");
  }
  const std::string terminated(text);
  constexpr int smallest_version = 0;  // the smallest that fits
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(terminated.c_str(), smallest_version, QR_ECLEVEL_M), &QRcode_free);
  if (!code) {
    return fail(ErrorCode::internal, "qr.encode");
  }
  QrMatrix matrix;
  matrix.side = static_cast<std::size_t>(code->width);
  matrix.dark.reserve(matrix.side * matrix.side);
  for (std::size_t i = 0; i < matrix.side * matrix.side; ++i) {
    matrix.dark.push_back((code->data[i] & 1U) != 0);
  }
  return matrix;
}

}  // namespace yinxin::paper
