#include "ordeal/trouble.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <iomanip>
#include <iostream>

namespace yinxin::ordeal {

namespace {

using std::chrono::milliseconds;

constexpr int most_deaths = 5;  // of one domain under one supervisor: then it waits for seconds each time

struct Meddling {
  const char* provider;
  const char* operation;
  std::vector<const char*> faults;
};
// What each provider may do wrong that a person who applies can outlast: none of these says no to him.
const std::vector<Meddling>& meddlings() {
  static const std::vector<const char*> common{"unavailable", "lose_answer", "hold"};
  static const std::vector<const char*> signed_ones{"unavailable",   "lose_answer", "hold",
                                                    "bad_signature", "stale",       "unknown_key"};
  static const std::vector<const char*> undated{"unavailable", "lose_answer", "hold", "bad_signature", "unknown_key"};
  static const std::vector<const char*> calls{"repeat_callback", "no_callback", "bad_signature", "stale",
                                              "unknown_key"};
  static const std::vector<Meddling> all{{"sms", "SendSms", common},
                                         {"sms", "QuerySendDetails", common},
                                         {"carrier", "Mobile3MetaDetailVerify", common},
                                         {"face", "InitFaceVerify", common},
                                         {"face", "DescribeFaceVerify", common},
                                         {"card_reader", "RecognizeIdcard", common},
                                         {"courier", "EXP_RECE_CREATE_ORDER", common},
                                         {"courier", "EXP_RECE_SEARCH_ORDER_RESP", common},
                                         {"wechat_pay", "open", signed_ones},
                                         {"wechat_pay", "find", signed_ones},
                                         {"wechat_pay", "refund", signed_ones},
                                         {"wechat_pay", "find_refund", signed_ones},
                                         {"wechat_pay", "callback", calls},
                                         {"alipay", "open", undated},
                                         {"alipay", "find", undated},
                                         {"alipay", "refund", undated},
                                         {"alipay", "find_refund", undated},
                                         {"alipay", "callback", calls},
                                         {"direct_link", "pay", signed_ones},
                                         {"direct_link", "find", signed_ones},
                                         {"direct_link", "returned", signed_ones}};
  return all;
}

template <class List>
const auto& one_of(const List& list, Random& random) {
  return list[random.below(list.size())];
}

std::int64_t median(std::vector<std::int64_t> numbers) {
  if (numbers.empty()) {
    return 0;
  }
  std::ranges::nth_element(numbers, numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2));
  return numbers[numbers.size() / 2];
}

}  // namespace

Worker::Worker(std::function<std::optional<milliseconds>()> deed)
    : thread_([this, deed = std::move(deed)] {
        for (;;) {
          const auto pause = deed();
          std::unique_lock lock(mutex_);
          if (!pause) {
            is_done_ = true;
            return;
          }
          if (changed_.wait_for(lock, *pause, [this] { return is_ending_; })) {
            return;
          }
        }
      }) {}

Worker::~Worker() { end(); }

void Worker::end() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::unique_ptr<Worker> keep_serving(Stage& stage) {
  return std::make_unique<Worker>([&stage]() -> std::optional<milliseconds> {
    if (const auto served = stage.serve(); !served) {
      std::cerr << "the house was not started again: " << served.error().describe() << std::endl;
    }
    return milliseconds(50);
  });
}

Killer::Killer(Stage& stage, std::uint64_t seed, std::uint64_t kills)
    : stage_(stage), drawn_(seed), left_(kills), worker_([this] { return strike(); }) {}

std::map<std::string, std::uint64_t> Killer::killed() const {
  const std::scoped_lock lock(mutex_);
  return killed_;
}

std::optional<milliseconds> Killer::strike() {
  constexpr std::uint64_t least_ms = 100, most_ms = 2500;
  constexpr std::uint64_t longest_ms = 10'000, one_in_breaths = 8;
  constexpr std::uint64_t one_in = 15;  // is the supervisor's turn
  if (left_ == 0) {
    return std::nullopt;
  }
  // Now and then a breath: what is never up long enough gets nowhere, and then less of it is tried.
  const bool is_breath = drawn_.below(one_in_breaths) == 0;
  const milliseconds pause(least_ms + drawn_.below((is_breath ? longest_ms : most_ms) - least_ms));
  const auto all = stage_.processes();
  if (all.empty()) {
    return pause;
  }
  Process victim = all.size() == 1 || drawn_.below(one_in) == 0 ? all.front() : all[1 + drawn_.below(all.size() - 1)];
  if (victim.name != "supervisor" && ++since_supervisor_[victim.name] > most_deaths) {
    victim = all.front();
  }
  if (stage_.kill(victim)) {
    if (victim.name == "supervisor") {
      since_supervisor_.clear();
    }
    --left_;
    const std::scoped_lock lock(mutex_);
    ++killed_[victim.name];
  }
  return pause;
}

