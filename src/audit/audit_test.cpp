#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <latch>
#include <sstream>
#include <thread>

#include "audit/checkpoint.h"
#include "audit/log.h"

namespace yinxin::audit {
namespace {

namespace fs = std::filesystem;

// In memory; fails at a chosen byte or sync, and can wait in its first sync.
struct Disk {
  std::string content;
  std::size_t room_bytes = std::string::npos;
  bool sync_fails = false;
  int syncs = 0;
  std::latch* hold = nullptr;
  std::atomic<bool> standing_in_sync{false};
};
class MemoryFile final : public File {
 public:
  explicit MemoryFile(Disk& disk) : disk_(disk) {}
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
    const auto from = std::min<std::size_t>(offset, disk_.content.size());
    const auto size = std::min(out.size(), disk_.content.size() - from);
    std::copy_n(disk_.content.begin() + static_cast<std::ptrdiff_t>(from), size, out.begin());
    return size;
  }
  Result<std::uint64_t> size_bytes() override { return disk_.content.size(); }
  Result<void> append(BytesView data) override {
    const auto room = disk_.room_bytes - std::min(disk_.room_bytes, disk_.content.size());
    disk_.content += text_of(data.first(std::min(room, data.size())));
    return room < data.size() ? Result<void>(fail(ErrorCode::internal, "disk full")) : Result<void>();
  }
  Result<void> truncate(std::uint64_t size) override {
    disk_.content.resize(size);
    return {};
  }
  Result<void> sync() override {
    ++disk_.syncs;
    if (disk_.hold != nullptr) {
      disk_.standing_in_sync = true;
      std::exchange(disk_.hold, nullptr)->wait();
    }
    return disk_.sync_fails ? Result<void>(fail(ErrorCode::internal, "I/O error")) : Result<void>();
  }

 private:
  Disk& disk_;
};

const Expected who{"vault", "demo"};
Deed deed(const std::string& object) { return {"vault", "ca-1", "certificate.sign", object, "intended"}; }

class AuditTest : public testing::Test {
 protected:
  Result<std::unique_ptr<AuditLog>> open(const std::vector<Head>& outside = {}) {
    return AuditLog::open(std::make_unique<MemoryFile>(disk_), who, clock_, outside);
  }
  // Genesis and `count` deeds; gives the head.
  Head fill(int count) {
    auto log = open().value();
    for (int i = 1; i <= count; ++i) {
      EXPECT_TRUE(log->record(deed("serial-" + std::to_string(i))));
    }
    return log->head();
  }
  Report judge(const std::vector<Head>& outside = {}) {
    MemoryFile file(disk_);
    return verify(file, who, outside).value();
  }
  std::vector<std::string> lines() {
    std::vector<std::string> all;
    std::istringstream in(disk_.content);
    for (std::string line; std::getline(in, line);) {
      all.push_back(line + "\n");
    }
    return all;
  }
  void put(const std::vector<std::string>& all) {
    disk_.content.clear();
    for (const auto& line : all) {
      disk_.content += line;
    }
  }
  static bool finds(const Report& report, std::string_view id, std::uint64_t line) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](const Finding& f) { return f.id == id && f.line == line; });
  }

  Disk disk_;
  SetClock clock_{from_unix_ms(1'795'000'000'123)};
};

TEST_F(AuditTest, AWholeFileIsValidWithAnOutsideHeadAndIndeterminateWithout) {
  const auto head = fill(5);
  EXPECT_EQ(head.sequence, 5U);
  EXPECT_EQ(judge().verdict, Verdict::indeterminate);
  const auto report = judge({head});
  EXPECT_EQ(report.verdict, Verdict::valid);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.entries, 6U);
  EXPECT_EQ(judge({{"another", 5, head.hash}}).verdict, Verdict::indeterminate);
}

