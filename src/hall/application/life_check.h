#pragma once
// What must be true of the tables in life.h. Every check is constexpr over a table handed in, so that the
// compiler proves the real ones (life.cpp) and a test can show that each refuses a planted broken one.

#include "hall/application/life.h"

namespace yinxin::hall::check {

inline constexpr std::size_t most_states = 64;

template <class State>
constexpr std::size_t index_of(State state) {
  return static_cast<std::size_t>(state);
}

// Each state and event stands at its own place, with a code and a label that nobody else has.
template <class S_, class E_>
constexpr bool names_are_whole(const Life<S_, E_>& life) {
  if (life.states.empty() || life.states.size() > most_states) {
    return false;
  }
  for (std::size_t i = 0; i < life.states.size(); ++i) {
    const auto& row = life.states[i];
    if (index_of(row.state) != i || row.code.empty() || row.zh.empty() || row.en.empty()) {
      return false;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (life.states[j].code == row.code || life.states[j].zh == row.zh) {
        return false;
      }
    }
  }
  for (std::size_t i = 0; i < life.events.size(); ++i) {
    if (index_of(life.events[i].event) != i || life.events[i].code.empty() || life.events[i].zh.empty()) {
      return false;
    }
  }
  return true;
}

// Two rows for one (from, event, by) have different guards of one family; `always` stands alone.
template <class S_, class E_>
constexpr bool rows_are_unambiguous(const Life<S_, E_>& life) {
  for (std::size_t i = 0; i < life.moves.size(); ++i) {
    for (std::size_t j = i + 1; j < life.moves.size(); ++j) {
      const auto& a = life.moves[i];
      const auto& b = life.moves[j];
      if (a.from != b.from || a.event != b.event || a.by != b.by) {
        continue;
      }
      if (a.only == b.only || a.only == Only::always || b.only == Only::always ||
          family_of(a.only) != family_of(b.only)) {
        return false;
      }
    }
  }
  return true;
}

// Guards as bits; a compiler's step limit forbids a search for each of them.
constexpr std::uint32_t bit_of(Only only) { return std::uint32_t{1} << static_cast<unsigned>(only); }
static_assert(only_rows.size() <= 32);
constexpr std::uint32_t guards_of(Family family) {
  std::uint32_t bits = 0;
  for (const auto& row : only_rows) {
    bits |= row.family == family ? bit_of(row.only) : 0U;
  }
  return bits;
}

// Whoever reports a fact finds a row whatever else is the case; and a road is walked with all its stations.
template <class S_, class E_>
constexpr bool facts_always_land(const Life<S_, E_>& life) {
  for (const auto& row : life.moves) {
    const Family family = family_of(row.only);
    if (row.only == Only::always || (!reports_facts(row.by) && family != Family::road)) {
      continue;
    }
    if (!is_complete(family)) {
      return false;
    }
    std::uint32_t found = 0;
    for (const auto& other : life.moves) {
      if (other.from == row.from && other.event == row.event && other.by == row.by) {
        found |= bit_of(other.only);
      }
    }
    if (found != guards_of(family)) {
      return false;
    }
  }
  return true;
}

template <class S_, class E_>
constexpr bool finals_have_no_exit(const Life<S_, E_>& life) {
  for (const auto& row : life.moves) {
    if (life.states[index_of(row.from)].is_final) {
      return false;
    }
  }
  return true;
}

template <class S_, class E_>
constexpr bool every_state_is_reachable(const Life<S_, E_>& life) {
  std::array<bool, most_states> seen{};
  seen[index_of(life.start)] = true;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& row : life.moves) {
      if (seen[index_of(row.from)] && !seen[index_of(row.to)]) {
        seen[index_of(row.to)] = grew = true;
      }
    }
  }
  for (const auto& row : life.states) {
    if (!seen[index_of(row.state)]) {
      return false;
    }
  }
  return true;
}

// From every state some final state can be reached.
template <class S_, class E_>
constexpr bool no_state_is_a_dead_end(const Life<S_, E_>& life) {
  std::array<bool, most_states> ends{};
  for (const auto& row : life.states) {
    ends[index_of(row.state)] = row.is_final;
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& row : life.moves) {
      if (ends[index_of(row.to)] && !ends[index_of(row.from)]) {
        ends[index_of(row.from)] = grew = true;
      }
    }
  }
  for (const auto& row : life.states) {
    if (!ends[index_of(row.state)]) {
      return false;
    }
  }
  return true;
}

// A state has a term exactly when the clock has a row there, and only the clock reports a timeout.
template <class S_, class E_>
constexpr bool clocks_act(const Life<S_, E_>& life) {
  for (const auto& state : life.states) {
    bool acts = false;
    for (const auto& row : life.moves) {
      acts = acts || (row.from == state.state && row.event == life.timeout);
    }
    if (acts != (state.term.unit != Unit::none) || (acts && state.term.amount <= 0)) {
      return false;
    }
  }
  for (const auto& row : life.moves) {
    if ((row.by == By::clock) != (row.event == life.timeout)) {
      return false;
    }
  }
  return true;
}

