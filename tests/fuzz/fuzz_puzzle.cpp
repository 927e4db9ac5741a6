// What a stranger hands in as a solved puzzle: a token and a proof that are anybody's, and the right ones with bytes
// changed. Only the right ones are good, and once.
//
// An input is two lines. A line of hexadecimal that begins with '^' is laid over the right one, byte by byte (exclusive
// or); any other line is taken as it stands.
#include <algorithm>

#include "base/ensure.h"
#include "hall/account/puzzles.h"

namespace {

using namespace yinxin;

std::string laid_over(const std::string& right, std::string_view line) {
  if (!line.starts_with('^')) {
    return std::string(line);
  }
  const auto changes = from_hex(line.substr(1, (line.size() - 1) / 2 * 2));
  Bytes bytes = from_hex(right).value();
  for (std::size_t i = 0; changes && i < std::min(bytes.size(), changes->size()); ++i) {
    bytes[i] ^= (*changes)[i];
  }
  return to_hex(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SetClock clock(from_unix_ms(1'795'320'000'000));
  static SeededRandom random(1);
  // Each input has a puzzle of its own, and many inputs one memory: made anew before it is full.
  static std::optional<hall::Puzzles> kept;
  static std::size_t inputs = 0;
  if (inputs++ % hall::max_used_puzzles == 0) {
    kept.emplace(clock, random, hall::PuzzlePrice{.bits = 3, .max_growth_bits = 2});
  }
  hall::Puzzles& puzzles = *kept;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view first = input.substr(0, input.find('\n'));
  const std::string_view rest = input.substr(std::min(first.size() + 1, input.size()));
  const std::string_view second = rest.substr(0, rest.find('\n'));

  const hall::Puzzle puzzle = puzzles.give("login", first);
  const Bytes proof = crypto::do_work(puzzle.salt, puzzle.bits, hall::puzzle_parts);
  const std::string token = laid_over(puzzle.token, first);
  const std::string handed = laid_over(to_hex(proof), second);
  const bool is_ours = token == puzzle.token;
  // Another proof may be right by chance.
  const auto read = from_hex(handed);
  const bool is_work = read && crypto::proves_work(puzzle.salt, puzzle.bits, hall::puzzle_parts, *read);
  ensure(!puzzles.use("another", token, handed), "a puzzle is of its purpose");
  ensure(static_cast<bool>(puzzles.use("login", token, handed)) == (is_ours && is_work),
         "a puzzle is good as it was given, with the work done, and not otherwise");
  if (is_ours && is_work) {
    ensure(puzzles.use("login", token, handed).error().detail == "puzzle.used", "and once");
  } else {
    ensure(static_cast<bool>(puzzles.use("login", puzzle.token, to_hex(proof))), "what was wrong uses nothing up");
  }
  return 0;
}
