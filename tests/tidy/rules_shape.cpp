#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <regex>

#include "rules.h"

namespace yinxin::tidy {

Findings over_long_files(const Tree& tree) {
  Findings findings;
  for (const File& file : tree.files) {
    if (is_code(file) && file.lines.size() > max_file_lines) {
      findings.push_back({file.path, std::to_string(file.lines.size()) + " lines; is there a wall missing?"});
    }
  }
  return findings;
}

namespace {

struct Block {
  bool function = false;
  std::size_t first_line = 0;
};

// The text before a `{` since the last statement: does it open a function's body?
bool opens_function(const std::string& head) {
  static const std::regex scope(
      R"(^\s*(\[\[[^\]]*\]\]\s*)?(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|enum|union|extern)\b)");
  if (std::regex_search(head, scope)) {
    // `struct X f() {` is rare enough to be missed; `class X : Y<f()> {` must not be taken for one.
    return false;
  }
  const std::size_t bracket = head.find('(');
  const std::size_t equals = head.find('=');
  const bool is_operator = head.find("operator") != std::string::npos;
  return bracket != std::string::npos && (is_operator || equals == std::string::npos || bracket < equals);
}

bool excused(const File& file, std::size_t first_line) {
  static const std::regex reason(R"(//\s*long:\s*\S)");
  const std::size_t from = first_line >= 3 ? first_line - 3 : 0;
  for (std::size_t i = from; i <= first_line && i < file.lines.size(); ++i) {
    if (std::regex_search(file.lines[i], reason)) {
      return true;
    }
  }
  return false;
}

void over_long_functions_of(const File& file, Findings& findings) {
  const std::string text = without_comments_and_literals(file.text);
  std::vector<Block> open;
  std::string head;
  std::size_t line = 0;
  std::size_t head_line = 0;
  std::size_t inside_function = 0;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
    }
    if (c == '{') {
      const bool function = inside_function == 0 && opens_function(head);
      open.push_back({.function = function, .first_line = head_line});
      inside_function += function || inside_function > 0 ? 1U : 0U;
      head.clear();
    } else if (c == '}' && !open.empty()) {
      const Block block = open.back();
      open.pop_back();
      inside_function -= inside_function > 0 ? 1U : 0U;
      const std::size_t length = line - block.first_line + 1;
      if (block.function && length > max_function_lines && !excused(file, block.first_line)) {
        findings.push_back({at(file, block.first_line), "a function of " + std::to_string(length) + " lines"});
      }
      head.clear();
    } else if (c == ';') {
      head.clear();
    } else {
      if (head.empty() && (c == ' ' || c == '\n' || c == '\t')) {
        continue;
      }
      if (head.empty()) {
        head_line = line;
      }
      head += c == '\n' ? ' ' : c;
    }
  }
}

}  // namespace

Findings over_long_functions(const Tree& tree) {
  Findings findings;
  for (const File& file : tree.files) {
    if (is_code(file)) {
      over_long_functions_of(file, findings);
    }
  }
  return findings;
}

Findings badly_formatted(const Tree& tree) {
  constexpr std::size_t files_a_call = 40;
  Findings findings;
  std::vector<const File*> code;
  for (const File& file : tree.files) {
    if (is_code(file)) {
      code.push_back(&file);
    }
  }
  const auto formatted = [&](std::size_t from, std::size_t to) {
    std::string command = "cd '" + tree.root.string() + "' && clang-format-16 --dry-run -Werror";
    for (std::size_t i = from; i < to; ++i) {
      command += " '" + code[i]->path + "'";
    }
    const int status = std::system((command + " >/dev/null 2>&1").c_str());
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  for (std::size_t from = 0; from < code.size(); from += files_a_call) {
    const std::size_t to = std::min(code.size(), from + files_a_call);
    if (formatted(from, to)) {
      continue;
    }
    for (std::size_t i = from; i < to; ++i) {
      if (!formatted(i, i + 1)) {
        findings.push_back({code[i]->path, "run clang-format-16 -i"});
      }
    }
  }
  return findings;
}

Findings money_in_floating_point(const Tree& tree) {
  static const std::regex floating(R"(\b(float|double)\b)");
  static const std::set<std::string> money{"price", "prices", "fen", "amount", "amounts"};
  Findings findings;
  for (const File& file : tree.files) {
    if (!is_code(file)) {
      continue;
    }
    const std::vector<std::string> lines = split_lines(without_comments_and_literals(file.text));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto words = words_of(lines[i]);
      if (std::regex_search(lines[i], floating) &&
          std::ranges::any_of(words, [](const std::string& word) { return money.contains(word); })) {
        findings.push_back({at(file, i), "money is integer fen"});
      }
    }
  }
  return findings;
}

Findings tests_that_sleep(const Tree& tree) {
  static const std::regex sleeping(R"(\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\()");
  Findings findings;
  for (const File& file : tree.files) {
    if (!is_test_code(file)) {
      continue;
    }
    const std::vector<std::string> lines = split_lines(without_comments_and_literals(file.text));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (std::regex_search(lines[i], sleeping)) {
        findings.push_back({at(file, i), "a test waits for an event, never for time"});
      }
    }
  }
  return findings;
}

Findings tests_without_assertion(const Tree& tree) {
  static const std::regex begin(R"(^(TYPED_)?TEST(_F|_P)?\()");
  // EXPECT_…, ASSERT_…, FAIL(), ADD_FAILURE(), or a helper named after what it expects or checks.
  static const std::regex asserting("expect|assert|FAIL|check|refuse", std::regex::icase);
  Findings findings;
  for (const File& file : tree.files) {
    if (!is_test_code(file)) {
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!std::regex_search(file.lines[i], begin)) {
        continue;
      }
      // From the opening brace on: the test's own name proves nothing.
      std::size_t end = i;
      std::string body = file.lines[i].substr(std::min(file.lines[i].find('{'), file.lines[i].size()));
      while (end + 1 < file.lines.size() && !file.lines[end].starts_with("}") &&
             !(end == i && file.lines[i].ends_with("}"))) {
        body += file.lines[++end];
      }
      if (!std::regex_search(body, asserting)) {
        findings.push_back({at(file, i), "a test that asserts nothing"});
      }
    }
  }
  return findings;
}

}  // namespace yinxin::tidy
