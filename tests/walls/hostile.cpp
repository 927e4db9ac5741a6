#include "hostile.h"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iostream>

#include "exploit.h"
#include "net/wire.h"
#include "terminal/files.h"
#include "yinxin/office/answer_domains.h"
#include "yinxin/office/production.h"
#include "yinxin/office/remote_doors.h"
#include "yinxin/office/remote_vault.h"
#include "yinxin/supervisor/links.h"

namespace yinxin::walls {

namespace {

namespace verb = office::vault_verb;
constexpr std::chrono::seconds edge_patience{60};

void say(const std::string& line) { std::cout << line << std::endl; }

std::string text_of_error(const Error& error) { return std::string(name_of(error.code)) + " " + error.detail; }

// As edges come: the newest of each.
class Arrivals {
 public:
  // Between desk and street the test is the other, and plays no part.
  void take(const std::string& asker, const std::string& hearer, bool asks, Descriptor socket) {
    const std::scoped_lock lock(mutex_);
    if (asks && hearer != "street") {
      ends_.asked[asker + " " + hearer] = std::move(socket);
    } else if (asker == "vault") {
      ends_.vault = std::move(socket);
    }
    changed_.notify_all();
  }
  Result<EdgeEnds> all(std::size_t own_edges) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, edge_patience,
                           [&] { return ends_.vault.is_open() && ends_.asked.size() == own_edges; })) {
      return fail(ErrorCode::internal, "it did not get its edges");
    }
    return std::move(ends_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  EdgeEnds ends_;
};

// What is not its own it reaches neither as a file nor as a process, while its own is there to be read.
void reach_out(const std::string& data, const std::string& name) {
  const auto attempt = [](const std::string& deed) { return yinxin_exploit_stub(deed.c_str()); };
  std::vector<std::string> deeds{"become 0", "trace " + std::to_string(::getppid()),
                                 "memory " + std::to_string(::getppid())};
  for (const char* path :
       {"vault/vault.db", "vault/issuing.key", "kmc/kmc.db", "pin/pin.db", "outside/outside.db", "vault/wrapping.key",
        "kmc/wrapping.key", "pin/wrapping.key", "seal/wrapping.key", "ocsp/wrapping.key", "tsa/wrapping.key",
        "outside/wrapping.key", "audit/vault.log", "audit/pin.log"}) {
    deeds.push_back("open " + data + "/" + path);
  }
  std::vector<std::string> others{name + "/../vault/vault.db"};
  if (name == "desk") {
    others.emplace_back("street/wrapping.key");  // nobody has opened the rest of it yet
  } else {
    others.insert(others.end(), {"desk/wrapping.key", "desk/desk.db", "audit/desk.log"});
  }
  for (const std::string& path : others) {
    deeds.push_back("open " + data + "/" + path);
  }
  deeds.emplace_back("connect 9");
  for (const std::string& deed : deeds) {
    const int error = attempt(deed);
    if (error != EPERM && error != EACCES) {
      say(std::string(said_wrong) + deed + ": " + std::to_string(error));
    }
  }
  if (attempt("open " + data + "/" + name + "/wrapping.key") != 0) {
    say(std::string(said_wrong) + "its own key was not there");
  }
}

// Everything that has the form of a question.
class Siege {
 public:
  Siege(const Campaign& campaign, net::PulledCalls& calls, bool is_desk)
      : campaign_(campaign), calls_(calls), vault_(calls), is_desk_(is_desk) {}

  void run() {
    for (const Attempt& one : campaign_.attempts) {
      try_permit(one, one.permit_refusal);
      expect(one.name + " issue", vault_.issue(one.bundle, one.keying), one.issue_refusal);
    }
    say("attempts: " + std::to_string(campaign_.attempts.size()) + ", refused " + std::to_string(refused_));
    std::uint64_t asked = 0;
    generate(campaign_.good, campaign_.bundles, campaign_.seed, [&](const Attempt& one, bool is_case_wrong) {
      constexpr std::uint64_t permit_each = 4;
      refuse(one.name + " issue", vault_.issue(one.bundle, one.keying));
      if (is_case_wrong && asked % permit_each == 0) {
        refuse(one.name + " permit", permit(one));
      }
      ++asked;
    });
    say("generated: " + std::to_string(asked) + " of seed " + std::to_string(campaign_.seed));
    try_words();
    try_forms();
    use_what_it_may();
    say(said_refused + std::to_string(refused_));
  }

