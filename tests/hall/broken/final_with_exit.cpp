// Must not compile.
#include "hall/application/life_broken_testing.h"
#include "hall/application/life_check.h"

namespace yinxin::hall {
static_assert(check::finals_have_no_exit(broken::final_with_exit), "a final state has an exit");
}
