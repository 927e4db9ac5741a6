#pragma once
// What a case of a programme needs before it is done: the union of its lines' needs, as the programme fills them in.

#include "hall/application/move.h"
#include "hall/programme/programme.h"

namespace yinxin::hall::programme {

// `businesses` are those of the case's lines, in the programme's words. invalid_input when the programme does not offer
// one of them through this channel, or has no payment rule for it.
Result<CaseNeeds> needs_of(const Programme& programme, const Set& businesses, const std::string& channel);

}  // namespace yinxin::hall::programme
