// Must not compile but with YX_CONTROL.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
#ifdef YX_CONTROL
static_assert(check::is_sound(broken::small), "the sound table was refused");
#else
static_assert(check::approved_takes_two_officers(broken::one_officer[0]), "approved by fewer than two officers");
#endif
}  // namespace yinxin::hall
