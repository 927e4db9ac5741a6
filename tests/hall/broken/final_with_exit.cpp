// Must not compile but with YX_CONTROL.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
#ifdef YX_CONTROL
static_assert(check::is_sound(broken::small), "the sound table was refused");
#else
static_assert(check::finals_have_no_exit(broken::final_with_exit), "a final state has an exit");
#endif
}  // namespace yinxin::hall
