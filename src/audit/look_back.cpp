#include "audit/look_back.h"

#include <algorithm>
#include <utility>

namespace yinxin::audit {
namespace {

Result<std::string> read_part(File& file, std::uint64_t from, std::uint64_t to) {
  Bytes piece(static_cast<std::size_t>(to - from));
  YX_TRY(const std::size_t got, file.read_at(from, piece));
  return std::string(text_of(BytesView(piece).first(got)));
}

// Whole lines from a place in the file towards its beginning.
class BackwardLines {
 public:
  // `end`: just after a line feed, or 0.
  BackwardLines(File& file, std::uint64_t end) : file_(file), end_(end) {}
  [[nodiscard]] std::uint64_t place() const { return end_; }

  // Without its line feed; of a line that is longer than any of ours no more than that shows.
  Result<std::string> next() {
    std::uint64_t at = end_ - 1;
    std::string line;
    for (;;) {
      if (at <= from_ || at > from_ + window_.size()) {
        from_ = at - std::min<std::uint64_t>(at, search_piece_bytes);
        YX_TRY(window_, read_part(file_, from_, at));
        if (window_.size() < at - from_) {
          return fail(ErrorCode::corrupt, "audit: the file became shorter");
        }
      }
      const std::string_view before = std::string_view(window_).substr(0, static_cast<std::size_t>(at - from_));
      const std::size_t feed = before.rfind('\n');
      const std::string_view part = feed == std::string_view::npos ? before : before.substr(feed + 1);
      if (line.size() <= max_line_bytes) {
        line.insert(0, part);
      }
      if (feed != std::string_view::npos) {
        end_ = from_ + feed + 1;
        return line;
      }
      at = from_;
      if (at == 0) {
        end_ = 0;
        return line;
      }
    }
  }

 private:
  File& file_;
  std::uint64_t end_;
  std::string window_;
  std::uint64_t from_ = 0;
};

// Just after the last line feed before `end`.
Result<std::uint64_t> end_of_whole_lines(File& file, std::uint64_t end) {
  while (end > 0) {
    const std::uint64_t from = end - std::min<std::uint64_t>(end, search_piece_bytes);
    YX_TRY(const std::string piece, read_part(file, from, end));
    if (const std::size_t feed = piece.rfind('\n'); feed != std::string::npos) {
      return from + feed + 1;
    }
    end = from;
  }
  return end;
}

// Just after the first line feed at or after `at`; `end` where there is none before it.
Result<std::uint64_t> next_line(File& file, std::uint64_t at, std::uint64_t end) {
  while (at < end) {
    const std::uint64_t to = std::min<std::uint64_t>(end, at + search_piece_bytes);
    YX_TRY(const std::string piece, read_part(file, at, to));
    if (const std::size_t feed = piece.find('\n'); feed != std::string::npos) {
      return at + feed + 1;
    }
    at = to;
  }
  return end;
}

Result<Entry> entry_at(File& file, std::uint64_t start, std::uint64_t end) {
  YX_TRY(const std::string piece, read_part(file, start, std::min<std::uint64_t>(end, start + max_line_bytes + 1)));
  return entry_of(std::string_view(piece).substr(0, piece.find('\n')));
}

// Where the first line stands whose sequence is not smaller; lines that are none of ours are passed over.
Result<std::uint64_t> place_of(File& file, std::uint64_t sequence, std::uint64_t end) {
  std::uint64_t low = 0;     // a line begins here, and all before it are smaller
  std::uint64_t high = end;  // none that begins here or later is smaller
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    std::uint64_t start = low;
    if (middle > low) {
      YX_TRY(start, next_line(file, middle - 1, high));
    }
    std::optional<Entry> entry;
    while (start < high && !entry) {
      if (auto read = entry_at(file, start, end)) {
        entry = std::move(*read);
      } else {
        YX_TRY(start, next_line(file, start, high));
      }
    }
    if (entry && entry->sequence < sequence) {
      YX_TRY(low, next_line(file, start, end));
    } else {
      high = middle;
    }
  }
  return low;
}

// Judges lines from the newest to the oldest: each must be the one that its successor names.
class BackwardJudge {
 public:
  BackwardJudge(LookedBack& seen, std::string writer) : seen_(seen), writer_(std::move(writer)) {}

