#pragma once
// One page of memory that every process of an ordeal shares: how fast its clock goes, which kill points were passed,
// and which are armed. It is a file beside the program; each process maps it before it walls itself in.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace yinxin::ordeal {

constexpr std::size_t max_points = 512;
constexpr std::size_t max_point_name = 64;

struct Point {
  std::array<char, max_point_name> name{};
  std::atomic<std::uint32_t> is_there{0};  // 0 free, 1 being named, 2 named
  std::atomic<std::uint64_t> passes{0};
  std::atomic<std::uint64_t> due{0};  // the pass at which the process ends; 0: not armed
  std::atomic<std::uint64_t> kills{0};
};

struct Board {
  std::uint64_t speed = 1;    // seconds of the ordeal's clock for one of the world's
  std::int64_t begun_ns = 0;  // the world's clock when it began
  std::array<Point, max_points> points{};
};

// Made as `path`, and mapped. internal.
Result<Board*> make_board(const std::string& path, std::uint64_t speed);
// The one beside this program; null when there is none.
Board* find_board();
// From now on the clock of this process goes by it (CLOCK_REALTIME; whatever waits, waits in the world's time).
void follow_clock(const Board& board);
// From now on the kill points of this process act by it.
void obey(Board& board);

struct PointSeen {
  std::string name;
  std::uint64_t passes = 0, kills = 0;
  bool is_armed = false;
};
std::vector<PointSeen> points_of(const Board& board);
// The process that passes the point for the n-th time from now ends there; n from 1.
void arm(Board& board, const std::string& name, std::uint64_t nth);
void disarm_all(Board& board);

}  // namespace yinxin::ordeal
