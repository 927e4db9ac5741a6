#include "apart.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include "exploit.h"

namespace yinxin::walls {

namespace fs = std::filesystem;
using supervisor::DomainState;
using supervisor::DomainStatus;

constexpr const char* test_asker = "test";  // of verbs that only a test's binary hears
constexpr const char* passphrase = "a passphrase for the office";

static fs::path scene_folder() {
  const fs::path memory = "/dev/shm";
  std::error_code ignored;
  const bool there = fs::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0;
  return (there ? memory : fs::temp_directory_path()) / ("walls_process_test_" + std::to_string(::getpid()));
}

scene::Scene& prepared() {
  static scene::Scene made(scene_folder());
  static const bool filled = [] {
    // The pool is full, so that a domain that is made to die at its next commit does so for the caller's sake.
    const SystemClock clock;
    const auto house =
        office::House::open(made.data(), YX_SOURCE_DIR "/profiles", made.boot(), clock, office::Opened::making).value();
    for (int i = 0; i < 4; ++i) {
      house->work().value();
    }
    return true;
  }();
  EXPECT_TRUE(filled);
  return made;
}

Apart::Apart(const fs::path& office, supervisor::Level level, const ApartWish& wish) {
  wish_.level = level;
  wish_.around = {.data = (office / "data").string(),
                  .profiles = fs::canonical(YX_SOURCE_DIR "/profiles").string(),
                  .readable = {fs::canonical(YX_SOURCE_DIR "/programmes").string()}};
  wish_.passphrase = SecretBytes(bytes_of(passphrase));
  wish_.instead = wish.instead;
  wish_.serving = {.port = 0,
                   .desk_port = 0,
                   .papers_port = 0,
                   .programmes = wish_.around.readable.front(),
                   .has_hall = wish.has_hall};
  wish_.host = wish.host;
  pinned_ = supervisor::read_pinned(wish_.around.data, prepared().boot(),
                                    wish.host ? std::optional(wish.host->self.roles) : std::nullopt)
                .value();
  supervisor::SupervisorPlan plan = supervisor::plan_domains(wish_, wish.hall).value();
  if (!wish.instead.empty()) {
    plan.timing.longest_pause = plan.timing.first_pause;  // it ends often, and on purpose
  }
  std::erase_if(plan.domains, [&](const supervisor::DomainPlan& domain) { return domain.name == wish.played; });
  for (const supervisor::DomainPlan& domain : plan.domains) {
    if (!wish.instead.contains(domain.name)) {
      plan.edges.push_back({test_asker, {}, domain.name});
    }
  }
  for (const supervisor::EdgePlan& edge : plan.edges) {
    if (edge.asker == test_asker || (!wish.played.empty() && edge.asker_domain == wish.played)) {
      tests_[edge.asker + " " + edge.hearer] = std::make_unique<net::EdgeLink>();
    }
  }
  plan.on_edge = [this](const supervisor::EdgePlan& edge, bool asks, Descriptor socket) {
    const auto ours = tests_.find(edge.asker + " " + edge.hearer);
    if (asks && ours != tests_.end()) {
      ours->second->attach(std::move(socket));
    } else if ((asks ? edge.asker : edge.hearer) == "street") {
      street_.attach(edge.asker, edge.hearer, asks, std::move(socket));
    } else {
      desk_.attach(edge.asker, edge.hearer, asks, std::move(socket));
    }
  };
  plan.log = [this](const std::string& line) {
    const std::scoped_lock lock(mutex_);
    log_ += line + "\n";
    said_.notify_all();
  };
  supervisor_ = std::make_unique<supervisor::Supervisor>(std::move(plan));
  thread_ = std::thread([this] { EXPECT_TRUE(supervisor_->run()); });
}

Apart::~Apart() {
  desk_.end();
  street_.end();
  supervisor_->stop();
  thread_.join();
}

bool Apart::wait_until_said(const std::string& text, std::chrono::seconds time) const {
  std::unique_lock lock(mutex_);
  return said_.wait_for(lock, time, [&] { return log_.find(text) != std::string::npos; });
}

std::string Apart::log() const {
  const std::scoped_lock lock(mutex_);
  return log_;
}

std::unique_ptr<office::House> Apart::open_house(office::Opened opened) {
  const supervisor::Brief brief{.secret = {}, .pinned = pinned_};
  office::Neighbours all = desk_.neighbours(brief).value();
  office::Neighbours of_street = street_.neighbours(brief, {}).value();
  all.pin = std::move(of_street.pin);
  all.answers = std::move(of_street.answers);
  return office::House::open(data(), YX_SOURCE_DIR "/profiles", prepared().boot(), clock_, opened, {}, std::move(all))
      .value();
}

bool Apart::wait_until_running(const std::string& domain, std::uint64_t life) {
  return supervisor_->wait_until(
      [&](const std::vector<DomainStatus>& all) {
        return std::ranges::all_of(all, [&](const DomainStatus& one) {
          return one.state == DomainState::running && (one.name != domain || one.lives >= life);
        });
      },
      patience);
}

DomainStatus Apart::status(const std::string& domain) const {
  for (const DomainStatus& one : supervisor_->states()) {
    if (one.name == domain) {
      return one;
    }
  }
  ADD_FAILURE() << "no domain " << domain;
  return {};
}

net::EdgeLink& Apart::link(const std::string& asker, const std::string& hearer) {
  const auto ours = tests_.find(asker + " " + hearer);
  net::EdgeLink* const found = ours != tests_.end() ? ours->second.get()
                               : asker == "street"  ? street_.find(asker, hearer)
                                                    : desk_.find(asker, hearer);
  EXPECT_NE(found, nullptr) << asker << " " << hearer;
  return *found;
}

Result<Bytes> Apart::ask(const std::string& domain, std::uint16_t verb, std::string_view body) {
  return link(test_asker, domain).call(verb, bytes_of(body));
}

int Apart::attempt(const std::string& domain, const std::string& deed) {
  const auto answer = ask(domain, try_verb, deed);
  EXPECT_TRUE(answer) << domain << ": " << deed;
  return answer ? std::stoi(std::string(text_of(*answer))) : -1;
}

}  // namespace yinxin::walls
