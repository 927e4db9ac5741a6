#pragma once
// What the cell that draws pages may have of this machine; the test of its walls stands inside the same.

#include <string>
#include <vector>

#include "cage/cell_side.h"

namespace yinxin::page_cell {

// What drawing opens while it works: fonts, and what says where they are.
inline const std::vector<std::string> readable{"/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts",
                                               "/usr/share/fontconfig", "/var/cache/fontconfig"};

constexpr cage::CellMeans means{.memory_bytes = std::uint64_t{1536} << 20, .processor_time = std::chrono::seconds(6)};

}  // namespace yinxin::page_cell
