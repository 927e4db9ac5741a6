#pragma once
// The integrity list of GM/T 0099-2020 annex D: OFDEntries.xml names every file of the package, signedvalue.dat is a
// GB/T 35275 message over its SM3. It lists names only, no digests: it keeps files from being added, nothing more.

#include <set>

#include "seal/ofd/package.h"
#include "seal/verify/trust.h"

namespace yinxin::seal::verify {

constexpr std::string_view integrity_list_path = "OFDEntries.xml";

// Adds findings when the package has a list. Returns the files the list consists of.
std::set<std::string> check_integrity_list(const ofd::Package& package, const TrustContext& context,
                                           std::vector<Finding>& findings);

}  // namespace yinxin::seal::verify
