// Must not compile.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
static_assert(check::rows_are_unambiguous(broken::ambiguous), "two rows answer the same event");
}
