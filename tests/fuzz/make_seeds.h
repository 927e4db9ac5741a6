#pragma once
// Seeds come from two files, by what they need.

#include <string>

#include "base/bytes.h"

namespace yinxin::fuzz {

// Writes one file into the folder of a target.
void seed(const std::string& target, const std::string& name, BytesView bytes);

// Statements, messages between domains, audit, and whole files for the verifier.
void make_domain_seeds();

}  // namespace yinxin::fuzz
