#pragma once
// The schema as an ordered list of steps, each applied once, in one transaction, and remembered with its SM3.

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/sqlite/connection.h"

namespace yinxin::store {

// Numbers run 1, 2, 3 … without a gap. A step that has been released is never edited: a new one follows it.
struct Migration {
  int number = 0;
  std::string_view name;  // must outlive the engine, as `sql` must: constants
  std::string_view sql;
};
using Migrations = std::vector<Migration>;

// Brings `connection` to the end of `list`. `series` keeps the house's own tables apart from the domain's.
// Errors: invalid_input for numbers with a gap; unsupported when the store knows a step that the list does not (it was
// written by a newer programme); conflict when a step was edited after it was applied; whatever a step's SQL fails
// with.
Result<void> migrate(sqlite::Connection& connection, std::string_view series, const Migrations& list,
                     const Clock& clock);

// Triggers that refuse UPDATE and DELETE on `table` (a plain identifier), for a domain's own append-only tables.
std::string append_only_triggers(std::string_view table);

// The tables that every domain has: outbox, job, inbox, event, key_use.
const Migrations& house_migrations();

}  // namespace yinxin::store
