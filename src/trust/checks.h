#pragma once
// The rules, one line each: a reason and what must hold. The list is the whole of it; the tests remove each rule in
// turn and see that exactly its own hostile bundle gets through. Inside trust only.

#include <span>

#include "trust/facts.h"

namespace yinxin::trust {

template <class Facts>
struct Check {
  Reason reason;
  bool (*holds)(const Facts&);
};

std::span<const Check<CaseFacts>> case_checks();
std::span<const Check<RequestFacts>> request_checks();

// Every rule but `removed` (which only a test names), so that a refusal lists all its reasons.
template <class Facts>
CheckReport run_checks(std::span<const Check<Facts>> checks, const Facts& facts,
                       std::optional<Reason> removed = std::nullopt) {
  CheckReport report;
  for (const Check<Facts>& check : checks) {
    if (check.reason != removed && !check.holds(facts)) {
      report.findings.push_back({check.reason, std::string(sentence_en(check.reason))});
    }
  }
  return report;
}

}  // namespace yinxin::trust
