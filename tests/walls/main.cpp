// The test, and the domains it starts: the supervisor runs this program again.

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "base/core_dumps.h"
#include "cage/cell_side.h"
#include "cage/walls.h"
#include "exploit.h"
#include "hostile.h"
#include "yinxin/supervisor/domain_verb.h"

namespace {

// In the place of desk or street, with the arguments of that domain.
void add_hostile(CLI::App& app, yinxin::cli::Chosen& chosen) {
  struct Wish {
    yinxin::supervisor::DomainOptions options;
    int level = 1;
  };
  auto wish = std::make_shared<Wish>();
  CLI::App* verb = app.add_subcommand("hostile");
  verb->allow_extras();  // of who serves the world
  verb->add_option("name", wish->options.name)->required()->check(CLI::IsMember({"desk", "street"}));
  verb->add_option("--level", wish->level)->check(CLI::Range(1, 2));
  verb->add_option("--data", wish->options.around.data)->required();
  verb->add_option("--profiles", wish->options.around.profiles)->required();
  verb->callback([&chosen, wish] {
    chosen.run = [wish] {
      wish->options.level = static_cast<yinxin::supervisor::Level>(wish->level);
      return yinxin::walls::run_hostile(wish->options);
    };
  });
}

// A cell that was taken over by its file, which is a deed of the exploit; the answer is its errno.
int run_taken_cell() {
  using namespace yinxin;
  constexpr std::size_t max_deed_bytes = 4096;
  const auto held = cage::bound_cell({}) ? cage::wall_in_cell({}) : Result<cage::Held>(fail(ErrorCode::internal, ""));
  if (!held || !held->suffices()) {
    return 1;
  }
  const auto deed = cage::read_input(max_deed_bytes);
  const std::string error = deed ? std::to_string(yinxin_exploit_stub(std::string(text_of(*deed)).c_str())) : "";
  return cage::write_output(bytes_of(error)) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc < 2 ? "" : argv[1];
  if (first == "cell") {
    return run_taken_cell();
  }
  if (first != "domain" && first != "hostile") {
    ::testing::InitGoogleTest(&argc, argv);
    CLI::App app;
    app.add_option("--bundles", yinxin::walls::bundles_to_generate(), "generated bundles at each level");
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app.exit(error);
    }
    return RUN_ALL_TESTS();
  }
  CLI::App app;
  yinxin::cli::Chosen chosen;
  yinxin::cli::add_domain(app, chosen, yinxin::walls::exploits);
  add_hostile(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  return yinxin::forbid_core_dumps() ? static_cast<int>(chosen.run()) : 1;
}
