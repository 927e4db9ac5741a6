// What officers do with a case beside signing: taking it in hand, giving it back, refusing it, sending out what was
// made.

#include <algorithm>

#include "base/text.h"
#include "hall/desk/desk.h"
#include "hall/desk/draft.h"

namespace yinxin::hall {

namespace desk {
namespace {

constexpr std::string_view claim_kind = "claim";
constexpr std::string_view reopen_kind = "reopen";
constexpr std::string_view manual_identity_kind = "manual_identity";

bool is_move_of_case(std::string_view kind) {
  return std::ranges::any_of(life::case_events, [&](const auto& row) { return row.code == kind; });
}

Result<void> check_reason(const std::string& reason) {
  return require(!reason.empty() && reason.size() <= max_reason_bytes && is_utf8(reason), ErrorCode::invalid_input,
                 "a reason that the requester can read is needed");
}

Result<void> check_reopened(const Reopened& reopened) {
  YX_CHECK(require(reopened.size() <= max_reopened_fields, ErrorCode::invalid_input, "too many reopened fields"));
  for (const auto& [field, words] : reopened) {
    const bool is_name =
        !field.empty() && field.size() <= max_field_name_bytes && std::ranges::all_of(field, [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
        });
    YX_CHECK(require(is_name, ErrorCode::invalid_input, "a reopened field without a name of fields"));
    YX_CHECK(check_reason(words));
  }
  return {};
}

// One event a field: its name, a line break, the words.
std::string reopen_text(const std::string& field, const std::string& words) { return field + "\n" + words; }

Reopened newest_reopened(const std::vector<CaseEventRecord>& timeline) {
  Reopened reopened;
  for (const CaseEventRecord& event : timeline) {
    if (event.kind == "return_for_correction") {
      reopened.clear();
    } else if (event.kind == reopen_kind) {
      const std::size_t end = event.detail.find('\n');
      reopened[event.detail.substr(0, end)] = end == std::string::npos ? "" : event.detail.substr(end + 1);
    }
  }
  return reopened;
}

bool is_turn_of(CaseState state, By role) {
  return life::case_states[static_cast<std::size_t>(state)].turn == role ||
         (state == CaseState::ready && role == By::production_officer);
}

Result<void> check_claimant(const Application& application, const Actor& officer) {
  YX_CHECK(require(!officer.person.empty() && is_turn_of(application.state, officer.role), ErrorCode::forbidden,
                   "not this role's turn"));
  YX_CHECK(require(std::ranges::find(application.concerned, officer.person) == application.concerned.end(),
                   ErrorCode::forbidden, "an officer may not handle a case that concerns them"));
  const bool signed_before = (officer.role == By::review_officer && officer.person == application.accepted_by) ||
                             (officer.role == By::production_officer && officer.person == application.approved_by);
  return require(!signed_before, ErrorCode::forbidden, "needs a different officer");
}

// The lines of a case that goes back: nothing may be half made.
Result<void> lay_down_lines(Draft& draft) {
  const auto lines = draft.record().application.lines;
  for (const CaseLine& line : lines) {
    if (line.state == LineState::keying) {
      YX_CHECK(draft.give_up_line(line.number, LineEvent::approvals_fell, house));
      continue;
    }
    YX_CHECK(require(line.state == LineState::checked || line.state == LineState::struck_out ||
                         line.state == LineState::failed || line.state == LineState::done,
                     ErrorCode::precondition, "a line is being made: give it up first"));
  }
  return {};
}

bool is_waybill(std::string_view text) {
  return !text.empty() && text.size() <= max_waybill_bytes && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

}  // namespace

bool is_last_word(const std::vector<CaseEventRecord>& timeline, std::string_view kind, const Actor& actor,
                  std::string_view detail) {
  const auto last = std::find_if(timeline.rbegin(), timeline.rend(), [&](const auto& e) { return e.kind == kind; });
  return last != timeline.rend() && last->actor == actor_text(actor) && last->detail == detail;
}

std::optional<Claim> standing_claim(const std::vector<CaseEventRecord>& timeline, Instant now) {
  for (auto event = timeline.rbegin(); event != timeline.rend() && !is_move_of_case(event->kind); ++event) {
    if (event->kind != claim_kind) {
      continue;
    }
    const std::size_t space = event->actor.find(' ');
    if (now - event->at >= claim_life || space == std::string::npos) {
      return std::nullopt;
    }
    return Claim{.role = event->actor.substr(0, space), .person = event->actor.substr(space + 1), .at = event->at};
  }
  return std::nullopt;
}

Result<void> check_claim(CaseStore& store, const CaseRecord& record, std::string_view person, Instant now) {
  YX_TRY(const auto told, store.timeline(record.id()));
  const std::optional<Claim> claim = standing_claim(told, now);
  return require(!claim || claim->person == person, ErrorCode::conflict, "claim.other");
}

}  // namespace desk

using namespace desk;

Result<CaseRecord> Desk::claim(const std::string& id, const Actor& officer) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    YX_CHECK(check_claimant(draft.record().application, officer));
    YX_TRY(const auto told, parts_.store.timeline(id));
    const std::optional<Claim> claim = standing_claim(told, draft.now());
    if (claim) {
      return require(claim->person == officer.person, ErrorCode::conflict, "claim.other");
    }
    draft.note(std::string(claim_kind), officer, "");
    return {};
  });
}

