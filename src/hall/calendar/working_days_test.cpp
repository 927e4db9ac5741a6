#include "hall/calendar/working_days.h"

#include <gtest/gtest.h>

#include <fstream>

namespace yinxin::hall {
namespace {

WorkingDays china() {
  std::ifstream in("programmes/calendar/china.yaml");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto read = WorkingDays::parse(text);
  EXPECT_TRUE(read) << read.error().describe();
  return read ? std::move(*read) : WorkingDays();
}

Instant beijing(const char* text) { return from_rfc3339(std::string(text) + "+08:00").value(); }

TEST(WorkingDays, ALimitEndsWithTheNthWorkingDayAfterTheDayItself) {
  const WorkingDays days = china();
  // Friday afternoon: the next working day is Monday.
  EXPECT_EQ(days.end_of(beijing("2026-11-20T17:50:00"), 1).at, beijing("2026-11-23T23:59:59.999"));
  EXPECT_EQ(days.end_of(beijing("2026-11-20T17:50:00"), 1).date(), "2026年11月23日");
  // In UTC still Friday, in UTC+8 Saturday already: both lead to Monday.
  EXPECT_EQ(days.end_of(beijing("2026-11-21T01:00:00"), 1).date(), "2026年11月23日");
  EXPECT_EQ(days.end_of(beijing("2026-11-23T00:00:00"), 3).date(), "2026年11月26日");
}

TEST(WorkingDays, AcrossAHolidayAWorkingSaturdayCounts) {
  const WorkingDays days = china();
  // 30 September 2026 is a Wednesday; the holiday lasts to 7 October.
  EXPECT_EQ(days.end_of(beijing("2026-09-30T10:00:00"), 1).date(), "2026年10月08日");
  EXPECT_EQ(days.end_of(beijing("2026-09-30T10:00:00"), 3).date(), "2026年10月10日") << "Saturday, at work";
  EXPECT_EQ(days.end_of(beijing("2026-09-30T10:00:00"), 4).date(), "2026年10月12日");
  // The Spring Festival of 2026: Saturday the 14th at work, back on the 24th.
  EXPECT_EQ(days.end_of(beijing("2026-02-13T10:00:00"), 1).date(), "2026年02月14日");
  EXPECT_EQ(days.end_of(beijing("2026-02-13T10:00:00"), 2).date(), "2026年02月24日");
}

TEST(WorkingDays, AYearHasTheDaysOfItsNotice) {
  const WorkingDays days = china();
  const auto count = [&](int year) {
    int working = 0;
    const std::chrono::sys_days first = std::chrono::year(year) / 1 / 1;
    const std::chrono::sys_days after = std::chrono::year(year + 1) / 1 / 1;
    for (auto day = first; day < after; day += std::chrono::days(1)) {
      working += days.is_working_day(day) ? 1 : 0;
    }
    return working;
  };
  // 365 days less 104 at weekends less the statutory 13 (2025 and 2026: their weekends are made up for).
  EXPECT_EQ(count(2025), 248);
  EXPECT_EQ(count(2026), 248);
}

TEST(WorkingDays, WhatNobodyHasPublishedIsSaid) {
  const WorkingDays days = china();
  EXPECT_FALSE(days.end_of(beijing("2026-11-20T17:50:00"), 3).is_assumed);
  EXPECT_TRUE(days.end_of(beijing("2026-12-31T12:00:00"), 1).is_assumed) << "2027 stands by the law alone";
  EXPECT_TRUE(days.end_of(beijing("2031-03-03T12:00:00"), 1).is_assumed) << "a year that is not there";
  EXPECT_TRUE(WorkingDays().end_of(beijing("2026-11-20T12:00:00"), 1).is_assumed);
}

TEST(WorkingDays, ACalendarWithAMistakeIsRefusedWithItsLine) {
  const auto refused = [](const std::string& holiday) {
    return WorkingDays::parse("name: x\nyears:\n  - year: 2026\n    source: y\n    holidays:\n      - " + holiday);
  };
  ASSERT_TRUE(refused("{name: a, from: 2026-01-01, to: 2026-01-03, work: [2026-01-04]}"));
  for (const char* wrong :
       {"{name: a, from: 2026-02-30, to: 2026-03-01}", "{name: a, from: 2025-12-31, to: 2026-01-01}",
        "{name: a, from: 2026-01-03, to: 2026-01-01}", "{name: a, from: 2026-01-01}",
        "{name: a, from: 2026-1-1, to: 2026-01-02}", "{name: a, from: 2026-01-01, to: 2026-12-31}"}) {
    const auto read = refused(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
    EXPECT_NE(read.error().detail.find("line 6"), std::string::npos) << read.error().detail;
  }
  EXPECT_FALSE(refused("{name: a, from: 2026-01-01, to: 2026-01-01, work: [2026-01-05]}"))
      << "a Monday is worked anyhow";
  EXPECT_FALSE(WorkingDays::parse("years: [{year: 2027, assumed: true, holidays: []}]"));
  EXPECT_FALSE(
      WorkingDays::parse("years: [{year: 2027, source: a, holidays: []}, {year: 2027, source: a, holidays: []}]"));
  EXPECT_FALSE(WorkingDays::parse("- a"));
  EXPECT_FALSE(WorkingDays::parse("&a [*a]"));
}

}  // namespace
}  // namespace yinxin::hall