TEST_F(AuditTest, ALineReadsAsCanonicalJsonAndChainsTheBytes) {
  fill(1);
  const auto all = lines();
  EXPECT_EQ(all[1],
            "{\"v\":1,\"writer\":\"vault\",\"sequence\":1,\"time\":\"" + to_rfc3339(clock_.now()) +
                "\",\"role\":\"vault\",\"subject\":\"ca-1\",\"action\":\"certificate.sign\",\"object\":\"serial-1\","
                "\"result\":\"intended\",\"previous\":\"" +
                to_hex(crypto::sm3(bytes_of(std::string_view(all[0]).substr(0, all[0].size() - 1)))) + "\"}\n");
  EXPECT_NE(all[0].find("\"action\":\"audit.begin\",\"object\":\"demo\""), std::string::npos);
}

TEST_F(AuditTest, QuotesAndChineseSurviveAndOtherSpellingsAreRefused) {
  const Entry entry{"vault", 3, clock_.now(), {"r", "印信 \"x\" \\", "a", "", ""}, {}};
  const auto line = line_of(entry);
  EXPECT_EQ(entry_of(line).value().deed.subject, entry.deed.subject);
  for (const auto& other :
       {line + " ", " " + line, line.substr(0, line.size() - 1), std::string("{}"), std::string()}) {
    EXPECT_FALSE(entry_of(other)) << other;
  }
  auto leading_zero = line;
  leading_zero.replace(leading_zero.find("\"sequence\":3"), 12, "\"sequence\":03");
  EXPECT_FALSE(entry_of(leading_zero));
}

TEST_F(AuditTest, FieldsThatDoNotFitAreRefusedAndPoisonNothing) {
  auto log = open().value();
  for (const auto& bad : {std::string(max_field_bytes + 1, 'x'), std::string("a\nb"), std::string("\xff"),
                          std::string("\xc0\x80"), std::string("\xed\xa0\x80")}) {
    const auto receipt = log->record(deed(bad));
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().code, ErrorCode::invalid_input);
  }
  EXPECT_TRUE(log->record(deed("good")));
}

TEST_F(AuditTest, EveryEditOfALineIsFoundAtItsLine) {
  const auto head = fill(4);
  const auto good = disk_.content;
  const auto all = lines();
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto edited = all;
    const bool genesis = i == 0;
    const auto from = genesis ? edited[i].find("done") : edited[i].find("intended");
    edited[i].replace(from, genesis ? 4 : 8, genesis ? "gone" : "refused!");
    put(edited);
    const auto report = judge({head});
    EXPECT_EQ(report.verdict, Verdict::invalid) << i;
    const bool last = i + 1 == all.size();
    EXPECT_TRUE(finds(report, last ? "audit.head.mismatch" : "audit.line.edited", i + 1)) << i;
  }
  for (std::size_t byte = 0; byte < good.size(); ++byte) {
    disk_.content = good;
    disk_.content[byte] = static_cast<char>(disk_.content[byte] ^ 0x01);
    EXPECT_EQ(judge({head}).verdict, Verdict::invalid) << byte;
  }
}

TEST_F(AuditTest, RemovedSwappedRepeatedAndCutLinesAreFound) {
  const auto head = fill(5);
  const auto all = lines();
  auto changed = all;
  changed.erase(changed.begin() + 2);
  put(changed);
  EXPECT_TRUE(finds(judge({head}), "audit.lines.missing", 3));
  EXPECT_EQ(judge().verdict, Verdict::invalid);

  changed = all;
  std::swap(changed[2], changed[3]);
  put(changed);
  EXPECT_TRUE(finds(judge(), "audit.line.out_of_order", 4));
  EXPECT_EQ(judge({head}).verdict, Verdict::invalid);

  changed = all;
  changed.insert(changed.begin() + 3, all[2]);
  put(changed);
  EXPECT_TRUE(finds(judge(), "audit.line.out_of_order", 4));

  changed = all;
  changed.insert(changed.begin() + 3, "rubbish\n");
  put(changed);
  EXPECT_TRUE(finds(judge(), "audit.line.malformed", 4));

  changed = all;
  changed.erase(changed.begin());
  put(changed);
  EXPECT_TRUE(finds(judge(), "audit.genesis.missing", 1));

  changed = all;
  changed.pop_back();
  put(changed);
  EXPECT_EQ(judge().verdict, Verdict::indeterminate);  // what no outside head could tell
  EXPECT_TRUE(finds(judge({head}), "audit.tail.cut", 0));
  EXPECT_EQ(judge({head}).verdict, Verdict::invalid);
}

