// Must not compile.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
static_assert(check::approved_takes_two_officers(broken::one_officer[0]), "approved by fewer than two officers");
}
