#include "audit/verify.h"

#include <functional>
#include <map>

namespace yinxin::audit {
namespace {

constexpr std::size_t read_piece_bytes = std::size_t{1} << 16;

// Hands each whole line to `line`; a line longer than the limit is cut to it (and is malformed by that).
Result<void> each_line(File& file, Report& report, const std::function<void(std::string_view)>& line) {
  std::string current;
  Bytes piece(read_piece_bytes);
  std::uint64_t offset = 0;
  for (;;) {
    YX_TRY(const std::size_t got, file.read_at(offset, piece));
    if (got == 0) {
      break;
    }
    for (std::size_t i = 0; i < got; ++i) {
      const char c = static_cast<char>(piece[i]);
      if (c == '\n') {
        line(current);
        current.clear();
        report.whole_lines_bytes = offset + i + 1;
      } else if (current.size() <= max_line_bytes) {
        current += c;
      }
    }
    offset += got;
  }
  report.torn_bytes = offset - report.whole_lines_bytes;
  return {};
}

class Judge {
 public:
  Judge(Report& report, const Expected& expected, const std::vector<Head>& outside)
      : report_(report), expected_(expected) {
    for (const auto& head : outside) {
      if (head.writer == expected.writer) {
        outside_.emplace(head.sequence, head.hash);
      }
    }
  }

  void line(std::string_view text) {
    ++number_;
    const auto hash = hash_of_line(text);
    const auto entry = entry_of(text);
    if (!entry) {
      find("audit.line.malformed", "not a line of this audit");
      broken_ = true;
    } else if (entry->writer != expected_.writer) {
      find("audit.line.foreign", "of writer " + entry->writer);
      broken_ = true;
    } else {
      place(*entry, hash);
    }
    last_hash_ = hash;
  }

  void finish() {
    if (number_ == 0) {
      find("audit.genesis.missing", "the file is empty");
    }
    if (report_.torn_bytes > 0) {
      ++number_;
      find("audit.tail.torn", std::to_string(report_.torn_bytes) + " bytes of an incomplete line", Level::warning);
    }
    number_ = 0;
    for (const auto& [sequence, hash] : outside_) {
      if (sequence >= next_) {
        find("audit.tail.cut", "an outside head names entry " + std::to_string(sequence) + ", the file ends before it");
      }
    }
    const auto after =
        !outside_.empty() && next_ > outside_.rbegin()->first + 1 ? next_ - outside_.rbegin()->first - 1 : 0;
    if (after > 0) {
      find("audit.tail.unanchored", std::to_string(after) + " entries after the last outside head", Level::note);
    }
    report_.verdict = wrong_ ? Verdict::invalid : outside_.empty() ? Verdict::indeterminate : Verdict::valid;
  }

 private:
  void place(const Entry& entry, const crypto::Digest& hash) {
    if (report_.entries == 0 && !broken_) {
      begin(entry);
    } else if (entry.sequence > next_ && !broken_) {
      find("audit.lines.missing", "entries " + std::to_string(next_) + " to " + std::to_string(entry.sequence - 1));
    } else if (entry.sequence < next_) {
      find("audit.line.out_of_order",
           "entry " + std::to_string(entry.sequence) + " stands where " + std::to_string(next_) + " belongs");
    } else if (entry.previous != last_hash_ && !broken_) {
      --number_;
      find("audit.line.edited", "its hash is not the one that the next line names");
      ++number_;
    }
    if (entry.time < last_time_) {
      find("audit.time.backwards", "the time is before that of an earlier entry", Level::warning);
    }
    last_time_ = std::max(last_time_, entry.time);
    const auto anchor = outside_.equal_range(entry.sequence);
    for (auto it = anchor.first; it != anchor.second; ++it) {
      if (it->second != hash) {
        find("audit.head.mismatch", "entry " + std::to_string(entry.sequence) + " is not what an outside head names");
      }
    }
    broken_ = false;
    next_ = std::max(next_, entry.sequence + 1);
    ++report_.entries;
    report_.head = {entry.writer, entry.sequence, hash};
  }

  void begin(const Entry& entry) {
    if (entry.sequence != 0 || entry.deed.action != genesis_action || entry.deed.object != expected_.environment ||
        entry.previous != crypto::Digest{}) {
      find("audit.genesis.missing", "the file does not begin with the first entry of this writer and environment");
    }
  }

  void find(std::string id, std::string text, Level level = Level::error) {
    wrong_ = wrong_ || level == Level::error;
    if (report_.findings.size() < max_findings) {
      report_.findings.push_back({std::move(id), level, number_, std::move(text)});
    } else {
      ++report_.findings_not_listed;
    }
  }

  Report& report_;
  const Expected& expected_;
  std::multimap<std::uint64_t, crypto::Digest> outside_;
  std::uint64_t number_ = 0;
  std::uint64_t next_ = 0;
  crypto::Digest last_hash_{};
  Instant last_time_{};
  bool broken_ = false;  // the line before could not be placed: it was reported, its successor is not to blame
  bool wrong_ = false;
};

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::indeterminate: return "indeterminate";
    case Verdict::invalid: return "invalid";
  }
  ensure_unreachable("a verdict has a name");
}

Result<Report> verify(File& file, const Expected& expected, const std::vector<Head>& outside) {
  Report report;
  Judge judge(report, expected, outside);
  YX_CHECK(each_line(file, report, [&](std::string_view line) { judge.line(line); }));
  judge.finish();
  return report;
}

}  // namespace yinxin::audit
