#include "hall/account/puzzles.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/ensure.h"

namespace yinxin::hall {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t nonce_bytes = 16;
constexpr std::size_t time_bytes = 8;
constexpr std::size_t body_bytes = nonce_bytes + time_bytes + 1;
constexpr std::size_t token_bytes = body_bytes + crypto::sm3_size;
constexpr std::size_t proof_bytes = puzzle_parts * crypto::puzzle_number_bytes;
constexpr std::string_view mac_label = "yinxin.puzzle.1";
constexpr std::string_view network_label = "yinxin.network.1";
constexpr std::size_t network_bytes_v4 = 3;
constexpr std::size_t network_bytes_v6 = 7;
constexpr int bits_of_byte = 8;

void put_number(std::span<std::uint8_t> out, std::uint64_t number) {
  for (auto byte = out.rbegin(); byte != out.rend(); ++byte) {
    *byte = static_cast<std::uint8_t>(number);
    number >>= bits_of_byte;
  }
}
std::uint64_t number_in(BytesView bytes) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) {
    number = number << bits_of_byte | byte;
  }
  return number;
}

// Hexadecimal of just so many bytes; nothing else is read.
std::optional<Bytes> hex_of_size(std::string_view text, std::size_t size) {
  if (text.size() != 2 * size) {
    return std::nullopt;
  }
  auto bytes = from_hex(text);
  return bytes ? std::optional(*std::move(bytes)) : std::nullopt;
}

// The network of an address, nothing for this machine itself. What is no address is a network of its own.
std::optional<Bytes> network_of(std::string_view address) {
  const std::string text(address);
  std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return bytes.front() == IN_LOOPBACKNET ? std::nullopt
                                           : std::optional(Bytes(bytes.begin(), bytes.begin() + network_bytes_v4));
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return same(bytes, BytesView(in6addr_loopback.s6_addr))
               ? std::nullopt
               : std::optional(Bytes(bytes.begin(), bytes.begin() + network_bytes_v6));
  }
  return to_bytes(bytes_of(address));
}

}  // namespace

Puzzles::Puzzles(const Clock& clock, Random& random, const PuzzlePrice& price)
    : clock_(clock), random_(random), price_(price), key_(random.secret(key_bytes)), asked_(network_slots) {
  ensure(price.bits >= 0 && price.max_growth_bits >= 0 && price.bits + price.max_growth_bits <= crypto::max_puzzle_bits,
         "a puzzle's price can be paid");
}

crypto::Digest Puzzles::mac_of(BytesView body, std::string_view purpose) const {
  return crypto::hmac_sm3(key_.expose(), {bytes_of(mac_label), body, bytes_of(purpose)});
}

Instant Puzzles::now() {
  latest_ = std::max(latest_, clock_.now());
  return latest_;
}

int Puzzles::bits_for(std::string_view address, Instant now) {
  const auto network = network_of(address);
  if (!network) {
    return price_.bits;
  }
  // By the key, so that nobody chooses a neighbour's slot.
  const crypto::Digest slot = crypto::hmac_sm3(key_.expose(), {bytes_of(network_label), *network});
  Asked& asked = asked_[number_in(BytesView(slot).first(time_bytes)) % network_slots];
  constexpr std::int64_t widest_shift = 31;
  const auto halvings = std::min<std::int64_t>((now - asked.since) / puzzle_half_life, widest_shift);
  asked.puzzles >>= static_cast<std::uint32_t>(halvings);
  if (halvings > 0) {
    asked.since = asked.puzzles == 0 ? now : asked.since + halvings * puzzle_half_life;
  }
  // More than what is dearest is not remembered: it would only last longer.
  asked.puzzles = std::min(asked.puzzles + 1, (cheap_puzzles << static_cast<unsigned>(price_.max_growth_bits)));
  int growth = 0;
  while (growth < price_.max_growth_bits && asked.puzzles > cheap_puzzles << static_cast<unsigned>(growth)) {
    ++growth;
  }
  return price_.bits + growth;
}

Puzzle Puzzles::give(std::string_view purpose, std::string_view address) {
  const std::scoped_lock lock(mutex_);
  const Instant at = now();
  const int bits = bits_for(address, at);
  const Instant expires_at = at + puzzle_life;
  Bytes body(body_bytes);
  const std::span<std::uint8_t> all(body);
  random_.fill(all.first(nonce_bytes));
  put_number(all.subspan(nonce_bytes, time_bytes), static_cast<std::uint64_t>(to_unix_ms(expires_at)));
  body.back() = static_cast<std::uint8_t>(bits);
  const crypto::Digest mac = mac_of(body, purpose);
  return {.token = to_hex(concat({body, mac})), .salt = to_bytes(mac), .bits = bits, .expires_at = expires_at};
}

Result<void> Puzzles::use(std::string_view purpose, std::string_view token, std::string_view proof) {
  if (token.empty() || proof.empty()) {
    return fail(ErrorCode::forbidden, "puzzle.missing");
  }
  const auto read = hex_of_size(token, token_bytes);
  if (!read) {
    return fail(ErrorCode::forbidden, "puzzle.unknown");
  }
  const BytesView body = BytesView(*read).first(body_bytes);
  const BytesView salt = BytesView(*read).subspan(body_bytes);
  if (!equal_in_constant_time(mac_of(body, purpose), salt)) {
    return fail(ErrorCode::forbidden, "puzzle.unknown");
  }
  Nonce nonce{};
  std::ranges::copy(body.first(nonce_bytes), nonce.begin());
  const Instant expires_at = from_unix_ms(static_cast<std::int64_t>(number_in(body.subspan(nonce_bytes, time_bytes))));
  const auto numbers = hex_of_size(proof, proof_bytes);
  const bool is_done = numbers && crypto::proves_work(salt, body.back(), puzzle_parts, *numbers);

  const std::scoped_lock lock(mutex_);
  const Instant at = now();
  used_.erase(used_.begin(), used_.lower_bound({at + std::chrono::milliseconds(1), Nonce{}}));
  if (at >= expires_at) {
    return fail(ErrorCode::expired, "puzzle.expired");
  }
  if (!is_done) {
    return fail(ErrorCode::forbidden, "puzzle.wrong");
  }
  if (used_.contains({expires_at, nonce})) {
    return fail(ErrorCode::expired, "puzzle.used");
  }
  if (used_.size() >= max_used_puzzles) {
    return fail(ErrorCode::too_many_requests, "puzzle.busy");
  }
  used_.emplace(expires_at, nonce);
  return {};
}

}  // namespace yinxin::hall