std::unique_ptr<Worker> shorten_pauses(Stage& stage) {
  return std::make_unique<Worker>([&stage, before = std::uint64_t{0}]() mutable -> std::optional<milliseconds> {
    std::uint64_t kills = 0;
    for (const PointSeen& point : points_of(stage.board())) {
      kills += point.kills;
    }
    before = std::min(before, kills);
    if (kills - before > static_cast<std::uint64_t>(most_deaths)) {
      const auto all = stage.processes();
      before = !all.empty() && stage.kill(all.front()) ? kills : before;
    }
    return milliseconds(100);
  });
}

Meddler::Meddler(Stage& stage, std::uint64_t seed)
    : stage_(stage), drawn_(seed), worker_([this] { return meddle(); }) {}

Meddler::~Meddler() {
  worker_.end();
  stage_.freeze_providers(false);
  take_back();
}

std::map<std::string, std::uint64_t> Meddler::meddled() const {
  const std::scoped_lock lock(mutex_);
  return meddled_;
}

void Meddler::take_back() {
  taken_back_ = std::chrono::steady_clock::now();
  for (const auto& [name, address] : stage_.addresses()) {
    for (const auto& [method, path] :
         {std::pair(net::Method::delete_, "/admin/faults"), std::pair(net::Method::post, "/admin/faults/release")}) {
      if (const auto told = demo::Customer::at(address, method, path, {}); !told) {
        std::cerr << name << " keeps its faults: " << told.error().describe() << std::endl;
      }
    }
  }
}

std::optional<milliseconds> Meddler::meddle() {
  constexpr std::uint64_t most_frozen_ms = 3000, most_pause_ms = 1200;
  constexpr std::uint64_t in_all = 20, away_below = 1, back_below = 5;
  constexpr std::chrono::seconds longest_held{5};
  const milliseconds pause(drawn_.below(most_pause_ms));
  if (are_frozen_) {
    stage_.freeze_providers(are_frozen_ = false);
    return pause;
  }
  // A request that a provider holds is carried out after our question about it was answered "no such thing"; asked for
  // again meanwhile, it is carried out twice. We rely on no provider holding one for as long as an errand's lease: two
  // minutes, and by the ordeal's fast clock twelve seconds.
  if (std::chrono::steady_clock::now() - taken_back_ > longest_held) {
    take_back();
    return pause;
  }
  const std::uint64_t turn = drawn_.below(in_all);
  const Meddling& what = one_of(meddlings(), drawn_);
  const char* fault = one_of(what.faults, drawn_);
  if (turn < away_below) {
    stage_.freeze_providers(are_frozen_ = true);
    fault = "away";
  } else if (turn < back_below) {
    take_back();
    return pause;
  } else {
    const auto planned = demo::Customer::at(
        stage_.addresses().at(what.provider), net::Method::post, "/admin/faults",
        {{"operation", what.operation}, {"fault", fault}, {"times", 1 + std::int64_t(drawn_.below(2))}});
    if (!planned || planned->status != 204) {
      return pause;
    }
  }
  const std::scoped_lock lock(mutex_);
  ++meddled_[fault];
  return are_frozen_ ? milliseconds(drawn_.below(most_frozen_ms)) : pause;
}

MemoryWatch::MemoryWatch(const Stage& stage, milliseconds every)
    : stage_(stage), every_(every), worker_([this] { return look(); }) {}

std::optional<milliseconds> MemoryWatch::look() {
  const std::scoped_lock lock(mutex_);
  ++looks_;
  for (const Process& process : stage_.processes()) {
    std::ifstream in("/proc/" + std::to_string(process.pid) + "/status");
    for (std::string word; in >> word;) {
      std::int64_t kib = 0;
      if (word == "VmRSS:" && in >> kib) {
        Seen& seen = seen_[process.pid];
        seen.name = process.name;
        seen.rss_kib.push_back(kib);
      }
    }
  }
  return every_;
}

bool MemoryWatch::print() {
  constexpr std::size_t warm_up = 10;       // a tenth of it all
  constexpr std::int64_t most_growth = 10;  // per cent
  constexpr std::int64_t noise_kib = 2048;  // what a small process may gain in a page cache of its own
  worker_.end();
  bool is_flat = true;
  for (const auto& [pid, seen] : seen_) {
    if (seen.rss_kib.size() + 1 < looks_ || seen.rss_kib.size() < warm_up) {
      continue;
    }
    const auto begin = seen.rss_kib.begin() + static_cast<std::ptrdiff_t>(seen.rss_kib.size() / warm_up);
    const auto quarter = (seen.rss_kib.end() - begin) / 4;
    const std::int64_t first = median({begin, begin + quarter}),
                       last = median({seen.rss_kib.end() - quarter, seen.rss_kib.end()});
    const bool grows = last - first > noise_kib && (last - first) * 100 > first * most_growth;
    is_flat = is_flat && !grows;
    std::cout << (grows ? "GROWS   " : "flat    ") << std::setw(12) << std::left << seen.name << std::right
              << std::setw(9) << first << " KiB in the first quarter, " << last << " in the last\n";
  }
  std::cout << std::flush;
  return is_flat;
}

}  // namespace yinxin::ordeal
