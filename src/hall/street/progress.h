#pragma once
// How far a case has come, in the words of the guides: the chain from the draft to the end, whose turn it is,
// and until when.

#include <vector>

#include "hall/calendar/promise.h"
#include "hall/street/dossier.h"

namespace yinxin::hall {

struct ChainStep {
  std::string_view code;
  std::string_view zh;
  std::string_view en;
  bool is_done = false;
  bool is_now = false;  // the first that is not done, while the case is open
};
// The reviewing officer has said yes, now or before.
bool is_granted(CaseState state);
// Only the steps that this case needs.
std::vector<ChainStep> chain_of(const Dossier& dossier);

enum class LimitKind : std::uint8_t { review, shipping, requester };
struct StandingLimit {
  LimitKind kind = LimitKind::requester;
  Instant at;
  bool is_assumed = false;  // counted over a year whose holidays are not published
};
// What we have promised, or until when the requester may wait before the case is closed; nullopt: neither.
std::optional<StandingLimit> standing_limit(const Dossier& dossier, const WorkingDays& days);

}  // namespace yinxin::hall
