#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "rules.h"

namespace yinxin::tidy {

namespace fs = std::filesystem;

namespace {

// These words stand here in halves, so that the rules do not find themselves.
const std::set<std::string>& pinyin() {
  static const std::set<std::string> words{
      "jbr"
      "xm",
      "sld"
      "id",
      "jbr"
      "sfz",
      "frd"
      "bxm",
      "fddb"
      "r",
      "sfz"
      "hm",
      "zjh"
      "m",
      "dw"
      "mc",
      "yyz"
      "z",
      "yhz"
      "h",
      "zsx"
      "lh",
      "sjh"
      "m",
      "lxd"
      "h",
      "jgm"
      "c",
      "tyxy"
      "dm",
      "xyd"
      "m",
      "yzb"
      "h",
      "jbr"
      "sj"};
  return words;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream stream(row.substr(1));
  for (std::string cell; std::getline(stream, cell, '|');) {
    const std::size_t from = cell.find_first_not_of(" \t");
    const std::size_t to = cell.find_last_not_of(" \t");
    cells.push_back(from == std::string::npos ? "" : cell.substr(from, to - from + 1));
  }
  return cells;
}

std::vector<std::string> quoted_words(const std::string& text) {
  static const std::regex quoted("`([^`]+)`");
  std::vector<std::string> words;
  for (std::sregex_iterator found(text.begin(), text.end(), quoted); found != std::sregex_iterator(); ++found) {
    words.push_back((*found)[1]);
  }
  return words;
}

// Every test of the tree as "Suite.Name", and every name given to yinxin_test or yinxin_must_not_compile.
std::set<std::string> tests_of(const Tree& tree) {
  static const std::regex google(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  static const std::regex made(R"(yinxin_(test|must_not_compile|fuzz)\(([\w.-]+))");
  std::set<std::string> names;
  for (const File& file : tree.files) {
    const bool cmake = file.path.ends_with("CMakeLists.txt");
    if (!is_test_code(file) && !cmake) {
      continue;
    }
    const std::regex& form = cmake ? made : google;
    for (std::sregex_iterator found(file.text.begin(), file.text.end(), form); found != std::sregex_iterator();
         ++found) {
      const std::string prefix = (*found)[1];
      names.insert(!cmake             ? prefix + "." + (*found)[2].str()
                   : prefix == "test" ? (*found)[2].str()
                                      : prefix + "." + (*found)[2].str());
    }
  }
  return names;
}

}  // namespace

Findings banned_words(const Tree& tree) {
  static const std::set<std::string> unfinished{
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X"};
  static const std::string banned_role =
      "cle"
      "rk";
  Findings findings;
  for (const File& file : tree.files) {
    const bool glossary = file.path == "GLOSSARY.md" || file.path == "CONTRIBUTING.md";  // they say what is banned
    for (std::size_t i = 0; i < file.lines.size() && !glossary; ++i) {
      for (const std::string& word : words_of(file.lines[i])) {
        const std::string small = lower(word);
        if (unfinished.contains(word)) {
          findings.push_back({at(file, i), "unfinished by its own word: " + word});
        } else if (small == banned_role || small == banned_role + "s") {
          findings.push_back({at(file, i), "a registration officer or a requester, never a " + small});
        } else if (pinyin().contains(small)) {
          findings.push_back({at(file, i), "pinyin: " + word});
        }
      }
    }
  }
  return findings;
}

namespace {

// The hosts that this machine's own package clients are set up to ask.
std::set<std::string> registry_hosts() {
  static const std::regex host(R"(https?://([^/\s:]+))");
  std::set<std::string> hosts;
  std::vector<fs::path> sources{"/etc/apt/sources.list"};
  if (const char* home = std::getenv("HOME")) {
    sources.push_back(fs::path(home) / ".npmrc");
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/etc/apt/sources.list.d", ignored)) {
    sources.push_back(entry.path());
  }
  for (const fs::path& source : sources) {
    std::ifstream file(source);
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (!line.starts_with("#") && std::regex_search(line, match, host)) {
        hosts.insert(match[1]);
      }
    }
  }
  return hosts;
}

}  // namespace

Findings machine_paths(const Tree& tree) {
  static const std::regex path(R"((^|[^\w.~}/$-])(/wo)"
                               R"(rk/|/ro)"
                               R"(ot/|/ho)"
                               R"(me/)\w)");
  const std::set<std::string> hosts = registry_hosts();
  Findings findings;
  for (const File& file : tree.files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(file.lines[i], path)) {
        findings.push_back({at(file, i), "a path of somebody's machine"});
      }
      for (const std::string& host : hosts) {
        if (file.lines[i].find(host) != std::string::npos) {
          findings.push_back({at(file, i), "a package registry's host"});
        }
      }
    }
  }
  return findings;
}

