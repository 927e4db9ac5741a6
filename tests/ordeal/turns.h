#pragma once
// What befalls a journey: how it is paid, whether it comes back to be corrected, and how it ends; drawn from its seed.

#include <cstdint>
#include <string>

namespace yinxin::ordeal {

enum class End : std::uint8_t { certificate, withdrawn, refused };
enum class Return : std::uint8_t { none, before_acceptance, after_acceptance };

struct Turns {
  std::string way = "wechat";
  Return returned = Return::none;
  End end = End::certificate;

  // `must_be_made`: it ends with a certificate.
  static Turns draw(std::uint64_t seed, bool must_be_made);
  [[nodiscard]] std::string told() const;
};

}  // namespace yinxin::ordeal
