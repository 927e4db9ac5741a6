#pragma once
// One entry as one line of canonical JSON: fixed keys in fixed order, no blanks, UTF-8.
//   {"v":1,"writer":"vault","sequence":7,"time":"2026-11-21T03:46:50.123Z","role":"…","subject":"…","action":"…",
//    "object":"…","result":"…","previous":"<64 hex>"}
// The hash of an entry is the SM3 of its line without the line feed; `previous` is the hash of the line before, so the
// bytes as they stand in the file are what is chained. Entry 0 is the genesis: action "audit.begin", object the
// environment, previous all zero.

#include <string>
#include <string_view>

#include "audit/record.h"
#include "base/time.h"

namespace yinxin::audit {

// Every field full of characters that need an escape, the frame, and room.
constexpr std::size_t max_line_bytes = 8192;
constexpr std::string_view genesis_action = "audit.begin";

struct Entry {
  std::string writer;
  std::uint64_t sequence = 0;
  Instant time{};
  Deed deed;
  crypto::Digest previous{};
};

// invalid_input for a field that is too long, not UTF-8 or has control characters.
Result<void> check_deed(const Deed& deed);
// Without the line feed. The entry's fields have passed check_deed().
std::string line_of(const Entry& entry);
// Reads only what line_of() writes, byte for byte; corrupt for anything else.
Result<Entry> entry_of(std::string_view line);
crypto::Digest hash_of_line(std::string_view line);

}  // namespace yinxin::audit
