#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/ensure.h"

namespace yinxin {

Bytes Random::bytes(std::size_t size) {
  Bytes out(size);
  fill(out);
  return out;
}

SecretBytes Random::secret(std::size_t size) {
  SecretBytes out(size);
  fill(out.expose_for_writing());
  return out;
}

std::uint64_t Random::below(std::uint64_t below) {
  ensure(below > 0, "a random number below zero");
  const std::uint64_t unbiased = UINT64_MAX - UINT64_MAX % below;
  for (;;) {
    std::uint64_t drawn = 0;
    fill({reinterpret_cast<std::uint8_t*>(&drawn), sizeof drawn});
    if (drawn < unbiased) {
      return drawn % below;
    }
  }
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    ensure(got > 0, "the kernel gives no randomness");
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    z ^= z >> 31;
    std::memcpy(out.data() + i, &z, std::min<std::size_t>(8, out.size() - i));
  }
}

}  // namespace yinxin
