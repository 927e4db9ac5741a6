// A programme's file may be anything at all: it is explained or read, never crashed on, and reads the same twice.
#include "base/ensure.h"
#include "hall/programme/programme.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yinxin;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto once = hall::programme::check(text, "fuzz");
  const auto again = hall::programme::check(text, "fuzz");
  ensure(once.programme.has_value() == again.programme.has_value(), "one verdict for one file");
  ensure(once.programme.has_value() || !once.findings.empty(), "a refused file is told why");
  if (once.programme) {
    ensure(same(once.programme->manifest, again.programme->manifest), "one manifest for one file");
    (void)hall::programme::price(*once.programme, {{"new", "organization", 1}});
    for (const auto& point : once.programme->points) {
      (void)hall::programme::is_open(point, from_unix_ms(0));
    }
  }
  return 0;
}
