// Seals and seal signatures from strangers: whatever the bytes, they are read or refused, and the report about them is
// UTF-8.

#include <cstdint>

#include "base/text.h"
#include "seal/ses/version.h"
#include "seal/verify/verify.h"

using namespace yinxin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  if (const auto seal = seal::ses::parse_seal(input)) {
    ensure(same(seal->der, input), "a seal keeps the bytes it was read from");
  }
  if (const auto signature = seal::ses::parse_signature(input)) {
    ensure(same(signature->der, input), "a seal signature keeps the bytes it was read from");
  }
  seal::verify::Options options;
  options.trust.now = from_unix_ms(1795219200000);
  options.signed_content = Bytes{'x'};
  const auto report = seal::verify::verify_bytes(to_bytes(input), options);
  ensure(report.verdict != seal::verify::Verdict::valid, "nothing is valid without anchors");
  ensure(is_utf8(to_json(report)), "a report is UTF-8");
  return 0;
}
