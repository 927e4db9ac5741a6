// Textual encodings of PKIX structures (RFC 7468).

#include <algorithm>

#include "crypto/x509/certificate.h"

namespace yinxin::x509 {

namespace {
constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t line_size = 64;
}  // namespace

Result<std::vector<PemBlock>> read_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  for (;;) {
    const std::size_t begin = text.find(begin_mark);
    if (begin == std::string_view::npos) {
      return blocks;
    }
    text.remove_prefix(begin + begin_mark.size());
    const std::size_t label_end = text.find(dashes);
    if (label_end == std::string_view::npos) {
      return fail(ErrorCode::invalid_input, "a PEM block cut short");
    }
    PemBlock block{.label = std::string(text.substr(0, label_end)), .der = {}};
    text.remove_prefix(label_end + dashes.size());
    const std::string closing = std::string(end_mark) + block.label + std::string(dashes);
    const std::size_t end = text.find(closing);
    if (end == std::string_view::npos) {
      return fail(ErrorCode::invalid_input, "a PEM block without its end");
    }
    YX_TRY(block.der, from_base64(text.substr(0, end)));
    blocks.push_back(std::move(block));
    text.remove_prefix(end + closing.size());
  }
}

std::string to_pem(std::string_view label, BytesView der) {
  std::string text = std::string(begin_mark) + std::string(label) + std::string(dashes) + "\n";
  const std::string body = to_base64(der);
  for (std::size_t i = 0; i < body.size(); i += line_size) {
    text += body.substr(i, line_size) + "\n";
  }
  return text + std::string(end_mark) + std::string(label) + std::string(dashes) + "\n";
}

Result<Bytes> der_of_file(BytesView file, const std::vector<std::string_view>& labels) {
  if (!file.empty() && file[0] == asn1::tag::sequence) {
    return to_bytes(file);
  }
  YX_TRY(std::vector<PemBlock> blocks, read_pem(text_of(file)));
  for (PemBlock& block : blocks) {
    if (labels.empty() || std::ranges::find(labels, block.label) != labels.end()) {
      return std::move(block.der);
    }
  }
  return fail(ErrorCode::invalid_input, "neither DER nor a PEM block of the expected kind");
}

}  // namespace yinxin::x509
