#include "hall/street/progress.h"

#include <algorithm>

namespace yinxin::hall {

namespace {

bool is_one_of(CaseState state, std::initializer_list<CaseState> states) {
  return std::ranges::find(states, state) != states.end();
}

}  // namespace

bool is_granted(CaseState state) {
  using S = CaseState;
  return is_one_of(state, {S::approved, S::in_production, S::ready, S::shipped, S::handed_over, S::completed});
}

std::vector<ChainStep> chain_of(const Dossier& dossier) {
  using S = CaseState;
  const CaseState state = dossier.application.state;
  const CaseProgress& progress = dossier.application.progress;
  const CaseNeeds& needs = dossier.application.needs;
  const FormVersion* form = dossier.newest_form();
  const bool is_left_behind = is_one_of(state, {S::expired, S::withdrawn, S::refused});
  const bool is_entered = state != S::draft && !is_left_behind;
  const bool is_over = state == S::completed;
  const bool is_received = is_over || state == S::handed_over;
  const bool is_sent = is_received || state == S::shipped;
  const bool is_made = is_sent || state == S::ready;
  const bool is_reviewable = progress.submitted && state != S::returned && !is_left_behind;

  std::vector<ChainStep> chain{
      {"entry", "填写信息", "Filled in", form != nullptr || is_entered},
      {"printed", "打印申请表", "Printed", (form != nullptr && form->printed_at) || is_entered},
      {"uploaded", "上传资料", "Uploaded", is_entered}};
  if (needs.identity) {
    chain.push_back({"identity", "身份认证", "Identity proven", progress.identity_proven});
  }
  chain.push_back({"paid", "支付", "Paid", progress.paid});
  chain.push_back({"submitted", "提交审核", "Handed in", is_reviewable});
  chain.push_back({"approved", "审核通过", "Approved", is_granted(state)});
  chain.push_back({"made", "制证", "Made", is_made});
  if (needs.delivery) {
    chain.push_back({"shipped", "寄出", "Sent", is_sent});
    chain.push_back({"delivered", "签收", "Received", is_received});
  }
  chain.push_back({"completed", "激活办结", "Activated and closed", is_over});
  const bool is_open = !life::case_states[static_cast<std::size_t>(state)].is_final;
  const auto now = std::ranges::find(chain, false, &ChainStep::is_done);
  if (is_open && now != chain.end()) {
    now->is_now = true;
  }
  return chain;
}

std::optional<StandingLimit> standing_limit(const Dossier& dossier, const WorkingDays& days) {
  const CaseState state = dossier.application.state;
  const Promise owed = promise_of(state);
  if (owed != Promise::none && dossier.promised_by) {
    return StandingLimit{.kind = owed == Promise::review ? LimitKind::review : LimitKind::shipping,
                         .at = *dossier.promised_by,
                         .is_assumed = !days.is_published(beijing_day(*dossier.promised_by))};
  }
  const bool is_requesters = life::case_states[static_cast<std::size_t>(state)].turn == By::requester;
  return is_requesters && dossier.application.act_by
             ? std::optional(StandingLimit{.kind = LimitKind::requester, .at = *dossier.application.act_by})
             : std::nullopt;
}

}  // namespace yinxin::hall
