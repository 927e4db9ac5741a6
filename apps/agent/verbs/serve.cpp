// yinxin-agent serve: answers pages in browsers of this machine, and asks the person in its own window
// yinxin-agent consents list|remove: which pages may

#include <pthread.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>

#include "agent/verb.h"
#include "agent/web/origin.h"
#include "agent/web/routes.h"
#include "net/server.h"
#include "pki/ca/journal.h"

namespace yinxin::agent {

namespace {

using cli::Exit;

constexpr std::size_t max_connections = 32;
constexpr std::size_t max_waiting = 16;
constexpr std::size_t workers = 4;

struct ServeWish {
  std::uint16_t port = web::default_port;
  std::vector<std::string> allowed;
  std::string folder;
  cli::TokenWish token;
  std::string issuing_ca;
  std::string environment;
};
struct ConsentsWish {
  std::string folder;
  std::string origin;
  bool json = false;
};

Result<web::Consents> consents_in(const std::string& folder) {
  std::filesystem::path chosen = folder;
  if (folder.empty()) {
    YX_TRY(chosen, web::default_folder());
  }
  return web::Consents::in(chosen);
}

// The signals to end, blocked before any thread starts. Who is in the background may not read the terminal: that is
// told to the page, and does not stop the process.
sigset_t block_signals_to_end() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&signals, one);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  for (const int one : {SIGTTIN, SIGTTOU, SIGPIPE}) {
    std::signal(one, SIG_IGN);
  }
  return signals;
}

Result<std::optional<web::SignsFor>> signs_for(const ServeWish& wish) {
  if (wish.issuing_ca.empty() != wish.environment.empty()) {
    return fail(ErrorCode::invalid_input, "--issuing-ca and --environment go together");
  }
  if (wish.issuing_ca.empty()) {
    return std::optional<web::SignsFor>();
  }
  YX_TRY(const x509::Certificate issuing, cli::read_certificate(wish.issuing_ca));
  return std::optional(
      web::SignsFor{.ca_key_hash = pki::issuer_id(issuing.public_key()), .environment = wish.environment});
}

Result<Exit> serve(const ServeWish& wish) {
  const sigset_t signals = block_signals_to_end();
  static const SystemClock clock;
  static SystemRandom random;
  std::set<std::string> allowed;
  for (const std::string& one : wish.allowed) {
    YX_TRY(std::string origin, web::parse_origin(one));
    allowed.insert(std::move(origin));
  }
  YX_TRY(const auto signing, signs_for(wish));
  YX_TRY(const web::Consents consents, consents_in(wish.folder));
  YX_CHECK(consents.list());
  YX_TRY(const auto library, cli::load_library(wish.token));
  web::OfficerKeys keys(library, wish.token.application);
  YX_TRY(const auto window, web::Window::open());
  const auto port = std::make_shared<std::atomic<std::uint16_t>>(0);
  net::Router router;
  auto admit = web::add_web_routes(router, {.window = *window,
                                            .keys = keys,
                                            .consents = consents,
                                            .allowed = std::move(allowed),
                                            .port = [port] { return port->load(); },
                                            .signs_for = signing,
                                            .version = YX_VERSION,
                                            .clock = clock,
                                            .random = random});
  net::ServerOptions options{.port = wish.port, .workers = workers};
  options.admit = std::move(admit);
  options.limits.max_connections = max_connections;
  options.limits.max_waiting_slow_requests = max_waiting;
  YX_TRY(const auto server, net::Server::start(std::move(options), std::move(router), clock));
  port->store(server->port());
  std::cout << "印信客户端正在等待网页的请求，请保持本窗口打开；按 Ctrl-C 退出\n"
               "waiting for pages; keep this window open, Ctrl-C ends\n"
            << "就绪 ready: http://127.0.0.1:" << server->port() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  window->close();
  server->stop();
  std::cout << "已退出 / ended" << std::endl;
  return Exit::done;
}

Result<Exit> list_consents(const ConsentsWish& wish) {
  YX_TRY(const web::Consents consents, consents_in(wish.folder));
  YX_TRY(const auto given, consents.list());
  boost::json::array list;
  for (const web::Consent& one : given) {
    if (wish.json) {
      list.push_back(boost::json::object{
          {"origin", one.origin}, {"answer", web::name_of(one.answer)}, {"at", to_rfc3339(one.at)}});
    } else {
      std::cout << (one.answer == web::Answer::granted ? "允许 / granted  " : "拒绝 / refused  ") << one.origin << "  "
                << to_rfc3339(one.at) << "\n";
    }
  }
  if (wish.json) {
    std::cout << boost::json::serialize(list) << "\n";
  } else if (given.empty()) {
    std::cout << "没有答复过任何网页 / no page was answered yet\n";
  }
  return Exit::done;
}

Result<Exit> remove_consent(const ConsentsWish& wish) {
  YX_TRY(const web::Consents consents, consents_in(wish.folder));
  YX_CHECK(consents.remove(wish.origin));
  std::cout << "已移除，下次重新询问 / removed; it is asked anew\n";
  return Exit::done;
}

constexpr const char* folder_help = "where the answers are kept; default: ~/.config/yinxin-agent";

}  // namespace

void add_serve(CLI::App& app, cli::Chosen& chosen) {
  auto wish = std::make_shared<ServeWish>();
  CLI::App* verb = add_verb(app, chosen, wish, "serve",
                            "answer pages in browsers of this machine; what they ask is shown and answered in this "
                            "terminal, and PINs are typed here alone",
                            serve);
  verb->add_option("--port", wish->port, "on 127.0.0.1; 0: any free one")->capture_default_str();
  verb->add_option("--allow-origin", wish->allowed,
                   "a page's origin that need not ask for consent, as https://desk.example; default: none");
  verb->add_option("--folder", wish->folder, folder_help);
  verb->add_option("--library", wish->token.library, "GM/T 0016 library; default: the soft token's");
  verb->add_option("--application", wish->token.application, "on the UKeys")->capture_default_str();
  verb->add_option("--issuing-ca", wish->issuing_ca,
                   "certificate of the CA that this machine signs for; without, it signs no approvals");
  verb->add_option("--environment", wish->environment, "what this machine signs for: demo, production …");
}

void add_consents(CLI::App& app, cli::Chosen& chosen) {
  CLI::App* consents = app.add_subcommand("consents", "which pages may use the UKeys of this machine");
  consents->require_subcommand(1);
  auto listing = std::make_shared<ConsentsWish>();
  CLI::App* list = add_verb(*consents, chosen, listing, "list", "what was answered to which origin", list_consents);
  list->add_flag("--json", listing->json, "print as JSON");
  list->add_option("--folder", listing->folder, folder_help);
  auto removing = std::make_shared<ConsentsWish>();
  CLI::App* remove = add_verb(*consents, chosen, removing, "remove", "take an answer back, at once", remove_consent);
  remove->add_option("ORIGIN", removing->origin, "as `consents list` shows it")->required();
  remove->add_option("--folder", removing->folder, folder_help);
}

}  // namespace yinxin::agent
