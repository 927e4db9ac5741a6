// Each rule against a tree with exactly one planted violation, and against the same tree mended.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "rules.h"

namespace yinxin::tidy {
namespace {

namespace fs = std::filesystem;

class PlantedTree : public testing::Test {
 protected:
  PlantedTree() {
    std::string pattern = (fs::temp_directory_path() / "yinxin-tidy-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
    write("src/base/may-know", "\n");
    write("src/base/README.md", "# base\nThe ground.\n");
    write("src/hall/may-know", "base\n");
    write("src/hall/README.md", "# hall\nThe hall.\n");
    write("src/store/may-know", "base hall\n");
    write("src/store/README.md", "# store\nThe store.\n");
    write("src/base/x.h", "int x();\n");
    write("src/store/s.h", "int s();\n");
    write("src/hall/h.cpp", "#include \"base/x.h\"\n\nint h() { return x(); }\n");
  }
  ~PlantedTree() override { fs::remove_all(root_); }
  PlantedTree(const PlantedTree&) = delete;
  PlantedTree& operator=(const PlantedTree&) = delete;

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  // `rule` is content with the tree, finds something `where` once the violation is there, and is content again.
  void expect_found(Findings (*rule)(const Tree&), const std::string& path, const std::string& violation,
                    const std::string& where) {
    EXPECT_TRUE(rule(Tree::load(root_)).empty()) << "the tree was not clean before";
    std::string before;
    const bool existed = fs::exists(root_ / path);
    if (existed) {
      before = Tree::load(root_).find(path)->text;
    }
    write(path, violation);
    const Findings findings = rule(Tree::load(root_));
    ASSERT_FALSE(findings.empty()) << "not found: " << violation.substr(0, 200);
    EXPECT_EQ(findings.front().where, where) << findings.front().what;
    if (existed) {
      write(path, before);
    } else {
      fs::remove(root_ / path);
    }
    EXPECT_TRUE(rule(Tree::load(root_)).empty());
  }

  fs::path root_;
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

TEST_F(PlantedTree, ForbiddenIncludesAreFound) {
  const auto rule = includes_outside_may_know;
  expect_found(rule, "src/hall/h.cpp", "#include \"store/s.h\"\n", "src/hall/h.cpp:1");
  expect_found(rule, "src/base/x.h", "#pragma once\n#include \"hall/h.h\"\n", "src/base/x.h:2");
  expect_found(rule, "src/hall/h.cpp", "#include \"../store/s.h\"\n", "src/hall/h.cpp:1");
  expect_found(rule, "src/hall/h.cpp", "#include \"h.h\"\n", "src/hall/h.cpp:1");
  expect_found(rule, "src/hall/h.cpp", "#include <store/s.h>\n", "src/hall/h.cpp:1");
}

TEST_F(PlantedTree, ATestMayKnowWhatItsRoomsLineSaysAndNothingElse) {
  write("src/hall/h_test.cpp", "#include \"store/s.h\"\n");
  EXPECT_EQ(includes_outside_may_know(Tree::load(root_)).size(), 1U);
  write("src/CMakeLists.txt", "yinxin_room(hall LIBS a b TEST_KNOWS store)\n");
  EXPECT_TRUE(includes_outside_may_know(Tree::load(root_)).empty());
}

TEST_F(PlantedTree, ForeignHeadersOutOfPlaceAreFound) {
  const auto rule = foreign_headers_out_of_place;
  write("src/crypto/openssl/a.cpp", "#include <openssl/evp.h>\n");
  write("src/net/tls_stream.cpp", "#include <openssl/ssl.h>\n#include <boost/beast.hpp>\n");
  expect_found(rule, "src/hall/h.cpp", "#include <openssl/evp.h>\n", "src/hall/h.cpp:1");
  expect_found(rule, "src/crypto/b.cpp", "#include <openssl/evp.h>\n", "src/crypto/b.cpp:1");
  expect_found(rule, "src/hall/h.cpp", "#include <gcrypt.h>\n", "src/hall/h.cpp:1");
  expect_found(rule, "src/hall/h.cpp", "#include <sqlite3.h>\n", "src/hall/h.cpp:1");
  expect_found(rule, "src/hall/j.h", "#include <boost/json.hpp>\n", "src/hall/j.h:1");
  expect_found(rule, "src/hall/j.h", "#include <spdlog/spdlog.h>\n", "src/hall/j.h:1");
}

TEST_F(PlantedTree, RoomsWithoutPapersAreFound) {
  expect_found(rooms_without_may_know_or_readme, "src/pin/README.md", "# pin\nPins.\n", "src/pin");
  expect_found(rooms_without_may_know_or_readme, "src/pin/may-know", "base\n", "src/pin");
  expect_found(rooms_without_may_know_or_readme, "src/base/README.md", repeated("line\n", 13), "src/base/README.md");
}

TEST_F(PlantedTree, MayKnowAgainstThePictureIsFound) {
  const auto rule = may_know_against_the_picture;
  write("src/pki/may-know", "base\n");
  write("src/seal/may-know", "base\n");
  expect_found(rule, "src/hall/may-know", "base store\n", "src/hall/may-know");
  expect_found(rule, "src/pki/may-know", "base seal\n", "src/pki/may-know");
  expect_found(rule, "src/base/may-know", "hall\n", "src/base/may-know");
  expect_found(rule, "src/hall/may-know", "base cellar\n", "src/hall/may-know");
}

TEST_F(PlantedTree, UncountedTestsAreFound) {
  expect_found(tests_made_without_yinxin_test, "tests/CMakeLists.txt", "add_test(NAME a COMMAND a)\n",
               "tests/CMakeLists.txt:1");
}

TEST_F(PlantedTree, OverLongThingsAreFound) {
  const std::string exact = "int f() {\n" + repeated("  ;\n", max_function_lines - 2) + "}\n";
  const std::string over = "int f() {\n" + repeated("  ;\n", max_function_lines - 1) + "}\n";
  expect_found(over_long_files, "src/base/x.h", repeated("\n", max_file_lines + 1), "src/base/x.h");
  write("src/base/exact.cpp", exact);
  expect_found(over_long_functions, "src/base/y.cpp", over, "src/base/y.cpp:1");
  expect_found(over_long_functions, "src/base/y.cpp", "namespace a {\nstruct B {\n" + over + "};\n}\n",
               "src/base/y.cpp:3");
  expect_found(over_long_functions, "src/base/y.cpp", "// long:\n" + over, "src/base/y.cpp:2");
  write("src/base/z.cpp", "// long: one row for each code\n" + over);
  write("src/base/w.cpp", "namespace a {\n" + repeated("int f(int x);\n", 100) + "}\n");
  write("src/base/v.cpp", "const char* text = R\"(void f() {)\";\n" + repeated("// }\n", 100));
  EXPECT_TRUE(over_long_functions(Tree::load(root_)).empty());
}

TEST_F(PlantedTree, BadFormIsFound) {
  write(".clang-format", "BasedOnStyle: Google\n");
  expect_found(badly_formatted, "src/base/x.h", "int   x( );\n", "src/base/x.h");
}

TEST_F(PlantedTree, FloatingMoneyIsFound) {
  const auto rule = money_in_floating_point;
  write("src/base/ok.h", "double defend_fence; // a price in a comment\nlong price_fen;\n");
  expect_found(rule, "src/base/m.h", "double price_yuan;\n", "src/base/m.h:1");
  expect_found(rule, "src/base/m.h", "\nfloat due_fen(int amount);\n", "src/base/m.h:2");
}

TEST_F(PlantedTree, WeakTestsAreFound) {
  write("src/base/a_test.cpp", "TEST(A, B) {\n  EXPECT_EQ(1, 1);\n}\nTEST(A, C) { expect_found(1); }\n");
  expect_found(tests_that_sleep, "src/base/b_test.cpp", "std::this_thread::sleep_for(1s);\n", "src/base/b_test.cpp:1");
  expect_found(tests_without_assertion, "src/base/b_test.cpp", "TEST(A, Expects) {\n  run();\n}\nint assert_here;\n",
               "src/base/b_test.cpp:1");
  expect_found(tests_without_assertion, "src/base/b_test.cpp", "\nTEST(A, Expects) { run(); }\nint assert_here;\n",
               "src/base/b_test.cpp:2");
}

TEST_F(PlantedTree, BannedWordsAreFound) {
  write("GLOSSARY.md",
        "never write cle"
        "rk\n");
  write("src/base/fine.h", "int mkstemp_XXXXXX;\n");
  expect_found(banned_words, "src/base/x.h",
               "int cle"
               "rk_id;\n",
               "src/base/x.h:1");
  expect_found(banned_words, "src/base/x.h",
               "\nint jbr"
               "xm;\n",
               "src/base/x.h:2");
  expect_found(banned_words, "docs/a.md",
               "TO"
               "DO: write this\n",
               "docs/a.md:1");
  expect_found(banned_words, "yx",
               "# FIX"
               "ME\n",
               "yx:1");
}

TEST_F(PlantedTree, MachinePathsAndBigFilesAreFound) {
  write("docs/fine.md",
        "see docs/wo"
        "rk/x and https://a.example/ho"
        "me/x\n");
  expect_found(machine_paths, "docs/a.md",
               "see /wo"
               "rk/main\n",
               "docs/a.md:1");
  expect_found(machine_paths, "yx",
               "cd /ro"
               "ot/project\n",
               "yx:1");
  expect_found(over_big_files, "docs/big.bin", std::string(max_file_bytes + 1, 'x'), "docs/big.bin");
}

TEST_F(PlantedTree, BrokenLinksAreFound) {
  write("docs/a.md", "[b](b.md#part) [up](../README.md) [away](https://example.org/x) [here](#there)\n");
  write("docs/b.md", "\n");
  write("README.md", "\n");
  expect_found(broken_links, "docs/b.md", "\n[gone](gone.md)\n", "docs/b.md:2");
}

TEST_F(PlantedTree, GlossaryMistakesAreFound) {
  const std::string head = "| 中文 | code word | label |\n|---|---|---|\n| 印章 | `seal` | seal |\n";
  EXPECT_EQ(glossary_mistakes(Tree::load(root_)).size(), 1U) << "a missing glossary";
  write("GLOSSARY.md", head);
  expect_found(glossary_mistakes, "GLOSSARY.md", head + "| 印 | `seal` | stamp |\n", "GLOSSARY.md:4");
  expect_found(glossary_mistakes, "GLOSSARY.md", head + "| 印 | stamp | stamp |\n", "GLOSSARY.md:4");
  expect_found(glossary_mistakes, "GLOSSARY.md", head + "| 印 | `NoSuchType` | stamp |\n", "GLOSSARY.md:4");
}

TEST_F(PlantedTree, RequirementMistakesAreFound) {
  std::string all;
  for (int i = 1; i <= 235; ++i) {
    all += "| R-" + std::string(i < 10 ? "00" : i < 100 ? "0" : "") + std::to_string(i) + " | what | later |\n";
  }
  EXPECT_EQ(requirement_mistakes(Tree::load(root_)).size(), 1U) << "a missing table";
  write("docs/requirements.md", all);
  write("src/base/r_test.cpp", "TEST(Some, Thing) { EXPECT_TRUE(true); }\n");
  const std::string path = "docs/requirements.md";
  const std::string rest = all.substr(all.find('\n') + 1);
  expect_found(requirement_mistakes, path, rest, path);
  expect_found(requirement_mistakes, path, all + "| R-001 | what | later |\n", path);
  expect_found(requirement_mistakes, path, "| R-001 | what | `No.Test` |\n" + rest, path + ":1");
  expect_found(requirement_mistakes, path, "| R-001 | what | done |\n" + rest, path + ":1");
  write(path, "| R-001 | what | `Some.Thing` |\n" + rest);
  EXPECT_TRUE(requirement_mistakes(Tree::load(root_)).empty());
}

TEST_F(PlantedTree, StandardsMistakesAreFound) {
  const std::string head = "| clause | file | test |\n|---|---|---|\n| GB 1 | `src/base/x.h` | later |\n";
  EXPECT_EQ(standards_mistakes(Tree::load(root_)).size(), 1U) << "a missing table";
  write("docs/standards.md", head);
  expect_found(standards_mistakes, "docs/standards.md", head + "| GB 2 | `src/no.h` | later |\n",
               "docs/standards.md:4");
  expect_found(standards_mistakes, "docs/standards.md", head + "| GB 2 | `src/base/x.h` | `No.Test` |\n",
               "docs/standards.md:4");
}

TEST_F(PlantedTree, ChecksThatNeverFailAreFound) {
  EXPECT_EQ(checks_that_never_fail(Tree::load(root_)).size(), 1U) << "a missing table";
  const std::string table = "tests/journeys/README.md";
  const std::string row = "| `code.wrong` | `Some.Journey` | typed again |\n";
  const std::string receipt = "| `carrier_check` | none | nobody asks yet |\n";
  const std::string journey = "TEST(Some, Journey) { EXPECT_EQ(word(), \"code.wrong.4\"); }\n";
  write(table, row + receipt);
  EXPECT_FALSE(checks_that_never_fail(Tree::load(root_)).empty()) << "nothing to hold it against";
  write("src/api/problem/sentences.cpp", "    Row{\"code.wrong\", \"\", \"\"},\n");
  write("src/hall/evidence_kinds.h", "constexpr std::string_view carrier_evidence = \"carrier_check\";\n");
  write("tests/journeys/some_test.cpp", journey);
  EXPECT_TRUE(checks_that_never_fail(Tree::load(root_)).empty());
  expect_found(checks_that_never_fail, table, row, "src/hall/evidence_kinds.h:1");
  expect_found(checks_that_never_fail, table, receipt, "src/api/problem/sentences.cpp:1");
  expect_found(checks_that_never_fail, table, row + receipt + "| `dream` | none | why |\n", table + ":3");
  expect_found(checks_that_never_fail, table, row + receipt + row, table + ":3");
  expect_found(checks_that_never_fail, table, "| `code.wrong` | `No.Journey` | how |\n" + receipt, table + ":1");
  expect_found(checks_that_never_fail, table, "| `code.wrong` | none |\n" + receipt, table + ":1");
  expect_found(checks_that_never_fail, "tests/journeys/some_test.cpp", "TEST(Some, Journey) { EXPECT_TRUE(true); }\n",
               table + ":1");
}

TEST_F(PlantedTree, RoutesOutsideTheContractAreFound) {
  const std::string routes = "router.add(Method::get, \"/api/v1/me\", {}, me);\n";
  EXPECT_EQ(contract_mistakes(Tree::load(root_)).size(), 3U) << "three missing contracts";
  write("src/api/routes/hall/hall.cpp", routes);
  write("api/openapi.yaml", "paths:\n  /api/v1/me:\n");
  const std::string desk = "get(\"/desk/v1/me\", &R::me);\n";
  write("src/api/routes/desk/desk.cpp", desk);
  write("api/desk.yaml", "paths:\n  /desk/v1/me:\n");
  const std::string agent = "{\"/agent/v1/status\", {Method::get, true}},\n";
  write("apps/agent/web/routes.cpp", agent);
  write("api/agent.yaml", "paths:\n  /agent/v1/status:\n");
  EXPECT_TRUE(contract_mistakes(Tree::load(root_)).empty());
  expect_found(contract_mistakes, "src/api/routes/hall/hall.cpp",
               routes + "router.add(Method::get, \"/api/v1/secret\", {}, me);\n", "src/api/routes/hall/hall.cpp:2");
  expect_found(contract_mistakes, "api/openapi.yaml", "paths:\n  /api/v1/me:\n  /api/v1/dream:\n",
               "api/openapi.yaml:3");
  expect_found(contract_mistakes, "src/api/routes/desk/desk.cpp", desk + "get(\"/desk/v1/secret\", &R::me);\n",
               "src/api/routes/desk/desk.cpp:2");
  expect_found(contract_mistakes, "api/desk.yaml", "paths:\n  /desk/v1/me:\n  /desk/v1/dream:\n", "api/desk.yaml:3");
  expect_found(contract_mistakes, "apps/agent/web/routes.cpp", agent + "{\"/agent/v1/secret\", {Method::get, true}},\n",
               "apps/agent/web/routes.cpp:2");
  expect_found(contract_mistakes, "api/agent.yaml", "paths:\n  /agent/v1/status:\n  /agent/v1/dream:\n",
               "api/agent.yaml:3");
}

}  // namespace
}  // namespace yinxin::tidy
