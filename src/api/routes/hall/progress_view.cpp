// A case's progress as its requester reads it.

#include <boost/json.hpp>

#include <array>

#include "api/problem/sentences.h"
#include "api/routes/hall/views.h"
#include "hall/application/life_parts.h"
#include "hall/street/progress.h"

namespace yinxin::api {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::array<std::string_view, 3> limit_codes{"review", "shipping", "requester"};

// "最迟 2026年11月23日" and what it is about.
value until_view(const hall::Dossier& dossier, const hall::WorkingDays& days, Instant now) {
  const auto limit = hall::standing_limit(dossier, days);
  if (!limit) {
    return nullptr;
  }
  const std::string_view code = limit_codes[static_cast<std::size_t>(limit->kind)];
  const std::string word = "until." + std::string(code);
  return object{{"kind", code},
                {"at", to_rfc3339(limit->at)},
                {"date", to_beijing_date(limit->at)},
                {"label", "最迟 " + to_beijing_date(limit->at)},
                {"about", sentence(word, Language::zh)},
                {"about_en", sentence(word, Language::en)},
                {"is_overdue", now > limit->at},
                {"is_assumed", limit->is_assumed}};
}

array chain_view(const hall::Dossier& dossier) {
  array list;
  for (const hall::ChainStep& step : hall::chain_of(dossier)) {
    list.push_back(object{{"code", step.code},
                          {"label", step.zh},
                          {"label_en", step.en},
                          {"is_done", step.is_done},
                          {"is_now", step.is_now}});
  }
  return list;
}

// Only what a requester has words for; our own notes stay with us.
array events_view(const hall::Dossier& dossier) {
  array list;
  for (const hall::TimelineEntry& entry : dossier.timeline) {
    const std::string word = "event." + entry.kind;
    if (has_sentence(word)) {
      const bool is_a_name = entry.kind == "reminded";
      const bool is_a_version = entry.kind == "form_printed" || entry.kind == "newer_offer";
      const std::string version = is_a_version ? "（第" + entry.detail + "版）" : std::string();
      const std::string version_en = is_a_version ? " (version " + entry.detail + ")" : std::string();
      list.push_back(object{{"at", to_rfc3339(entry.at)},
                            {"time", to_beijing_text(entry.at)},
                            {"words", sentence(word, Language::zh) + version},
                            {"words_en", sentence(word, Language::en) + version_en},
                            {"detail", is_a_name || is_a_version ? std::string() : entry.detail}});
    }
  }
  return list;
}

value account_view(const hall::Dossier& dossier) {
  if (dossier.deposits.empty()) {
    return nullptr;
  }
  const hall::DepositRecord& newest = dossier.deposits.back();
  const auto& row = hall::life::deposit_states[static_cast<std::size_t>(newest.state)];
  return object{{"state", row.code}, {"label", row.zh}, {"reason", newest.reason}};
}

}  // namespace

object progress_view(const hall::Dossier& dossier, const hall::WorkingDays& days, Instant now) {
  const auto& state = hall::life::case_states[static_cast<std::size_t>(dossier.application.state)];
  const auto& turn = hall::by_rows[static_cast<std::size_t>(state.turn)];
  return {{"id", dossier.id},
          {"state",
           object{{"code", state.code}, {"label", state.zh}, {"label_en", state.en}, {"is_final", state.is_final}}},
          {"turn", object{{"code", turn.code},
                          {"label", turn.zh},
                          {"is_yours", state.turn == hall::By::requester || state.turn == hall::By::holder}}},
          {"until", until_view(dossier, days, now)},
          {"chain", chain_view(dossier)},
          {"account", account_view(dossier)},
          {"waybill", dossier.waybill},
          {"events", events_view(dossier)}};
}

}  // namespace yinxin::api