Result<std::optional<Claim>> Desk::find_claim(const std::string& id) {
  YX_TRY(const auto told, parts_.store.timeline(id));
  return standing_claim(told, parts_.clock.now());
}

Result<CaseRecord> Desk::return_for_correction(const std::string& id, const Actor& officer, const std::string& reason,
                                               const Reopened& reopened) {
  YX_CHECK(check_reason(reason));
  YX_CHECK(check_reopened(reopened));
  return change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state == CaseState::returned) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "return_for_correction", officer, reason) && newest_reopened(told) == reopened) {
        return {};
      }
    }
    YX_CHECK(check_claim(parts_.store, draft.record(), officer.person, draft.now()));
    YX_CHECK(draft.move_case(CaseEvent::return_for_correction, officer, reason));
    for (const auto& [field, words] : reopened) {
      draft.note(std::string(reopen_kind), officer, reopen_text(field, words));
    }
    return lay_down_lines(draft);
  });
}

Result<Reopened> Desk::reopened(const std::string& id) {
  YX_TRY(const auto told, parts_.store.timeline(id));
  return newest_reopened(told);
}

Result<CaseRecord> Desk::prove_identity(const std::string& id, const Actor& officer, const SeenInPerson& seen) {
  YX_CHECK(check_seen(seen));
  const std::string said = seen.method + "\n" + seen.words;
  return change(id, false, [&](Draft& draft) -> Result<void> {
    CaseProgress& progress = draft.change_to_write().record.application.progress;
    if (progress.identity_proven) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      return require(is_last_word(told, manual_identity_kind, officer, said), ErrorCode::wrong_state, "identity.done");
    }
    YX_CHECK(check_claim(parts_.store, draft.record(), officer.person, draft.now()));
    progress.identity_proven = true;
    draft.note(std::string(manual_identity_kind), officer, said);
    return draft.move_case(CaseEvent::identity_passed, officer);
  });
}

Result<std::optional<SeenInPerson>> Desk::manual_identity(const std::string& id) {
  YX_TRY(const auto told, parts_.store.timeline(id));
  std::optional<SeenInPerson> said;
  for (const CaseEventRecord& event : told) {
    if (event.kind == "resubmit") {
      said.reset();
    } else if (event.kind == manual_identity_kind) {
      const std::size_t end = event.detail.find('\n');
      YX_CHECK(require(end != std::string::npos, ErrorCode::corrupt, "a proof of identity without its words"));
      said = SeenInPerson{.method = event.detail.substr(0, end), .words = event.detail.substr(end + 1)};
    }
  }
  return said;
}

