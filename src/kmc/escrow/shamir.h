#pragma once
// Shamir's secret sharing over GF(256) (the AES field, x^8 + x^4 + x^3 + x + 1), byte by byte, without tables and
// without branches on secrets. Fewer shares than the threshold say nothing about the secret but its size.

#include <vector>

#include "base/random.h"

namespace yinxin::kmc {

constexpr std::size_t max_shared_secret_bytes = 64;

struct Share {
  std::uint8_t index = 0;  // the x of the point, 1 to 255
  SecretBytes value;       // as long as the secret
};

// `count` shares of which any `threshold` give the secret back; 2 <= threshold <= count <= 255, 1 to 64 bytes.
Result<std::vector<Share>> split(const SecretBytes& secret, std::size_t threshold, std::size_t count, Random& random);

// The secret from exactly the shares given, which must be at least `threshold` of one splitting: the arithmetic cannot
// tell a wrong share, the caller checks shares and result against their digests. invalid_input for an index that is
// zero or twice, or sizes that differ.
Result<SecretBytes> combine(const std::vector<const Share*>& shares);

}  // namespace yinxin::kmc
