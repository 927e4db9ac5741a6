// One line from bound key to written token, made through domains that are processes; and each of them killed in the
// middle of a call, by its own hand at a point that is known, and from outside at any moment.

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>

#include "apart.h"
#include "cage/means.h"
#include "exploit.h"
#include "store/desk/sqlite_case_store.h"
#include "yinxin/office/backup.h"

namespace yinxin::walls {
namespace {

using supervisor::Level;
namespace fs = std::filesystem;

class LineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    office_ = prepared().fresh();
    ::setenv("YINXIN_SOFT_TOKENS", (office_ / "tokens").c_str(), 1);
  }
  static Result<void> finish(office::House& house) { return prepared().finish_line(house, scene::case_number); }

  std::int64_t count(const std::string& domain, const store::Migrations& migrations, const std::string& sql) const {
    const auto engine = store::Engine::open((office_ / "data" / domain / (domain + ".db")).string(),
                                            {.domain = domain, .migrations = migrations, .on_calling_thread = true})
                            .value();
    return engine
        ->read([&](store::Snapshot& s) -> Result<std::int64_t> {
          YX_TRY(auto rows, s.query(sql));
          YX_TRY(const bool found, rows.next());
          return found ? rows.int64(0) : -1;
        })
        .value();
  }
  // With no process left: one live pair, one seal, nothing open, one key handed over, or up to `most_keys`.
  void expect_one_line(std::int64_t most_keys = 1) const {
    {
      // What somebody's death left to do is done by the clock; here at once.
      const SystemClock clock;
      const auto house = office::House::open((office_ / "data").string(), YX_SOURCE_DIR "/profiles", prepared().boot(),
                                             clock, office::Opened::making)
                             .value();
      EXPECT_TRUE(house->resume());
    }
    const auto vault = [&](const std::string& sql) { return count("vault", store::vault::migrations(), sql); };
    EXPECT_EQ(vault("SELECT COUNT(*) FROM issuance WHERE state < 2"), 0);
    EXPECT_EQ(
        vault("SELECT COUNT(*) FROM issuance i JOIN certificate c ON c.issuance=i.id WHERE i.state=2 AND c.use=1"), 1);
    EXPECT_EQ(vault("SELECT COUNT(*) FROM issued_line"), 1);
    EXPECT_EQ(vault("SELECT COUNT(*) FROM issued_line WHERE written IS NOT NULL AND seal IS NOT NULL AND pin_told=1"),
              1);
    const std::int64_t keys = count("kmc", store::kmc_migrations(), "SELECT COUNT(*) FROM key WHERE state='in_use'");
    EXPECT_GE(keys, 1);
    EXPECT_LE(keys, most_keys);
  }
  fs::path office_;
};

class LineAtLevel : public LineTest, public ::testing::WithParamInterface<Level> {};

TEST_P(LineAtLevel, IsMadeThroughDomainsThatAreProcesses) {
  if (GetParam() == Level::a_uid_each && ::geteuid() != 0) {
    GTEST_SKIP() << "uids are given by root alone";
  }
  {
    Apart apart(office_, GetParam());
    ASSERT_TRUE(apart.wait_until_running()) << apart.log();
    const auto house = apart.open_house();
    const auto made = finish(*house);
    ASSERT_TRUE(made) << made.error().describe() << "\n" << apart.log();
    EXPECT_EQ(house->desk().find(scene::case_number)->find_line(scene::case_line)->state, hall::LineState::written);
    for (const char* domain : {"kmc", "pin", "seal", "tsa", "ocsp", "vault"}) {
      EXPECT_EQ(apart.status(domain).lives, 1U) << domain << "\n" << apart.log();
      EXPECT_GE(apart.status(domain).landlock_abi, cage::needed_landlock_abi);
      EXPECT_TRUE(apart.status(domain).has_seccomp);
    }
  }
  expect_one_line();
}

INSTANTIATE_TEST_SUITE_P(Walls, LineAtLevel, ::testing::Values(Level::one_uid, Level::a_uid_each),
                         [](const auto& level) { return level.param == Level::one_uid ? "L1" : "L2"; });

