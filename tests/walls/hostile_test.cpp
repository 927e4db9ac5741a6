// A desk and a street that were taken over, each against the vault and its neighbours as the processes that they are,
// at L1 and at L2: nothing is made beyond what two officers approved, whatever they ask.

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "apart.h"
#include "cage/means.h"
#include "hostile_office.h"
#include "store/kmc/sqlite_key_store.h"
#include "store/pin/sqlite_secret_store.h"
#include "terminal/files.h"
#include "yinxin/office/production.h"

namespace yinxin::walls {

std::uint64_t& bundles_to_generate() {
  static std::uint64_t count = 1'000;
  return count;
}

namespace {

using supervisor::Level;
namespace fs = std::filesystem;
constexpr std::chrono::seconds siege_patience{800};

class Counting {
 public:
  explicit Counting(fs::path office) : office_(std::move(office)) {}

  [[nodiscard]] std::int64_t in(const std::string& domain, const std::string& sql) const {
    const auto migrations = domain == "vault" ? store::vault::migrations()
                            : domain == "kmc" ? store::kmc_migrations()
                                              : store::pin_migrations();
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
  [[nodiscard]] std::map<std::string, std::int64_t> all() const {
    const auto vault = [&](const std::string& table) { return in("vault", "SELECT COUNT(*) FROM " + table); };
    return {{"issuances", vault("issuance")},
            {"certificates", vault("certificate")},
            {"permits", vault("permit")},
            {"issued lines", vault("issued_line")},
            {"seals", vault("issued_line WHERE seal IS NOT NULL")},
            {"words", vault("issued_line WHERE written IS NOT NULL OR activated IS NOT NULL")},
            {"given up", vault("issued_line WHERE given_up = 1")},
            {"status", vault("status_row")},
            {"manifests", vault("manifest")},
            {"devices", vault("device")},
            {"keys handed over", in("kmc", "SELECT COUNT(*) FROM key WHERE state NOT IN ('spare', 'reserved')")}};
  }
  // Lines of the vault's audit that say that something was refused.
  [[nodiscard]] std::uint64_t refusals() const {
    constexpr std::size_t max_audit_bytes = 256U * 1024 * 1024;
    const Bytes file = cli::read_file((office_ / "data/audit/vault.log").string(), max_audit_bytes).value();
    std::uint64_t count = 0;
    std::istringstream in{std::string(text_of(file))};
    for (std::string line; std::getline(in, line);) {
      count += line.find("\"refused: ") != std::string::npos ? 1 : 0;
    }
    return count;
  }

 private:
  fs::path office_;
};

std::vector<std::string> lines_with(const std::string& text, const std::string& wanted) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (const auto at = line.find(wanted); at != std::string::npos) {
      all.push_back(line.substr(at + wanted.size()));
    }
  }
  return all;
}

class Hostile : public ::testing::TestWithParam<std::tuple<Level, std::string>> {
 protected:
  void SetUp() override {
    if (!cage::means_here().suffice()) {
      GTEST_SKIP() << "this kernel cannot hold anybody: " << cage::means_here().describe();
    }
    if (level() == Level::a_uid_each && ::geteuid() != 0) {
      GTEST_SKIP() << "uids are given by root alone";
    }
  }
  static Level level() { return std::get<Level>(GetParam()); }
  static const std::string& place() { return std::get<std::string>(GetParam()); }
  static bool is_desk() { return place() == "desk"; }
  // All lives of whoever was taken over; what was said, and what was right where he has no way to it.
  static std::string besiege(const fs::path& office) {
    const supervisor::DomainOptions options{
        .name = place(),
        .level = level(),
        .around = {.data = (office / "data").string(), .profiles = fs::canonical(YX_SOURCE_DIR "/profiles").string()}};
    std::vector<std::string> arguments = options.to_arguments();
    arguments.front() = "hostile";
    Apart apart(office, level(), {.hall = {place()}, .instead = {{place(), arguments}}});
    EXPECT_TRUE(apart.wait_until_said(place() + " | " + said_done, siege_patience));
    for (const char* domain : {"kmc", "pin", "seal", "tsa", "ocsp", "vault", "outside"}) {
      EXPECT_EQ(apart.status(domain).lives, 1U) << domain << " fell\n" << apart.log();
    }
    if (is_desk()) {
      return apart.log();
    }
    // The desk, which was not taken over, and the same vault.
    const auto house = apart.open_house();
    EXPECT_TRUE(office::issue_line(*house, scene::case_number, scene::case_line));
    const auto seal = office::make_line_seal(*house, scene::case_number, scene::case_line);
    const auto line = office::certificates_of_line(*house, scene::case_number, scene::case_line);
    EXPECT_TRUE(seal && line && x509::Certificate::parse(line->signing));
    return apart.log() + said_got + "\n";
  }
};

TEST_P(Hostile, GetsNothingButWhatWasApproved) {
  const fs::path office = prepared().fresh();
  const std::uint64_t seed = std::random_device()();
  const Campaign campaign = lay_campaign(prepared(), office, place(), bundles_to_generate(), seed);
  std::cout << campaign.attempts.size() << " hostile stories, " << campaign.bundles << " bundles of seed " << seed
            << std::endl;
  const Counting counting(office);
  const auto before = counting.all();
  const std::uint64_t refused_before = counting.refusals();

  const std::string log = besiege(office);
  for (const std::string& wrong : lines_with(log, said_wrong)) {
    ADD_FAILURE() << wrong;
  }
  const auto got = lines_with(log, said_got);
  ASSERT_EQ(got.size(), 1U) << log;

  // One line more, which was approved, and one that the desk was free to give up (its two certificates revoked).
  auto expected = before;
  expected["issuances"] += 1;
  expected["certificates"] += 2;
  expected["issued lines"] += 1;
  expected["seals"] += 1;
  expected["keys handed over"] += 1;
  expected["given up"] += is_desk() ? 1 : 0;
  expected["status"] += is_desk() ? 2 + 2 : 2;
  const auto after = counting.all();
  for (const auto& [what, count] : expected) {
    EXPECT_EQ(after.at(what), count) << what;
  }
  // Every token that got a PIN is one of an approved case.
  std::string approved = "'" + std::string(scene::device_serial) + "','" + campaign.held_device + "'";
  for (const Attempt& one : campaign.attempts) {
    approved += is_desk() && one.permit_refusal.empty() ? ",'" + one.device + "'" : "";
  }
  EXPECT_EQ(counting.in("pin", "SELECT COUNT(*) FROM device WHERE device NOT IN (" + approved + ")"), 0);

  const auto refused = lines_with(log, said_refused);
  ASSERT_EQ(refused.size(), 1U);
  const std::uint64_t deeds = std::stoull(refused.front());
  std::cout << deeds << " deeds refused" << std::endl;
  EXPECT_GE(deeds, campaign.bundles + campaign.attempts.size());
  // And three frames that were no question at all.
  EXPECT_EQ(counting.refusals() - refused_before, deeds + 3);
}

INSTANTIATE_TEST_SUITE_P(Walls, Hostile,
                         ::testing::Combine(::testing::Values(Level::one_uid, Level::a_uid_each),
                                            ::testing::Values("desk", "street")),
                         [](const auto& each) {
                           return std::string(std::get<Level>(each.param) == Level::one_uid ? "L1" : "L2") + "_" +
                                  std::get<std::string>(each.param);
                         });

}  // namespace
}  // namespace yinxin::walls
