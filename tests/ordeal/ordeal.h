#pragma once
// The whole of it: an office, journeys, trouble, and the laws at the end.

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace yinxin::ordeal {

struct Wish {
  std::string folder;  // empty: a fresh one, removed when everything holds
  std::string cells;
  int level = 1;
  std::uint64_t seed = 0;  // 0: drawn and told
  std::uint64_t speed = 10;
  std::uint64_t rounds = 0;   // of all kill points
  bool named_only = false;    // of these, only those of commits and of the audit
  std::uint64_t kills = 0;    // at random, afterwards
  std::uint64_t seconds = 0;  // of soak; instead of rounds
  std::size_t at_once = 3;    // journeys
  std::size_t journeys = 0;   // beyond those of rounds and kills
  bool with_faults = false;
  bool is_chatty = false;
};
void add_options(CLI::App& app, Wish& wish);
// 0: every journey arrived and every law holds; 1: not.
int run(Wish wish);

}  // namespace yinxin::ordeal
