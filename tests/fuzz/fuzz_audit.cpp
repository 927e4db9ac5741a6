// Any bytes as a line of the audit, as a checkpoint and as a whole audit file with a head from outside, read from
// either end.
#include <algorithm>

#include "audit/checkpoint.h"
#include "audit/look_back.h"
#include "base/ensure.h"

namespace {

using namespace yinxin;

constexpr int most_pages = 8;

// The bytes as the file below the audit; nothing is ever written to it.
class Given final : public audit::File {
 public:
  explicit Given(BytesView content) : content_(content) {}
  Result<std::size_t> read_at(std::uint64_t offset_bytes, std::span<std::uint8_t> out) override {
    const std::size_t from = static_cast<std::size_t>(std::min<std::uint64_t>(offset_bytes, content_.size()));
    const BytesView part = content_.subspan(from, std::min(out.size(), content_.size() - from));
    std::ranges::copy(part, out.begin());
    return part.size();
  }
  Result<std::uint64_t> size_bytes() override { return std::uint64_t{content_.size()}; }
  Result<void> append(BytesView) override { return fail(ErrorCode::internal, "not to be written"); }
  Result<void> truncate(std::uint64_t) override { return fail(ErrorCode::internal, "not to be written"); }
  Result<void> sync() override { return fail(ErrorCode::internal, "not to be written"); }

 private:
  BytesView content_;
};

void whole_file(BytesView input) {
  Given file(input);
  const audit::Expected expected{.writer = "vault", .environment = "demo"};
  const auto alone = audit::verify(file, expected, {});
  ensure(alone.has_value() && alone->verdict != audit::Verdict::valid, "nothing is valid without a head from outside");
  ensure(alone->whole_lines_bytes + alone->torn_bytes == input.size(), "every byte is counted");
  ensure(alone->findings.size() <= audit::max_findings, "findings have a limit");
  const auto anchored = audit::verify(file, expected, {alone->head});
  ensure(anchored.has_value(), "a file that was read is read again");
  audit::Head other = alone->head;
  other.hash[0] = static_cast<std::uint8_t>(other.hash[0] ^ 1U);
  const auto denied = audit::verify(file, expected, {other});
  ensure(denied.has_value() && denied->verdict != audit::Verdict::valid, "another head is not this file's");
}

// From its end: never more than was asked for, every page older than the one before, and what is whole from its
// beginning has no break.
void from_its_end(BytesView input) {
  Given file(input);
  const auto whole = audit::verify(file, {.writer = "vault", .environment = "demo"}, {});
  audit::Head head = whole.value().head;
  head.writer = "vault";
  std::optional<std::uint64_t> before;
  for (int page = 0; page < most_pages; ++page) {
    const auto seen = audit::look_back(file, {.newest = head, .before = before});
    ensure(seen.has_value(), "a file that was read is read from its end");
    ensure(seen->entries.size() <= audit::max_entries_given && seen->breaks.size() <= audit::max_breaks,
           "it has limits");
    const bool is_whole = whole->verdict != audit::Verdict::invalid && whole->entries > 0;
    ensure(!is_whole || seen->breaks.empty(), "what is whole has no break");
    ensure(!is_whole || before || seen->reaches_writer, "and ends where its head is");
    if (!seen->has_older || seen->looked_at == 0) {
      return;
    }
    before = seen->oldest;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  const std::string_view text = text_of(input);
  if (const auto entry = audit::entry_of(text)) {
    ensure(audit::line_of(*entry) == text, "an entry has one line");
  }
  if (const auto checkpoint = audit::parse_checkpoint(text)) {
    const auto again = audit::checkpoint_text(*checkpoint);
    ensure(again.has_value() && *again == text, "a checkpoint has one text");
  }
  whole_file(input);
  from_its_end(input);
  return 0;
}
