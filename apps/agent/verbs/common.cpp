#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "agent/verb.h"
#include "terminal/files.h"

namespace yinxin::agent {

namespace {

constexpr std::size_t max_authorities_bytes = 1024 * 1024;
constexpr std::size_t max_session_bytes = 1024;

}  // namespace

void ServerWish::add_to(CLI::App& app, const std::string& name) {
  app.add_option("--" + name, url, "its address: https://host:port, or http:// on this machine")->required();
  app.add_option("--" + name + "-ca", authorities, "PEM of the authorities that its https certificate must come from");
}

Result<Remote> ServerWish::remote() const {
  if (authorities.empty()) {
    return Remote::at(url, {});
  }
  YX_TRY(const Bytes pem, cli::read_file(authorities, max_authorities_bytes));
  return Remote::at(url, std::string(text_of(pem)));
}

void DeskWish::add_to(CLI::App& app) {
  server.add_to(app, "desk");
  cli::add_token_key_options(app, login, "", "login");
  app.add_option("--session", session, "file of a session that `desk login` opened; else the UKey opens one");
}

Result<DeskClient> DeskWish::open() const {
  YX_TRY(Remote remote, server.remote());
  DeskClient desk(std::move(remote));
  std::error_code ignored;
  if (!session.empty() && std::filesystem::exists(session, ignored)) {
    YX_TRY(const Bytes token, cli::read_file(session, max_session_bytes));
    YX_CHECK(from_hex(text_of(token)));
    desk.resume(std::string(text_of(token)));
    const auto known = desk.me();
    if (known) {
      return desk;
    }
    if (known.error().code != ErrorCode::not_signed_in) {
      return known.error();
    }
  }
  YX_TRY(const auto key, cli::open_token_key(login, "登录人"));
  YX_CHECK(desk.log_in(key->certificate, *key->signer));
  return desk;
}

CLI::App* add_subcommand(CLI::App& app, const char* name, const char* what) { return app.add_subcommand(name, what); }

void run_when_chosen(CLI::App& verb, cli::Chosen& chosen, std::function<Result<cli::Exit>()> run) {
  verb.callback([&chosen, run = std::move(run)] {
    chosen.run = [run] {
      const auto exit = run();
      return exit ? *exit : cli::tell(exit.error());
    };
  });
}

}  // namespace yinxin::agent
