// The ordeal, and every process in it: the supervisor and the test run this program again, with the verbs of `yinxin`.

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/core_dumps.h"
#include "ordeal/board.h"
#include "ordeal/ordeal.h"
#include "yinxin/supervisor/domain_verb.h"
#include "yinxin/verb.h"

namespace {

// What is being tried: the same verbs as the program that people run, with kill points that obey the board.
int run_verb(int argc, char** argv) {
  using namespace yinxin;
  if (ordeal::Board* const board = ordeal::find_board(); board != nullptr) {
    ordeal::follow_clock(*board);
    ordeal::obey(*board);
  }
  CLI::App app;
  app.require_subcommand(1);
  cli::Chosen chosen;
  cli::add_serve(app, chosen);
  cli::add_domain(app, chosen);
  cli::add_emulate(app, chosen);
  CLI11_PARSE(app, argc, argv);
  return forbid_core_dumps() ? static_cast<int>(chosen.run()) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "serve" || verb == "domain" || verb == "emulate") {
    return run_verb(argc, argv);
  }
  CLI::App app{"Whole journeys while processes are killed and providers misbehave; the laws counted at the end."};
  yinxin::ordeal::Wish wish;
  yinxin::ordeal::add_options(app, wish);
  CLI11_PARSE(app, argc, argv);
  try {
    return yinxin::ordeal::run(wish);
  } catch (const std::exception& wrong) {
    std::cerr << "ordeal: " << wrong.what() << std::endl;
    return 1;
  }
}
