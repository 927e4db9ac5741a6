#pragma once
// Working days of mainland China, as the State Council publishes them year by year: for limits that are counted in
// working days, and for dates that people are told. Dates are those of UTC+8.

#include <map>
#include <set>

#include "base/result.h"
#include "base/time.h"

namespace yinxin::hall {

constexpr int max_working_days_counted = 366;
constexpr std::size_t max_calendar_years = 50;

// The last moment of a day until which something is promised.
struct Deadline {
  Instant at;
  bool is_assumed = false;  // a day on the way belongs to a year whose holidays are not published
  [[nodiscard]] std::string date() const { return to_beijing_date(at); }
  bool operator==(const Deadline&) const = default;
};

class WorkingDays {
 public:
  // Monday to Friday, no year published.
  WorkingDays() = default;
  // invalid_input with the line of the mistake: something that is not a date of its year, a holiday that ends before it
  // begins, a day named twice, an assumed year without a reason.
  static Result<WorkingDays> parse(std::string_view yaml);

  [[nodiscard]] bool is_working_day(std::chrono::sys_days day) const;
  [[nodiscard]] bool is_published(std::chrono::sys_days day) const;
  // The end of the n-th working day after the day of `from`, which itself is not counted (Civil Code, article 201).
  // `working_days` from 1 to max_working_days_counted; else the nearest of these.
  [[nodiscard]] Deadline end_of(Instant from, std::int64_t working_days) const;

 private:
  std::map<int, bool> years_;  // whether it is published
  std::set<std::chrono::sys_days> off_, at_work_;
};

// The day in UTC+8.
std::chrono::sys_days beijing_day(Instant at);

}  // namespace yinxin::hall
