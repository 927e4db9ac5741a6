#pragma once
// Figures as people and as programs read them.

#include <span>

#include "engine.h"

namespace yinxin::bench {

// One line for each name, with what is promised of it.
std::string table_head();
std::string table_line(const Figure& figure);
// An array of { name, unit, ours, peer, theirs, ratio, note }; peer is "" and theirs and ratio 0 where there is none.
std::string to_json(std::span<const Figure> figures);

}  // namespace yinxin::bench
