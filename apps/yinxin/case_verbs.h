#pragma once
// What the verbs about a case share.

#include "terminal/token_key.h"
#include "yinxin/office/house.h"
#include "yinxin/office_options.h"

namespace yinxin::cli {

Result<std::unique_ptr<office::House>> open_house(const OfficeOptions& wish, office::Opened opened);

void add_case_making(CLI::App& case_app, Chosen& chosen);

}  // namespace yinxin::cli