Findings over_big_files(const Tree& tree) {
  Findings findings;
  for (const File& file : tree.files) {
    if (file.size > max_file_bytes) {
      findings.push_back({file.path, std::to_string(file.size) + " bytes"});
    }
  }
  return findings;
}

Findings broken_links(const Tree& tree) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  Findings findings;
  for (const File& file : tree.files) {
    if (!file.path.ends_with(".md")) {
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      for (std::sregex_iterator found(line.begin(), line.end(), link); found != std::sregex_iterator(); ++found) {
        std::string target = (*found)[1];
        if (target.starts_with("#") || target.find("://") != std::string::npos || target.starts_with("mailto:")) {
          continue;
        }
        target = target.substr(0, target.find('#'));
        if (!fs::exists(tree.root / fs::path(file.path).parent_path() / target)) {
          findings.push_back({at(file, i), "leads nowhere: " + target});
        }
      }
    }
  }
  return findings;
}

// | 中文 | code word | label | remark |: one term, one code word, one label.
Findings glossary_mistakes(const Tree& tree) {
  static const std::regex form("[A-Za-z][A-Za-z0-9_]*");
  const File* glossary = tree.find("GLOSSARY.md");
  if (glossary == nullptr) {
    return {{"GLOSSARY.md", "is missing"}};
  }
  std::string code;
  for (const File& file : tree.files) {
    code += file.path.starts_with("src/") && is_code(file) ? file.text : "";
  }
  Findings findings;
  std::set<std::string> seen;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < glossary->lines.size(); ++i) {
    const std::string& line = glossary->lines[i];
    if (!line.starts_with("|") || line.starts_with("|---") || line.starts_with("| 中文")) {
      continue;
    }
    ++rows;
    const auto cells = cells_of(line);
    const auto words = cells.size() < 3 ? std::vector<std::string>{} : quoted_words(cells[1]);
    if (words.empty() || cells[0].empty()) {
      findings.push_back({at(*glossary, i), "a row needs a term, a code word in backticks and a label"});
    }
    for (const std::string& word : words) {
      if (!std::regex_match(word, form)) {
        findings.push_back({at(*glossary, i), "not a code word: " + word});
      } else if (!seen.insert(word).second) {
        findings.push_back({at(*glossary, i), "a second row for " + word});
      } else if (std::isupper(static_cast<unsigned char>(word[0])) != 0 && code.find(word) == std::string::npos) {
        findings.push_back({at(*glossary, i), "no type " + word + " in src/"});
      }
    }
  }
  if (rows == 0) {
    findings.push_back({glossary->path, "has no table"});
  }
  return findings;
}

namespace {

// Checks the backticked words of a "test" cell against the tests there are.
void check_tests(const File& file, std::size_t line, const std::string& cell, const std::set<std::string>& tests,
                 Findings& findings) {
  const auto named = quoted_words(cell);
  if (named.empty() && cell != "later") {
    findings.push_back({at(file, line), "name a test in backticks, or write later"});
  }
  for (const std::string& name : named) {
    if (!tests.contains(name)) {
      findings.push_back({at(file, line), "there is no test " + name});
    }
  }
}

}  // namespace

