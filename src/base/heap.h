#pragma once
// How the C library's heap gives memory back, for processes that live for months.

namespace yinxin {

// Whatever a request or a picture takes beyond heap_threshold_bytes is mapped for itself and given back when it is
// freed: left alone, glibc raises that threshold to the largest block it ever saw, and pictures then lie scattered in
// heaps that never shrink, one for each thread. To be called before the first thread is started.
constexpr int heap_threshold_bytes = 256 * 1024;
constexpr int max_heaps = 2;
void keep_heap_compact();

}  // namespace yinxin
