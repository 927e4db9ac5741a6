// yinxin serve: the office for the world, in one process or as a process for each domain

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <ctime>
#include <iostream>
#include <mutex>
#include <sstream>

#include "terminal/files.h"
#include "yinxin/office/hall_service.h"
#include "yinxin/office/holder_service.h"
#include "yinxin/office/provider_settings.h"
#include "yinxin/office_options.h"
#include "yinxin/serving/desk_side.h"
#include "yinxin/serving/public_side.h"
#include "yinxin/supervisor/host_folder.h"
#include "yinxin/supervisor/supervise.h"
#include "yinxin/verb.h"

namespace yinxin::cli {

namespace {

constexpr std::chrono::milliseconds tick{250};  // errands between the domains
constexpr int ticks_of_upkeep = 20;             // status and lists: every five seconds
constexpr std::size_t passphrase_random_bytes = 18;

struct Wish {
  OfficeOptions office;
  std::uint16_t port = 8443;
  std::uint16_t desk_port = 8444;
  std::optional<std::uint16_t> papers_port;  // the one after the desk's, where nobody says another
  std::string papers_host;
  std::string web;
  std::string listen = "127.0.0.1";
  bool init_if_needed = false;
  std::string outside;  // with it, the hall is open
  std::string programmes = "programmes";
  std::string sender;
  std::string wanted = "auto";
  int level = 0;                   // as it was found
  std::vector<std::string> roles;  // with them, one of several hosts
  std::string hosts;
};

std::uint16_t papers_port(const Wish& wish) {
  const std::uint16_t next = wish.desk_port == 0 ? 0 : static_cast<std::uint16_t>(wish.desk_port + 1);
  return wish.papers_port.value_or(next);
}

// A demonstration needs no ceremony by hand: fresh passphrases beside the folder, readable by its owner only.
Result<void> make_demonstration_office(Wish& wish) {
  SystemRandom random;
  const auto passphrase = [&](const std::string& path) -> Result<SecretBytes> {
    const SecretBytes drawn = random.secret(passphrase_random_bytes);
    std::string text = to_base64(drawn.expose());
    YX_CHECK(write_file(path, bytes_of(text), false, 0600));
    SecretBytes secret(bytes_of(text));
    wipe(text);
    return secret;
  };
  wish.office.passphrase = wish.office.data + ".passphrase";
  std::error_code ignored;
  if (std::filesystem::exists(wish.office.data + "/office.json", ignored)) {
    return {};
  }
  std::cout << "首次启动：举行演示仪式 / first start: holding a demonstration ceremony …" << std::endl;
  office::CeremonyPlan plan{.settings = {.environment = "demo",
                                         .organization = "印信演示认证中心",
                                         .address = "http://" + wish.listen + ":" + std::to_string(wish.port)},
                            .folder = wish.office.data,
                            .root_folder = wish.office.data + ".root",
                            .profiles = wish.office.profiles,
                            .root_passphrase = {}};
  YX_TRY(const SecretBytes boot_text, passphrase(wish.office.passphrase));
  std::filesystem::create_directories(plan.root_folder, ignored);
  YX_TRY(plan.root_passphrase, passphrase(plan.root_folder + "/passphrase"));
  YX_TRY(const crypto::BootSecret boot, crypto::BootSecret::from_passphrase(boot_text.clone()));
  YX_TRY(const office::CeremonyReport report, office::hold_ceremony(plan, boot, random, SystemClock()));
  std::cout << "根证书指纹 root SM3 " << to_hex(report.root.fingerprint()) << std::endl;
  return {};
}

bool keep_house(office::House& house) {
  if (const auto worked = house.work(); !worked) {
    tell(worked.error());
  }
  const auto published = house.publish_due_lists();
  if (!published) {
    tell(published.error());
  }
  return published.has_value();
}

bool feed_status(office::House& house) {
  const auto fed = house.refresh_status();
  if (!fed) {
    tell(fed.error());
  }
  return fed.has_value();
}

// Runs until a signal to end: errands at once, everything else every few seconds.
Exit keep_up(office::House& house, office::HallService* hall, std::mutex& writer, std::atomic<bool>& ready,
             const sigset_t& signals) {
  std::string told;
  bool is_kept = true;
  for (int at = 1;; ++at) {
    const timespec wait{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(tick).count()};
    if (sigtimedwait(&signals, nullptr, &wait) > 0) {
      return Exit::done;
    }
    if (hall != nullptr) {
      hall->work();
      if (std::string failure = hall->last_failure(); failure != told) {
        told = std::move(failure);
        std::cerr << "跨域事务未办成，稍后重试 / an errand failed, tried again later: " << told << std::endl;
      }
    }
    const bool is_time = at % ticks_of_upkeep == 0;
    if (is_time) {
      const std::scoped_lock lock(writer);
      is_kept = keep_house(house);
    }
    // Without the lock: nobody waits for who answers strangers.
    const bool has_news = house.take_status_news();
    if (has_news || is_time) {
      ready = feed_status(house) && is_kept;
    }
  }
}

Result<void> take_in(const Wish& wish, const crypto::BootSecret& boot) {
  SystemRandom random;
  YX_TRY(const bool removed, office::take_in_providers(wish.office.data, boot, wish.outside, random));
  std::cout
      << "外部服务设置已密封保存，以后无需 --outside / the providers' settings are sealed in the office; --outside is "
         "not needed again"
      << (removed ? "；明文文件已删除 / the clear file was removed" : "") << std::endl;
  return {};
}

// Null where nobody has said where the providers are.
Result<std::unique_ptr<office::HallService>> open_hall(const Wish& wish, office::House& house,
                                                       const crypto::BootSecret& boot, const Clock& clock,
                                                       Random& random) {
  if (!wish.outside.empty()) {
    YX_CHECK(take_in(wish, boot));
  } else if (!office::has_kept_providers(wish.office.data)) {
    return std::unique_ptr<office::HallService>();
  }
  return office::HallService::open({.folder = wish.office.data,
                                    .programmes = wish.programmes,
                                    .outside = {},
                                    .base_url = house.settings().address,
                                    .cell = serving::program_beside("yinxin-intake-cell"),
                                    .sender = wish.sender},
                                   house, boot, clock, random);
}

// The signals to end, blocked before any thread starts, so that only the wait for them sees them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Each domain has a working folder of its own choice; empty stays empty.
std::string whole(const std::string& path) {
  std::error_code failed;
  return path.empty() ? path : std::filesystem::weakly_canonical(path, failed).string();
}

supervisor::Surroundings around_of(const Wish& wish) {
  supervisor::Surroundings around{
      .data = whole(wish.office.data),
      .profiles = whole(wish.office.profiles),
      .readable = {whole(wish.programmes)},
      .programs = std::filesystem::path(serving::program_beside("x")).parent_path().string()};
  for (const std::string& path : {wish.sender, wish.web}) {
    if (!path.empty()) {
      around.readable.push_back(whole(path));
    }
  }
  return around;
}

Result<supervisor::OneHost> host_of(const Wish& wish) {
  YX_TRY(const Bytes text, read_file(wish.hosts, supervisor::max_hosts_bytes));
  YX_TRY(supervisor::Hosts hosts, supervisor::Hosts::parse(text_of(text)));
  YX_TRY(supervisor::Host self, hosts.playing({wish.roles.begin(), wish.roles.end()}));
  return supervisor::OneHost{std::move(hosts), std::string(text_of(text)), std::move(self)};
}

// Where the providers are on another host: what was known of them when the folder was parted.
Result<void> learn_of_hall(const Wish& wish, supervisor::Serving& serving) {
  if (!wish.outside.empty()) {
    return fail(ErrorCode::precondition, "--outside is told to the host that plays the outside");
  }
  YX_TRY(const supervisor::Pinned pinned, supervisor::read_kept_pinned(wish.office.data));
  const auto hall = pinned.find(supervisor::hall_in_pinned);
  serving.has_hall = hall != pinned.end();
  std::istringstream ways(serving.has_hall ? std::string(text_of(hall->second)) : std::string());
  for (std::string way; std::getline(ways, way);) {
    serving.ways.push_back(way);
  }
  return {};
}

// Starts the domains, and keeps them.
Result<Exit> serve_apart(const Wish& wish) {
  supervisor::Supervised all{.level = static_cast<supervisor::Level>(wish.level),
                             .around = around_of(wish),
                             .serving = {.listen = wish.listen,
                                         .port = wish.port,
                                         .desk_port = wish.desk_port,
                                         .papers_port = papers_port(wish),
                                         .papers_host = wish.papers_host,
                                         .web = whole(wish.web),
                                         .programmes = whole(wish.programmes),
                                         .sender = whole(wish.sender)}};
  YX_TRY(all.passphrase, read_passphrase(wish.office.passphrase, "机构口令 / passphrase of the office"));
  YX_TRY(const crypto::BootSecret boot, crypto::BootSecret::from_passphrase(all.passphrase.clone()));
  if (!wish.roles.empty()) {
    YX_TRY(all.host, host_of(wish));
  }
  const bool has_outside = !all.host || all.host->self.roles.contains("outside");
  if (!wish.outside.empty() && has_outside) {
    YX_CHECK(take_in(wish, boot));
  }
  if (!has_outside) {
    YX_CHECK(learn_of_hall(wish, all.serving));
    return supervisor::supervise(all);
  }
  all.serving.has_hall = office::has_kept_providers(wish.office.data);
  if (all.serving.has_hall) {
    // The outside alone reads them later.
    YX_TRY(const outside::OutsideSettings providers, office::kept_providers(wish.office.data, boot));
    all.around.authorities = providers.authorities_file;
    all.serving.ways = providers.ways();
  }
  return supervisor::supervise(all);
}

// What was asked for, or the best there is; it says why there is no better.
void find_level(Wish& wish) {
  if (wish.wanted != "auto") {
    wish.level = wish.wanted.front() - '0';
    return;
  }
  const supervisor::LevelChoice best = supervisor::best_level(around_of(wish));
  wish.level = static_cast<int>(best.level);
  if (!best.why_not_higher.empty()) {
    std::cout << "隔离级别为 L" << wish.level << "，未更高 / isolation is L" << wish.level
              << " and no higher: " << best.why_not_higher << std::endl;
  }
}

Result<Exit> serve(Wish wish) {
  const sigset_t signals = block_signals();
  static const SystemClock clock;
  static SystemRandom random;
  if (wish.init_if_needed) {
    YX_CHECK(make_demonstration_office(wish));
  }
  find_level(wish);
  if (wish.level > 0) {
    return serve_apart(wish);
  }
  if (!wish.roles.empty()) {
    return fail(ErrorCode::precondition, "--roles needs domains that are processes: level 1 or 2");
  }
  YX_TRY(const crypto::BootSecret boot, wish.office.boot_secret());
  YX_TRY(const auto house, office::House::open(wish.office.data, wish.office.profiles, boot, clock));
  YX_CHECK(house->publish_due_lists());
  YX_TRY(const auto hall, open_hall(wish, *house, boot, clock, random));
  std::mutex writer;  // the house is one writer: upkeep, desk and holders take turns
  serving::DeskSide desk({.house = *house,
                          .writer = writer,
                          .listen = wish.listen,
                          .port = wish.desk_port,
                          .papers_port = papers_port(wish),
                          .papers_host = wish.papers_host,
                          .web = wish.web,
                          .outside = hall ? hall->beyond() : office::DeskOutside(),
                          .clock = clock,
                          .random = random});
  office::HolderService holders(
      {.vault = house->doors(), .pin = house->pin(), .desk = desk.service(), .writer = &writer});
  std::atomic<bool> ready{true};
  serving::PublicParts parts{.folder = wish.office.data,
                             .listen = wish.listen,
                             .port = wish.port,
                             .answers = house->answers(),
                             .holder = holders.ports(),
                             .ready = [&] { return ready.load(); },
                             .clock = clock};
  parts.web = wish.web;
  if (hall) {
    parts.add_hall = [&](net::Router& router) { hall->add_routes(router); };
  }
  YX_TRY(const auto street, serving::PublicSide::start(std::move(parts)));
  std::cout << "隔离级别 L0：各域同在一个进程，仅供演示 / isolation L0: all domains in one process, for demonstration "
               "only\n";
  street->tell_addresses(hall ? &hall->shelf() : nullptr);
  YX_CHECK(desk.start());
  serving::tell_open();
  const Exit exit = keep_up(*house, hall.get(), writer, ready, signals);
  desk.stop();
  street->stop();
  std::cout << "已停止 / stopped" << std::endl;
  return exit;
}

}  // namespace

void add_serve(CLI::App& app, Chosen& chosen) {
  CLI::App* serve_app =
      app.add_subcommand("serve", "serve certificate status, lists, time stamps and health over HTTP");
  auto wish = std::make_shared<Wish>();
  wish->office.add_to(*serve_app);
  serve_app->add_option("--port", wish->port, "0 takes any free one")->capture_default_str();
  serve_app->add_option("--desk-port", wish->desk_port, "for officers; 0 takes any free one")->capture_default_str();
  serve_app->add_option(
      "--papers-port", wish->papers_port,
      "where officers' pages show what strangers handed in; the one after the desk's, or any free one");
  serve_app->add_option("--papers-host", wish->papers_host,
                        "its host name, other than the desk's: cookies know no ports (127.0.0.1 takes localhost)");
  serve_app->add_option("--listen", wish->listen, "address to listen on")->capture_default_str();
  serve_app->add_option("--outside", wish->outside,
                        "file that says where the providers are; it is sealed in the office, and opens the hall");
  serve_app->add_option("--programmes", wish->programmes, "folder of the programmes, with their agreements")
      ->capture_default_str();
  serve_app->add_option("--web", wish->web, "folder of the built pages; without it, HTTP has no pages");
  serve_app->add_option("--sender", wish->sender, "file (JSON) with the address that parcels are sent from");
  serve_app
      ->add_option("--level", wish->wanted,
                   "auto: the highest that this machine and this user have; 0 all domains in one process; 1 each is a "
                   "process of its own, walled in; 2 and has a uid of its own (started as root)")
      ->check(CLI::IsMember({"auto", "0", "1", "2"}))
      ->capture_default_str();
  CLI::Option* const hosts = serve_app->add_option(
      "--hosts", wish->hosts, "file (JSON), the same on every host: address, fingerprint and roles of each");
  CLI::Option* const roles =
      serve_app
          ->add_option("--roles", wish->roles,
                       "the domains that run on this one of several hosts, joined by commas; the others are reached by "
                       "mutual TLS. The folder is what `yinxin host part` made for them")
          ->delimiter(',')
          ->needs(hosts);
  hosts->needs(roles);
  serve_app->add_flag("--init-if-needed", wish->init_if_needed, "make a demonstration office when the folder has none");
  serve_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = serve(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