// | R-001 | … | test or "later" |: every number of the requirements once.
Findings requirement_mistakes(const Tree& tree) {
  constexpr int last_requirement = 235;
  static const std::regex number(R"(R-(\d{3}))");
  const File* table = tree.find("docs/requirements.md");
  if (table == nullptr) {
    return {{"docs/requirements.md", "is missing"}};
  }
  Findings findings;
  const auto tests = tests_of(tree);
  std::map<int, int> seen;
  for (std::size_t i = 0; i < table->lines.size(); ++i) {
    if (!table->lines[i].starts_with("| R-")) {
      continue;
    }
    const auto cells = cells_of(table->lines[i]);
    std::smatch match;
    if (cells.size() != 3 || !std::regex_match(cells[0], match, number)) {
      findings.push_back({at(*table, i), "a row is | R-nnn | what | test |"});
      continue;
    }
    ++seen[std::stoi(match[1])];
    check_tests(*table, i, cells[2], tests, findings);
  }
  for (int wanted = 1; wanted <= last_requirement; ++wanted) {
    if (seen[wanted] != 1) {
      findings.push_back(
          {table->path, "R-" + std::to_string(wanted) + " stands there " + std::to_string(seen[wanted]) + " times"});
    }
  }
  if (seen.size() != last_requirement) {
    findings.push_back({table->path, "a number beyond the last requirement"});
  }
  return findings;
}

// | clause | file | test |
Findings standards_mistakes(const Tree& tree) {
  const File* table = tree.find("docs/standards.md");
  if (table == nullptr) {
    return {{"docs/standards.md", "is missing"}};
  }
  Findings findings;
  const auto tests = tests_of(tree);
  std::size_t rows = 0;
  for (std::size_t i = 0; i < table->lines.size(); ++i) {
    const std::string& line = table->lines[i];
    if (!line.starts_with("|") || line.starts_with("|---") || line.starts_with("| clause")) {
      continue;
    }
    ++rows;
    const auto cells = cells_of(line);
    if (cells.size() != 3) {
      findings.push_back({at(*table, i), "a row is | clause | file | test |"});
      continue;
    }
    for (const std::string& path : quoted_words(cells[1])) {
      if (tree.find(path) == nullptr) {
        findings.push_back({at(*table, i), "there is no file " + path});
      }
    }
    check_tests(*table, i, cells[2], tests, findings);
  }
  if (rows == 0) {
    findings.push_back({table->path, "has no table"});
  }
  return findings;
}

namespace {

// A contract, the prefix of the paths it names, and the folder whose routes it speaks for.
struct Contract {
  std::string_view file, prefix, routes;
};
constexpr Contract contracts[] = {{"api/openapi.yaml", "/api/v1/", "src/api/routes/"},
                                  {"api/desk.yaml", "/desk/v1/", "src/api/routes/desk/"},
                                  {"api/agent.yaml", "/agent/v1/", "apps/agent/web/"}};

Findings contract_mistakes(const Tree& tree, const Contract& contract) {
  const File* file = tree.find(std::string(contract.file));
  if (file == nullptr) {
    return {{std::string(contract.file), "is missing"}};
  }
  std::map<std::string, std::string> promised;
  for (std::size_t i = 0; i < file->lines.size(); ++i) {
    const std::string& line = file->lines[i];
    if (line.starts_with("  " + std::string(contract.prefix)) && line.ends_with(":")) {
      promised[line.substr(2, line.size() - 3)] = at(*file, i);
    }
  }
  std::map<std::string, std::string> served;
  for (const File& source : tree.files) {
    if (!source.path.starts_with(contract.routes) || !source.path.ends_with(".cpp") ||
        source.path.ends_with("_test.cpp")) {
      continue;
    }
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      const std::size_t from = line.find("\"" + std::string(contract.prefix));
      const std::size_t to = from == std::string::npos ? from : line.find('"', from + 1);
      if (to != std::string::npos) {
        served[line.substr(from + 1, to - from - 1)] = at(source, i);
      }
    }
  }
  Findings findings;
  for (const auto& [path, where] : served) {
    if (!promised.contains(path)) {
      findings.push_back({where, path + " is not in " + std::string(contract.file)});
    }
  }
  for (const auto& [path, where] : promised) {
    if (!served.contains(path)) {
      findings.push_back({where, path + " is served by nobody"});
    }
  }
  return findings;
}

}  // namespace

