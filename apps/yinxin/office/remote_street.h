#pragma once
// The street in a process of its own: the doors that lead the desk there, and what it hears. A submitted case comes as
// one package, in parts that fit a frame.

#include "net/edge.h"
#include "yinxin/office/street_doors.h"

namespace yinxin::office {

constexpr std::size_t max_package_bytes = std::size_t{512} << 20;  // of a submitted case with its papers
constexpr std::size_t package_part_bytes = std::size_t{4} << 20;

// `link` outlives it.
std::unique_ptr<StreetDoors> remote_street(net::EdgeLink& link);

// What the street hears from the desk; empty for anybody else. `street` takes calls from several threads, and outlives
// the table.
net::EdgeTable table_for(StreetDoors& street, std::string_view asker);

}  // namespace yinxin::office
