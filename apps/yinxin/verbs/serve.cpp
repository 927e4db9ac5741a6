// yinxin serve: certificate status, lists, time stamps and health over HTTP

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <ctime>
#include <iostream>
#include <map>
#include <mutex>

#include "api/routes/public/public.h"
#include "net/server.h"
#include "seal/verify/report_html.h"
#include "terminal/files.h"
#include "yinxin/office/desk_ports.h"
#include "yinxin/office/hall_service.h"
#include "yinxin/office/provider_settings.h"
#include "yinxin/office_options.h"
#include "yinxin/supervisor/domain_process.h"
#include "yinxin/supervisor/supervise.h"
#include "yinxin/verb.h"
#include "yinxin/verify_in_cell.h"

namespace yinxin::cli {

namespace {

constexpr std::chrono::milliseconds tick{250};  // errands between the domains
constexpr int ticks_of_upkeep = 20;             // status and lists: every five seconds
constexpr std::size_t passphrase_random_bytes = 18;

struct Wish {
  OfficeOptions office;
  std::uint16_t port = 8443;
  std::uint16_t desk_port = 8444;
  std::string listen = "127.0.0.1";
  bool init_if_needed = false;
  std::string outside;  // with it, the hall is open
  std::string programmes = "programmes";
  std::string sender;
  std::string wanted = "auto";
  int level = 0;                      // as it was found
  bool inside = false;                // the house of a supervisor
  std::vector<std::string> readable;  // of that house, beside its own
};

// What joins a house to its supervisor; nothing of it at L0.
struct Joined {
  std::optional<supervisor::Walled> walled;
  supervisor::HouseLinks links;
  std::mutex mutex;
  std::string states;
  std::unique_ptr<supervisor::ControlThread> control;
  std::string all_states() {
    const std::scoped_lock lock(mutex);
    return states;
  }
};

// The last bytes of each published file under one pointer, so that what HTTP computes of them is kept.
class Published {
 public:
  explicit Published(const office::House& house) : house_(house) {}
  Result<api::SharedBytes> get(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    YX_TRY(Bytes now, house_.public_file(name));
    api::SharedBytes& kept = kept_[name];
    if (!kept || *kept != now) {
      kept = std::make_shared<const Bytes>(std::move(now));
    }
    return kept;
  }

