#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <future>
#include <set>
#include <sstream>

#include "base/testing/kill.h"
#include "store/blob_store.h"
#include "store/testing/fault_vfs.h"
#include "store/work_queue.h"

namespace yinxin::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view pair_sql =
    "CREATE TABLE a(n INTEGER PRIMARY KEY) STRICT; CREATE TABLE b(n INTEGER PRIMARY KEY) STRICT;";

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() : folder_(fs::temp_directory_path() / ("store_test_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~StoreTest() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ / "vault.db"; }
  Result<std::unique_ptr<Engine>> open(Options options) { return Engine::open(path(), std::move(options)); }
  static Options pairs(std::string vfs = {}, bool inline_units = false) {
    return {.domain = "vault",
            .migrations = {{1, "pairs", pair_sql}},
            .vfs = std::move(vfs),
            .on_calling_thread = inline_units};
  }
  // n into both tables, in one unit.
  static Result<void> put_pair(Engine& engine, int n) {
    return engine.write([n](Transaction& t) -> Result<void> {
      YX_CHECK(t.run("INSERT INTO a(n) VALUES(?1)", n));
      return t.run("INSERT INTO b(n) VALUES(?1)", n);
    });
  }
  static std::set<std::int64_t> numbers(Engine& engine, const std::string& table) {
    return engine
        .read([&](Snapshot& s) -> Result<std::set<std::int64_t>> {
          std::set<std::int64_t> all;
          YX_TRY(auto rows, s.query("SELECT n FROM " + table));
          for (;;) {
            YX_TRY(const bool more, rows.next());
            if (!more) {
              return all;
            }
            all.insert(rows.int64(0));
          }
        })
        .value();
  }
  // What was answered is there, whole; and the file is sound.
  static void expect_whole(Engine& engine, const std::set<std::int64_t>& answered) {
    const auto a = numbers(engine, "a");
    EXPECT_EQ(a, numbers(engine, "b"));
    EXPECT_TRUE(std::includes(a.begin(), a.end(), answered.begin(), answered.end()));
    const auto sound = engine.read([](Snapshot& s) -> Result<std::string> {
      YX_TRY(auto rows, s.query("PRAGMA integrity_check"));
      YX_TRY(const bool found, rows.next());
      return found ? rows.text(0) : "";
    });
    EXPECT_EQ(sound.value(), "ok");
  }
  static KeyRing ring(std::uint32_t current, std::initializer_list<std::uint8_t> ids) {
    KeyRing keys{current, {}};
    for (const auto id : ids) {
      keys.keys.emplace(id, SecretBytes(Bytes(16, id)));
    }
    return keys;
  }

  fs::path folder_;
};

TEST_F(StoreTest, MigrationsRunOnceAndRefuseEditsGapsAndTheFuture) {
  const Migrations one = {{1, "first", "CREATE TABLE x(n INTEGER) STRICT;"}};
  Migrations two = one;
  two.push_back({2, "second", "ALTER TABLE x ADD COLUMN m INTEGER;"});
  ASSERT_TRUE(open({.domain = "vault", .migrations = one}));
  ASSERT_TRUE(open({.domain = "vault", .migrations = two}));
  ASSERT_TRUE(open({.domain = "vault", .migrations = two}));
  EXPECT_EQ(open({.domain = "vault", .migrations = one}).error().code, ErrorCode::unsupported);
  Migrations edited = two;
  edited[0].sql = "CREATE TABLE x(n INTEGER, z TEXT) STRICT;";
  EXPECT_EQ(open({.domain = "vault", .migrations = edited}).error().code, ErrorCode::conflict);
  Migrations gap = two;
  gap[1].number = 3;
  EXPECT_EQ(open({.domain = "vault", .migrations = gap}).error().code, ErrorCode::invalid_input);
}

TEST_F(StoreTest, AMigrationThatFailsLeavesNothingOfItself) {
  EXPECT_FALSE(open({.domain = "vault", .migrations = {{1, "bad", "CREATE TABLE x(n INTEGER); CREATE TABEL y;"}}}));
  EXPECT_FALSE(open({.domain = "vault", .migrations = {{1, "bad", "CREATE TABLE x(n INTEGER); COMMIT;"}}}));
  fs::remove(path());
  EXPECT_FALSE(open({.domain = "vault", .migrations = {{1, "bad", "CREATE TABLE x(n INTEGER); CREATE TABEL y;"}}}));
  EXPECT_TRUE(open({.domain = "vault", .migrations = {{1, "good", "CREATE TABLE x(n INTEGER);"}}}));
}

TEST_F(StoreTest, OneEngineAFileAndOneDomainAFile) {
  auto engine = open(pairs()).value();
  EXPECT_EQ(open(pairs()).error().code, ErrorCode::wrong_state);
  engine.reset();
  EXPECT_EQ(open({.domain = "street"}).error().code, ErrorCode::wrong_state);
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(open({.domain = ""}).error().code, ErrorCode::invalid_input);
}

TEST_F(StoreTest, AUnitThatThrowsIsAFailureAndUndone) {
  auto engine = open(pairs()).value();
  const auto thrown = engine->write([](Transaction& t) -> Result<void> {
    YX_CHECK(t.run("INSERT INTO a(n) VALUES(1)"));
    throw std::runtime_error("no");
  });
  EXPECT_EQ(thrown.error().code, ErrorCode::internal);
  EXPECT_TRUE(numbers(*engine, "a").empty());
  EXPECT_TRUE(put_pair(*engine, 1));
}

TEST_F(StoreTest, ValuesComeBackAsTheyWentIn) {
  auto engine =
      open({.domain = "v", .migrations = {{1, "t", "CREATE TABLE t(i INTEGER, s TEXT, b BLOB, n TEXT);"}}}).value();
  const std::string text("a\0印", 5);
  ASSERT_TRUE(engine->write([&](Transaction& t) {
    return t.run("INSERT INTO t VALUES(?1,?2,?3,?4)", INT64_MIN, text, Bytes{0, 255}, std::optional<std::string>());
  }));
  EXPECT_TRUE(engine
                  ->read([&](Snapshot& s) -> Result<bool> {
                    YX_TRY(auto rows, s.query("SELECT * FROM t WHERE s=?1", text));
                    YX_TRY(const bool found, rows.next());
                    return found && rows.int64(0) == INT64_MIN && rows.text(1) == text &&
                           rows.blob(2) == Bytes{0, 255} && !rows.text_or_null(3).has_value();
                  })
                  .value());
  EXPECT_FALSE(engine->write([](Transaction& t) { return t.run("DELETE FROM t WHERE i=?1"); }));
  EXPECT_FALSE(engine->write([](Transaction& t) { return t.run("DELETE FROM t; DELETE FROM t"); }));
}

TEST_F(StoreTest, APowerCutAtAnyOperationLosesNothingThatWasAnswered) {
  std::uint64_t cuts = 0;
  for (std::uint64_t at = 1;; ++at) {
    SeededRandom luck(at);
    testing::FaultVfs disk;
    std::set<std::int64_t> answered;
    disk.cut_power_at(at);
    bool finished = false;
    if (auto engine = open(pairs(disk.name(), true)); engine.has_value()) {
      for (int n = 1; n <= 4; ++n) {
        if (put_pair(**engine, n)) {
          answered.insert(n);
        }
      }
      finished = !disk.fired();
    }
    const bool fired = disk.fired();
    if (!fired) {
      EXPECT_TRUE(finished);
      break;
    }
    ++cuts;
    ASSERT_TRUE(disk.power_on(at % 2 == 0 ? &luck : nullptr));
    auto engine = open(pairs(disk.name(), true));
    ASSERT_TRUE(engine) << at << ": " << engine.error().describe();
    expect_whole(**engine, answered);
    engine->reset();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  EXPECT_GT(cuts, 20U);
}

TEST_F(StoreTest, ADiskThatFillsOrFailsAtAnyOperationNeverLies) {
  for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC}) {
    std::uint64_t faults = 0;
    for (std::uint64_t at = 1;; ++at) {
      testing::FaultVfs disk;
      std::set<std::int64_t> answered;
      {
        auto engine = open(pairs(disk.name(), true)).value();
        disk.arm(at, code, at % 2 == 0);
        for (int n = 1; n <= 4; ++n) {
          if (put_pair(*engine, n)) {
            answered.insert(n);
          }
        }
        if (!disk.fired()) {
          EXPECT_EQ(answered.size(), 4U);
          break;
        }
        ++faults;
        EXPECT_LT(answered.size(), 4U) << at;
      }
      disk.disarm();
      auto engine = open(pairs(disk.name(), true));
      ASSERT_TRUE(engine) << at << ": " << engine.error().describe();
      expect_whole(**engine, answered);
      engine->reset();
      fs::remove_all(folder_);
      fs::create_directories(folder_);
    }
    EXPECT_GT(faults, 5U);
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
}

TEST_F(StoreTest, AfterAFailedSyncNothingIsTakenUntilReopened) {
  testing::FaultVfs disk;
  auto engine = open(pairs(disk.name())).value();
  disk.arm_sync(1, SQLITE_IOERR_FSYNC, false);
  EXPECT_FALSE(put_pair(*engine, 1));
  EXPECT_FALSE(engine->healthy());
  EXPECT_EQ(put_pair(*engine, 2).error().code, ErrorCode::wrong_state);
  engine.reset();
  engine = open(pairs(disk.name())).value();
  EXPECT_TRUE(put_pair(*engine, 3));
}

TEST_F(StoreTest, AKilledProcessLeavesWhatItWasAnsweredAndNoHalf) {
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const auto child = fork();
  if (child == 0) {
    auto engine = open(pairs()).value();
    for (int n = 1;; ++n) {
      const auto byte = static_cast<char>(n);
      if (!put_pair(*engine, n) || write(told[1], &byte, 1) != 1) {
        _exit(1);
      }
    }
  }
  std::set<std::int64_t> answered;
  for (int n = 1; n <= 50; ++n) {
    char byte = 0;
    ASSERT_EQ(read(told[0], &byte, 1), 1);
    answered.insert(byte);
  }
  ASSERT_EQ(kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  close(told[0]);
  close(told[1]);
  auto engine = open(pairs()).value();
  expect_whole(*engine, answered);
}

TEST_F(StoreTest, ALongLogIsFoldedIntoTheFileAndReadersGoOn) {
  auto engine = open(pairs()).value();
  ASSERT_TRUE(engine->write([](Transaction& t) -> Result<void> {
    for (int n = 0; n < 600'000; ++n) {
      YX_CHECK(t.run("INSERT INTO a(n) VALUES(?1)", n));
    }
    return {};
  }));
  const auto before = engine->counters();
  ASSERT_TRUE(put_pair(*engine, 600'000));  // its turn comes after the checkpoint
  EXPECT_GT(before.total_syncs + 1, before.wal_syncs);
  EXPECT_GT(engine->counters().total_syncs, engine->counters().wal_syncs);
  EXPECT_EQ(engine->counters().checkpoints_failed, 0U);
  EXPECT_GT(fs::file_size(path()), std::size_t{checkpoint_pages} * 4096);
}

TEST_F(StoreTest, AFieldOpensOnlyWhereItStands) {
  auto engine = open({.domain = "desk"}).value();
  auto use = StoredKeyUse::open(*engine, {1, 2}).value();
  SystemRandom random;
  const auto old = FieldCipher::make(ring(1, {1}), SecretBytes(Bytes(32, 7)), random, *use).value();
  const FieldPlace place{"requester", "identity_number", "42"};
  const auto sealed = old.seal(place, bytes_of("110101199003071233")).value();
  EXPECT_EQ(old.open(place, sealed).value().expose_text(), "110101199003071233");
  EXPECT_NE(old.seal(place, bytes_of("110101199003071233")).value(), sealed);
  for (const FieldPlace& other :
       {FieldPlace{"requester", "identity_number", "43"}, FieldPlace{"requester", "mobile", "42"},
        FieldPlace{"holder", "identity_number", "42"}, FieldPlace{"requesteri", "dentity_number", "42"}}) {
    EXPECT_EQ(old.open(other, sealed).error().code, ErrorCode::corrupt);
  }
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] ^= 1;
    EXPECT_FALSE(old.open(place, changed)) << i;
    EXPECT_FALSE(old.open(place, BytesView(sealed).first(i))) << i;
  }
  const auto next = FieldCipher::make(ring(2, {1, 2}), SecretBytes(Bytes(32, 7)), random, *use).value();
  EXPECT_TRUE(next.needs_new_key(sealed).value());
  const auto renewed = next.renew(place, sealed).value();
  EXPECT_FALSE(next.needs_new_key(renewed).value());
  EXPECT_EQ(next.open(place, renewed).value().expose_text(), "110101199003071233");
  EXPECT_EQ(old.open(place, renewed).error().code, ErrorCode::not_found);
  EXPECT_EQ(old.blind_index("id", "11010119900307123x"), next.blind_index("id", " １１０１０１-19900307 123Ｘ　"));
  EXPECT_NE(old.blind_index("id", "1"), old.blind_index("mobile", "1"));
  EXPECT_FALSE(FieldCipher::make(ring(3, {1}), SecretBytes(Bytes(32, 7)), random, *use));
}

TEST_F(StoreTest, AKeyIsRefusedWhenItsShareIsUsedUpAlsoAcrossRestarts) {
  const auto take_all = [&](std::uint64_t stop) {
    auto engine = open({.domain = "desk", .on_calling_thread = true}).value();
    auto use = StoredKeyUse::open(*engine, {1}, 4, 20).value();
    std::uint64_t taken = 0;
    while (taken < stop) {
      if (const auto one = use->take(1); !one) {
        EXPECT_EQ(one.error().code, ErrorCode::expired);
        break;
      }
      ++taken;
    }
    EXPECT_EQ(use->take(9).error().code, ErrorCode::not_found);
    return taken;
  };
  const auto first = take_all(6);
  EXPECT_EQ(first, 6U);
  const auto second = take_all(1000);
  EXPECT_GT(second, 0U);
  EXPECT_LE(first + second, 20U);
  EXPECT_EQ(take_all(1000), 0U);
}

TEST_F(StoreTest, ABlobComesBackWholeOrNotAtAll) {
  SystemRandom random;
  const auto blobs = BlobStore::open(folder_ / "blobs", ring(1, {1}), SecretBytes(Bytes(32, 9)), random).value();
  std::vector<BlobAddress> addresses;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, blob_chunk_bytes, blob_chunk_bytes + 1, 3 * blob_chunk_bytes}) {
    const auto content = random.bytes(size);
    const auto address = blobs.put(content).value();
    EXPECT_EQ(blobs.put(content).value(), address);
    EXPECT_TRUE(same(blobs.get(address).value().expose(), content)) << size;
    addresses.push_back(address);
  }
  EXPECT_EQ(blobs.list().value().size(), addresses.size());
  EXPECT_TRUE(fs::is_empty(folder_ / "blobs" / "writing"));
  EXPECT_EQ(blobs.put(Bytes(max_blob_bytes + 1)).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(blobs.get(BlobAddress{}).error().code, ErrorCode::not_found);
  ASSERT_TRUE(blobs.remove(addresses[0]));
  EXPECT_TRUE(blobs.remove(addresses[0]));
  EXPECT_FALSE(blobs.has(addresses[0]));
}

TEST_F(StoreTest, ABlobThatWasCutReorderedOrExchangedIsCorruptAndPutMendsIt) {
  SystemRandom random;
  const auto blobs = BlobStore::open(folder_ / "blobs", ring(1, {1}), SecretBytes(Bytes(32, 9)), random).value();
  const auto content = random.bytes(3 * blob_chunk_bytes);
  const auto address = blobs.put(content).value();
  const auto other = blobs.put(random.bytes(10)).value();
  const auto file_of = [&](const BlobAddress& a) { return folder_ / "blobs" / to_hex(a).substr(0, 2) / to_hex(a); };
  std::ostringstream read;
  read << std::ifstream(file_of(address), std::ios::binary).rdbuf();
  const auto good = read.str();
  const auto write_and_get = [&](const std::string& bytes) {
    std::ofstream(file_of(address), std::ios::binary | std::ios::trunc) << bytes;
    const auto got = blobs.get(address);
    return got ? std::optional<ErrorCode>() : got.error().code;
  };
  constexpr std::size_t head = 24;
  constexpr std::size_t step = blob_chunk_bytes + 16;
  EXPECT_EQ(write_and_get(good), std::nullopt);
  EXPECT_EQ(write_and_get(good.substr(0, head + 2 * step)), ErrorCode::corrupt);
  EXPECT_EQ(write_and_get(good.substr(0, head)), ErrorCode::corrupt);
  EXPECT_EQ(write_and_get(""), ErrorCode::corrupt);
  EXPECT_EQ(write_and_get(good.substr(0, head) + good.substr(head + step, step) + good.substr(head, step) +
                          good.substr(head + 2 * step)),
            ErrorCode::corrupt);
  EXPECT_EQ(write_and_get(good + good.substr(head + 2 * step)), ErrorCode::corrupt);
  fs::copy_file(file_of(other), file_of(address), fs::copy_options::overwrite_existing);
  EXPECT_EQ(blobs.get(address).error().code, ErrorCode::corrupt);
  EXPECT_EQ(blobs.put(content).value(), address);
  EXPECT_TRUE(same(blobs.get(address).value().expose(), content));
}

TEST_F(StoreTest, ABlobOnAFullDiskIsAFailureAndLeavesNothing) {
  const auto child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    SystemRandom random;
    const auto blobs = BlobStore::open(folder_ / "blobs", ring(1, {1}), SecretBytes(Bytes(32, 9)), random).value();
    const rlimit limit{1000, 1000};
    const bool limited = setrlimit(RLIMIT_FSIZE, &limit) == 0;
    const bool stored = blobs.put(Bytes(5000, 1)).has_value();
    _exit(limited && !stored && blobs.list().value().empty() && fs::is_empty(folder_ / "blobs" / "writing") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// Issues `n` = 1, 2, 3 as recovery would: what is not there yet is done now, a blob and an outbox item with it.
void work_and_exit(const std::string& path, const fs::path& blob_folder) {
  SystemRandom random;
  SystemClock clock;
  KeyRing keys{1, {}};
  keys.keys.emplace(1, SecretBytes(Bytes(16, 1)));
  auto engine = Engine::open(path, {.domain = "vault", .migrations = {{1, "pairs", pair_sql}}}).value();
  const auto blobs = BlobStore::open(blob_folder, std::move(keys), SecretBytes(Bytes(32, 9)), random).value();
  const auto outbox = WorkQueue::outbox(clock);
  for (int n = 1; n <= 3; ++n) {
    blobs.put(Bytes(10, static_cast<std::uint8_t>(n))).value();
    engine
        ->write([&](Transaction& t) -> Result<void> {
          YX_CHECK(t.run("INSERT OR IGNORE INTO a(n) VALUES(?1)", n));
          YX_CHECK(t.run("INSERT OR IGNORE INTO b(n) VALUES(?1)", n));
          YX_CHECK(outbox.put(t, {"publish", std::to_string(n), {}, {}}));
          return {};
        })
        .value();
  }
  _exit(0);
}

TEST_F(StoreTest, KilledAtEveryPointTheWorkIsFinishedOnceByTheNextStart) {
  const auto run = [&](const char* variable, const std::string& value) {
    const auto child = fork();
    if (child == 0) {
      if (variable != nullptr) {
        setenv(variable, value.c_str(), 1);
        yinxin::testing::arm_kill_points();
      }
      work_and_exit(path(), folder_ / "blobs");
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  };
  const auto list = fs::temp_directory_path() / ("store_points_" + std::to_string(getpid()));
  ASSERT_EQ(run("YX_KILL_LIST", list), 0);
  std::vector<std::string> points;
  std::ifstream in(list);
  for (std::string point; std::getline(in, point);) {
    points.push_back(point);
  }
  fs::remove(list);
  for (const auto* name : {"migration.commit.before#1", "migration.commit.after#1", "vault.commit.before#3",
                           "vault.commit.after#3", "blob.rename.before#1", "blob.rename.after#3"}) {
    EXPECT_EQ(std::count(points.begin(), points.end(), name), 1) << name;
  }
  std::cout << points.size() << " kill points\n";
  for (const auto& point : points) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const int status = run("YX_KILL_AT", point);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << point;
    ASSERT_EQ(run(nullptr, ""), 0) << point;
    auto engine = open(pairs()).value();
    expect_whole(*engine, {1, 2, 3});
    const auto items = engine->read([](Snapshot& s) -> Result<std::int64_t> {
      YX_TRY(auto rows, s.query("SELECT COUNT(*) FROM outbox"));
      YX_TRY(const bool found, rows.next());
      return found ? rows.int64(0) : -1;
    });
    EXPECT_EQ(items.value(), 3) << point;
  }
}

}  // namespace
}  // namespace yinxin::store
