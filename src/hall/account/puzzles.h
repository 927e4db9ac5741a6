#pragma once
// What an SMS to somebody who is not logged in costs whoever asks for it: a client puzzle (crypto/client_puzzle.h) that
// the page solves by itself, so that everybody passes who can press a button (decision 24). It is a price and no proof
// of a person; the limits for each number (login.h) stay beside it.
//
// Nothing is kept of a puzzle that is given out. Its token says all and is bound by a MAC, which is the puzzle's salt:
//
//   token = nonce (16) || expires at (8, Unix milliseconds) || bits (1) || mac (32)        in lower-case hexadecimal
//   mac   = HMAC-SM3(key, "yinxin.puzzle.1" || nonce || expires at || bits || purpose)
//
// The key is drawn when the street opens and nowhere kept: what was given out before a start is good for nothing after
// it, and so is nothing that was used before.

#include <mutex>
#include <set>

#include "base/clock.h"
#include "base/random.h"
#include "crypto/client_puzzle.h"

namespace yinxin::hall {

constexpr std::string_view puzzle_algorithm = "SM3";
constexpr std::size_t puzzle_parts = 16;
constexpr std::chrono::minutes puzzle_life{2};
constexpr std::size_t max_used_puzzles = std::size_t{1} << 16;  // within one puzzle_life

// Of each part. About 16 * 2^13 hashes for the first, a third to half a second on a middling phone; sixteen times that
// is what a network pays at most.
struct PuzzlePrice {
  int bits = 13;
  int max_growth_bits = 4;
};

// A network is a /24 of IPv4 or a /56 of IPv6. This many are cheap; each doubling beyond costs a bit more, and half of
// what was asked for is forgotten in each half-life.
constexpr std::uint32_t cheap_puzzles = 8;
constexpr std::chrono::minutes puzzle_half_life{10};
constexpr std::size_t network_slots = std::size_t{1} << 14;  // networks that share one pay for each other

struct Puzzle {
  std::string token;
  Bytes salt;
  int bits = 0;
  Instant expires_at;
};

class Puzzles {
 public:
  // Outlive it.
  Puzzles(const Clock& clock, Random& random, const PuzzlePrice& price = {});

  // For one deed of this purpose. `address`: who asks, as net::Peer has it. From this machine itself the price does not
  // grow: whoever stands behind a proxy cannot be told apart.
  Puzzle give(std::string_view purpose, std::string_view address);
  // Whether the work was done for this purpose; the puzzle is used then, whatever comes of the deed. `proof` in
  // hexadecimal. forbidden "puzzle.missing" without token or proof, "puzzle.unknown" for a token that is not ours, not
  // of this purpose or of an earlier start, "puzzle.wrong" for a proof that is none; expired "puzzle.expired" or
  // "puzzle.used"; too_many_requests "puzzle.busy" when more are used at once than are remembered.
  Result<void> use(std::string_view purpose, std::string_view token, std::string_view proof);

 private:
  using Nonce = std::array<std::uint8_t, 16>;
  struct Asked {
    std::uint32_t puzzles = 0;
    Instant since;
  };
  [[nodiscard]] crypto::Digest mac_of(BytesView body, std::string_view purpose) const;
  int bits_for(std::string_view address, Instant now);
  Instant now();  // never earlier than before, or what was forgotten as late would be good again
  const Clock& clock_;
  Random& random_;
  const PuzzlePrice price_;
  const SecretBytes key_;
  std::mutex mutex_;
  Instant latest_;
  std::vector<Asked> asked_;  // by network
  std::set<std::pair<Instant, Nonce>> used_;
};

}  // namespace yinxin::hall
