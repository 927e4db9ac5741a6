// Stands in for libFuzzer where there is none: runs one of all targets once over every seed of the given folder.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

// fuzz_targets.inc is made by cmake/fuzz.cmake; there each target is compiled under a name of its own.
#define FUZZ_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

struct Target {
  std::string_view name;
  int (*run)(const std::uint8_t*, std::size_t);
};
constexpr Target targets[] = {
#define FUZZ_TARGET(name) {#name, fuzz_##name},
#include "fuzz_targets.inc"
#undef FUZZ_TARGET
};

}  // namespace

int main(int argc, char** argv) {
  const auto* const target =
      argc == 3 ? std::ranges::find(targets, std::string_view(argv[1]), &Target::name) : std::end(targets);
  if (target == std::end(targets) || !std::filesystem::is_directory(argv[2])) {
    std::fprintf(stderr, "usage: %s TARGET SEEDS\n", argv[0]);
    return 2;
  }
  int ran = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[2])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> seed((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    target->run(reinterpret_cast<const std::uint8_t*>(seed.data()), seed.size());
    ++ran;
  }
  std::printf("%d seeds\n", ran);
  return ran > 0 ? 0 : 1;
}