TEST_F(LineTest, ADomainThatDiesInTheMiddleOfACallComesBackAndNothingIsDouble) {
  const std::pair<const char*, const char*> deaths[] = {
      {"kmc", "kmc.commit.before"},       {"kmc", "kmc.commit.after"},          {"kmc", "audit.kmc.sync.before"},
      {"pin", "pin.commit.before"},       {"pin", "pin.commit.after"},          {"pin", "audit.pin.sync.after"},
      {"seal", "audit.seal.sync.before"}, {"seal", "audit.seal.sync.after"},    {"vault", "vault.commit.before"},
      {"vault", "vault.commit.after"},    {"vault", "audit.vault.sync.before"},
  };
  for (const auto& [domain, point] : deaths) {
    SCOPED_TRACE(point);
    office_ = prepared().fresh();
    {
      Apart apart(office_, Level::one_uid);
      ASSERT_TRUE(apart.wait_until_running()) << apart.log();
      const auto house = apart.open_house();
      ASSERT_TRUE(apart.ask(domain, arm_verb, point));
      const auto failed = finish(*house);
      ASSERT_FALSE(failed) << "nobody died\n" << apart.log();
      EXPECT_EQ(failed.error().code, ErrorCode::outside_unreachable) << failed.error().describe();
      ASSERT_TRUE(apart.wait_until_running(domain, 2)) << apart.log();
      EXPECT_NE(apart.log().find(std::string(domain) + " | was ended by signal 9"), std::string::npos) << apart.log();
      const auto made = finish(*house);
      ASSERT_TRUE(made) << made.error().describe() << "\n" << apart.log();
    }
    expect_one_line();
  }
}

TEST_F(LineTest, KilledFromOutsideAgainAndAgainTheLineIsMadeOnce) {
  {
    Apart apart(office_, Level::one_uid);
    ASSERT_TRUE(apart.wait_until_running()) << apart.log();
    const auto house = apart.open_house();
    std::atomic<bool> made = false;
    std::atomic<int> kills = 0;
    std::thread killer([&] {
      constexpr int rounds = 2;
      for (int i = 0; i < rounds && !made; ++i) {
        for (const char* domain : {"kmc", "pin", "seal", "vault"}) {
          const auto status = apart.status(domain);
          if (status.pid > 0 && ::kill(status.pid, SIGKILL) == 0) {
            ++kills;
            EXPECT_TRUE(apart.wait_until_running(domain, status.lives + 1)) << apart.log();
          }
        }
      }
    });
    constexpr int most_attempts = 30;
    int attempts = 0;
    Result<void> done = fail(ErrorCode::internal, "not tried");
    while (!done && attempts++ < most_attempts) {
      done = finish(*house);
      if (!done) {
        EXPECT_EQ(done.error().code, ErrorCode::outside_unreachable) << done.error().describe();
      }
    }
    made = true;
    killer.join();
    EXPECT_GT(kills, 0);
    ASSERT_TRUE(done) << done.error().describe() << "\n" << apart.log();
  }
  expect_one_line();
}

// A backup is made of stores that are copied one after another while all of them work.
TEST_F(LineTest, ABackupOfAnyMomentIsCarriedOnLikeACrash) {
  std::vector<fs::path> backups;
  const SystemClock clock;
  {
    Apart apart(office_, Level::one_uid);
    ASSERT_TRUE(apart.wait_until_running()) << apart.log();
    const auto house = apart.open_house();
    std::atomic<bool> is_over = false;
    Result<void> made;
    std::thread making([&] {
      made = finish(*house);
      is_over = true;
    });
    bool is_last = false;
    while (!is_last) {
      is_last = is_over;  // and one more after the end
      backups.push_back(office_ / ("backup-" + std::to_string(backups.size())));
      EXPECT_TRUE(office::make_backup(office_ / "data", backups.back(), clock));
    }
    making.join();
    ASSERT_TRUE(made) << made.error().describe();
  }
  EXPECT_GE(backups.size(), 2U);
  for (const fs::path& backup : backups) {
    SCOPED_TRACE(backup);
    fs::remove_all(office_ / "data");
    ASSERT_TRUE(office::restore_backup(backup, office_ / "data"));
    {
      const auto house = office::House::open((office_ / "data").string(), YX_SOURCE_DIR "/profiles", prepared().boot(),
                                             clock, office::Opened::making);
      ASSERT_TRUE(house) << house.error().describe();
      const auto made = finish(**house);
      ASSERT_TRUE(made) << made.error().describe();
    }
    // Whoever asks is copied before whom he asks: what the key centre handed over between the two copies stands in its
    // own alone, and no certificate will ever be made for it.
    constexpr std::int64_t with_an_orphan = 2;
    expect_one_line(with_an_orphan);
  }
}

}  // namespace
}  // namespace yinxin::walls
