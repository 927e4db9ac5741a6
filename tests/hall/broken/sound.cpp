// Must compile: shows that the others fail for their flaw and not for their includes.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
static_assert(check::is_sound(broken::small), "the sound table was refused");
}
