// yinxin-agent activate: the holder takes a token over

#include <CLI/CLI.hpp>
#include <iostream>

#include "agent/deeds.h"
#include "agent/verb.h"
#include "base/clock.h"
#include "terminal/files.h"

namespace yinxin::agent {

namespace {

using cli::Exit;

struct Wish {
  ServerWish hall;
  cli::TokenWish token;
  std::string container{token::default_container};
  std::string roles_ca;
  std::string secret = "-";
  std::string new_pin = "-";
  std::string numbers;
  std::string seal;
  bool only_confirm = false;
};

constexpr std::size_t max_numbers_bytes = 4096;

// One a line: identity number, telephone, credit code. They stay on this machine.
Result<std::vector<std::string>> read_numbers(const std::string& path) {
  std::vector<std::string> numbers;
  if (path.empty()) {
    return numbers;
  }
  YX_TRY(const Bytes file, cli::read_file(path, max_numbers_bytes));
  for (std::string_view rest = text_of(file); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) {
      numbers.emplace_back(rest.substr(0, end));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return numbers;
}

Result<Exit> activate(const Wish& wish) {
  YX_TRY(const auto numbers, read_numbers(wish.numbers));
  YX_TRY(const x509::Certificate roles_ca, cli::read_certificate(wish.roles_ca));
  YX_TRY(const SecretBytes secret, wish.only_confirm ? Result<SecretBytes>(SecretBytes())
                                                     : cli::read_pin(wish.secret, "激活码 / activation secret"));
  YX_TRY(const SecretBytes new_pin, cli::read_new_pin(wish.new_pin, "新的用户 PIN / new user PIN"));
  YX_TRY(Remote remote, wish.hall.remote());
  YX_TRY(token::Ukey ukey, cli::open_token(wish.token));
  SystemRandom random;
  YX_TRY(const auto made, take_over(HallClient(std::move(remote)), ukey, wish.container,
                                    {.activation_secret = secret,
                                     .chosen_pin = new_pin,
                                     .numbers = numbers,
                                     .roles_ca = roles_ca,
                                     .only_confirm = wish.only_confirm},
                                    random, SystemClock().now()));
  if (made && !wish.seal.empty()) {
    YX_CHECK(cli::write_file(wish.seal, *made, true));
  }
  std::cout << "已激活，证书即刻有效 / activated; the certificates are good from now on\n";
  return Exit::done;
}

}  // namespace

void add_activate(CLI::App& app, cli::Chosen& chosen) {
  auto wish = std::make_shared<Wish>();
  CLI::App* verb =
      add_verb(app, chosen, wish, "activate", "take a new UKey over: your own PIN in place of the first one", activate);
  wish->hall.add_to(*verb, "hall");
  cli::add_token_options(*verb, wish->token);
  verb->add_option("--container", wish->container)->capture_default_str();
  verb->add_option("--roles-ca", wish->roles_ca, "certificate of the office's roles CA")->required();
  verb->add_option("--secret-file", wish->secret, "activation secret: a file, or - for a line of input");
  verb->add_option("--new-pin-file", wish->new_pin, "your own PIN, 8 to 16 characters: a file, or - for a line");
  verb->add_option("--numbers-file", wish->numbers,
                   "identity numbers, telephone, credit code, one a line: none may stand in the PIN");
  verb->add_option("--seal-out", wish->seal, "where your seal goes (.esl)");
  verb->add_flag("--only-confirm", wish->only_confirm, "the PIN was set already, the last step is to be said again");
}

}  // namespace yinxin::agent