Result<CaseRecord> Desk::refuse(const std::string& id, const Actor& officer, const std::string& reason) {
  YX_CHECK(check_reason(reason));
  return change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state == CaseState::refused) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "refuse", officer, reason)) {
        return {};
      }
    }
    YX_CHECK(check_claim(parts_.store, draft.record(), officer.person, draft.now()));
    return draft.move_case(CaseEvent::refuse, officer, reason);
  });
}

Result<CaseRecord> Desk::withdraw(const std::string& id, const Actor& requester) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state == CaseState::withdrawn) {
      return {};
    }
    YX_CHECK(draft.move_case(CaseEvent::withdraw, requester));
    return lay_down_lines(draft);
  });
}

Result<CaseRecord> Desk::dispatch(const std::string& id, const Actor& officer, const std::string& waybill) {
  YX_CHECK(require(is_waybill(waybill), ErrorCode::invalid_input, "not a courier's number"));
  return change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state == CaseState::shipped) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "dispatch", officer, waybill)) {
        return {};
      }
    }
    YX_CHECK(check_claim(parts_.store, draft.record(), officer.person, draft.now()));
    return draft.move_case(CaseEvent::dispatch, officer, waybill);
  });
}

Result<CaseRecord> Desk::delivered(const std::string& id, const Actor& by) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    const Application& application = draft.record().application;
    if (application.state == CaseState::handed_over || application.state == CaseState::completed) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "delivered", by, "")) {
        return {};
      }
    }
    YX_CHECK(draft.move_case(CaseEvent::delivered, by));
    return draft.end_when_lines_have();
  });
}

Result<CaseRecord> Desk::parcel_returned(const std::string& id, const Actor& by) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state == CaseState::ready) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "parcel_returned", by, "")) {
        return {};
      }
    }
    return draft.move_case(CaseEvent::parcel_returned, by);
  });
}

Result<CaseRecord> Desk::parcel_lost(const std::string& id, const Actor& officer) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state == CaseState::in_production) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "parcel_lost", officer, "")) {
        return {};
      }
    }
    YX_CHECK(draft.move_case(CaseEvent::parcel_lost, officer));
    const auto lines = draft.record().application.lines;
    for (const CaseLine& line : lines) {
      if (line.state == LineState::written) {
        YX_CHECK(draft.give_up_line(line.number, LineEvent::remake, house));
      }
    }
    return {};
  });
}

Result<void> Desk::parcel_seen(const std::string& id, std::string_view word, const std::string& words) {
  const std::string kind = "parcel." + std::string(word);
  YX_CHECK(require(kind.size() <= max_field_name_bytes && words.size() <= max_reason_bytes && is_utf8(words),
                   ErrorCode::invalid_input, "not what a courier says"));
  YX_CHECK(change(id, false, [&](Draft& draft) -> Result<void> {
    if (draft.record().application.state != CaseState::shipped) {
      return {};
    }
    YX_TRY(const auto told, parts_.store.timeline(id));
    const auto last = std::find_if(told.rbegin(), told.rend(), [](const auto& event) {
      return event.kind.starts_with("parcel.") || event.kind == "dispatch";
    });
    if (last != told.rend() && last->kind == kind && last->detail == words) {
      return {};
    }
    draft.note(kind, outside, words);
    return {};
  }));
  return {};
}

Result<CaseRecord> Desk::hand_over(const std::string& id, const Actor& officer) {
  return change(id, false, [&](Draft& draft) -> Result<void> {
    const Application& application = draft.record().application;
    if (application.state == CaseState::handed_over || application.state == CaseState::completed) {
      YX_TRY(const auto told, parts_.store.timeline(id));
      if (is_last_word(told, "hand_over", officer, "")) {
        return {};
      }
    }
    YX_CHECK(draft.move_case(CaseEvent::hand_over, officer));
    return draft.end_when_lines_have();
  });
}

}  // namespace yinxin::hall
