#include "base/heap.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <vector>

namespace yinxin {
namespace {

// What glibc has mapped for single blocks.
std::size_t mapped_blocks() { return ::mallinfo2().hblks; }

TEST(Heap, ALargeBlockIsGivenBackHoweverLargeOthersWereBefore) {
  keep_heap_compact();
  constexpr std::size_t large = std::size_t{16} << 20U, less = std::size_t{1} << 20U;
  { const std::vector<char> once(large, 'x'); }
  const std::size_t before = mapped_blocks();
  {
    const std::vector<char> block(less, 'x');
    EXPECT_EQ(mapped_blocks(), before + 1) << "it lies in a heap, which keeps it";
  }
  EXPECT_EQ(mapped_blocks(), before);
}

}  // namespace
}  // namespace yinxin
