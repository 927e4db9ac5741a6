#pragma once
// The tracked files of a tree, read once, for the rules to look at.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace yinxin::tidy {

// What a rule found: where ("src/base/x.h:12") and what is wrong with it.
struct Finding {
  std::string where;
  std::string what;
};
using Findings = std::vector<Finding>;

struct File {
  std::string path;  // relative to the root, with '/'
  std::string text;  // empty for a file that is not text
  std::vector<std::string> lines;
  std::uintmax_t size = 0;
};

struct Tree {
  std::filesystem::path root;
  std::vector<File> files;  // sorted by path

  // What git tracks (or would, were it added); without git, every file outside build folders.
  static Tree load(const std::filesystem::path& root);
  [[nodiscard]] const File* find(std::string_view path) const;
  // The folders of src/.
  [[nodiscard]] std::set<std::string> rooms() const;
  // Room → the rooms in its may-know line. A room without that file is missing here.
  [[nodiscard]] std::map<std::string, std::set<std::string>> may_know() const;
};

bool is_code(const File& file);       // .h or .cpp
bool is_test_code(const File& file);  // *_test.cpp, or under tests/ or bench/
std::string at(const File& file, std::size_t line_index);
// The same text with comments, literals and preprocessor lines blanked out; line breaks stay.
std::string without_comments_and_literals(std::string_view text);
std::vector<std::string> split_lines(std::string_view text);
// The words of an identifier-like text: runs of letters and digits, parted at '_' and at everything else.
std::vector<std::string> words_of(std::string_view text);

}  // namespace yinxin::tidy