Findings contract_mistakes(const Tree& tree) {
  Findings findings;
  for (const Contract& contract : contracts) {
    const Findings more = contract_mistakes(tree, contract);
    findings.insert(findings.end(), more.begin(), more.end());
  }
  return findings;
}

namespace {

// Sentences about what has happened or will: nobody is refused with them.
bool tells_only(const std::string& word) { return word.starts_with("event.") || word.starts_with("until."); }

// What the two enumerations name, each with where it stands.
std::map<std::string, std::string> checks_of(const Tree& tree) {
  static const std::regex sentence(R"re(Row\{"([a-z0-9_.]+)")re");
  static const std::regex receipt(R"re(_evidence = "([a-z_]+)")re");
  std::map<std::string, std::string> checks;
  for (const auto& [path, form] :
       {std::pair{"src/api/problem/sentences.cpp", &sentence}, std::pair{"src/hall/evidence_kinds.h", &receipt}}) {
    const File* file = tree.find(path);
    for (std::size_t i = 0; file != nullptr && i < file->lines.size(); ++i) {
      std::smatch match;
      if (std::regex_search(file->lines[i], match, *form) && !tells_only(match[1])) {
        checks[match[1]] = at(*file, i);
      }
    }
  }
  return checks;
}

// Whether the file with this test says the word, by itself or with a number behind it; a machine's finding also without
// the "check." before it.
bool is_said_beside(const Tree& tree, const std::string& test, const std::string& word) {
  constexpr std::string_view finding = "check.";
  const std::string id = word.starts_with(finding) ? word.substr(finding.size()) : word;
  const std::string named = test.substr(0, test.find('.')) + ", " + test.substr(test.find('.') + 1) + ")";
  return std::ranges::any_of(tree.files, [&](const File& file) {
    return is_test_code(file) && file.text.find(named) != std::string::npos &&
           (file.text.find("\"" + word + "\"") != std::string::npos ||
            file.text.find("\"" + id + "\"") != std::string::npos ||
            file.text.find("\"" + word + ".") != std::string::npos);
  });
}

}  // namespace

// | `word` | `Suite.Test` or none | how it was seen to, or why none |
Findings checks_that_never_fail(const Tree& tree) {
  const File* table = tree.find("tests/journeys/README.md");
  if (table == nullptr) {
    return {{"tests/journeys/README.md", "is missing"}};
  }
  Findings findings;
  const auto checks = checks_of(tree);
  const auto tests = tests_of(tree);
  std::set<std::string> rows;
  for (std::size_t i = 0; i < table->lines.size(); ++i) {
    if (!table->lines[i].starts_with("| `")) {
      continue;
    }
    const auto cells = cells_of(table->lines[i]);
    const auto words = quoted_words(cells[0]);
    if (cells.size() != 3 || words.size() != 1 || cells[2].empty()) {
      findings.push_back({at(*table, i), "a row is | `word` | `Suite.Test` or none | how it was seen to |"});
      continue;
    }
    if (!checks.contains(words[0]) || !rows.insert(words[0]).second) {
      findings.push_back({at(*table, i), words[0] + " is no check, or has a row already"});
    }
    if (cells[1] == "none") {
      continue;
    }
    check_tests(*table, i, cells[1], tests, findings);
    for (const std::string& test : quoted_words(cells[1])) {
      if (tests.contains(test) && !is_said_beside(tree, test, words[0])) {
        findings.push_back({at(*table, i), test + " says nothing of " + words[0]});
      }
    }
  }
  for (const auto& [word, where] : checks) {
    if (!rows.contains(word)) {
      findings.push_back({where, word + " fails in no journey (tests/journeys/README.md)"});
    }
  }
  if (checks.empty()) {
    findings.push_back({table->path, "there are no checks to hold it against"});
  }
  return findings;
}

}  // namespace yinxin::tidy
