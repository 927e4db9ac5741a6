#include "crypto/client_puzzle.h"

#include <algorithm>
#include <bit>

#include "base/ensure.h"

namespace yinxin::crypto {

namespace {

using Number = std::array<std::uint8_t, puzzle_number_bytes>;

Number number_of(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
          static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

int zero_bits_of(const Digest& digest) {
  int zeros = 0;
  for (const std::uint8_t byte : digest) {
    zeros += std::countl_zero(byte);
    if (byte != 0) {
      break;
    }
  }
  return zeros;
}

// One block of SM3's input, whose last four bytes are the number.
class Part {
 public:
  Part(BytesView salt, std::size_t part) {
    ensure(salt.size() == puzzle_salt_bytes, "a puzzle's salt is as long as a digest");
    std::ranges::copy(salt, input_.begin());
    std::ranges::copy(number_of(static_cast<std::uint32_t>(part)), input_.begin() + puzzle_salt_bytes);
  }
  bool is_solved_by(BytesView number, int bits) {
    std::ranges::copy(number, input_.end() - puzzle_number_bytes);
    return zero_bits_of(sm3(input_)) >= bits;
  }

 private:
  std::array<std::uint8_t, puzzle_salt_bytes + 2 * puzzle_number_bytes> input_{};
};

}  // namespace

bool proves_work(BytesView salt, int bits, std::size_t parts, BytesView proof) {
  if (proof.size() != parts * puzzle_number_bytes) {
    return false;
  }
  for (std::size_t part = 0; part < parts; ++part) {
    if (!Part(salt, part).is_solved_by(proof.subspan(part * puzzle_number_bytes, puzzle_number_bytes), bits)) {
      return false;
    }
  }
  return true;
}

Bytes do_work(BytesView salt, int bits, std::size_t parts) {
  ensure(bits >= 0 && bits <= max_puzzle_bits, "a puzzle has as many bits as can be found");
  Bytes proof;
  for (std::size_t part = 0; part < parts; ++part) {
    Part work(salt, part);
    std::uint32_t number = 0;
    while (!work.is_solved_by(number_of(number), bits)) {
      ++number;
    }
    append(proof, number_of(number));
  }
  return proof;
}

}  // namespace yinxin::crypto
