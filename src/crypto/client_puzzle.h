#pragma once
// Work that whoever asks for something pays with, as RFC 8019 has client puzzles, here over SM3. A puzzle is a salt and
// a number of parts; a proof is one number for each part, in order, 4 bytes each, most significant first. A number
// solves its part when
//
//   SM3(salt || part (4 bytes, from 0) || number (4 bytes))
//
// begins with `bits` zero bits. Many small parts and not a large one: how long a solver is busy varies less by chance.

#include "crypto/sm3.h"

namespace yinxin::crypto {

constexpr std::size_t puzzle_salt_bytes = 32;  // with part and number one block of SM3
constexpr std::size_t puzzle_number_bytes = 4;
constexpr int max_puzzle_bits = 24;  // beyond, 4 bytes may hold no solution

// Whether `proof` has exactly `parts` numbers and each solves its part. Stops at the first that does not: a proof is no
// secret, and nonsense costs one hash.
bool proves_work(BytesView salt, int bits, std::size_t parts, BytesView proof);

// The proof by the smallest numbers; about parts * 2^bits hashes. For programs that ask as a page does.
Bytes do_work(BytesView salt, int bits, std::size_t parts);

}  // namespace yinxin::crypto
