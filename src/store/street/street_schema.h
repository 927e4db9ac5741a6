#pragma once
// The tables of domain "street".

#include "store/migrations.h"

namespace yinxin::store {

// For Engine::open of domain "street".
const Migrations& street_migrations();

}  // namespace yinxin::store
