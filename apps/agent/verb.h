#pragma once
// The verbs of `yinxin-agent` and what they share.

#include "agent/desk_client.h"
#include "terminal/tell.h"
#include "terminal/token_key.h"

namespace yinxin::agent {

// Where a server is, and whose certificate it must show.
struct ServerWish {
  std::string url;
  std::string authorities;
  // --NAME URL and --NAME-ca FILE
  void add_to(CLI::App& app, const std::string& name);
  [[nodiscard]] Result<Remote> remote() const;
};

// The desk, and the officer's login key that opens a session there.
struct DeskWish {
  ServerWish server;
  cli::TokenKeyWish login;
  std::string session;  // file
  bool json = false;
  void add_to(CLI::App& app);
  // With the session in the file when it still holds, else by the login key.
  [[nodiscard]] Result<DeskClient> open() const;
};

void add_desk(CLI::App& app, cli::Chosen& chosen);
void add_station(CLI::App& app, cli::Chosen& chosen);
void add_send_code(CLI::App& app, cli::Chosen& chosen);
void add_activate(CLI::App& app, cli::Chosen& chosen);
void add_serve(CLI::App& app, cli::Chosen& chosen);
void add_consents(CLI::App& app, cli::Chosen& chosen);

void run_when_chosen(CLI::App& verb, cli::Chosen& chosen, std::function<Result<cli::Exit>()> run);
CLI::App* add_subcommand(CLI::App& app, const char* name, const char* what);

// A subcommand whose failure is told.
template <class Wish>
CLI::App* add_verb(CLI::App& app, cli::Chosen& chosen, const std::shared_ptr<Wish>& wish, const char* name,
                   const char* what, Result<cli::Exit> (*run)(const Wish&)) {
  CLI::App* verb = add_subcommand(app, name, what);
  run_when_chosen(*verb, chosen, [wish, run] { return run(*wish); });
  return verb;
}

}  // namespace yinxin::agent
