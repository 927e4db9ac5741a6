#include "base/heap.h"

#include <malloc.h>

#include "base/ensure.h"

namespace yinxin {

void keep_heap_compact() {
  const bool is_set = ::mallopt(M_MMAP_THRESHOLD, heap_threshold_bytes) == 1 &&
                      ::mallopt(M_TRIM_THRESHOLD, heap_threshold_bytes) == 1 && ::mallopt(M_ARENA_MAX, max_heaps) == 1;
  ensure(is_set, "the C library takes its own options");
}

}  // namespace yinxin
