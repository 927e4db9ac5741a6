#pragma once
// What verification says: findings, and a verdict that is a pure function of them. It never stops at the first flaw.

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace yinxin::seal::verify {

enum class Level { fail, warn, info, pass };
enum class Integrity { intact, broken, unknown };
enum class Trust { trusted, untrusted, unknown };
enum class Verdict { valid, valid_when_sealed, indeterminate, invalid, unsigned_ };

// What a finding does to the verdict.
enum class Effect {
  none,
  breaks_integrity,    // cryptography or hashes do not hold
  hides_integrity,     // a key or a document that is needed is not there
  invalid_at_sealing,  // not in force, wrong usage, or revoked before sealing
  indeterminate,       // an anchor, a status or a time that is needed is missing
  changed_since,       // held at sealing, expired or revoked since
};

// A question that is asked of every thing examined. The texts stand in one table (checks.cpp).
struct Check {
  std::string_view id;
  std::string_view clause;
  std::string_view question_zh;
  std::string_view question_en;
};

struct Answer {
  std::string zh;
  std::string en;
};

struct Finding {
  const Check* check = nullptr;
  Level level = Level::info;
  Effect effect = Effect::none;
  Answer answer;
  std::string where;  // path in the package or part of the structure
};

struct SignatureReport {
  std::size_t index = 0;  // from 1
  std::string kind;       // ses_v1 ses_v4 ses_v5 gbt35275 cms raw
  Integrity integrity = Integrity::unknown;
  Trust trust = Trust::unknown;
  Verdict verdict = Verdict::indeterminate;
  std::string sealer;
  std::string seal_name;
  std::optional<Instant> sealed_at;
  bool sealed_at_proven = false;  // by a trusted time stamp
  std::vector<Finding> findings;

  // Sets integrity and verdict from the findings; the first line of the calculus that fits.
  void conclude();
  [[nodiscard]] const Finding* find(std::string_view id, Level level) const;
};

struct DocumentReport {
  std::string file;
  std::string kind;
  Verdict verdict = Verdict::unsigned_;
  bool refused = false;         // the package must not be opened
  std::string refused_because;  // for stderr
  std::vector<SignatureReport> signatures;
  std::vector<Finding> findings;

  void conclude();
  [[nodiscard]] const Finding* find(std::string_view id, Level level) const;
};

std::string_view name_of(Level level);
std::string_view name_of(Integrity integrity);
std::string_view name_of(Trust trust);
std::string_view name_of(Verdict verdict);

// 0 valid, valid when sealed or unsigned · 1 invalid · 3 refused · 4 indeterminate
int exit_status(const DocumentReport& report);

enum class Language { zh, en };
// The JSON of interfaces "yinxin verify", UTF-8, one object, two-space indentation, a line end at the end.
std::string to_json(const DocumentReport& report, Language language = Language::zh);

}  // namespace yinxin::seal::verify
