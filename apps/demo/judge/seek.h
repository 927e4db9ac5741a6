#pragma once
// Looks for values that must stand nowhere in clear: in every file under some folders, in every way in which a program
// might have written them down. It knows nothing of how the office stores anything.

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace yinxin::demo {

constexpr std::size_t max_sought_file_bytes = std::size_t{512} << 20;
constexpr std::size_t max_member_bytes = std::size_t{64} << 20;  // of a compressed stream, unpacked
constexpr int max_member_depth = 3;                              // streams within streams
constexpr std::size_t least_value_bytes = 6;                     // shorter ones are found by chance

struct Sought {
  std::string name;  // "requester_mobile": what a hit is told as, never the value
  std::string value;
};
// One way of writing one value: "utf-8", "utf-16le", "utf-16be", "hex", "HEX", "base64/0" … "base64/2" (by its place in
// the group of three), "base64url/0" … where it differs.
struct Pattern {
  std::string name, encoding;
  Bytes bytes;
};
// invalid_input for a value that is too short to be looked for.
Result<std::vector<Pattern>> patterns_of(const std::vector<Sought>& values);

struct Hit {
  std::string file;  // with "!gzip@OFFSET", "!zip@…", "!zlib@…" for what is inside a compressed stream
  std::string name, encoding;
};
struct Search {
  std::size_t files = 0, streams = 0;
  std::uint64_t bytes = 0;
  std::vector<Hit> hits;
};
// Every regular file below `root`, or `root` itself; symbolic links are not followed. An error when one cannot be read:
// what was not looked at is not clean.
Result<void> search(const std::filesystem::path& root, const std::vector<Pattern>& patterns, Search& found);

// Plants each value in each encoding, alone in a file and inside gzip, zip and zlib streams, below `folder`, and looks
// for them. An error names what was not found: then no search of this seeker means anything.
Result<std::size_t> prove_seeker(const std::filesystem::path& folder, const std::vector<Sought>& values);

}  // namespace yinxin::demo
