#include "tree.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace yinxin::tidy {

namespace fs = std::filesystem;

namespace {

std::string read_whole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> paths_from_git(const fs::path& root) {
  const std::string command =
      "git -c safe.directory='*' -C '" + root.string() + "' ls-files -z --cached --others --exclude-standard";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string all;
  std::array<char, 65536> buffer{};
  while (pipe) {
    const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
    if (got == 0) {
      break;
    }
    all.append(buffer.data(), got);
  }
  std::vector<std::string> paths;
  std::istringstream stream(all);
  for (std::string path; std::getline(stream, path, '\0');) {
    paths.push_back(path);
  }
  if (paths.empty()) {
    throw std::runtime_error("git lists no file under " + root.string());
  }
  return paths;
}

std::vector<std::string> paths_from_walk(const fs::path& root) {
  std::vector<std::string> paths;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name == "build" || name == ".git" || name == "node_modules")) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      paths.push_back(fs::relative(entry->path(), root).generic_string());
    }
  }
  return paths;
}

}  // namespace

Tree Tree::load(const fs::path& root) {
  Tree tree{.root = root, .files = {}};
  std::vector<std::string> paths = fs::exists(root / ".git") ? paths_from_git(root) : paths_from_walk(root);
  std::ranges::sort(paths);
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  for (const std::string& path : paths) {
    if (!fs::is_regular_file(root / path)) {
      continue;
    }
    File file{.path = path, .text = read_whole(root / path), .lines = {}, .size = fs::file_size(root / path)};
    if (file.text.find('\0') != std::string::npos) {
      file.text.clear();
    }
    file.lines = split_lines(file.text);
    tree.files.push_back(std::move(file));
  }
  return tree;
}

const File* Tree::find(std::string_view path) const {
  const auto found = std::ranges::find(files, path, &File::path);
  return found == files.end() ? nullptr : &*found;
}

std::set<std::string> Tree::rooms() const {
  std::set<std::string> rooms;
  for (const File& file : files) {
    const std::size_t slash = file.path.find('/', 4);
    if (file.path.starts_with("src/") && slash != std::string::npos) {
      rooms.insert(file.path.substr(4, slash - 4));
    }
  }
  return rooms;
}

std::map<std::string, std::set<std::string>> Tree::may_know() const {
  std::map<std::string, std::set<std::string>> known;
  for (const std::string& room : rooms()) {
    if (const File* line = find("src/" + room + "/may-know")) {
      std::istringstream words(line->text);
      std::set<std::string>& names = known[room];
      for (std::string name; words >> name;) {
        names.insert(name);
      }
    }
  }
  return known;
}

bool is_code(const File& file) { return file.path.ends_with(".h") || file.path.ends_with(".cpp"); }

bool is_test_code(const File& file) {
  return is_code(file) &&
         (file.path.ends_with("_test.cpp") || file.path.starts_with("tests/") || file.path.starts_with("bench/"));
}

std::string at(const File& file, std::size_t line_index) { return file.path + ":" + std::to_string(line_index + 1); }

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

namespace {

// Blanks text[from, to) but for its line breaks.
void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < std::min(to, text.size()); ++i) {
    if (text[i] != '\n') {
      text[i] = ' ';
    }
  }
}

std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  std::size_t i = begin + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') {
    i += text[i] == '\\' ? 2U : 1U;
  }
  return i + 1;
}

std::size_t end_of_raw(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) {
    return text.size();
  }
  const std::string close = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
  const std::size_t end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t end_of_directive(std::string_view text, std::size_t i) {
  for (; i < text.size(); ++i) {
    if (text[i] == '\n' && text[i - 1] != '\\') {
      break;
    }
  }
  return i;
}

}  // namespace

std::string without_comments_and_literals(std::string_view text) {
  std::string out(text);
  bool line_start = true;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t end = i + 1;
    if (text.substr(i, 2) == "//") {
      end = std::min(text.find('\n', i), text.size());
    } else if (text.substr(i, 2) == "/*") {
      end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
    } else if (c == '#' && line_start) {
      end = end_of_directive(text, i);
    } else if (c == '"' && i > 0 && text[i - 1] == 'R') {
      end = end_of_raw(text, i);
    } else if (c == '"' || (c == '\'' && (i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0))) {
      end = end_of_quoted(text, i);
    } else {
      line_start = c == '\n' || (line_start && (c == ' ' || c == '\t'));
      ++i;
      continue;
    }
    blank(out, i, end);
    line_start = false;
    i = end;
  }
  return out;
}

}  // namespace yinxin::tidy
