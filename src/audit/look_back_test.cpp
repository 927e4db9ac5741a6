#include "audit/look_back.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "audit/log.h"

namespace yinxin::audit {
namespace {

namespace fs = std::filesystem;

// Counts what is read.
class TextFile final : public File {
 public:
  explicit TextFile(const std::string& text) : text_(text) {}
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    const auto from = std::min<std::size_t>(offset, text_.size());
    const auto size = std::min(out.size(), text_.size() - from);
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(from), size, out.begin());
    read_bytes += size;
    return size;
  }
  Result<std::uint64_t> size_bytes() override { return text_.size(); }
  Result<void> append(BytesView) override { return fail(ErrorCode::internal, "not to be written"); }
  Result<void> truncate(std::uint64_t) override { return fail(ErrorCode::internal, "not to be written"); }
  Result<void> sync() override { return fail(ErrorCode::internal, "not to be written"); }
  std::size_t read_bytes = 0;

 private:
  const std::string& text_;
};

class LookBackTest : public testing::Test {
 protected:
  // Genesis and `count` deeds, on the first of which `officer-0` acts, then in turn.
  void fill(std::uint64_t count) {
    Entry entry{
        "desk", 0, from_unix_ms(1'795'000'000'123), {"desk", {}, std::string(genesis_action), "demo", "done"}, {}};
    add(entry);
    while (head_.sequence < count) {
      const std::uint64_t next = head_.sequence + 1;
      entry = {"desk", next, from_unix_ms(static_cast<std::int64_t>(1'795'000'000'123 + next)), {}, head_.hash};
      entry.deed = {"registration_officer", "officer-" + std::to_string(next % 5), "case.read",
                    "YX" + std::to_string(next), "intended"};
      add(entry);
    }
  }
  void add(const Entry& entry) {
    const std::string line = line_of(entry);
    head_ = {"desk", entry.sequence, hash_of_line(line)};
    text_ += line + "\n";
  }
  LookedBack look(std::optional<std::uint64_t> before = {}, std::function<bool(const Entry&)> wanted = {}) {
    TextFile file(text_);
    auto seen = look_back(file, {.newest = head_, .before = before, .wanted = std::move(wanted)});
    read_bytes_ = file.read_bytes;
    return std::move(seen.value());
  }
  // The lines as they are changed by `edit`.
  void change(const std::function<void(std::vector<std::string>&)>& edit) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t end = text_.find('\n', at);
      lines.push_back(text_.substr(at, end - at));
      at = end + 1;
    }
    edit(lines);
    text_.clear();
    for (const std::string& line : lines) {
      text_ += line + "\n";
    }
  }
  static void replace(std::string& line, const std::string& from, const std::string& to) {
    line.replace(line.find(from), from.size(), to);
  }
  static std::string told(const LookedBack& seen) {
    std::string out;
    for (const Break& each : seen.breaks) {
      out += std::to_string(each.sequence) + " " + each.id + "; ";
    }
    return out;
  }

  std::string text_;
  Head head_;
  std::size_t read_bytes_ = 0;
};

TEST_F(LookBackTest, PagesGoFromTheNewestEntryToTheFirstAndJoin) {
  fill(250);
  const LookedBack first = look();
  EXPECT_EQ(told(first), "");
  EXPECT_TRUE(first.reaches_writer);
  ASSERT_EQ(first.entries.size(), max_entries_given);
  EXPECT_EQ(first.entries.front().sequence, 250U);
  EXPECT_EQ(first.newest, 250U);
  EXPECT_EQ(first.newest_hash, head_.hash);
  EXPECT_EQ(first.oldest, 151U);
  EXPECT_TRUE(first.has_older);
  const LookedBack second = look(first.oldest);
  EXPECT_EQ(told(second), "");
  EXPECT_FALSE(second.reaches_writer);
  EXPECT_EQ(second.entries.front().sequence, 150U);
  EXPECT_EQ(second.newest_hash, first.predecessor);
  const LookedBack last = look(second.oldest);
  EXPECT_EQ(told(last), "");
  EXPECT_EQ(last.newest_hash, second.predecessor);
  ASSERT_EQ(last.entries.size(), 51U);
  EXPECT_EQ(last.entries.back().deed.action, genesis_action);
  EXPECT_FALSE(last.has_older);
  EXPECT_EQ(look(1).entries.size(), 1U);
  EXPECT_TRUE(look(0).entries.empty());
  EXPECT_EQ(look(1000).entries.front().sequence, 250U) << "from the end";
}

