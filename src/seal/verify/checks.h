#pragma once
// Every question verification asks, with its id, the clause it comes from and its sentence.

#include <array>

#include "seal/verify/report.h"

namespace yinxin::seal::verify::check {

#define YX_CHECK_DEF(name, id, clause, zh, en) inline constexpr Check name{id, clause, zh, en};
#include "seal/verify/checks.inc"
#undef YX_CHECK_DEF

#define YX_CHECK_DEF(name, id, clause, zh, en) &name,
inline constexpr std::array all{
#include "seal/verify/checks.inc"
};
#undef YX_CHECK_DEF

}  // namespace yinxin::seal::verify::check
