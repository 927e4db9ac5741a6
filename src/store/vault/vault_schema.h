#pragma once
// Tables of the vault's store.

#include "store/migrations.h"

namespace yinxin::store::vault {

// Versions of the vault's schema, oldest first.
const Migrations& migrations();
// Of the time stamping authority's own store.
const Migrations& tsa_migrations();

}  // namespace yinxin::store::vault
