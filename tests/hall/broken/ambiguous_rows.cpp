// Must not compile but with YX_CONTROL.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
#ifdef YX_CONTROL
static_assert(check::is_sound(broken::small), "the sound table was refused");
#else
static_assert(check::rows_are_unambiguous(broken::ambiguous), "two rows answer the same event");
#endif
}  // namespace yinxin::hall