  void expect(std::uint64_t sequence, std::optional<crypto::Digest> hash, bool is_head = false) {
    sequence_ = sequence;
    hash_ = hash;
    is_head_ = is_head;
  }
  // The entry, where it is one of this writer's.
  std::optional<Entry> line(std::string_view text) {
    const crypto::Digest hash = hash_of_line(text);
    auto entry = entry_of(text);
    const bool is_ours = entry && entry->writer == writer_;
    if (seen_.looked_at++ == 0) {
      seen_.newest = is_ours ? entry->sequence : sequence_;
      seen_.newest_hash = hash;
    }
    const bool is_head = std::exchange(is_head_, false);
    if (!is_ours) {
      find(entry ? "audit.line.foreign" : "audit.line.malformed");
      seen_.oldest = sequence_;
      seen_.predecessor = {};
      hash_.reset();
      sequence_ -= std::min<std::uint64_t>(sequence_, 1);
      return std::nullopt;
    }
    if (entry->sequence != sequence_) {
      find(entry->sequence > sequence_ ? "audit.line.out_of_order"
           : is_head                   ? "audit.tail.cut"
                                       : "audit.lines.missing");
    } else if (hash_ && hash != *hash_) {
      find(is_head ? "audit.head.mismatch" : "audit.line.edited");
    }
    seen_.oldest = entry->sequence;
    seen_.predecessor = entry->previous;
    hash_ = entry->previous;
    sequence_ = entry->sequence - std::min<std::uint64_t>(entry->sequence, 1);
    is_genesis_ = entry->sequence == 0 && entry->deed.action == genesis_action && entry->previous == crypto::Digest{};
    return std::move(*entry);
  }
  void find(std::string id) {
    if (seen_.breaks.size() < max_breaks) {
      seen_.breaks.push_back({sequence_, std::move(id)});
    }
  }
  // At the beginning of the file.
  void finish() {
    if (!is_genesis_) {
      sequence_ = 0;
      find("audit.genesis.missing");
    }
  }

 private:
  LookedBack& seen_;
  const std::string writer_;
  std::uint64_t sequence_ = 0;
  std::optional<crypto::Digest> hash_;
  bool is_head_ = false;
  bool is_genesis_ = false;
};

struct HeadPlace {
  std::uint64_t after = 0;  // its line, or the one that stands where it should
  bool is_there = false;
};
HeadPlace at(std::uint64_t after, bool is_there) { return {.after = after, .is_there = is_there}; }

// Passes over what was written since.
Result<HeadPlace> place_of_head(File& file, const Head& head, std::uint64_t end) {
  BackwardLines lines(file, end);
  while (lines.place() > 0) {
    const std::uint64_t after = lines.place();
    YX_TRY(const std::string line, lines.next());
    if (hash_of_line(line) == head.hash) {
      return at(after, true);
    }
    const auto entry = entry_of(line);
    if (!entry || entry->writer != head.writer || entry->sequence <= head.sequence) {
      return at(after, false);
    }
  }
  return at(0, false);
}

// Where to begin, and what is expected there.
Result<std::uint64_t> begin_at(File& file, const BackwardQuery& query, LookedBack& seen, BackwardJudge& judge) {
  YX_TRY(const std::uint64_t size, file.size_bytes());
  YX_TRY(const std::uint64_t end, end_of_whole_lines(file, size));
  if (!query.before || *query.before > query.newest.sequence) {
    YX_TRY(const HeadPlace head, place_of_head(file, query.newest, end));
    seen.reaches_writer = head.is_there;
    judge.expect(query.newest.sequence, query.newest.hash, true);
    return head.after;
  }
  YX_TRY(const std::uint64_t place, place_of(file, *query.before, end));
  const auto successor =
      place < end ? entry_at(file, place, end) : Result<Entry>(fail(ErrorCode::not_found, "audit: no such entry"));
  const bool is_there = successor && successor->sequence == *query.before;
  if (!is_there) {
    judge.expect(*query.before, std::nullopt);
    judge.find("audit.lines.missing");
  }
  judge.expect(*query.before - 1, is_there ? std::optional(successor->previous) : std::nullopt);
  return place;
}

}  // namespace

Result<LookedBack> look_back(File& file, const BackwardQuery& query) {
  LookedBack seen;
  if (query.before && *query.before == 0) {
    return seen;
  }
  BackwardJudge judge(seen, query.newest.writer);
  YX_TRY(const std::uint64_t begin, begin_at(file, query, seen, judge));
  BackwardLines lines(file, begin);
  const std::size_t limit = std::min(query.limit, max_entries_given);
  while (lines.place() > 0 && seen.entries.size() < limit && seen.looked_at < max_entries_looked_at) {
    YX_TRY(const std::string line, lines.next());
    auto entry = judge.line(line);
    if (entry && (!query.wanted || query.wanted(*entry))) {
      seen.entries.push_back(std::move(*entry));
    }
  }
  seen.has_older = lines.place() > 0;
  if (!seen.has_older) {
    judge.finish();
  }
  return seen;
}

}  // namespace yinxin::audit
