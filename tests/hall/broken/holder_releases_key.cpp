// Must not compile but with YX_CONTROL.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
#ifdef YX_CONTROL
static_assert(check::is_sound(broken::small), "the sound table was refused");
#else
static_assert(check::one_signature_is_harmless(broken::holder_releases_key), "one signature releases a key");
#endif
}  // namespace yinxin::hall
