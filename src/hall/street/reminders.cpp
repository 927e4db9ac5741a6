#include "hall/street/reminders.h"

#include <algorithm>

namespace yinxin::hall {

namespace {

// The clock's moment of a state lies a fixed term behind its beginning.
std::optional<Instant> entered_at(const Dossier& dossier) {
  const auto& act_by = dossier.application.act_by;
  const auto term = act_by_in(dossier.application.state, Instant{});
  return act_by && term ? std::optional(Instant(*act_by - *term)) : std::nullopt;
}

std::optional<Instant> last_reminded(const Dossier& dossier) {
  const auto last =
      std::ranges::find(dossier.timeline.rbegin(), dossier.timeline.rend(), reminded, &TimelineEntry::kind);
  return last == dossier.timeline.rend() ? std::nullopt : std::optional(last->at);
}

bool is_the_streets(CaseState state) {
  return life::traits_of(state).owner == Owner::opener && !life::case_states[static_cast<std::size_t>(state)].is_final;
}

}  // namespace

const Reminder* due_reminder(const Dossier& dossier, Instant now) {
  const auto entered = entered_at(dossier);
  const auto last = last_reminded(dossier);
  const Reminder* due = nullptr;
  for (const Reminder& row : reminders) {
    if (!entered || row.state != dossier.application.state) {
      continue;
    }
    const Instant at = *entered + std::chrono::days(row.day);
    if (at <= now && (!last || *last < at)) {
      due = &row;
    }
  }
  return due;
}

bool is_timed_out(const Dossier& dossier, Instant now) {
  const auto& act_by = dossier.application.act_by;
  return is_the_streets(dossier.application.state) && act_by && now >= *act_by;
}

std::optional<Instant> next_look(const Dossier& dossier) {
  const auto entered = entered_at(dossier);
  const auto last = last_reminded(dossier);
  std::optional<Instant> next = is_the_streets(dossier.application.state) ? dossier.application.act_by : std::nullopt;
  for (const Reminder& row : reminders) {
    if (!entered || row.state != dossier.application.state) {
      continue;
    }
    const Instant at = *entered + std::chrono::days(row.day);
    if ((!last || *last < at) && (!next || at < *next)) {
      next = at;
    }
  }
  return next;
}

}  // namespace yinxin::hall
