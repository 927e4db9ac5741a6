#pragma once
// Randomness is handed in. Production has one source, the kernel's; tests may replay a seed.

#include "base/bytes.h"
#include "base/secret_bytes.h"

namespace yinxin {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  Bytes bytes(std::size_t size);
  SecretBytes secret(std::size_t size);
  // Uniform in [0, below); below > 0. Rejection sampling, no modulo bias.
  std::uint64_t below(std::uint64_t below);
};

// getrandom(2). Stops the process when the kernel cannot give any: no key may rest on less.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// The same stream for the same seed (splitmix64). Never for keys.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace yinxin
