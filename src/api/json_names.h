#pragma once
// Names only: who makes or reads a JSON value includes Boost.JSON in its own source, not in a header.

namespace boost::json {  // NOLINT(readability-identifier-naming): the name of others
class array;
class object;
class value;
}  // namespace boost::json
