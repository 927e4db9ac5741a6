// The desk of who holds a UKey: officers, stations, holders. It opens no data folder; it asks over HTTP and signs.

#include <CLI/CLI.hpp>

#include "agent/verb.h"
#include "base/core_dumps.h"

int main(int argc, char** argv) {
  using namespace yinxin;
  CLI::App app{
      "yinxin-agent 印信客户端: officers, production stations and holders, each with a UKey.\n"
      "Exit status: 0 done, 2 wrong usage, 3 could not be done."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("yinxin-agent " YX_VERSION));
  cli::Chosen chosen;
  agent::add_desk(app, chosen);
  agent::add_station(app, chosen);
  agent::add_send_code(app, chosen);
  agent::add_activate(app, chosen);
  agent::add_serve(app, chosen);
  agent::add_consents(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : static_cast<int>(cli::Exit::usage);
  }
  // From here on there are PINs and persons in memory.
  if (const auto forbidden = forbid_core_dumps(); !forbidden) {
    return static_cast<int>(cli::tell(forbidden.error()));
  }
  return static_cast<int>(chosen.run());
}
