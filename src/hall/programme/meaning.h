#pragma once
// What a schema cannot say: names that must exist, tables without holes, floors no data may lower.

#include "hall/programme/tree.h"

namespace yinxin::hall::programme {

void check_meaning(const Node& root, std::vector<Finding>& findings);

}  // namespace yinxin::hall::programme
