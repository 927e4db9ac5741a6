#pragma once
// The rules of the house that a program can check. Each takes a tree and says what breaks the rule.

#include "tree.h"

namespace yinxin::tidy {

constexpr std::size_t max_file_lines = 600;
constexpr std::size_t max_function_lines = 70;
constexpr std::size_t max_readme_lines = 12;
constexpr std::uintmax_t max_file_bytes = 1024 * 1024;

// Rooms (rules_rooms.cpp)
Findings includes_outside_may_know(const Tree& tree);
Findings foreign_headers_out_of_place(const Tree& tree);
Findings rooms_without_may_know_or_readme(const Tree& tree);
Findings may_know_against_the_picture(const Tree& tree);
Findings tests_made_without_yinxin_test(const Tree& tree);

// Shape of the code (rules_shape.cpp)
Findings over_long_files(const Tree& tree);
Findings over_long_functions(const Tree& tree);
Findings badly_formatted(const Tree& tree);
Findings money_in_floating_point(const Tree& tree);
Findings tests_that_sleep(const Tree& tree);
Findings tests_without_assertion(const Tree& tree);

// Words and papers (rules_papers.cpp)
Findings banned_words(const Tree& tree);
Findings machine_paths(const Tree& tree);
Findings over_big_files(const Tree& tree);
Findings broken_links(const Tree& tree);
Findings glossary_mistakes(const Tree& tree);
Findings requirement_mistakes(const Tree& tree);
Findings standards_mistakes(const Tree& tree);
// The paths of api/openapi.yaml and the routes under /api/v1/ name each other; so do api/desk.yaml and /desk/v1/,
// api/agent.yaml and /agent/v1/.
Findings contract_mistakes(const Tree& tree);
// Every sentence that a person may be refused with (src/api/problem/sentences.cpp) and every kind of receipt
// (src/hall/evidence_kinds.h) has a row in tests/journeys/README.md, with the test in which it fails and is seen to, or
// the reason why there is none.
Findings checks_that_never_fail(const Tree& tree);

}  // namespace yinxin::tidy
