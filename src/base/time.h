#pragma once
// Points in time: UTC, milliseconds. UTC+8 appears only in what a person reads.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace yinxin {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// Milliseconds since 1970-01-01T00:00:00Z.
inline std::int64_t to_unix_ms(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_unix_ms(std::int64_t ms) { return Instant(std::chrono::milliseconds(ms)); }
// The same instant without its fraction of a second; what DER times can carry.
inline Instant whole_seconds(Instant at) { return std::chrono::floor<std::chrono::seconds>(at); }

struct CalendarTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
};
CalendarTime to_calendar(Instant at);
// invalid_input for a date or time that does not exist (leap seconds included).
Result<Instant> from_calendar(const CalendarTime& time);
// Within the years 0000 to 9999: what every text and DER time can carry. An offset can lead a readable time out of
// them.
bool has_four_digit_year(Instant at);

// RFC 3339, "2026-11-21T03:46:50Z"; with a fraction only when there is one.
std::string to_rfc3339(Instant at);
// RFC 3339 with Z or a numeric offset, 0 to 9 digits of fraction (cut to milliseconds).
Result<Instant> from_rfc3339(std::string_view text);
// "2026-11-21 11:46:50" in UTC+8, for pages, papers and terminals.
std::string to_beijing_text(Instant at);
// "2026年11月21日" in UTC+8.
std::string to_beijing_date(Instant at);

}  // namespace yinxin
