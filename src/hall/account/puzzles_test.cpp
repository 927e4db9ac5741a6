#include "hall/account/puzzles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <thread>

namespace yinxin::hall {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view login = "login";
constexpr std::string_view phone = "203.0.113.7";

std::string proof_of(const Puzzle& puzzle) { return to_hex(crypto::do_work(puzzle.salt, puzzle.bits, puzzle_parts)); }

class PuzzlesTest : public ::testing::Test {
 protected:
  std::string refusal(std::string_view token, std::string_view proof, std::string_view purpose = login) {
    const auto used = puzzles_.use(purpose, token, proof);
    return used ? std::string() : used.error().detail;
  }
  int bits_after(int asked, const std::string& address) {
    int bits = 0;
    for (int i = 0; i < asked; ++i) {
      bits = puzzles_.give(login, address).bits;
    }
    return bits;
  }
  static constexpr PuzzlePrice price{.bits = 6, .max_growth_bits = 4};
  SetClock clock_{from_rfc3339("2026-11-22T04:00:00Z").value()};
  SeededRandom random_{20261122};
  Puzzles puzzles_{clock_, random_, price};
};

TEST_F(PuzzlesTest, AProofIsGoodOnceForItsPurposeAndInTime) {
  const Puzzle puzzle = puzzles_.give(login, phone);
  EXPECT_EQ(puzzle.expires_at, clock_.now() + puzzle_life);
  const std::string proof = proof_of(puzzle);
  EXPECT_EQ(refusal(puzzle.token, proof, "another"), "puzzle.unknown");
  clock_.advance(puzzle_life - 1ms);
  EXPECT_EQ(refusal(puzzle.token, proof), "");
  EXPECT_EQ(refusal(puzzle.token, proof), "puzzle.used");
  // The same bytes in other letters are the same puzzle.
  std::string upper = puzzle.token;
  std::ranges::transform(upper, upper.begin(),
                         [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  EXPECT_EQ(refusal(upper, proof), "puzzle.used");
  clock_.advance(1ms);
  EXPECT_EQ(refusal(puzzle.token, proof), "puzzle.expired");
}

TEST_F(PuzzlesTest, OfManyWhoUseOneAtOnceOneDoes) {
  constexpr int rounds = 50;
  constexpr int askers = 4;
  for (int round = 0; round < rounds; ++round) {
    const Puzzle puzzle = puzzles_.give(login, phone);
    const std::string proof = proof_of(puzzle);
    std::atomic<int> passed = 0;
    std::vector<std::thread> all;
    all.reserve(askers);
    for (int asker = 0; asker < askers; ++asker) {
      all.emplace_back([&] { passed += puzzles_.use(login, puzzle.token, proof) ? 1 : 0; });
    }
    for (std::thread& one : all) {
      one.join();
    }
    ASSERT_EQ(passed, 1) << round;
  }
}

TEST_F(PuzzlesTest, WhatWasForgottenAsLateIsNotGoodAgainWhenTheClockIsSetBack) {
  const Puzzle puzzle = puzzles_.give(login, phone);
  const std::string proof = proof_of(puzzle);
  EXPECT_EQ(refusal(puzzle.token, proof), "");
  clock_.advance(puzzle_life);
  const Puzzle later = puzzles_.give(login, phone);
  EXPECT_EQ(refusal(later.token, proof_of(later)), "");
  clock_.advance(-puzzle_life);
  EXPECT_EQ(refusal(puzzle.token, proof), "puzzle.expired");
}

TEST_F(PuzzlesTest, NoBitOfATokenCanBeChanged) {
  const Puzzle puzzle = puzzles_.give(login, phone);
  const std::string proof = proof_of(puzzle);
  const Bytes token = from_hex(puzzle.token).value();
  for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
    Bytes other = token;
    other[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    ASSERT_EQ(refusal(to_hex(other), proof), "puzzle.unknown") << bit;
  }
  EXPECT_EQ(refusal(puzzle.token, proof), "") << "a wrong token has used nothing up";
}

TEST_F(PuzzlesTest, TheWorkIsTheServersAndNotTheClients) {
  const Puzzle puzzle = puzzles_.give(login, phone);
  // Solved for a bit less, which at some part is not enough.
  Bytes proof = crypto::do_work(puzzle.salt, puzzle.bits, puzzle_parts);
  const Bytes cheap = crypto::do_work(puzzle.salt, puzzle.bits - 1, puzzle_parts);
  ASSERT_NE(proof, cheap);
  EXPECT_EQ(refusal(puzzle.token, to_hex(cheap)), "puzzle.wrong");
  EXPECT_EQ(refusal(puzzle.token, to_hex(BytesView(proof).first(proof.size() - 4))), "puzzle.wrong");
  EXPECT_EQ(refusal(puzzle.token, "none"), "puzzle.wrong");
  EXPECT_EQ(refusal(puzzle.token, std::string(proof.size() * 2, 'g')), "puzzle.wrong");
  EXPECT_EQ(refusal(puzzle.token, proof_of(puzzles_.give(login, phone))), "puzzle.wrong");
  EXPECT_EQ(refusal(puzzle.token, to_hex(proof)), "") << "what was wrong may be tried again";
}

TEST_F(PuzzlesTest, NothingIsMissingAndWhatIsNoTokenIsUnknown) {
  const Puzzle puzzle = puzzles_.give(login, phone);
  EXPECT_EQ(refusal("", proof_of(puzzle)), "puzzle.missing");
  EXPECT_EQ(refusal(puzzle.token, ""), "puzzle.missing");
  for (const std::string& token : {std::string("00"), puzzle.token + "00", std::string(puzzle.token.size(), 'x'),
                                   std::string(puzzle.token.size(), '0')}) {
    EXPECT_EQ(refusal(token, proof_of(puzzle)), "puzzle.unknown") << token;
  }
}

TEST_F(PuzzlesTest, WhatAnotherStartGaveOutIsGoodForNothing) {
  Puzzles before(clock_, random_, price);
  const Puzzle puzzle = before.give(login, phone);
  const std::string proof = proof_of(puzzle);
  ASSERT_TRUE(before.use(login, puzzle.token, proof));
  EXPECT_EQ(refusal(puzzle.token, proof), "puzzle.unknown");
}

TEST_F(PuzzlesTest, ThePriceGrowsWithWhatANetworkAsksForAndFallsWithTime) {
  EXPECT_EQ(bits_after(8, "203.0.113.7"), price.bits);
  EXPECT_EQ(bits_after(1, "203.0.113.200"), price.bits + 1) << "its neighbour in the same /24";
  EXPECT_EQ(bits_after(1, "203.0.112.7"), price.bits) << "the /24 beside";
  EXPECT_EQ(bits_after(8, "203.0.113.7"), price.bits + 2);
  EXPECT_EQ(bits_after(48, "203.0.113.7"), price.bits + 4);
  EXPECT_EQ(bits_after(10'000, "203.0.113.7"), price.bits + price.max_growth_bits) << "and no more than that";
  // 128 are remembered, whatever was asked: 64, 32, 16, 8.
  clock_.advance(puzzle_half_life);
  EXPECT_EQ(bits_after(1, "203.0.113.7"), price.bits + 4);
  clock_.advance(2 * puzzle_half_life);
  EXPECT_EQ(bits_after(1, "203.0.113.7"), price.bits + 2);
  clock_.advance(2 * puzzle_half_life);
  EXPECT_EQ(bits_after(1, "203.0.113.7"), price.bits);
}

TEST_F(PuzzlesTest, ANetworkOfIpv6IsWhatOneCustomerHas) {
  EXPECT_EQ(bits_after(8, "2001:db8:1:200::1"), price.bits);
  EXPECT_EQ(bits_after(1, "2001:db8:1:2ff:abcd::9"), price.bits + 1);
  EXPECT_EQ(bits_after(1, "2001:db8:1:300::1"), price.bits);
}

TEST_F(PuzzlesTest, BehindThisMachinesOwnProxyNobodyPaysForHisNeighbour) {
  EXPECT_EQ(bits_after(100, "127.0.0.1"), price.bits);
  EXPECT_EQ(bits_after(100, "::1"), price.bits);
  EXPECT_EQ(bits_after(100, "fe80::1%eth0"), price.bits + 4) << "what is no address is a network of its own";
}

TEST_F(PuzzlesTest, TheDearestIsWhatIsAskedForAndAnOldCheapOneIsNotKeptForLater) {
  bits_after(64, std::string(phone));
  const Puzzle dear = puzzles_.give(login, phone);
  EXPECT_EQ(dear.bits, price.bits + 4);
  EXPECT_EQ(refusal(dear.token, to_hex(crypto::do_work(dear.salt, price.bits, puzzle_parts))), "puzzle.wrong");
  EXPECT_EQ(refusal(dear.token, proof_of(dear)), "");
}

TEST(FullPuzzles, MoreThanAreRememberedAreRefusedAndNotForgotten) {
  SetClock clock(from_rfc3339("2026-11-22T04:00:00Z").value());
  SeededRandom random(1);
  Puzzles puzzles(clock, random, {.bits = 0, .max_growth_bits = 0});
  const std::string proof = to_hex(Bytes(puzzle_parts * crypto::puzzle_number_bytes));
  const Puzzle first = puzzles.give("login", phone);
  ASSERT_TRUE(puzzles.use("login", first.token, proof));
  for (std::size_t used = 1; used < max_used_puzzles; ++used) {
    ASSERT_TRUE(puzzles.use("login", puzzles.give("login", phone).token, proof));
  }
  const Puzzle more = puzzles.give("login", phone);
  EXPECT_EQ(puzzles.use("login", more.token, proof).error().detail, "puzzle.busy");
  EXPECT_EQ(puzzles.use("login", first.token, proof).error().detail, "puzzle.used");
  clock.advance(puzzle_life);
  EXPECT_TRUE(puzzles.use("login", puzzles.give("login", phone).token, proof));
}

}  // namespace
}  // namespace yinxin::hall
