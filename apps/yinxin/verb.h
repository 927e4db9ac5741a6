#pragma once
// The verbs of `yinxin`; what they share with other programs is in terminal/.

#include "terminal/tell.h"

namespace yinxin::cli {

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
void add_outside(CLI::App& app, Chosen& chosen);
void add_host(CLI::App& app, Chosen& chosen);
void add_backup(CLI::App& app, Chosen& chosen);

}  // namespace yinxin::cli