TEST_F(AuditTest, AFileThatWasRehashedFailsAgainstTheOutsideHead) {
  const auto head = fill(3);
  disk_.content.clear();
  fill(4);
  EXPECT_EQ(judge({head}).verdict, Verdict::valid);  // the same deeds at the same time are the same bytes
  disk_.content.clear();
  clock_.advance(std::chrono::seconds(1));
  fill(4);
  EXPECT_EQ(judge().verdict, Verdict::indeterminate);
  EXPECT_TRUE(finds(judge({head}), "audit.head.mismatch", 4));
  EXPECT_FALSE(open({head}));
}

TEST_F(AuditTest, ATornLastLineIsCutOffAndThatIsRecorded) {
  fill(2);
  const auto whole = disk_.content;
  disk_.content += R"({"v":1,"writer":"vau)";
  auto log = open().value();
  EXPECT_EQ(log->head().sequence, 3U);
  EXPECT_TRUE(disk_.content.starts_with(whole));
  EXPECT_NE(lines()[3].find("\"action\":\"audit.tail_cut\",\"object\":\"20 bytes\""), std::string::npos);
  EXPECT_EQ(judge({log->head()}).verdict, Verdict::valid);
}

TEST_F(AuditTest, AWholeBadLastLineIsNotMended) {
  fill(2);
  disk_.content += "{\"v\":1,\"writer\":\"vau\n";
  const auto before = disk_.content;
  const auto log = open();
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::corrupt);
  EXPECT_EQ(disk_.content, before);
}

TEST_F(AuditTest, AnotherWriterOrEnvironmentCannotOpenIt) {
  fill(1);
  EXPECT_FALSE(AuditLog::open(std::make_unique<MemoryFile>(disk_), {"desk", "demo"}, clock_));
  EXPECT_FALSE(AuditLog::open(std::make_unique<MemoryFile>(disk_), {"vault", "production"}, clock_));
}

TEST_F(AuditTest, OnAFullDiskTheDeedDoesNotHappenNorAnyAfterIt) {
  auto log = open().value();
  ASSERT_TRUE(log->record(deed("first")));
  bool done = false;
  const auto act = [&](const Receipt&) -> Result<void> {
    done = true;
    return {};
  };
  disk_.room_bytes = disk_.content.size() + 40;  // half a line
  EXPECT_FALSE(recorded(*log, deed("second"), act));
  EXPECT_FALSE(done);
  disk_.room_bytes = std::string::npos;
  EXPECT_FALSE(recorded(*log, deed("third"), act));
  EXPECT_FALSE(done);
  EXPECT_FALSE(log->healthy());
  log.reset();
  log = open().value();
  EXPECT_TRUE(recorded(*log, deed("fourth"), act));
  EXPECT_TRUE(done);
  EXPECT_EQ(judge({log->head()}).verdict, Verdict::valid);
}

TEST_F(AuditTest, OnAnIoErrorInTheSyncTheDeedDoesNotHappenNorAnyAfterIt) {
  auto log = open().value();
  bool done = false;
  const auto act = [&](const Receipt&) -> Result<void> {
    done = true;
    return {};
  };
  disk_.sync_fails = true;
  EXPECT_FALSE(recorded(*log, deed("first"), act));
  disk_.sync_fails = false;
  EXPECT_FALSE(recorded(*log, deed("second"), act));
  EXPECT_FALSE(done);
  log.reset();
  EXPECT_TRUE(recorded(*open().value(), deed("third"), act));
  EXPECT_TRUE(done);
}

