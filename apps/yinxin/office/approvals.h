#pragma once
// What the desk lays before an officer: the content to be signed, made from the submitted case and the vault's own
// profiles, and the bytes it speaks of.

#include "token/agent/approve.h"
#include "yinxin/office/house.h"

namespace yinxin::office {

// Kinds of evidence that are passed over, with the reason that both officers will see and sign.
using Overrides = std::map<std::string, std::string>;

// For S1: content made anew. For S2: the content of the standing S1, which the reviewer either signs as it is or not.
Result<token::ApprovalBundle> lay_before(House& house, const std::string& case_id, trust::Decision decision,
                                         const Overrides& overrides);

}  // namespace yinxin::office
