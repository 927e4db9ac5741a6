#include "cage/cell_side.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>

namespace yinxin::cage {

namespace {

bool limit(__rlimit_resource what, std::uint64_t most) {
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  return ::setrlimit(what, &both) == 0;
}

}  // namespace

Result<void> bound_cell(const CellMeans& means) {
  constexpr std::uint64_t open_files = 64;  // libraries and fonts
  const auto seconds = static_cast<std::uint64_t>(means.processor_time.count());
  const bool held = limit(RLIMIT_AS, means.memory_bytes) && limit(RLIMIT_CPU, seconds) && limit(RLIMIT_FSIZE, 0) &&
                    limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, open_files);
  return held ? Result<void>() : Result<void>(fail(ErrorCode::internal, "the cell's limits cannot be set"));
}

std::optional<Bytes> read_input(std::size_t most) {
  Bytes input;
  std::array<std::uint8_t, 65536> part{};
  for (ssize_t got = 0; (got = ::read(STDIN_FILENO, part.data(), part.size())) != 0;) {
    if (got < 0 || input.size() + static_cast<std::size_t>(got) > most) {
      return std::nullopt;
    }
    append(input, {part.data(), static_cast<std::size_t>(got)});
  }
  return input;
}

bool write_output(BytesView answer) {
  while (!answer.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, answer.data(), answer.size());
    if (written <= 0) {
      return false;
    }
    answer = answer.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace yinxin::cage
