#pragma once
// A programme in the CA's words: what of it the checker demands. Two administrators sign these bytes.

#include "hall/programme/programme.h"
#include "trust/statement.h"

namespace yinxin::hall::programme {

// `profiles`: the profile hash for each kind that the programme offers; a kind without one is not made.
// unsupported when the programme offers a business or kind that the house does not know.
Result<trust::ProgrammePolicy> policy_of(const Programme& programme, const std::string& environment,
                                         const std::map<std::string, crypto::Digest>& profiles);

}  // namespace yinxin::hall::programme
