#include "ordeal/ordeal.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <random>

#include "demo/customer/back_off.h"
#include "ordeal/laws.h"
#include "ordeal/trouble.h"

namespace yinxin::ordeal {

namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr std::size_t most_tokens = 4000;
constexpr std::chrono::seconds memory_every{10};
constexpr int most_quiet_rounds = 15;

std::mutex speech;
void say(const std::string& line) {
  const std::scoped_lock lock(speech);
  std::cout << line << std::endl;
}

// Journeys side by side: as many as were wished for, and further ones while `goes_on` says so.
class Crowd {
 public:
  Crowd(Stage& stage, const Wish& wish) : stage_(stage), wish_(wish), officers_(stage) {}

  // `must_be_made`: each of these ends with a certificate.
  void run(std::size_t journeys, const std::function<bool()>& goes_on, bool must_be_made = false) {
    std::atomic<std::size_t> begun{0};
    std::vector<std::thread> all;
    for (std::size_t n = 0;
         n < std::min(wish_.at_once, journeys == 0 ? wish_.at_once : std::max(journeys, std::size_t{1})); ++n) {
      all.emplace_back([&] {
        while (!is_broken_ && (begun++ < journeys || goes_on())) {
          one(must_be_made);
        }
      });
    }
    for (std::thread& each : all) {
      each.join();
    }
  }
  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }
  [[nodiscard]] const std::vector<std::string>& stuck() const { return stuck_; }

 private:
  void one(bool must_be_made) {
    const std::uint64_t number = ++numbers_;
    const auto began = Steady::now();
    JourneyOptions options{.seed = wish_.seed + number,
                           .must_be_made = must_be_made,
                           .scratch = (stage_.options().folder / ("scratch-" + std::to_string(number))).string(),
                           .is_over = &is_broken_,
                           .say = {}};
    if (wish_.is_chatty) {
      options.say = say;
    }
    const auto outcome = Journey(stage_, officers_, options).run();
    const auto took_ms = std::chrono::floor<std::chrono::milliseconds>(Steady::now() - began).count();
    const std::scoped_lock lock(mutex_);
    if (!outcome) {
      is_broken_ = true;
      stuck_.push_back(outcome.error().describe());
      say("journey " + std::to_string(number) + " is stuck: " + outcome.error().describe());
      return;
    }
    outcomes_.push_back(*outcome);
    say("journey " + std::to_string(number) + " " + outcome->id + " (" + outcome->turns.told() + ") arrived after " +
        std::to_string(took_ms) + " ms, " + std::to_string(outcome->tries_again) + " steps tried again");
    std::error_code ignored;
    fs::remove_all(options.scratch, ignored);
  }

  Stage& stage_;
  const Wish& wish_;
  Officers officers_;
  std::atomic<std::uint64_t> numbers_{0};
  std::atomic<bool> is_broken_{false};
  std::mutex mutex_;
  std::vector<Outcome> outcomes_;
  std::vector<std::string> stuck_;
};

bool is_named(const std::string& point) {
  return point.ends_with(".commit.before") || point.ends_with(".commit.after") || point.ends_with(".sync.before") ||
         point.ends_with(".sync.after");
}

