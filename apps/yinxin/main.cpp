// The operator's command line: `yinxin VERB …`.

#include <CLI/CLI.hpp>
#include <iostream>

#include "base/core_dumps.h"
#include "yinxin/supervisor/domain_verb.h"
#include "yinxin/verb.h"

int main(int argc, char** argv) {
  using namespace yinxin::cli;
  CLI::App app{
      "Yinxin 印信: certification authority, key management, seals and their verification.\n"
      "Exit status: 0 valid or done, 1 the verdict is bad, 2 wrong usage, 3 could not be done, 4 indeterminate."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("yinxin " YX_VERSION));
  Chosen chosen;
  add_certificate(app, chosen);
  add_programme(app, chosen);
  add_audit(app, chosen);
  add_verify(app, chosen);
  add_init(app, chosen);
  add_serve(app, chosen);
  add_domain(app, chosen);
  add_authority(app, chosen);
  add_token(app, chosen);
  add_case(app, chosen);
  add_message(app, chosen);
  add_officer(app, chosen);
  add_doctor(app, chosen);
  add_seal(app, chosen);
  add_stamp(app, chosen);
  add_emulate(app, chosen);
  add_outside(app, chosen);
  add_backup(app, chosen);
  add_host(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  // From here on there are keys, PINs and persons in memory.
  if (const auto forbidden = yinxin::forbid_core_dumps(); !forbidden) {
    return static_cast<int>(tell(forbidden.error()));
  }
  return static_cast<int>(chosen.run());
}
