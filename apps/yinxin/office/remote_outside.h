#pragma once
// The outside in a process of its own: the doors that lead there, and what it hears. A door that is not for the asker
// ends his edge: the street gets no receipts and no codes, the desk no money.

#include "net/edge.h"
#include "yinxin/office/outside_doors.h"

namespace yinxin::office {

// `link` outlives it. `ways`: of paying, as the settings name them.
std::unique_ptr<OutsideDoors> remote_outside(net::EdgeLink& link, const std::vector<std::string>& ways);

// What the outside hears from street and desk; empty for anybody else. `outside` takes calls from several threads.
net::EdgeTable table_for(OutsideDoors& outside, std::string_view asker);

}  // namespace yinxin::office
