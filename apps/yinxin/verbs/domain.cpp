// yinxin domain: one inner domain as a process; started by the supervisor, not by people

#include <CLI/CLI.hpp>

#include "yinxin/supervisor/domain_verb.h"
#include "yinxin/supervisor/opened_domain.h"

namespace yinxin::cli {

void add_domain(CLI::App& app, Chosen& chosen, const supervisor::MoreVerbs& more) {
  struct Wish {
    supervisor::DomainOptions options;
    int level = 1;
  };
  auto wish = std::make_shared<Wish>();
  CLI::App* verb = app.add_subcommand("domain", "one domain of an office; started by `yinxin serve`");
  verb->group("");  // not among the verbs for people
  std::vector<std::string> names;
  for (const auto& [name, opener] : supervisor::openers()) {
    names.push_back(name);
  }
  verb->add_option("name", wish->options.name)->required()->check(CLI::IsMember(names));
  verb->add_option("--level", wish->level)->check(CLI::Range(1, 2));
  verb->add_option("--data", wish->options.around.data)->required();
  verb->add_option("--profiles", wish->options.around.profiles)->required();
  verb->callback([&chosen, wish, more] {
    chosen.run = [wish, more] {
      wish->options.level = static_cast<supervisor::Level>(wish->level);
      return supervisor::run_domain(wish->options, more);
    };
  });
}

}  // namespace yinxin::cli
