#include "seal/verify/report.h"

#include <algorithm>

#include "base/ensure.h"

namespace yinxin::seal::verify {
namespace {

bool any(const std::vector<Finding>& findings, Effect effect) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) { return one.effect == effect; });
}

const Finding* find_in(const std::vector<Finding>& findings, std::string_view id, Level level) {
  const auto at = std::find_if(findings.begin(), findings.end(),
                               [&](const Finding& one) { return one.check->id == id && one.level == level; });
  return at == findings.end() ? nullptr : &*at;
}

// How bad, for taking the worst of several; unsigned does not compare.
int weight(Verdict verdict) {
  switch (verdict) {
    case Verdict::unsigned_: return 0;
    case Verdict::valid: return 1;
    case Verdict::valid_when_sealed: return 2;
    case Verdict::indeterminate: return 3;
    case Verdict::invalid: return 4;
  }
  ensure_unreachable("a verdict without a weight");
}

}  // namespace

void SignatureReport::conclude() {
  integrity = any(findings, Effect::breaks_integrity)  ? Integrity::broken
              : any(findings, Effect::hides_integrity) ? Integrity::unknown
                                                       : Integrity::intact;
  if (integrity == Integrity::broken || any(findings, Effect::invalid_at_sealing)) {
    verdict = Verdict::invalid;
  } else if (integrity == Integrity::unknown || any(findings, Effect::indeterminate) || trust != Trust::trusted) {
    verdict = Verdict::indeterminate;
  } else if (any(findings, Effect::changed_since)) {
    // Without a trusted time stamp nothing proves that the signature came first.
    verdict = sealed_at_proven ? Verdict::valid_when_sealed : Verdict::indeterminate;
  } else {
    verdict = Verdict::valid;
  }
}

void DocumentReport::conclude() {
  verdict = Verdict::unsigned_;
  for (const SignatureReport& one : signatures) {
    if (weight(one.verdict) > weight(verdict)) {
      verdict = one.verdict;
    }
  }
  if (refused || any(findings, Effect::breaks_integrity) || any(findings, Effect::invalid_at_sealing)) {
    verdict = Verdict::invalid;
  } else if (weight(verdict) < weight(Verdict::indeterminate) &&
             (any(findings, Effect::hides_integrity) || any(findings, Effect::indeterminate))) {
    verdict = Verdict::indeterminate;
  }
}

const Finding* SignatureReport::find(std::string_view id, Level level) const { return find_in(findings, id, level); }
const Finding* DocumentReport::find(std::string_view id, Level level) const { return find_in(findings, id, level); }

std::string_view name_of(Level level) {
  switch (level) {
    case Level::fail: return "fail";
    case Level::warn: return "warn";
    case Level::info: return "info";
    case Level::pass: return "pass";
  }
  ensure_unreachable("a level without a name");
}
std::string_view name_of(Integrity integrity) {
  switch (integrity) {
    case Integrity::intact: return "intact";
    case Integrity::broken: return "broken";
    case Integrity::unknown: return "unknown";
  }
  ensure_unreachable("an integrity without a name");
}
std::string_view name_of(Trust trust) {
  switch (trust) {
    case Trust::trusted: return "trusted";
    case Trust::untrusted: return "untrusted";
    case Trust::unknown: return "unknown";
  }
  ensure_unreachable("a trust without a name");
}
std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::valid_when_sealed: return "valid_when_sealed";
    case Verdict::indeterminate: return "indeterminate";
    case Verdict::invalid: return "invalid";
    case Verdict::unsigned_: return "unsigned";
  }
  ensure_unreachable("a verdict without a name");
}

int exit_status(const DocumentReport& report) {
  if (report.refused) {
    return 3;
  }
  switch (report.verdict) {
    case Verdict::valid:
    case Verdict::valid_when_sealed:
    case Verdict::unsigned_: return 0;
    case Verdict::invalid: return 1;
    case Verdict::indeterminate: return 4;
  }
  ensure_unreachable("a verdict without an exit status");
}

}  // namespace yinxin::seal::verify
