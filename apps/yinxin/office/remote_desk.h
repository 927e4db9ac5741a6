#pragma once
// The desk in a process of its own: it fetches what the street lays down for it (net/pulled_calls.h).

#include "net/pulled_calls.h"
#include "yinxin/office/desk_doors.h"

namespace yinxin::office {

// `calls` outlives it.
std::unique_ptr<DeskDoors> remote_desk(net::PulledCalls& calls);

// What the desk does of what it fetched. `desk` outlives the table.
net::EdgeTable deeds_of(DeskDoors& desk);

}  // namespace yinxin::office
