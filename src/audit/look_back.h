#pragma once
// Reading an audit file from its end, while its writer goes on appending: what was done last, and whether it is still
// what was written.

#include <functional>
#include <optional>

#include "audit/verify.h"

namespace yinxin::audit {

constexpr std::size_t max_entries_given = 100;                    // by one call
constexpr std::size_t max_entries_looked_at = 20'000;             // by one call; who wants older ones asks on
constexpr std::size_t max_breaks = 100;                           // more are not listed
constexpr std::size_t search_piece_bytes = std::size_t{1} << 14;  // two of the longest lines

struct BackwardQuery {
  // What the writer holds in its memory: the newest entry that counts, and what its line must be. Later lines, which it
  // may be writing now, are not looked at.
  Head newest;
  std::optional<std::uint64_t> before{};       // only entries of a smaller sequence
  std::function<bool(const Entry&)> wanted{};  // all, where it is empty
  std::size_t limit = max_entries_given;
};

// A place where the chain does not hold.
struct Break {
  std::uint64_t sequence = 0;  // of the entry that should stand there
  std::string id;              // as Finding's
  bool operator==(const Break&) const = default;
};

struct LookedBack {
  std::vector<Entry> entries;  // the newest first
  // What was looked at, wanted or not: the entries from `newest` down to `oldest`. None where `looked_at` is 0.
  std::size_t looked_at = 0;
  std::uint64_t newest = 0;
  std::uint64_t oldest = 0;
  crypto::Digest newest_hash{};  // of the newest line
  crypto::Digest predecessor{};  // what the oldest names as the hash of the line before it
  bool reaches_writer = false;   // the newest line is the one that the writer holds
  bool has_older = false;
  std::vector<Break>
      breaks;  // empty: each line is the one that its successor names, and the newest that what it must be
};

// Costs what is looked at, not what the file holds: the place of `before` is found by halving. Errors are those of the
// file; what is wrong with its content is data.
Result<LookedBack> look_back(File& file, const BackwardQuery& query);

}  // namespace yinxin::audit
