// Opening times: "Mo-Fr 09:00-12:00 14:00-18:00".
//   line ::= days (" " span)+     days ::= day ["-" day]     span ::= hh:mm "-" hh:mm

#include <array>
#include <sstream>

#include "hall/programme/programme.h"

namespace yinxin::hall::programme {
namespace {

constexpr std::array<std::string_view, 7> day_names{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

struct Opening {
  int first_day = 0;
  int last_day = 0;
  std::vector<std::pair<int, int>> minutes;
};

std::optional<int> day_of(std::string_view name) {
  for (std::size_t i = 0; i < day_names.size(); ++i) {
    if (day_names[i] == name) {
      return static_cast<int>(i);
    }
  }
  return std::nullopt;
}
std::optional<int> minute_of(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  return hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60 ? std::optional(hour * 60 + minute) : std::nullopt;
}
std::optional<Opening> parse(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string part;
  if (!(in >> part) || (part.size() != 2 && (part.size() != 5 || part[2] != '-'))) {
    return std::nullopt;
  }
  const auto first = day_of(std::string_view(part).substr(0, 2));
  const auto last = day_of(std::string_view(part).substr(part.size() - 2));
  if (!first || !last || *last < *first) {
    return std::nullopt;
  }
  Opening opening{*first, *last, {}};
  int so_far = 0;
  while (in >> part) {
    if (part.size() != 11 || part[5] != '-') {
      return std::nullopt;
    }
    const auto from = minute_of(std::string_view(part).substr(0, 5));
    const auto to = minute_of(std::string_view(part).substr(6));
    if (!from || !to || *from < so_far || *to <= *from) {
      return std::nullopt;
    }
    opening.minutes.emplace_back(*from, *to);
    so_far = *to;
  }
  return opening.minutes.empty() ? std::nullopt : std::optional(opening);
}

}  // namespace

bool is_opening_time(std::string_view text) { return parse(text).has_value(); }

std::optional<bool> is_open(const ServicePoint& point, Instant at) {
  if (point.hours.empty()) {
    return std::nullopt;
  }
  const auto local = at + std::chrono::hours(8);  // UTC+8, without summer time
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const int weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1;
  const auto minute = std::chrono::duration_cast<std::chrono::minutes>(local - day).count();
  for (const std::string& line : point.hours) {
    const auto opening = parse(line);
    if (!opening || weekday < opening->first_day || weekday > opening->last_day) {
      continue;
    }
    for (const auto& [from, to] : opening->minutes) {
      if (minute >= from && minute < to) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace yinxin::hall::programme
