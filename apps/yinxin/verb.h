#pragma once
// What every verb shares: exit statuses, and how failures are told to an operator.

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the name of others
class App;
}

namespace yinxin::cli {

// interfaces: 0 valid or done, 1 the verdict is bad, 2 wrong usage, 3 could not be done, 4 indeterminate
enum class Exit : int { done = 0, bad_verdict = 1, usage = 2, could_not = 3, indeterminate = 4 };

// A verb's deed; set by the subcommand that was chosen.
struct Chosen {
  std::function<Exit()> run;
};

// What went wrong and, where somebody can do something, what; Chinese first. Returns Exit::could_not.
Exit tell(const Error& error);

void add_programme(CLI::App& app, Chosen& chosen);
void add_certificate(CLI::App& app, Chosen& chosen);
void add_audit(CLI::App& app, Chosen& chosen);
void add_verify(CLI::App& app, Chosen& chosen);
void add_init(CLI::App& app, Chosen& chosen);
void add_serve(CLI::App& app, Chosen& chosen);
void add_authority(CLI::App& app, Chosen& chosen);
void add_token(CLI::App& app, Chosen& chosen);
void add_case(CLI::App& app, Chosen& chosen);
void add_message(CLI::App& app, Chosen& chosen);
void add_officer(CLI::App& app, Chosen& chosen);
void add_status_orders(CLI::App& ca_app, Chosen& chosen);
void add_seal_make(CLI::App& seal_app, Chosen& chosen);
void add_doctor(CLI::App& app, Chosen& chosen);
void add_seal(CLI::App& app, Chosen& chosen);
void add_emulate(CLI::App& app, Chosen& chosen);
void add_stamp(CLI::App& app, Chosen& chosen);

}  // namespace yinxin::cli
