#include "ordeal/board.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <new>

#include "base/descriptor.h"
#include "base/kill_point.h"

namespace yinxin::ordeal {

namespace {

constexpr std::int64_t ns_of_a_second = 1'000'000'000;

const Board* followed = nullptr;
Board* obeyed = nullptr;

int world_clock(clockid_t clock, timespec* out) { return static_cast<int>(::syscall(SYS_clock_gettime, clock, out)); }

std::int64_t ns_of(const timespec& time) { return time.tv_sec * ns_of_a_second + time.tv_nsec; }

Board* map(int file) {
  void* where = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return where == MAP_FAILED ? nullptr : static_cast<Board*>(where);
}

// The point of this name, made when it is met the first time; null when the board is full.
Point* find(Board& board, std::string_view name) {
  for (Point& point : board.points) {
    for (;;) {
      std::uint32_t there = point.is_there.load(std::memory_order_acquire);
      if (there == 0 && point.is_there.compare_exchange_strong(there, 1)) {
        std::memcpy(point.name.data(), name.data(), std::min(name.size(), max_point_name - 1));
        point.is_there.store(2, std::memory_order_release);
        return &point;
      }
      if (there == 2) {
        break;
      }
    }
    if (name.substr(0, max_point_name - 1) == point.name.data()) {
      return &point;
    }
  }
  return nullptr;
}

void pass(std::string_view name) {
  Point* const point = find(*obeyed, name);
  if (point == nullptr) {
    return;
  }
  const std::uint64_t passes = point->passes.fetch_add(1) + 1;
  std::uint64_t due = point->due.load();
  if (due != 0 && passes >= due && point->due.compare_exchange_strong(due, 0)) {
    point->kills.fetch_add(1);
    std::raise(SIGKILL);
  }
}

}  // namespace

Result<Board*> make_board(const std::string& path, std::uint64_t speed) {
  const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open() || ::ftruncate(file.number(), sizeof(Board)) != 0) {
    return fail(ErrorCode::internal, path + ": " + std::strerror(errno));
  }
  Board* const board = map(file.number());
  if (board == nullptr) {
    return fail(ErrorCode::internal, path + " cannot be mapped");
  }
  new (board) Board();
  timespec now{};
  world_clock(CLOCK_REALTIME, &now);
  board->begun_ns = ns_of(now);
  board->speed = speed;
  return board;
}

Board* find_board() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const Descriptor file(::open((self.parent_path() / "board").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  return file.is_open() ? map(file.number()) : nullptr;
}

void follow_clock(const Board& board) { followed = &board; }

void obey(Board& board) {
  obeyed = &board;
  kill_hook.store(&pass);
}

std::vector<PointSeen> points_of(const Board& board) {
  std::vector<PointSeen> all;
  for (const Point& point : board.points) {
    if (point.is_there.load() == 2) {
      all.push_back({.name = point.name.data(),
                     .passes = point.passes.load(),
                     .kills = point.kills.load(),
                     .is_armed = point.due.load() != 0});
    }
  }
  return all;
}

void arm(Board& board, const std::string& name, std::uint64_t nth) {
  if (Point* const point = find(board, name); point != nullptr) {
    point->due.store(point->passes.load() + nth);
  }
}

void disarm_all(Board& board) {
  for (Point& point : board.points) {
    point.due.store(0);
  }
}

}  // namespace yinxin::ordeal

// In the C library's place, for every library of this program: leases, back-offs and codes run out sooner, while all
// processes of the ordeal agree what time it is.
extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  using namespace yinxin::ordeal;
  const int failed = world_clock(clock, out);
  if (failed == 0 && clock == CLOCK_REALTIME && followed != nullptr) {
    const std::int64_t now =
        followed->begun_ns + (ns_of(*out) - followed->begun_ns) * static_cast<std::int64_t>(followed->speed);
    out->tv_sec = now / ns_of_a_second;
    out->tv_nsec = now % ns_of_a_second;
  }
  return failed;
}