TEST_F(LookBackTest, WhatIsNotWantedIsLookedAtAllTheSameUpToALimit) {
  fill(25'000);
  const LookedBack some = look({}, [](const Entry& entry) { return entry.deed.subject == "officer-3"; });
  ASSERT_EQ(some.entries.size(), max_entries_given);
  EXPECT_EQ(some.entries.front().sequence, 24'998U);
  EXPECT_EQ(some.looked_at, 498U);
  const LookedBack none = look({}, [](const Entry&) { return false; });
  EXPECT_TRUE(none.entries.empty());
  EXPECT_EQ(none.looked_at, max_entries_looked_at);
  EXPECT_TRUE(none.has_older);
  const LookedBack rest = look(none.oldest, [](const Entry&) { return false; });
  EXPECT_EQ(rest.looked_at, 25'001U - max_entries_looked_at);
  EXPECT_FALSE(rest.has_older);
  EXPECT_EQ(told(rest), "");
}

TEST_F(LookBackTest, OfAHundredThousandEntriesOnlyThePageIsRead) {
  fill(100'000);
  ASSERT_EQ(look().entries.size(), max_entries_given);
  EXPECT_LT(read_bytes_, std::size_t{1} << 18);
  for (const std::uint64_t before : {std::uint64_t{101}, std::uint64_t{50'000}, std::uint64_t{99'999}}) {
    const LookedBack page = look(before);
    EXPECT_EQ(told(page), "");
    EXPECT_EQ(page.entries.front().sequence, before - 1);
    EXPECT_LT(read_bytes_, std::size_t{1} << 20) << before;
  }
}

TEST_F(LookBackTest, ALineThatIsBeingWrittenIsNotLookedAtNorIsWhatCameSince) {
  fill(10);
  const Head then = head_;
  const std::string whole = text_;
  fill(0);
  text_ = whole + whole.substr(0, 50);
  head_ = then;
  LookedBack seen = look();
  EXPECT_EQ(told(seen), "");
  EXPECT_TRUE(seen.reaches_writer);
  EXPECT_EQ(seen.entries.size(), 11U);
  text_ = whole;
  Entry later{"desk", 11, from_unix_ms(1'795'000'001'000), {"desk", {}, "case.read", "YX11", "intended"}, then.hash};
  add(later);
  text_ += "{\"v\":1,";
  head_ = then;
  seen = look();
  EXPECT_EQ(told(seen), "");
  EXPECT_TRUE(seen.reaches_writer);
  EXPECT_EQ(seen.entries.front().sequence, 10U);
}

TEST_F(LookBackTest, WhatIsNotTheLineThatWasWrittenIsNamed) {
  fill(30);
  const std::string good = text_;
  const auto after = [&](const std::function<void(std::vector<std::string>&)>& edit) {
    text_ = good;
    change(edit);
    return told(look());
  };
  EXPECT_EQ(after([](auto& lines) { replace(lines[20], "case.read", "case.seen"); }), "20 audit.line.edited; ");
  EXPECT_EQ(after([](auto& lines) { lines[20] = "nothing of ours"; }), "20 audit.line.malformed; ");
  EXPECT_EQ(after([](auto& lines) { lines[20] += std::string(max_line_bytes * 5, ' '); }), "20 audit.line.malformed; ");
  EXPECT_EQ(after([](auto& lines) { replace(lines[20], "desk", "vault"); }), "20 audit.line.foreign; ");
  EXPECT_EQ(after([](auto& lines) { lines.erase(lines.begin() + 20, lines.begin() + 23); }),
            "22 audit.lines.missing; ");
  EXPECT_EQ(after([](auto& lines) { lines.insert(lines.begin() + 20, lines[25]); }),
            "19 audit.line.out_of_order; 24 audit.lines.missing; ");
  EXPECT_EQ(after([](auto& lines) { lines.erase(lines.begin()); }), "0 audit.genesis.missing; ");
  EXPECT_EQ(after([](auto& lines) { lines.clear(); }), "0 audit.genesis.missing; ");
  EXPECT_EQ(after([](auto& lines) { lines.pop_back(); }), "30 audit.tail.cut; ");
  EXPECT_EQ(after([](auto& lines) { replace(lines[30], "case.read", "case.seen"); }), "30 audit.head.mismatch; ");
  // Whoever can write the file can hash it anew: what the writer holds says no all the same.
  EXPECT_EQ(after([](auto& lines) {
              replace(lines[20], "case.read", "case.seen");
              for (std::size_t i = 21; i < lines.size(); ++i) {
                Entry entry = entry_of(lines[i]).value();
                entry.previous = hash_of_line(lines[i - 1]);
                lines[i] = line_of(entry);
              }
            }),
            "30 audit.head.mismatch; ");
  // On an older page the entry above it says what must stand there.
  text_ = good;
  change([](auto& lines) { replace(lines[20], "case.read", "case.seen"); });
  EXPECT_EQ(told(look(21)), "20 audit.line.edited; ");
  EXPECT_EQ(told(look(20)), "") << "those below it were not touched";
  change([](auto& lines) { lines.erase(lines.begin() + 25); });
  EXPECT_EQ(told(look(25)), "25 audit.lines.missing; 20 audit.line.edited; ");
}

TEST(LookBackAtWork, ReadsWhileItsWriterAppends) {
  const std::string path = (fs::temp_directory_path() / ("look_back_" + std::to_string(getpid()) + ".log")).string();
  fs::remove(path);
  SystemClock clock;
  const auto log = AuditLog::open(open_for_appending(path).value(), {"desk", "demo"}, clock).value();
  std::atomic<bool> is_over{false};
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) {
      const std::vector<Deed> deeds(7, {"desk", "officer", "case.read", "YX" + std::to_string(i), "intended"});
      EXPECT_TRUE(log->append(deeds));
    }
    is_over = true;
  });
  std::uint64_t last = 0;
  int looks = 0;
  for (bool again = true; again; ++looks) {
    again = !is_over;
    const Head head = log->head();
    const auto file = open_for_reading(path).value();
    const LookedBack seen = look_back(*file, {.newest = head}).value();
    ASSERT_TRUE(seen.breaks.empty()) << seen.breaks.front().id;
    ASSERT_TRUE(seen.reaches_writer);
    ASSERT_GE(seen.newest, last);
    last = seen.newest;
  }
  writer.join();
  EXPECT_EQ(last, 2100U);
  EXPECT_GT(looks, 1);
  fs::remove(path);
}

}  // namespace
}  // namespace yinxin::audit
