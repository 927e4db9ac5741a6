#include "hall/application/life_render.h"

#include <algorithm>
#include <map>

#include "hall/application/life.h"
#include "hall/application/life_parts.h"

namespace yinxin::hall {
namespace {

std::string term_text(Term term) {
  switch (term.unit) {
    case Unit::none: return "–";
    case Unit::minutes: return std::to_string(term.amount) + " 分钟";
    case Unit::hours: return std::to_string(term.amount) + " 小时";
    case Unit::days: return std::to_string(term.amount) + " 天";
    case Unit::working_days: return std::to_string(term.amount) + " 个工作日";
  }
  return "–";
}

std::string_view zh_of(By by) { return by_rows[static_cast<std::size_t>(by)].zh; }

template <class S, class E>
std::string picture(const Life<S, E>& life) {
  std::string text = "```mermaid\nstateDiagram-v2\n";
  for (const auto& row : life.states) {
    text.append("  ").append(row.code).append(" : ").append(row.zh).append("\n");
  }
  text.append("  [*] --> ").append(life.states[static_cast<std::size_t>(life.start)].code).append("\n");
  // One arrow for each pair of states; who and when stand in the table below.
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::string_view>> arrows;
  for (const auto& row : life.moves) {
    auto& words = arrows[{static_cast<std::size_t>(row.from), static_cast<std::size_t>(row.to)}];
    const std::string_view word = life.events[static_cast<std::size_t>(row.event)].zh;
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      words.push_back(word);
    }
  }
  for (const auto& [ends, words] : arrows) {
    text.append("  ").append(life.states[ends.first].code).append(" --> ").append(life.states[ends.second].code);
    text.append(" : ");
    for (std::size_t i = 0; i < words.size(); ++i) {
      text.append(i == 0 ? "" : "、").append(words[i]);
    }
    text.append("\n");
  }
  for (const auto& row : life.states) {
    if (row.is_final) {
      text.append("  ").append(row.code).append(" --> [*]\n");
    }
  }
  return text + "```\n";
}

template <class S, class E>
std::string page(const Life<S, E>& life) {
  std::string text = "# " + std::string(life.zh) + " / " + std::string(life.name) + "\n\n" +
                     "Made from the tables in `src/hall/application/` by `yinxin-lives`; do not edit.\n\n" +
                     picture(life) + "\n| code | 中文 | English | 轮到 | 时限 |\n|---|---|---|---|---|\n";
  for (const auto& row : life.states) {
    text.append("| ").append(row.code).append(" | ").append(row.zh).append(" | ").append(row.en).append(" | ");
    text.append(zh_of(row.turn)).append(" | ").append(term_text(row.term)).append(" |\n");
  }
  text += "\n| from | event | by | only if | to |\n|---|---|---|---|---|\n";
  for (const auto& row : life.moves) {
    text.append("| ").append(life.states[static_cast<std::size_t>(row.from)].code).append(" | ");
    text.append(life.events[static_cast<std::size_t>(row.event)].code).append(" | ");
    text.append(by_rows[static_cast<std::size_t>(row.by)].code).append(" | ");
    text.append(only_rows[static_cast<std::size_t>(row.only)].code).append(" | ");
    text.append(life.states[static_cast<std::size_t>(row.to)].code).append(" |\n");
  }
  return text;
}

template <class S, class E>
std::string sql_check(const Life<S, E>& life) {
  std::string text = "-- " + std::string(life.name) + " state\nCHECK (state IN (";
  for (std::size_t i = 0; i < life.states.size(); ++i) {
    text.append(i == 0 ? "'" : ", '").append(life.states[i].code).append("'");
  }
  return text + "))\n";
}

template <class S, class E>
std::string labels(const Life<S, E>& life) {
  std::string text;
  for (const auto& row : life.states) {
    text.append(life.name).append("\t").append(row.code).append("\t").append(row.zh).append("\t").append(row.en);
    text.append("\n");
  }
  return text;
}

}  // namespace

std::vector<RenderedFile> render_lives() {
  std::vector<RenderedFile> files;
  std::string sql = "-- Made from the tables in src/hall/application/ by yinxin-lives; do not edit.\n";
  std::string table = "life\tcode\tzh\ten\n";
  const auto one = [&](const auto& life) {
    files.push_back({"docs/lives/" + std::string(life.name) + ".md", page(life)});
    sql += sql_check(life);
    table += labels(life);
  };
  one(life::case_life);
  one(life::line_life);
  one(life::payment_life);
  one(life::refund_life);
  one(life::identity_life);
  one(life::deposit_life);
  one(life::delivery_life);
  one(life::parcel_life);
  one(life::invoice_life);
  for (const Kind& kind : kinds) {
    table.append("business\t").append(kind.code).append("\t").append(kind.zh).append("\t").append(kind.en).append("\n");
  }
  files.push_back({"src/hall/application/generated/state_checks.sql", sql});
  files.push_back({"src/hall/application/generated/labels.tsv", table});
  return files;
}

}  // namespace yinxin::hall