 private:
  Result<pki::Vault::Permitted> permit(const Attempt& one) {
    return net::ask<pki::Vault::Permitted>(calls_, verb::permit, one.bundle, one.keying.line, one.device,
                                           campaign_.station, one.officer);
  }
  void try_permit(const Attempt& one, const std::string& refusal) {
    expect(one.name + " permit", permit(one), refusal);
  }
  template <class T>
  void refuse(const std::string& what, const Result<T>& got) {
    if (got) {
      say(said_wrong + what + ": done");
    } else if (got.error().code == ErrorCode::outside_unreachable) {
      say(said_wrong + what + ": " + text_of_error(got.error()));
    } else {
      ++refused_;
    }
  }
  template <class T>
  void expect(const std::string& what, const Result<T>& got, const std::string& refusal) {
    if (!is_desk_) {
      refuse(what, got);  // nothing of the kind is the street's to ask for, were it right
      return;
    }
    if (!refusal.empty()) {
      refuse(what, got);
    }
    const std::string heard = got ? std::string() : text_of_error(got.error());
    if (heard != refusal) {
      say(said_wrong + what + ": got \"" + heard + "\", should be \"" + refusal + "\"");
    }
  }

  void try_words() {
    for (const Word& word : campaign_.words) {
      refuse(word.name, word.is_activation ? vault_.hear_activated(word.second_approval, 1, word.word)
                                           : vault_.hear_written(word.second_approval, 1, word.word));
    }
    for (const SealWish& wish : campaign_.seals) {
      refuse(wish.name, vault_.make_seal(wish.bundle, wish.line, wish.picture));
    }
  }

  // The bodies of every question cut at each octet, one too long, verbs that there are not.
  void try_forms() {
    const Attempt& one = campaign_.good.front();
    const crypto::Digest approval = trust::statement_hash(one.bundle.second_approval);
    const std::pair<std::uint16_t, Bytes> bodies[] = {
        {verb::permit,
         net::to_body(std::tuple(one.bundle, one.keying.line, one.device, campaign_.station, one.officer))},
        {verb::issue, net::to_body(std::tuple(one.bundle, one.keying))},
        {verb::make_seal, net::to_body(std::tuple(one.bundle, one.keying.line, Bytes{1, 2, 3}))},
        {verb::hear_written, net::to_body(std::tuple(approval, std::int64_t{1}, Bytes{1, 2, 3}))},
        {verb::hear_activated, net::to_body(std::tuple(approval, std::int64_t{1}, Bytes{1, 2, 3}))},
        {verb::give_up_held, net::to_body(std::tuple(std::string("x"), Instant{}, std::string("why")))},
        {verb::find_issued, net::to_body(std::tuple(approval, std::int64_t{1}))},
        {verb::find_issued_on, net::to_body(std::tuple(std::string("device")))},
        {verb::activated, net::to_body(std::tuple(std::int64_t{0}, std::size_t{1}))}};
    for (const auto& [number, body] : bodies) {
      const std::string name = "verb " + std::to_string(number);
      for (std::size_t size = 0; size < body.size(); ++size) {
        refuse(name + " cut at " + std::to_string(size), calls_.call(number, BytesView(body).first(size)));
      }
      Bytes longer = body;
      longer.push_back(0);
      refuse(name + " with more", calls_.call(number, longer));
    }
    const Bytes longest(net::max_edge_body_bytes - net::frame_header_bytes, 0x30);
    for (const std::uint16_t number : {verb::issue, verb::make_seal, verb::hear_written}) {
      refuse("the longest body", calls_.call(number, longest));
    }
    refuse("manifests with more", calls_.call(verb::manifests, Bytes{0}));
    constexpr std::array<std::uint16_t, 8> unknown{0, 11, 255, 0x0F01, 0x0F02, 0x7001, 0x7002, 0xFFFF};
    for (const std::uint16_t number : unknown) {
      refuse("verb " + std::to_string(number), calls_.call(number, bodies[1].second));
    }
  }

  // What it can do that was taken over, and nobody refuses.
  void use_what_it_may() {
    const auto anothers = vault_.find_issued_on(campaign_.held_device);
    if (!anothers || !*anothers) {
      say(std::string(said_wrong) + "the line on a device was not told");
    }
    if (!is_desk_) {
      refuse("give up", vault_.give_up_held(campaign_.held_case, SystemClock().now(), "because it can"));
      return;
    }
    const auto given_up = vault_.give_up_held(campaign_.held_case, SystemClock().now(), "because it can");
    if (!given_up || *given_up != 1) {
      say(std::string(said_wrong) + "a line on hold was not given up");
    }
  }