// Every point ends its process once in each round: in the first at its first pass, then at any of as many as one
// journey makes.
Law kill_at_points(Stage& stage, const Wish& wish, Crowd& crowd) {
  Law law{.name = "the kill points of commits and of the audit end their process in every round"};
  const auto armed_still = [&] {
    std::size_t left = 0;
    for (const PointSeen& point : points_of(stage.board())) {
      left += point.is_armed ? 1 : 0;
    }
    return left;
  };
  SeededRandom drawn(wish.seed);
  std::map<std::string, std::uint64_t> of_one_journey;
  for (const PointSeen& point : points_of(stage.board())) {
    of_one_journey[point.name] = point.passes;
  }
  for (std::uint64_t round = 1; round <= wish.rounds; ++round) {
    std::size_t armed = 0;
    for (const PointSeen& point : points_of(stage.board())) {
      // Opening a store that is new happens before there is a journey.
      if ((!wish.named_only || is_named(point.name)) && !point.name.starts_with("migration.")) {
        const auto most = std::max<std::uint64_t>(of_one_journey[point.name], 1);
        arm(stage.board(), point.name, round == 1 ? 1 : 1 + drawn.below(most));
        ++armed;
      }
    }
    const auto pauses = shorten_pauses(stage);
    constexpr int most_waves = 3;
    for (int wave = 0; wave < most_waves && armed_still() > 0 && crowd.stuck().empty(); ++wave) {
      // The first of each round passes every domain: it ends with a certificate. Those after it end as they are drawn.
      crowd.run(
          1, [] { return false; }, wave == 0);
    }
    std::string missed;
    for (const PointSeen& point : points_of(stage.board())) {
      missed += point.is_armed ? " " + point.name : "";
      law.counted += is_named(point.name) && !point.is_armed ? 1 : 0;
      if (is_named(point.name) && point.is_armed) {
        law.broken.push_back(point.name + " in round " + std::to_string(round));
      }
    }
    disarm_all(stage.board());
    std::uint64_t kills = 0;
    for (const PointSeen& point : points_of(stage.board())) {
      kills += point.kills;
    }
    say("round " + std::to_string(round) + ": " + std::to_string(armed) + " kill points armed, " +
        std::to_string(kills) + " kills so far" + (missed.empty() ? "" : "; not passed:" + missed));
  }
  return law;
}

template <class Counts>
std::string told(const Counts& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += " " + name + " " + std::to_string(count);
  }
  return text;
}

void kill_at_random(Stage& stage, const Wish& wish, Crowd& crowd) {
  Killer killer(stage, wish.seed, wish.kills);
  crowd.run(wish.at_once, [&] { return !killer.is_done(); });
  killer.end();
  say("killed at random:" + told(killer.killed()));
}

// The house is let alone until nothing is under way any more.
Result<void> come_to_rest(Stage& stage) {
  for (int round = 0; round < most_quiet_rounds; ++round) {
    YX_CHECK(stage.close());
    YX_TRY(const auto under_way, errands_under_way(stage));
    if (under_way.empty()) {
      return {};
    }
    if (round == most_quiet_rounds - 1) {
      say("still under way: " + under_way.front() + (under_way.size() > 1 ? " and others" : ""));
    }
    YX_CHECK(stage.reopen());
    YX_CHECK(stage.wait_until_ready());
    demo::BackOff(std::chrono::seconds(2)).wait();  // the house's upkeep has its own pace
  }
  return stage.close();
}

bool judge(Stage& stage, const Crowd& crowd, std::vector<Law> all) {
  all.push_back({.name = "every journey arrives", .counted = crowd.outcomes().size(), .broken = crowd.stuck()});
  all.push_back(public_answers(stage, crowd.outcomes()));
  all.push_back(different_stamps(crowd.outcomes()));
  if (const auto rested = come_to_rest(stage); !rested) {
    all.push_back({.name = "the house ends in order", .counted = 1, .broken = {rested.error().describe()}});
  }
  auto counted = count_laws(stage, crowd.outcomes());
  if (counted) {
    std::ranges::move(*counted, std::back_inserter(all));
  } else {
    all.push_back({.name = "the laws can be counted", .counted = 1, .broken = {counted.error().describe()}});
  }
  return print(all);
}

bool is_trouble_wished(const Wish& wish) { return wish.rounds > 0 || wish.kills > 0; }

