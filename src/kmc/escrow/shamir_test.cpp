#include "kmc/escrow/shamir.h"

#include <gtest/gtest.h>

#include <set>

namespace yinxin::kmc {
namespace {

SecretBytes secret_of(Bytes bytes) { return SecretBytes(std::move(bytes)); }

TEST(Shamir, AnyThreeOfFiveGiveTheSecretBack) {
  SystemRandom random;
  const auto secret = random.secret(32);
  const auto shares = split(secret, 3, 5, random).value();
  int tried = 0;
  for (std::size_t a = 0; a < 5; ++a) {
    for (std::size_t b = 0; b < 5; ++b) {
      for (std::size_t c = 0; c < 5; ++c) {
        if (a != b && b != c && a != c) {
          EXPECT_TRUE(combine({&shares[a], &shares[b], &shares[c]}).value().equals(secret));
          ++tried;
        }
      }
    }
  }
  EXPECT_EQ(tried, 60);
  EXPECT_TRUE(combine({&shares[0], &shares[1], &shares[2], &shares[3], &shares[4]}).value().equals(secret));
}

// For two given shares, every value of the secret has exactly one third share that leads to it.
TEST(Shamir, TwoSharesFitEverySecretEquallyWell) {
  SystemRandom random;
  const auto shares = split(secret_of({0x5a}), 3, 5, random).value();
  std::set<std::uint8_t> secrets;
  for (int guess = 0; guess < 256; ++guess) {
    const Share third{3, secret_of({static_cast<std::uint8_t>(guess)})};
    secrets.insert(combine({&shares[0], &shares[1], &third}).value().expose()[0]);
  }
  EXPECT_EQ(secrets.size(), 256U);
}

TEST(Shamir, TwoSharesOrAChangedOneGiveSomethingElse) {
  SystemRandom random;
  const auto secret = random.secret(32);
  auto shares = split(secret, 3, 5, random).value();
  EXPECT_FALSE(combine({&shares[0], &shares[1]}).value().equals(secret));
  shares[2].value.expose_for_writing()[7] ^= 1;
  EXPECT_FALSE(combine({&shares[0], &shares[1], &shares[2]}).value().equals(secret));
}

// x = 1, 2, 3 for the polynomial 0x2a + 0x11 x + 0x07 x^2 over the AES field, worked out by hand:
// 1: 2a^11^07 = 3c; 2: 2a ^ 22 ^ 1c = 14; 3: 2a ^ 33 ^ (07*05 = 1b) = 02.
TEST(Shamir, TheFieldIsTheOneOfAes) {
  const Share one{1, secret_of({0x3c})};
  const Share two{2, secret_of({0x14})};
  const Share three{3, secret_of({0x02})};
  EXPECT_EQ(combine({&one, &two, &three}).value().expose()[0], 0x2a);
}

TEST(Shamir, ImpossibleSizesAreRefused) {
  SystemRandom random;
  const auto secret = random.secret(32);
  EXPECT_FALSE(split(secret, 1, 5, random));
  EXPECT_FALSE(split(secret, 6, 5, random));
  EXPECT_FALSE(split(secret, 3, 256, random));
  EXPECT_FALSE(split(SecretBytes(), 3, 5, random));
  EXPECT_FALSE(split(random.secret(65), 3, 5, random));
  const auto shares = split(secret, 3, 5, random).value();
  EXPECT_FALSE(combine({&shares[0], &shares[1], &shares[1]}));
  EXPECT_FALSE(combine({}));
  const Share zero{0, random.secret(32)};
  EXPECT_FALSE(combine({&shares[0], &shares[1], &zero}));
  const Share brief{9, random.secret(31)};
  EXPECT_FALSE(combine({&shares[0], &shares[1], &brief}));
}

}  // namespace
}  // namespace yinxin::kmc
