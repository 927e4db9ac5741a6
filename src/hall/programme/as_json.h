#pragma once
// A programme's file for pages and integrators, who read JSON.

#include "hall/programme/tree.h"

namespace yinxin::hall::programme {

// Scalars that are not quoted and read as true, false or a whole number become that; all others are text.
std::string to_json(const Node& root);

}  // namespace yinxin::hall::programme