TEST_F(AuditTest, ConcurrentDeedsShareASyncAndEachHasItsReceipt) {
  auto log = open().value();
  const auto syncs_before = disk_.syncs;
  constexpr int count = 16;
  std::latch hold(1);
  disk_.hold = &hold;
  std::vector<Receipt> receipts(count + 1);
  std::vector<std::thread> threads;
  threads.reserve(count + 1);
  threads.emplace_back([&] { receipts[0] = log->record(deed("0")).value(); });
  while (!disk_.standing_in_sync) {
    std::this_thread::yield();
  }
  for (int i = 1; i <= count; ++i) {
    threads.emplace_back(
        [&, i] { receipts[static_cast<std::size_t>(i)] = log->record(deed(std::to_string(i))).value(); });
  }
  while (log->waiting() < count) {
    std::this_thread::yield();
  }
  hold.count_down();
  for (auto& thread : threads) {
    thread.join();
  }
  const auto used = disk_.syncs - syncs_before;
  EXPECT_EQ(used, 2);  // the one that was held, and one for all that came meanwhile
  EXPECT_EQ(judge({log->head()}).entries, static_cast<std::uint64_t>(count) + 2);
  EXPECT_EQ(judge({log->head()}).verdict, Verdict::valid);
  for (const auto& receipt : receipts) {
    EXPECT_EQ(judge({{receipt.writer, receipt.sequence, receipt.hash}}).verdict, Verdict::valid);
  }
}

class AuditFileTest : public testing::Test {
 protected:
  AuditFileTest() : folder_(fs::temp_directory_path() / ("audit_test_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~AuditFileTest() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ / "vault.audit"; }
  fs::path folder_;
  SystemClock clock_;
};

TEST_F(AuditFileTest, SurvivesReopeningAndRefusesASecondWriter) {
  Head head;
  {
    auto log = AuditLog::open(open_for_appending(path()).value(), who, clock_).value();
    ASSERT_TRUE(log->record(deed("1")));
    const auto second = open_for_appending(path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::wrong_state);
    head = log->head();
  }
  auto log = AuditLog::open(open_for_appending(path()).value(), who, clock_, {head}).value();
  ASSERT_TRUE(log->record(deed("2")));
  EXPECT_EQ(log->head().sequence, 2U);
  EXPECT_EQ(verify(*open_for_reading(path()).value(), who, {head}).value().verdict, Verdict::valid);
  EXPECT_EQ(open_for_reading(path() + "x").error().code, ErrorCode::not_found);
}

TEST_F(AuditFileTest, ARealFullDiskStopsTheDeed) {
  const auto marker = folder_ / "deed happened";
  const auto child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    auto log = AuditLog::open(open_for_appending(path()).value(), who, clock_).value();
    const rlimit limit{fs::file_size(path()) + 100, fs::file_size(path()) + 100};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
      _exit(2);
    }
    const auto done = recorded(*log, deed("1"), [&](const Receipt&) -> Result<void> {
      std::ofstream(marker) << "x";
      return {};
    });
    _exit(done.has_value() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_FALSE(fs::exists(marker));
  const auto log = AuditLog::open(open_for_appending(path()).value(), who, clock_);
  ASSERT_TRUE(log) << log.error().describe();
  EXPECT_EQ((*log)->head().sequence, 1U);  // "audit.tail_cut": the half line is gone
}

TEST_F(AuditFileTest, CheckpointsGoOutSignedAndReadBack) {
  const Checkpoint checkpoint{"demo", 7, from_unix_ms(1'795'000'000'000), {{"vault", 4, {1}}, {"desk", 9, {2}}}};
  FileDrop drop(folder_.string());
  const Signer signer = [](BytesView text) -> Result<Bytes> { return to_bytes(crypto::sm3(text)); };
  ASSERT_TRUE(send_checkpoint(checkpoint, signer, drop));
  EXPECT_FALSE(send_checkpoint(checkpoint, signer, drop));  // never rewritten
  std::ostringstream text;
  text << std::ifstream(folder_ / "0000000007.txt").rdbuf();
  const auto back = parse_checkpoint(text.str()).value();
  ASSERT_EQ(back.heads.size(), 2U);
  EXPECT_EQ(back.heads[0].writer, "desk");
  EXPECT_EQ(back.heads[1].sequence, 4U);
  EXPECT_FALSE(parse_checkpoint(text.str() + "x"));
  EXPECT_FALSE(parse_checkpoint(""));
  auto twice = checkpoint;
  twice.heads[1].writer = "vault";
  EXPECT_FALSE(checkpoint_text(twice));
}

}  // namespace
}  // namespace yinxin::audit
