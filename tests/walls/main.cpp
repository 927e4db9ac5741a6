// The test, and the domains it starts: the supervisor runs this program again.

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "base/core_dumps.h"
#include "exploit.h"
#include "yinxin/supervisor/domain_verb.h"

int main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) != "domain") {
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
  }
  CLI::App app;
  yinxin::cli::Chosen chosen;
  yinxin::cli::add_domain(app, chosen, yinxin::walls::exploits);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return yinxin::forbid_core_dumps() ? static_cast<int>(chosen.run()) : 1;
}
