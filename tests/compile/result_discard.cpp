#include "base/result.h"

yinxin::Result<int> answer();

void ask() {
#ifdef YX_CONTROL
  if (!answer()) {
    return;
  }
#else
  answer();
#endif
}
