// yinxin domain: one domain as a process; started by the supervisor, not by people

#include <CLI/CLI.hpp>
#include <filesystem>

#include "yinxin/serving/public_side.h"
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
  verb->add_option("--authorities", wish->options.around.authorities);
  verb->add_flag("--copies-public", wish->options.around.copies_public);
  supervisor::Serving& serving = wish->options.serving;  // of desk and street
  verb->add_option("--listen", serving.listen);
  verb->add_option("--port", serving.port);
  verb->add_option("--desk-port", serving.desk_port);
  verb->add_option("--papers-port", serving.papers_port);
  verb->add_option("--papers-host", serving.papers_host);
  verb->add_option("--web", serving.web);
  verb->add_option("--programmes", serving.programmes);
  verb->add_option("--sender", serving.sender);
  verb->add_flag("--hall", serving.has_hall);
  verb->add_option("--way", serving.ways);
  verb->callback([&chosen, wish, more] {
    chosen.run = [wish, more] {
      supervisor::Surroundings& around = wish->options.around;
      for (const std::string& path :
           {wish->options.serving.programmes, wish->options.serving.sender, wish->options.serving.web}) {
        if (!path.empty()) {
          around.readable.push_back(path);
        }
      }
      around.programs = std::filesystem::path(serving::program_beside("")).parent_path().string();
      wish->options.level = static_cast<supervisor::Level>(wish->level);
      return supervisor::run_domain(wish->options, more);
    };
  });
}

}  // namespace yinxin::cli