// Somebody's turn exactly while the life is not over.
template <class S_, class E_>
constexpr bool turns_are_named(const Life<S_, E_>& life) {
  for (const auto& row : life.states) {
    if (row.is_final != (row.turn == By::nobody)) {
      return false;
    }
  }
  return true;
}

template <class S_, class E_>
constexpr bool is_sound(const Life<S_, E_>& life) {
  return names_are_whole(life) && rows_are_unambiguous(life) && facts_always_land(life) && finals_have_no_exit(life) &&
         every_state_is_reachable(life) && no_state_is_a_dead_end(life) && clocks_act(life) && turns_are_named(life);
}

// Whether this move, made with or without a standing acceptance, is an honest way into `approved`.
constexpr bool may_enter_approved(const Move<CaseState, CaseEvent>& row, bool accepted) {
  const bool by_holder = row.only == Only::settled_by_holder;
  const bool by_second =
      accepted && row.event == CaseEvent::approve && row.by == By::review_officer && row.only == Only::not_the_acceptor;
  return by_holder || by_second;
}

// Walks every path, carrying whether a registration officer's acceptance stands since the last edit.
constexpr bool approved_takes_two_officers(const Life<CaseState, CaseEvent>& life) {
  std::array<std::array<bool, 2>, most_states> seen{};
  seen[index_of(life.start)][0] = true;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& row : life.moves) {
      for (std::size_t standing = 0; standing < 2; ++standing) {
        if (!seen[index_of(row.from)][standing]) {
          continue;
        }
        const bool accepts = row.event == CaseEvent::accept && row.by == By::registration_officer;
        const bool accepted = standing == 1 || accepts;
        if (row.only == Only::review_open && !accepted) {
          continue;  // that guard holds only while an acceptance stands
        }
        if (row.to == CaseState::approved && row.from != CaseState::approved && !may_enter_approved(row, accepted)) {
          return false;
        }
        const std::size_t then = accepted && !life::traits_of(row.to).approvals_fall ? 1 : 0;
        if (!seen[index_of(row.to)][then]) {
          seen[index_of(row.to)][then] = grew = true;
        }
      }
    }
  }
  return true;
}

// Production, delivery and completion are entered through `approved` alone.
constexpr bool nothing_is_made_unapproved(const Life<CaseState, CaseEvent>& life) {
  for (const auto& row : life.moves) {
    if (life::traits_of(row.to).after_approval && !life::traits_of(row.from).after_approval &&
        row.to != CaseState::approved) {
      return false;
    }
  }
  return !life::traits_of(life.start).after_approval;
}

// The officer who starts production is never the one who approved.
constexpr bool production_is_a_third_hand(const Life<CaseState, CaseEvent>& life) {
  for (const auto& row : life.moves) {
    if (row.event == CaseEvent::start_making && row.only != Only::not_the_approver &&
        !(row.by == By::holder && row.only == Only::signed_by_holder)) {
      return false;
    }
  }
  return true;
}

// Nothing leaves the house unpaid.
constexpr bool nothing_leaves_unpaid(const Life<CaseState, CaseEvent>& life) {
  for (const auto& row : life.moves) {
    if (row.from == CaseState::ready && (row.to == CaseState::shipped || row.to == CaseState::handed_over) &&
        row.only != Only::paid) {
      return false;
    }
  }
  return true;
}

// Each kind at its place, under its own name.
constexpr bool kinds_are_whole(std::span<const Kind> table) {
  if (table.size() != static_cast<std::size_t>(Business::recover_key) + 1) {
    return false;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (index_of(table[i].business) != i || table[i].code.empty() || table[i].zh.empty()) {
      return false;
    }
  }
  return true;
}

// No kind that one signature settles hands out a new medium, releases a key, or revokes another's certificate.
constexpr bool one_signature_is_harmless(std::span<const Kind> table) {
  for (const auto& kind : table) {
    if (kind.settlement == Settlement::holder_or_two_officers &&
        (kind.medium == Medium::new_ || kind.releases_key || kind.revokes == Revokes::any)) {
      return false;
    }
  }
  return true;
}

// The floor that no data can lower: new, add, replace, modify, change of requester, counter unlock and
// recovery take two officers. Only a renewal in place and the revocation of one's own may be the holder's alone.
constexpr bool hard_floor_stands(std::span<const Kind> table) {
  for (const auto& kind : table) {
    const bool may_be_holders = kind.business == Business::renew || kind.business == Business::revoke;
    if (!may_be_holders && kind.settlement != Settlement::two_officers) {
      return false;
    }
  }
  return true;
}

}  // namespace yinxin::hall::check
