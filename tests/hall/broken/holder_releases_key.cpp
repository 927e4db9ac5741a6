// Must not compile.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
static_assert(check::one_signature_is_harmless(broken::holder_releases_key), "one signature releases a key");
}
