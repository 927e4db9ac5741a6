#include <algorithm>
#include <array>
#include <regex>
#include <sstream>

#include "rules.h"

namespace yinxin::tidy {

namespace {

struct Include {
  std::size_t line = 0;
  bool quoted = false;
  std::string path;
};

std::vector<Include> includes_of(const File& file) {
  static const std::regex form(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  std::vector<Include> includes;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(file.lines[i], match, form)) {
      includes.push_back({.line = i, .quoted = match[1] == "\"", .path = match[2]});
    }
  }
  return includes;
}

std::string room_of(const File& file) {
  const std::size_t slash = file.path.find('/', 4);
  return file.path.starts_with("src/") && slash != std::string::npos ? file.path.substr(4, slash - 4) : "";
}

// Room → what its tests may know beside, from `yinxin_room(… TEST_KNOWS a b …)`.
std::map<std::string, std::set<std::string>> test_knows(const Tree& tree) {
  static const std::regex call(R"(yinxin_room\(\s*(\w+)([^)]*)\))");
  std::map<std::string, std::set<std::string>> known;
  const File* rooms = tree.find("src/CMakeLists.txt");
  if (rooms == nullptr) {
    return known;
  }
  for (std::sregex_iterator found(rooms->text.begin(), rooms->text.end(), call); found != std::sregex_iterator();
       ++found) {
    std::istringstream words((*found)[2]);
    bool inside = false;
    for (std::string word; words >> word;) {
      if (word == "LIBS" || word == "EXCLUDE" || word == "TEST_KNOWS") {
        inside = word == "TEST_KNOWS";
      } else if (inside) {
        known[(*found)[1]].insert(word);
      }
    }
  }
  return known;
}

}  // namespace

Findings includes_outside_may_know(const Tree& tree) {
  Findings findings;
  const auto rooms = tree.rooms();
  const auto may_know = tree.may_know();
  const auto tests_know = test_knows(tree);
  for (const File& file : tree.files) {
    const std::string room = room_of(file);
    if (!is_code(file) || room.empty()) {
      continue;
    }
    for (const Include& include : includes_of(file)) {
      const std::string head = include.path.substr(0, include.path.find('/'));
      if (!include.quoted) {
        if (rooms.contains(head) && include.path.find('/') != std::string::npos) {
          findings.push_back({at(file, include.line), "a room's header in angle brackets hides from this check"});
        }
        continue;
      }
      const bool known =
          head == room || (may_know.contains(room) && may_know.at(room).contains(head)) ||
          (file.path.ends_with("_test.cpp") && tests_know.contains(room) && tests_know.at(room).contains(head));
      if (!rooms.contains(head) || include.path.find("..") != std::string::npos) {
        findings.push_back({at(file, include.line), "\"" + include.path + "\" is not a full path of a room's header"});
      } else if (!known) {
        findings.push_back({at(file, include.line), room + " may not know " + head + " (\"" + include.path + "\")"});
      }
    }
  }
  return findings;
}

Findings foreign_headers_out_of_place(const Tree& tree) {
  struct Place {
    std::regex header;
    std::regex allowed;
    std::string why;
  };
  static const std::array<Place, 9> places{{
      {std::regex("^openssl/"), std::regex("^src/(crypto/openssl/|net/tls)"), "only crypto/openssl and net/tls"},
      {std::regex("^gcrypt\\.h$"), std::regex("^src/crypto/"), "only crypto"},
      {std::regex("^sqlite3\\.h$"), std::regex("^src/store/"), "only store"},
      {std::regex("^(cairo|pango)"), std::regex("^src/(paper|view)/"), "only paper and view"},
      {std::regex("^(ft2build\\.h|freetype|fontconfig)"), std::regex("^src/view/"), "only view"},
      {std::regex("^turbojpeg\\.h$"), std::regex("^src/(intake|view)/"), "only intake and view"},
      {std::regex("^(opencv2|qpdf|ZXing)/"), std::regex("^src/intake/"), "only intake"},
      {std::regex("^Q[A-Z]"), std::regex("^apps/"), "only programs"},
      {std::regex("^(boost/(json|beast|asio)|spdlog/)"), std::regex("^(src|apps)/.*\\.cpp$"), "only .cpp files"},
  }};
  Findings findings;
  for (const File& file : tree.files) {
    if (!is_code(file) || file.path.starts_with("tests/") || file.path.starts_with("bench/")) {
      continue;
    }
    for (const Include& include : includes_of(file)) {
      for (const Place& place : places) {
        if (std::regex_search(include.path, place.header) && !std::regex_search(file.path, place.allowed)) {
          findings.push_back({at(file, include.line), "<" + include.path + "> is for " + place.why});
        }
      }
    }
  }
  return findings;
}

Findings rooms_without_may_know_or_readme(const Tree& tree) {
  Findings findings;
  for (const std::string& room : tree.rooms()) {
    const std::string folder = "src/" + room;
    const File* readme = tree.find(folder + "/README.md");
    if (tree.find(folder + "/may-know") == nullptr) {
      findings.push_back({folder, "has no may-know"});
    }
    if (readme == nullptr) {
      findings.push_back({folder, "has no README.md"});
    } else if (readme->lines.size() > max_readme_lines || readme->lines.size() < 2) {
      findings.push_back({readme->path, "must have 2 to " + std::to_string(max_readme_lines) + " lines"});
    }
  }
  return findings;
}

namespace {

// True when `from` reaches `to` by one or more steps.
bool reaches(const std::map<std::string, std::set<std::string>>& known, const std::string& from, const std::string& to,
             std::set<std::string>& seen) {
  if (!known.contains(from)) {
    return false;
  }
  return std::ranges::any_of(known.at(from), [&](const std::string& next) {
    return next == to || (seen.insert(next).second && reaches(known, next, to, seen));
  });
}

}  // namespace

Findings may_know_against_the_picture(const Tree& tree) {
  static const std::set<std::string> trades{"pki", "seal", "kmc", "pin"};
  static const std::set<std::string> implementers{"store", "outside", "token"};  // only apps meet them
  Findings findings;
  const auto rooms = tree.rooms();
  const auto known = tree.may_know();
  for (const auto& [room, names] : known) {
    const std::string where = "src/" + room + "/may-know";
    for (const std::string& name : names) {
      if (!rooms.contains(name)) {
        findings.push_back({where, "there is no room " + name});
      }
      if (implementers.contains(name)) {
        findings.push_back({where, "only apps may know " + name});
      }
      if (trades.contains(room) && trades.contains(name)) {
        findings.push_back({where, "trades meet as messages: " + room + " may not know " + name});
      }
    }
    std::set<std::string> seen;
    if (reaches(known, room, room, seen)) {
      findings.push_back({where, room + " knows itself through others"});
    }
  }
  return findings;
}

Findings tests_made_without_yinxin_test(const Tree& tree) {
  static const std::regex call(R"(^\s*(add_test|gtest_discover_tests|gtest_add_tests)\s*\()");
  Findings findings;
  for (const File& file : tree.files) {
    if (!file.path.ends_with("CMakeLists.txt")) {
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(file.lines[i], call)) {
        findings.push_back({at(file, i), "use yinxin_test, or a skip inside the program is never counted"});
      }
    }
  }
  return findings;
}

}  // namespace yinxin::tidy
