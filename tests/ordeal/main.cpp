// The ordeal, and every process in it: the supervisor and the test run this program again, with the verbs of `yinxin`.

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <thread>

#include "base/core_dumps.h"
#include "ordeal/board.h"
#include "ordeal/ordeal.h"
#include "yinxin/supervisor/domain_verb.h"
#include "yinxin/verb.h"

namespace {

// Whoever is started by an ordeal ends with it, also when it is killed; domains end with their supervisor by
// themselves. All signals stay the other threads'.
void end_with_parent() {
  const int parent = static_cast<int>(::syscall(SYS_pidfd_open, ::getppid(), 0));
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  std::thread([parent] {
    pollfd wait{.fd = parent, .events = POLLIN, .revents = 0};
    while (::poll(&wait, 1, -1) < 1) {
    }
    std::raise(SIGKILL);
  }).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// What is being tried: the same verbs as the program that people run, with kill points that obey the board.
int run_verb(int argc, char** argv) {
  using namespace yinxin;
  if (ordeal::Board* const board = ordeal::find_board(); board != nullptr) {
    ordeal::follow_clock(*board);
    ordeal::obey(*board);
  }
  const std::vector<std::string_view> words(argv, argv + argc);
  const bool is_domain = words[1] == "domain";
  if (!is_domain) {
    end_with_parent();
  }
  CLI::App app;
  app.require_subcommand(1);
  cli::Chosen chosen;
  cli::add_serve(app, chosen);
  cli::add_domain(app, chosen);
  cli::add_emulate(app, chosen);
  CLI11_PARSE(app, argc, argv);
  return forbid_core_dumps() ? static_cast<int>(chosen.run()) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "serve" || verb == "domain" || verb == "emulate") {
    return run_verb(argc, argv);
  }
  CLI::App app{"Whole journeys while processes are killed and providers misbehave; the laws counted at the end."};
  yinxin::ordeal::Wish wish;
  yinxin::ordeal::add_options(app, wish);
  CLI11_PARSE(app, argc, argv);
  try {
    return yinxin::ordeal::run(wish);
  } catch (const std::exception& wrong) {
    std::cerr << "ordeal: " << wrong.what() << std::endl;
    return 1;
  }
}
