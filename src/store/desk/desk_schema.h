#pragma once
// The tables of domain "desk".

#include "store/migrations.h"

namespace yinxin::store {

// For Engine::open of domain "desk".
const Migrations& desk_migrations();

}  // namespace yinxin::store
