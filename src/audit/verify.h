#pragma once
// Judging an audit file. What is wrong is data (findings); only being unable to read is an Error.

#include <vector>

#include "audit/file.h"
#include "audit/line.h"

namespace yinxin::audit {

// The end of one writer's chain at some moment, kept where the writer of the file cannot reach.
struct Head {
  std::string writer;
  std::uint64_t sequence = 0;
  crypto::Digest hash{};
};

enum class Level { note, warning, error };

// Ids:
//   audit.line.malformed      not a line of ours (edited, or foreign)
//   audit.line.edited         its hash is not the one that the next line names
//   audit.lines.missing       entries before this line were removed
//   audit.line.out_of_order   swapped, repeated or inserted
//   audit.line.foreign        of another writer
//   audit.genesis.missing     the file does not begin with this writer's and environment's first entry
//   audit.tail.torn           an incomplete last line, as a crash leaves it (warning)
//   audit.tail.cut            the file ends before an outside head
//   audit.head.mismatch       the entry that an outside head names has another hash
//   audit.time.backwards      the clock went back (warning)
//   audit.tail.unanchored     entries after the last outside head (note)
struct Finding {
  std::string id;
  Level level = Level::error;
  std::uint64_t line = 0;  // counted from 1; 0: the file as a whole
  std::string text;
};

enum class Verdict { valid, indeterminate, invalid };
std::string_view name_of(Verdict verdict);

// More findings than this are counted, not listed.
constexpr std::size_t max_findings = 1000;

struct Report {
  Verdict verdict = Verdict::invalid;
  std::vector<Finding> findings;
  std::uint64_t findings_not_listed = 0;
  std::uint64_t entries = 0;            // well-formed ones
  std::uint64_t whole_lines_bytes = 0;  // up to and with the last line feed
  std::uint64_t torn_bytes = 0;
  Head head{};  // of the last well-formed line
};

struct Expected {
  std::string writer;
  std::string environment;
};

// `valid` only when nothing is wrong and at least one head from outside was found in the chain; without one
// `indeterminate`, however well the file fits together: who can write it can also re-hash it.
Result<Report> verify(File& file, const Expected& expected, const std::vector<Head>& outside);

}  // namespace yinxin::audit
