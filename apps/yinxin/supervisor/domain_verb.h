#pragma once
// The hidden verb that the supervisor starts domains by: `yinxin domain NAME …`.

#include "yinxin/supervisor/domain_process.h"

namespace yinxin::cli {

void add_domain(CLI::App& app, Chosen& chosen, const supervisor::MoreVerbs& more = {});

}  // namespace yinxin::cli
