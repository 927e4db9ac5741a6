// calendar ::= { name, years: [ { year, source?, assumed?, reason?, holidays: [ { name, from, to, work? } ] } ] }

#include "hall/calendar/working_days.h"

#include <algorithm>
#include <charconv>

#include "hall/programme/tree.h"

namespace yinxin::hall {

namespace {

using programme::Node;
using std::chrono::sys_days;

constexpr std::chrono::hours beijing_offset{8};
constexpr int max_holiday_days = 31;

Error mistake(const Node& node, std::string_view what) {
  return fail(ErrorCode::invalid_input, "calendar, line " + std::to_string(node.line) + ": " + std::string(what));
}

const Node* find(const Node& map, std::string_view key) {
  const auto found = std::ranges::find(map.entries, key, &Node::Entry::key);
  return map.kind != Node::Kind::map || found == map.entries.end() ? nullptr : &found->value;
}

Result<int> number_in(const Node& node, std::string_view text) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() && value >= 0
             ? Result<int>(value)
             : Result<int>(mistake(node, "a number is expected"));
}

// "YYYY-MM-DD" of the year.
Result<sys_days> date_of(const Node& node, int year) {
  constexpr std::size_t length = 10;
  const std::string_view text = node.text;
  if (node.kind != Node::Kind::scalar || text.size() != length || text[4] != '-' || text[7] != '-') {
    return mistake(node, "a date is written YYYY-MM-DD");
  }
  YX_TRY(const int y, number_in(node, text.substr(0, 4)));
  YX_TRY(const int m, number_in(node, text.substr(5, 2)));
  YX_TRY(const int d, number_in(node, text.substr(8, 2)));
  const std::chrono::year_month_day date{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (!date.ok() || y != year) {
    return mistake(node, "not a date of this year");
  }
  return sys_days(date);
}

Result<sys_days> date_at(const Node& row, std::string_view key, int year) {
  const Node* node = find(row, key);
  return node == nullptr ? Result<sys_days>(mistake(row, "a holiday has from and to")) : date_of(*node, year);
}

struct Days {
  std::set<sys_days> off, at_work;
};

Result<void> read_holiday(const Node& row, int year, Days& days) {
  YX_TRY(const sys_days from, date_at(row, "from", year));
  YX_TRY(const sys_days to, date_at(row, "to", year));
  if (to < from || (to - from).count() >= max_holiday_days) {
    return mistake(row, "it ends before it begins, or is too long");
  }
  for (sys_days day = from; day <= to; day += std::chrono::days(1)) {
    if (!days.off.insert(day).second) {
      return mistake(row, "a day that another holiday has");
    }
  }
  if (const Node* work = find(row, "work")) {
    for (const Node::Entry& entry : work->entries) {
      YX_TRY(const sys_days day, date_of(entry.value, year));
      if (!days.at_work.insert(day).second) {
        return mistake(entry.value, "a day named twice");
      }
    }
  }
  return {};
}

bool is_weekend(sys_days day) {
  const std::chrono::weekday weekday(day);
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday;
}

}  // namespace

sys_days beijing_day(Instant at) { return std::chrono::floor<std::chrono::days>(at + beijing_offset); }

Result<WorkingDays> WorkingDays::parse(std::string_view yaml) {
  std::vector<programme::Finding> findings;
  const Node root = programme::read_tree(yaml, findings);
  if (!findings.empty()) {
    return fail(ErrorCode::invalid_input,
                "calendar, line " + std::to_string(findings.front().line) + ": " + findings.front().en);
  }
  const Node* years = find(root, "years");
  if (years == nullptr || years->kind != Node::Kind::list || years->entries.size() > max_calendar_years) {
    return mistake(root, "a calendar has years");
  }
  WorkingDays made;
  Days days;
  for (const Node::Entry& entry : years->entries) {
    const Node& row = entry.value;
    const Node* number = find(row, "year");
    const Node* holidays = find(row, "holidays");
    if (number == nullptr || holidays == nullptr || holidays->kind != Node::Kind::list) {
      return mistake(row, "a year has its number and its holidays");
    }
    YX_TRY(const int year, number_in(*number, number->text));
    const Node* assumed = find(row, "assumed");
    const bool is_assumed = assumed != nullptr && assumed->text == "true";
    if (find(row, is_assumed ? "reason" : "source") == nullptr) {
      return mistake(row, "a year names its source, or is assumed for a reason");
    }
    if (!made.years_.emplace(year, !is_assumed).second) {
      return mistake(row, "a year that is there already");
    }
    for (const Node::Entry& holiday : holidays->entries) {
      YX_CHECK(read_holiday(holiday.value, year, days));
    }
  }
  for (const sys_days day : days.at_work) {
    if (days.off.contains(day) || !is_weekend(day)) {
      return fail(ErrorCode::invalid_input, "calendar: a day is at work and off, or worked anyhow");
    }
  }
  made.off_ = std::move(days.off);
  made.at_work_ = std::move(days.at_work);
  return made;
}

bool WorkingDays::is_working_day(sys_days day) const {
  return is_weekend(day) ? at_work_.contains(day) : !off_.contains(day);
}

bool WorkingDays::is_published(sys_days day) const {
  const auto found = years_.find(static_cast<int>(std::chrono::year_month_day(day).year()));
  return found != years_.end() && found->second;
}

Deadline WorkingDays::end_of(Instant from, std::int64_t working_days) const {
  std::int64_t left = std::clamp<std::int64_t>(working_days, 1, max_working_days_counted);
  sys_days day = beijing_day(from);
  bool is_assumed = false;
  // Holidays are bounded, so there is a working day within every max_holiday_days and a weekend or two.
  while (left > 0) {
    day += std::chrono::days(1);
    is_assumed = is_assumed || !is_published(day);
    left -= is_working_day(day) ? 1 : 0;
  }
  const Instant next_midnight = Instant(day + std::chrono::days(1)) - beijing_offset;
  return {.at = next_midnight - std::chrono::milliseconds(1), .is_assumed = is_assumed};
}

}  // namespace yinxin::hall
