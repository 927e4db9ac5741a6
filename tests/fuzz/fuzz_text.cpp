// Any bytes as the texts that come from files, forms and wires: PEM, Base64, hexadecimal, times, numbers.
#include "base/ensure.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/x509/certificate.h"

namespace {

using namespace yinxin;

void encodings(std::string_view text) {
  if (const auto bytes = from_hex(text)) {
    ensure(to_hex(*bytes) == ascii_lower(text), "hexadecimal is written as it was read");
  }
  if (const auto bytes = from_base64(text)) {
    const auto again = from_base64(to_base64(*bytes));
    ensure(again.has_value() && *again == *bytes, "Base64 is read as it was written");
  }
  const auto same_bytes = from_base64(to_base64(bytes_of(text)));
  ensure(same_bytes.has_value() && same(*same_bytes, bytes_of(text)), "any bytes have their Base64");
}

void pem(std::string_view text) {
  const auto blocks = x509::read_pem(text);
  if (blocks) {
    for (const x509::PemBlock& block : *blocks) {
      const auto again = x509::read_pem(x509::to_pem(block.label, block.der));
      ensure(again.has_value() && again->size() == 1 && again->front().label == block.label &&
                 again->front().der == block.der,
             "a PEM block is read as it was written");
    }
  }
  (void)x509::der_of_file(bytes_of(text), {"CERTIFICATE"});
}

void typed(std::string_view text) {
  const auto points = decode_utf8(text);
  ensure(points.has_value() == is_utf8(text), "what has code points is UTF-8");
  ensure(!points || encode_utf8(*points) == text, "UTF-8 is written as it was read");
  if (const auto once = normalised(text)) {
    const auto twice = normalised(*once);
    ensure(is_utf8(*once) && twice.has_value() && *twice == *once, "the one form stays as it is");
  }
  if (const auto once = normalised_number(text)) {
    const auto twice = normalised_number(*once);
    ensure(twice.has_value() && *twice == *once, "the one form of a number stays as it is");
  }
  if (points) {
    const std::string hidden = masked(text, 1, 1);
    ensure(is_utf8(hidden) && decode_utf8(hidden)->size() == points->size(), "a mask keeps the length");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of({data, size});
  encodings(text);
  pem(text);
  typed(text);
  if (const auto at = from_rfc3339(text)) {
    const auto again = from_rfc3339(to_rfc3339(*at));
    ensure(again.has_value() && *again == *at, "a time is read as it was written");
  }
  return 0;
}