 private:
  const office::House& house_;
  std::mutex mutex_;
  std::map<std::string, api::SharedBytes> kept_;
};

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

std::string metrics_text(const net::Server* server) {
  if (server == nullptr) {
    return {};
  }
  const net::ServerCounts counts = server->counts();
  return "# TYPE yinxin_http_requests counter\nyinxin_http_requests " + std::to_string(counts.requests) +
         "\n# TYPE yinxin_http_connections_open gauge\nyinxin_http_connections_open " +
         std::to_string(counts.connections_open) + "\n# TYPE yinxin_http_timeouts counter\nyinxin_http_timeouts " +
         std::to_string(counts.timeouts) + "\n";
}

// A program of ours in the folder of this one.
std::string program_beside(const char* name) {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return (self.parent_path() / name).string();
}

// By our own root and what we publish, in a process of its own; nothing is kept of the file.
Result<std::string> verified(const std::string& folder, BytesView file, bool as_page) {
  seal::verify::Job job{.now = SystemClock().now(), .file_name = {}, .trusted = {}, .file = to_bytes(file)};
  const std::string published = folder + "/public";
  YX_TRY(Bytes root, read_file(published + "/root.cer"));
  job.trusted.push_back(std::move(root));
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(published, failed)) {
    YX_TRY(Bytes known, read_file(entry.path().string()));
    job.known.push_back(std::move(known));
  }
  YX_TRY(const auto report, verify_in_cell(program_beside("yinxin-verify-cell"), job));
  return as_page ? seal::verify::to_html(report, job.now) : seal::verify::to_json(report, seal::verify::Language::zh);
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

// Null where nobody has said where the providers are.
Result<std::unique_ptr<office::HallService>> open_hall(const Wish& wish, office::House& house,
                                                       const crypto::BootSecret& boot, const Clock& clock,
                                                       Random& random) {
  if (!wish.outside.empty()) {
    YX_TRY(const bool removed, office::take_in_providers(wish.office.data, boot, wish.outside, random));
    std::cout << "外部服务设置已密封保存，以后无需 --outside / the providers' settings are sealed in the office; "
                 "--outside is "
                 "not needed again"
              << (removed ? "；明文文件已删除 / the clear file was removed" : "") << std::endl;
  } else if (!office::has_kept_providers(wish.office.data)) {
    return std::unique_ptr<office::HallService>();
  }
  return office::HallService::open({.folder = wish.office.data,
                                    .programmes = wish.programmes,
                                    .outside = {},
                                    .base_url = house.settings().address,
                                    .cell = program_beside("yinxin-intake-cell"),
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

void tell_addresses(const std::string& base, const std::string& desk, const office::HallService* hall, bool inside) {
  if (!inside) {
    std::cout << "隔离级别 L0：各域同在一个进程，仅供演示 / isolation L0: all domains in one process, for "
                 "demonstration only\n";
  }
  std::cout << "时间源 1 个 / one source of time\n"
            << "就绪 ready: " << base << "/healthz\n  " << base << "/ocsp\n  " << base << "/crl/issuing.crl\n  " << base
            << "/tsa\n  " << base << "/ca/root.cer\n  " << base << "/api/v1/verify\n"
            << "办理台 desk: " << desk << std::endl;
  if (hall == nullptr) {
    return;
  }
  std::cout << "网上营业厅 the hall: " << base << "/api/v1" << std::endl;
  for (const auto& offer : hall->shelf().offers()) {
    std::cout << "  " << offer->programme.code << " projectId " << offer->programme.project_id << std::endl;
  }
}

supervisor::Surroundings around_of(const Wish& wish) {
  std::error_code failed;
  const auto whole = [&](const std::string& path) { return std::filesystem::weakly_canonical(path, failed).string(); };
  supervisor::Surroundings around{.data = whole(wish.office.data),
                                  .profiles = whole(wish.office.profiles),
                                  .readable = {whole(wish.programmes)},
                                  .programs = std::filesystem::path(program_beside("x")).parent_path().string()};
  if (!wish.sender.empty()) {
    around.readable.push_back(whole(wish.sender));
  }
  for (const std::string& path : wish.readable) {
    around.readable.push_back(whole(path));
  }
  return around;
}

// Starts the domains and the house, and keeps them.
Result<Exit> serve_apart(const Wish& wish) {
  supervisor::Supervised all{.level = static_cast<supervisor::Level>(wish.level), .around = around_of(wish)};
  YX_TRY(all.passphrase, read_passphrase(wish.office.passphrase, "机构口令 / passphrase of the office"));
  YX_TRY(const crypto::BootSecret boot, crypto::BootSecret::from_passphrase(all.passphrase.clone()));
  if (!wish.outside.empty()) {
    SystemRandom random;
    YX_CHECK(office::take_in_providers(wish.office.data, boot, wish.outside, random));
  }
  std::string authorities;  // of the providers' certificates: the house reads that file within its walls
  if (office::has_kept_providers(wish.office.data)) {
    YX_TRY(const outside::OutsideSettings providers, office::kept_providers(wish.office.data, boot));
    authorities = providers.authorities_file;
  }
  all.house_arguments = {"serve",        "--inside",
                         "--level",      std::to_string(wish.level),
                         "--data",       all.around.data,
                         "--profiles",   all.around.profiles,
                         "--programmes", all.around.readable.front(),
                         "--listen",     wish.listen,
                         "--port",       std::to_string(wish.port),
                         "--desk-port",  std::to_string(wish.desk_port)};
  if (!wish.sender.empty()) {
    all.house_arguments.insert(all.house_arguments.end(), {"--sender", all.around.readable[1]});
  }
  if (!authorities.empty()) {
    all.house_arguments.insert(all.house_arguments.end(), {"--readable", authorities});
  }
  return supervisor::supervise(all);
}

// Walls first, then everything else.
Result<crypto::BootSecret> enter(const Wish& wish, Joined& joined) {
  YX_TRY(joined.walled, supervisor::enter_walls({.name = supervisor::house_domain,
                                                 .level = static_cast<supervisor::Level>(wish.level),
                                                 .around = around_of(wish)}));
  return crypto::BootSecret::from_passphrase(std::move(joined.walled->brief.boot));
}

Result<std::unique_ptr<office::House>> open_house(const Wish& wish, Joined& joined, const crypto::BootSecret& boot,
                                                  const Clock& clock) {
  office::Neighbours neighbours;
  if (wish.inside) {
    YX_TRY(neighbours, joined.links.neighbours(joined.walled->brief));
  }
  return office::House::open(wish.office.data, wish.office.profiles, boot, clock, office::Opened::all, {},
                             std::move(neighbours));
}

// What the desk asks beyond its own domain; nothing without a hall.
office::DeskOutside beyond(office::HallService* hall) {
  office::DeskOutside all;
  if (hall != nullptr) {
    all.requery = [hall](const std::string& id) { return hall->ask_again(id); };
    all.street = &hall->street().street();
    all.order_courier = [hall](const std::string& id) { return hall->order_courier(id); };
    all.send_code = [hall](const std::string& id, const std::string& mobile, const SecretBytes& code) {
      return hall->send_activation_code(id, mobile, code);
    };
  }
  return all;
}

// The house is ready for its neighbours; what stays together is said in the audit.
Result<void> join(const Wish& wish, Joined& joined, office::House& house) {
  const cage::Held& held = joined.walled->held;
  YX_CHECK(house.desk_audit().record(
      {.role = "house",
       .subject = "uid " + std::to_string(::getuid()),
       .action = "domain.walls",
       .object = "L" + std::to_string(wish.level),
       .result = cage::Means{held.landlock_abi, held.has_seccomp}.describe() + "; together: desk street outside"}));
  YX_TRY(joined.control,
         supervisor::ControlThread::start(
             Descriptor(supervisor::control_descriptor), held,
             {.on_edge = [&joined](const std::string& asker, const std::string& hearer, bool asks,
                                   Descriptor socket) { joined.links.attach(asker, hearer, asks, std::move(socket)); },
              .on_states =
                  [&joined](const std::string& states) {
                    const std::scoped_lock lock(joined.mutex);
                    joined.states = states;
                  },
              .on_end = [] { ::kill(::getpid(), SIGTERM); }}));
  return {};
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
  if (wish.init_if_needed) {
    YX_CHECK(make_demonstration_office(wish));
  }
  find_level(wish);
  if (wish.level > 0 && !wish.inside) {
    return serve_apart(wish);
  }
  Joined joined;
  YX_TRY(const crypto::BootSecret boot, wish.inside ? enter(wish, joined) : wish.office.boot_secret());
  YX_TRY(const auto house, open_house(wish, joined, boot, clock));
  if (wish.inside) {
    // Before the hall opens: it asks the vault for the programmes in force, and the vault comes when the house is there.
    YX_CHECK(join(wish, joined, *house));
  }
  YX_CHECK(house->publish_due_lists());
  static SystemRandom random;
  YX_TRY(const auto hall, open_hall(wish, *house, boot, clock, random));

  Published published(*house);
  std::mutex writer;  // the house is one writer: upkeep, desk and holders take turns
  std::atomic<std::uint16_t> desk_port{wish.desk_port};
  const std::string scheme_and_host = "http://" + wish.listen + ":";
  office::DeskService desk({.house = *house,
                            .writer = writer,
                            .clock = clock,
                            .random = random,
                            .origin = [&] { return scheme_and_host + std::to_string(desk_port.load()); },
                            .outside = beyond(hall.get())});
  std::atomic<bool> ready{true};
  std::atomic<const net::Server*> running{nullptr};
  net::Router router;
  api::add_public_routes(router,
                         {.ocsp = [&](BytesView request) { return house->answers().status(request); },
                          .tsa = [&](BytesView request) { return house->answers().stamp(request); },
                          .crl = [&](const std::string& issuer) { return published.get(issuer + ".crl"); },
                          .ca_certificate = [&](const std::string& issuer) { return published.get(issuer + ".cer"); },
                          .metrics = [&] { return metrics_text(running); },
                          .verify = [&](BytesView file, bool page) { return verified(wish.office.data, file, page); },
                          .ready = [&] { return ready.load(); },
                          .states = [&] { return joined.all_states(); }},
                         clock);
  if (hall) {
    hall->add_routes(router);
  }
  api::add_holder_routes(router, desk.holder_ports());
  YX_TRY(const auto server, net::Server::start({.address = wish.listen, .port = wish.port}, std::move(router), clock));
  running = server.get();
  net::Router desk_router;
  desk.add_desk_routes(desk_router);
  YX_TRY(const auto desk_server,
         net::Server::start({.address = wish.listen, .port = wish.desk_port}, std::move(desk_router), clock));
  desk_port = desk_server->port();
  tell_addresses("http://" + wish.listen + ":" + std::to_string(server->port()),
                 scheme_and_host + std::to_string(desk_server->port()), hall.get(), wish.inside);
  const Exit exit = keep_up(*house, hall.get(), writer, ready, signals);
  desk_server->stop();
  running = nullptr;
  server->stop();
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
  serve_app->add_option("--listen", wish->listen, "address to listen on")->capture_default_str();
  serve_app->add_option("--outside", wish->outside,
                        "file that says where the providers are; it is sealed in the office, and opens the hall");
  serve_app->add_option("--programmes", wish->programmes, "folder of the programmes, with their agreements")
      ->capture_default_str();
  serve_app->add_option("--sender", wish->sender, "file (JSON) with the address that parcels are sent from");
  serve_app
      ->add_option("--level", wish->wanted,
                   "auto: the highest that this machine and this user have; 0 all domains in one process; 1 kmc, pin, "
                   "seal, tsa, ocsp and vault are processes of their own, walled "
                   "in; 2 and each has a uid of its own (started as root)")
      ->check(CLI::IsMember({"auto", "0", "1", "2"}))
      ->capture_default_str();
  serve_app->add_flag("--inside", wish->inside)->group("");
  serve_app->add_option("--readable", wish->readable)->group("");
  serve_app->add_flag("--init-if-needed", wish->init_if_needed, "make a demonstration office when the folder has none");
  serve_app->callback([&chosen, wish] {
    chosen.run = [wish] {
      const auto exit = serve(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
}

}  // namespace yinxin::cli