bool go_through(Stage& stage, const Wish& wish) {
  Crowd crowd(stage, wish);
  std::vector<Law> more;
  bool is_flat = true;
  {
    const auto keeper = keep_serving(stage);
    // One that nobody disturbs: after it all points of a journey are known.
    crowd.run(
        std::max<std::size_t>(wish.journeys, 1), [] { return false; }, true);
    std::unique_ptr<Meddler> meddler;
    if (wish.with_faults) {
      meddler = std::make_unique<Meddler>(stage, wish.seed + 1);
    }
    if (wish.rounds > 0 && crowd.stuck().empty()) {
      more.push_back(kill_at_points(stage, wish, crowd));
    }
    if (wish.seconds > 0 && crowd.stuck().empty()) {
      MemoryWatch memory(stage, memory_every);
      std::optional<Killer> killer;
      if (wish.kills > 0) {
        killer.emplace(stage, wish.seed, wish.kills);
      }
      const auto end = Steady::now() + std::chrono::seconds(wish.seconds);
      crowd.run(wish.at_once, [&] { return Steady::now() < end; });
      killer.reset();
      is_flat = memory.print();
    } else if (wish.kills > 0 && crowd.stuck().empty()) {
      kill_at_random(stage, wish, crowd);
    }
    if (meddler) {
      say("faults of providers:" + told(meddler->meddled()));
    }
  }
  if (is_trouble_wished(wish)) {
    std::map<std::string, std::uint64_t> kills;
    for (const PointSeen& point : points_of(stage.board())) {
      if (point.kills > 0) {
        kills[point.name] = point.kills;
      }
    }
    say("killed at points:" + told(kills));
  }
  if (const auto served = stage.wait_until_ready(); !served) {
    say("the house does not come back: " + served.error().describe());
    return false;
  }
  return judge(stage, crowd, std::move(more)) && is_flat;
}

}  // namespace

void add_options(CLI::App& app, Wish& wish) {
  app.add_option("--folder", wish.folder, "where everything is made; kept afterwards. Without it: a fresh one");
  app.add_option("--cells", wish.cells, "folder with yinxin-intake-cell and yinxin-verify-cell")->required();
  app.add_option("--level", wish.level, "of isolation")->check(CLI::Range(0, 2))->capture_default_str();
  app.add_option("--seed", wish.seed, "of who applies, who is killed when, and which provider does what; 0 draws one");
  app.add_option("--speed", wish.speed, "how fast everybody's clock goes")->capture_default_str();
  app.add_option("--rounds", wish.rounds, "times that every kill point ends its process")->capture_default_str();
  app.add_flag("--named-only", wish.named_only, "of the kill points only those of commits and of the audit");
  app.add_option("--kills", wish.kills, "at random moments")->capture_default_str();
  app.add_option("--seconds", wish.seconds, "journeys until so much time has passed")->capture_default_str();
  app.add_option("--at-once", wish.at_once, "journeys side by side")->check(CLI::Range(1, 16))->capture_default_str();
  app.add_option("--journeys", wish.journeys, "that nobody disturbs, at the beginning");
  app.add_flag("--faults", wish.with_faults, "providers misbehave");
  app.add_flag("--chatty", wish.is_chatty, "tell each step that is tried again");
}

int run(Wish wish) {
  if (wish.seed == 0) {
    wish.seed = std::random_device{}();
  }
  const bool is_kept = !wish.folder.empty();
  const fs::path memory = "/dev/shm";
  const fs::path folder = is_kept ? fs::path(wish.folder)
                                  : (fs::is_directory(memory) ? memory : fs::temp_directory_path()) /
                                        ("yinxin_ordeal_" + std::to_string(::getpid()));
  say("seed " + std::to_string(wish.seed) + ", level " + std::to_string(wish.level) + ", in " + folder.string());
  auto stage = Stage::open(
      {.folder = folder, .level = wish.level, .speed = wish.speed, .tokens = most_tokens, .cells = wish.cells});
  if (stage) {
    (*stage)->keep_folder(is_kept);
  }
  const auto served = stage ? (*stage)->serve() : Result<void>(stage.error());
  if (!served) {
    say("nothing can be tried: " + served.error().describe());
    return 1;
  }
  const bool holds = go_through(**stage, wish);
  say(holds ? "everything holds" : "NOT everything holds; seed " + std::to_string(wish.seed));
  const fs::path logs = folder / "serve.log";
  if (!holds && !is_kept) {
    // What the house said is worth more than its stores.
    const fs::path saved = fs::temp_directory_path() / ("yinxin_ordeal_" + std::to_string(wish.seed) + ".log");
    std::error_code ignored;
    fs::copy_file(logs, saved, fs::copy_options::overwrite_existing, ignored);
    say("the house's log: " + saved.string());
  }
  return holds ? 0 : 1;
}

}  // namespace yinxin::ordeal
