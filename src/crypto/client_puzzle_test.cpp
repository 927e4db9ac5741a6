#include "crypto/client_puzzle.h"

#include <gtest/gtest.h>

namespace yinxin::crypto {
namespace {

constexpr int bits = 9;
constexpr std::size_t parts = 4;

Bytes counted_salt() {
  Bytes salt(puzzle_salt_bytes);
  for (std::size_t i = 0; i < salt.size(); ++i) {
    salt[i] = static_cast<std::uint8_t>(i);
  }
  return salt;
}

// The page's own test has the same vector (web/src/hall/puzzle); it was made with OpenSSL's SM3.
constexpr std::string_view proof_of_counted_salt = "0000003400000db800000085000003e0";

TEST(ClientPuzzle, TheProofIsTheOneThatThePageFinds) {
  const Bytes proof = do_work(counted_salt(), bits, parts);
  EXPECT_EQ(to_hex(proof), proof_of_counted_salt);
  EXPECT_TRUE(proves_work(counted_salt(), bits, parts, proof));
  EXPECT_EQ(to_hex(do_work(counted_salt(), 13, 2)), "00001f440000e5f1");
}

TEST(ClientPuzzle, EachPartIsToBeSolvedAndNothingMoreIsSent) {
  const Bytes salt = counted_salt();
  const Bytes proof = do_work(salt, bits, parts);
  for (std::size_t part = 0; part < parts; ++part) {
    Bytes other = proof;
    other[part * puzzle_number_bytes + 3] ^= 1U;
    EXPECT_FALSE(proves_work(salt, bits, parts, other)) << part;
  }
  Bytes swapped(proof.begin() + puzzle_number_bytes, proof.end());
  append(swapped, BytesView(proof).first(puzzle_number_bytes));
  EXPECT_FALSE(proves_work(salt, bits, parts, swapped)) << "a number is of its part";
  EXPECT_FALSE(proves_work(salt, bits, parts, BytesView(proof).first(proof.size() - 1)));
  EXPECT_FALSE(proves_work(salt, bits, parts, concat({proof, Bytes{0}})));
  EXPECT_FALSE(proves_work(salt, bits, parts, {}));
  Bytes other_salt = salt;
  other_salt.back() ^= 1U;
  EXPECT_FALSE(proves_work(other_salt, bits, parts, proof));
  EXPECT_FALSE(proves_work(salt, bits + 8, parts, proof)) << "less work than asked for";
}

TEST(ClientPuzzle, NoBitsAreNoWork) { EXPECT_EQ(to_hex(do_work(counted_salt(), 0, 2)), "0000000000000000"); }

}  // namespace
}  // namespace yinxin::crypto
