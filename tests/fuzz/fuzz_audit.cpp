// Any bytes as a line of the audit, as a checkpoint and as a whole audit file with a head from outside.
#include <algorithm>

#include "audit/checkpoint.h"
#include "base/ensure.h"

namespace {

using namespace yinxin;

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
  return 0;
}