  const Campaign& campaign_;
  net::PulledCalls& calls_;
  office::RemoteVault vault_;
  bool is_desk_;
  std::uint64_t refused_ = 0;
};

// The desk as it is meant, over the same edges: the line that was approved.
Result<void> do_what_is_right(const supervisor::DomainOptions& options, const supervisor::Walled& walled,
                              const crypto::BootSecret& boot, const Campaign& campaign, EdgeEnds ends) {
  static const SystemClock clock;
  supervisor::DeskLinks links;
  links.attach("vault", "desk", false, std::move(ends.vault));
  for (auto& [name, socket] : ends.asked) {
    const auto blank = name.find(' ');
    links.attach(name.substr(0, blank), name.substr(blank + 1), true, std::move(socket));
  }
  YX_TRY(auto neighbours, links.neighbours(walled.brief));
  YX_TRY(const auto house, office::House::open(options.around.data, options.around.profiles, boot, clock,
                                               office::Opened::making, {}, std::move(neighbours)));
  YX_CHECK(office::issue_line(*house, campaign.case_id, 1));
  YX_TRY(const Bytes seal, office::make_line_seal(*house, campaign.case_id, 1));
  YX_TRY(const auto line, office::certificates_of_line(*house, campaign.case_id, 1));
  YX_TRY(const auto signing, x509::Certificate::parse(line.signing));
  say(said_got + to_hex(signing.serial()) + " " + std::to_string(seal.size()));
  return {};
}

Result<std::size_t> next_life(const std::string& path) {
  std::size_t life = 0;
  if (std::ifstream in(path); in) {
    in >> life;
  }
  std::ofstream out(path, std::ios::trunc);
  out << ++life << std::endl;
  return out ? Result<std::size_t>(life) : Result<std::size_t>(fail(ErrorCode::internal, "lives are not counted"));
}

Result<void> live(const supervisor::DomainOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  YX_TRY(supervisor::Walled walled, supervisor::enter_walls(options));
  YX_TRY(const crypto::BootSecret boot, crypto::BootSecret::from_handed(walled.brief.secret));
  constexpr std::size_t max_campaign_bytes = 64U * 1024 * 1024;
  const std::string own = options.around.data + "/" + options.name;
  const bool is_desk = options.name == "desk";
  YX_TRY(const Bytes file, cli::read_file(own + campaign_file, max_campaign_bytes));
  YX_TRY(const Campaign campaign, net::from_body<Campaign>(file));
  YX_TRY(const std::size_t life, next_life(own + lives_file));
  Arrivals arrivals;
  YX_TRY(const auto control,
         supervisor::ControlThread::start(
             Descriptor(supervisor::control_descriptor), walled.held,
             {.on_edge = [&](const std::string& asker, const std::string& hearer, bool asks,
                             Descriptor socket) { arrivals.take(asker, hearer, asks, std::move(socket)); },
              .on_end = [] { ::kill(::getpid(), SIGTERM); }}));
  YX_TRY(EdgeEnds ends, arrivals.all(is_desk ? 1 : 4));
  if (life == 1) {
    net::PulledCalls calls;
    const net::EdgeHearer vault(std::move(ends.vault), calls.table());
    reach_out(options.around.data, options.name);
    Siege(campaign, calls, is_desk).run();
    calls.stop();
    return {};
  }
  if (life - 2 < raw_lives()) {
    for (const std::string& wrong : run_raw_life(life - 2, std::move(ends))) {
      say(said_wrong + wrong);
    }
    return {};
  }
  const auto right = is_desk ? do_what_is_right(options, walled, boot, campaign, std::move(ends)) : Result<void>();
  if (!right) {
    say(std::string(said_wrong) + "what was right: " + text_of_error(right.error()));
  }
  say(said_done);
  int signal = 0;
  ::sigwait(&signals, &signal);
  return {};
}

}  // namespace

cli::Exit run_hostile(const supervisor::DomainOptions& options) {
  const auto lived = live(options);
  if (!lived) {
    say(said_wrong + text_of_error(lived.error()));
  }
  return lived ? cli::Exit::done : cli::tell(lived.error());
}

}  // namespace yinxin::walls
