#include "base/time.h"

#include <array>
#include <cstdio>

namespace yinxin {

namespace {

constexpr std::chrono::hours beijing_offset{8};

template <class... Args>
std::string printed(const char* format, Args... args) {
  std::array<char, 64> buffer{};
  const int size = std::snprintf(buffer.data(), buffer.size(), format, args...);
  return {buffer.data(), static_cast<std::size_t>(size)};
}

// Reads exactly `count` digits at `at`; -1 when one is missing.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) {
    return -1;
  }
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

CalendarTime to_calendar(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  return CalendarTime{.year = static_cast<int>(date.year()),
                      .month = static_cast<int>(static_cast<unsigned>(date.month())),
                      .day = static_cast<int>(static_cast<unsigned>(date.day())),
                      .hour = static_cast<int>(time.hours().count()),
                      .minute = static_cast<int>(time.minutes().count()),
                      .second = static_cast<int>(time.seconds().count()),
                      .millisecond = static_cast<int>(time.subseconds().count())};
}

bool has_four_digit_year(Instant at) {
  const int year = to_calendar(at).year;
  return year >= 0 && year <= 9999;
}

Result<Instant> from_calendar(const CalendarTime& time) {
  const std::chrono::year_month_day date{std::chrono::year(time.year),
                                         std::chrono::month(static_cast<unsigned>(time.month)),
                                         std::chrono::day(static_cast<unsigned>(time.day))};
  const bool fits = time.year >= 0 && time.year <= 9999 && time.month >= 1 && time.day >= 1 && date.ok() &&
                    time.hour >= 0 && time.hour <= 23 && time.minute >= 0 && time.minute <= 59 && time.second >= 0 &&
                    time.second <= 59 && time.millisecond >= 0 && time.millisecond <= 999;
  if (!fits) {
    return fail(ErrorCode::invalid_input, "a date or time that does not exist");
  }
  return Instant(std::chrono::sys_days(date)) + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(time.second) + std::chrono::milliseconds(time.millisecond);
}

std::string to_rfc3339(Instant at) {
  const CalendarTime t = to_calendar(at);
  std::string text = printed("%04d-%02d-%02dT%02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
  if (t.millisecond != 0) {
    text += printed(".%03d", t.millisecond);
  }
  return text + "Z";
}

Result<Instant> from_rfc3339(std::string_view text) {
  const Error wrong = fail(ErrorCode::invalid_input, "not an RFC 3339 time");
  CalendarTime t{.year = digits(text, 0, 4),
                 .month = digits(text, 5, 2),
                 .day = digits(text, 8, 2),
                 .hour = digits(text, 11, 2),
                 .minute = digits(text, 14, 2),
                 .second = digits(text, 17, 2)};
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
      text[13] != ':' || text[16] != ':') {
    return wrong;
  }
  std::size_t at = 19;
  if (text[at] == '.') {
    ++at;
    int count = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && count < 9; ++at, ++count) {
      if (count < 3) {
        t.millisecond = t.millisecond * 10 + (text[at] - '0');
      }
    }
    if (count == 0) {
      return wrong;
    }
    for (; count < 3; ++count) {
      t.millisecond *= 10;
    }
  }
  if (at >= text.size()) {
    return wrong;
  }
  YX_TRY(const Instant local, from_calendar(t));
  if ((text[at] == 'Z' || text[at] == 'z') && at + 1 == text.size()) {
    return local;
  }
  const int hours = digits(text, at + 1, 2);
  const int minutes = digits(text, at + 4, 2);
  if ((text[at] != '+' && text[at] != '-') || at + 6 != text.size() || text[at + 3] != ':' || hours < 0 || hours > 23 ||
      minutes < 0 || minutes > 59) {
    return wrong;
  }
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  const Instant utc = text[at] == '+' ? local - offset : local + offset;
  return has_four_digit_year(utc) ? Result<Instant>(utc) : Result<Instant>(wrong);
}

std::string to_beijing_text(Instant at) {
  const CalendarTime t = to_calendar(at + beijing_offset);
  return printed("%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
}

std::string to_beijing_date(Instant at) {
  const CalendarTime t = to_calendar(at + beijing_offset);
  return printed("%04d年%02d月%02d日", t.year, t.month, t.day);
}

}  // namespace yinxin
