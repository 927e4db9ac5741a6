#include "kmc/escrow/shamir.h"

namespace yinxin::kmc {
namespace {

constexpr unsigned reduction = 0x1b;  // x^8 = x^4 + x^3 + x + 1

std::uint8_t times(std::uint8_t a, std::uint8_t b) {
  unsigned product = 0;
  unsigned shifted = a;
  for (unsigned bit = 0; bit < 8; ++bit) {
    product ^= shifted & (0U - ((unsigned{b} >> bit) & 1U));
    shifted = ((shifted << 1U) ^ (reduction & (0U - (shifted >> 7U)))) & 0xffU;
  }
  return static_cast<std::uint8_t>(product & 0xffU);
}

// a^254, which is 1/a; 0 for 0.
std::uint8_t inverse(std::uint8_t a) {
  std::uint8_t out = 1;
  std::uint8_t power = a;
  for (int bit = 1; bit < 8; ++bit) {
    power = times(power, power);
    out = times(out, power);
  }
  return out;
}

}  // namespace

Result<std::vector<Share>> split(const SecretBytes& secret, std::size_t threshold, std::size_t count, Random& random) {
  if (secret.empty() || secret.size() > max_shared_secret_bytes || threshold < 2 || threshold > count || count > 255) {
    return fail(ErrorCode::invalid_input, "secret sharing: impossible sizes");
  }
  // Per byte a polynomial with the secret as constant term; coefficients stand by degree.
  const SecretBytes coefficients = random.secret((threshold - 1) * secret.size());
  std::vector<Share> shares;
  for (std::size_t n = 1; n <= count; ++n) {
    const auto x = static_cast<std::uint8_t>(n);
    Share share{x, SecretBytes(secret.size())};
    for (std::size_t at = 0; at < secret.size(); ++at) {
      std::uint8_t y = 0;
      for (std::size_t degree = threshold - 1; degree > 0; --degree) {
        y = static_cast<std::uint8_t>(times(y, x) ^ coefficients.expose()[(degree - 1) * secret.size() + at]);
      }
      share.value.expose_for_writing()[at] = static_cast<std::uint8_t>(times(y, x) ^ secret.expose()[at]);
    }
    shares.push_back(std::move(share));
  }
  return shares;
}

Result<SecretBytes> combine(const std::vector<const Share*>& shares) {
  if (shares.size() < 2 || shares.size() > 255) {
    return fail(ErrorCode::invalid_input, "secret sharing: 2 to 255 shares");
  }
  SecretBytes secret(shares.front()->value.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    // Lagrange at 0: the product of x_j / (x_j - x_i), where minus is plus.
    std::uint8_t weight = 1;
    for (std::size_t j = 0; j < shares.size(); ++j) {
      if (i == j) {
        continue;
      }
      const auto difference = static_cast<std::uint8_t>(shares[j]->index ^ shares[i]->index);
      if (difference == 0) {
        return fail(ErrorCode::invalid_input, "secret sharing: one share twice");
      }
      weight = times(weight, times(shares[j]->index, inverse(difference)));
    }
    if (shares[i]->index == 0 || shares[i]->value.size() != secret.size()) {
      return fail(ErrorCode::invalid_input, "secret sharing: shares that do not belong together");
    }
    for (std::size_t at = 0; at < secret.size(); ++at) {
      secret.expose_for_writing()[at] ^= times(weight, shares[i]->value.expose()[at]);
    }
  }
  return secret;
}

}  // namespace yinxin::kmc
