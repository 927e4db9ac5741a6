#pragma once
// A YAML document as it was written: every node with its line and column. Refuses what a programme never
// needs and an attacker would use: anchors, aliases, tags, several documents, depth, size, count.

#include <string>
#include <string_view>
#include <vector>

namespace yinxin::hall::programme {

inline constexpr std::size_t max_file_bytes = 1U << 20U;
inline constexpr std::size_t max_nodes = 50'000;
inline constexpr std::size_t max_depth = 16;
inline constexpr std::size_t max_text_bytes = 16'384;
inline constexpr std::size_t max_findings = 500;

enum class Level { error, warning, note };

// One sentence about the file. Lines and columns count from 1; 0 where the file as a whole is meant.
struct Finding {
  std::string id;
  Level level = Level::error;
  int line = 0;
  int column = 0;
  std::string zh;
  std::string en;
};

struct Node {
  enum class Kind { empty, scalar, list, map };
  struct Entry;
  Kind kind = Kind::empty;
  std::string text;     // scalar
  bool quoted = false;  // a quoted scalar is text, whatever it looks like
  int line = 0;
  int column = 0;
  std::vector<Entry> entries;  // of a list (without key) or a map, in written order
};
struct Node::Entry {
  std::string key;
  int line = 0;
  int column = 0;
  Node value;
};

// Adds findings instead of failing; the tree is whatever could be read before the first syntax error.
Node read_tree(std::string_view text, std::vector<Finding>& findings);

}  // namespace yinxin::hall::programme
