// yinxin-agent send-code, activate: the holder takes a token over

#include <CLI/CLI.hpp>
#include <algorithm>
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
  std::string mobile = "-";
  std::string ticket;
  std::string code = "-";
  std::string secret = "-";
  std::string new_pin = "-";
  std::string numbers;
  std::string seal;
  bool only_confirm = false;
};

constexpr std::size_t max_numbers_bytes = 4096;
constexpr std::size_t max_ticket_bytes = 64;
constexpr unsigned private_mode = 0600;

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

Result<pin::MessageId> ask_for_code(const Wish& wish, token::Ukey& ukey) {
  YX_TRY(const SecretBytes mobile,
         cli::read_pin(wish.mobile, "申请时填写的经办人手机号码 / the requester's mobile number"));
  YX_TRY(Remote remote, wish.hall.remote());
  return send_code(HallClient(std::move(remote)), ukey, wish.container, std::string(mobile.expose_text()));
}

Result<Exit> send(const Wish& wish) {
  YX_TRY(token::Ukey ukey, cli::open_token(wish.token));
  YX_TRY(const pin::MessageId challenge, ask_for_code(wish, ukey));
  YX_CHECK(cli::write_file(wish.ticket, bytes_of(to_hex(challenge)), true, private_mode));
  std::cout
      << "如该号码为经办人手机，验证码已发出，5 分钟内有效 / if the number is the requester's, a code is on its way, "
         "good for 5 minutes\n";
  return Exit::done;
}

// What was asked for before, or now.
Result<office::ActivationCode> read_code(const Wish& wish, token::Ukey& ukey) {
  office::ActivationCode code;
  if (wish.ticket.empty()) {
    YX_TRY(code.challenge, ask_for_code(wish, ukey));
  } else {
    YX_TRY(const Bytes file, cli::read_file(wish.ticket, max_ticket_bytes));
    YX_TRY(const Bytes challenge, from_hex(text_of(file)));
    if (challenge.size() != code.challenge.size()) {
      return fail(ErrorCode::invalid_input, wish.ticket + " is not what send-code wrote");
    }
    std::ranges::copy(challenge, code.challenge.begin());
  }
  YX_TRY(code.digits, cli::read_pin(wish.code, "短信验证码 / code by SMS"));
  return code;
}

Result<Exit> activate(const Wish& wish) {
  YX_TRY(const auto numbers, read_numbers(wish.numbers));
  YX_TRY(const x509::Certificate roles_ca, cli::read_certificate(wish.roles_ca));
  YX_TRY(const SecretBytes secret, wish.only_confirm ? Result<SecretBytes>(SecretBytes())
                                                     : cli::read_pin(wish.secret, "激活码 / activation secret"));
  YX_TRY(const SecretBytes new_pin, cli::read_new_pin(wish.new_pin, "新的用户 PIN / new user PIN"));
  YX_TRY(token::Ukey ukey, cli::open_token(wish.token));
  YX_TRY(const office::ActivationCode code,
         wish.only_confirm ? Result<office::ActivationCode>(office::ActivationCode{}) : read_code(wish, ukey));
  YX_TRY(Remote remote, wish.hall.remote());
  SystemRandom random;
  YX_TRY(const auto made, take_over(HallClient(std::move(remote)), ukey, wish.container,
                                    {.activation_secret = secret,
                                     .code = code,
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

void add_send_code(CLI::App& app, cli::Chosen& chosen) {
  auto wish = std::make_shared<Wish>();
  CLI::App* verb = add_verb(app, chosen, wish, "send-code",
                            "have the code sent that a new UKey is taken over with: to the requester's mobile", send);
  wish->hall.add_to(*verb, "hall");
  cli::add_token_options(*verb, wish->token);
  verb->add_option("--container", wish->container)->capture_default_str();
  verb->add_option("--mobile-file", wish->mobile, "the requester's mobile number: a file, or - for a line of input");
  verb->add_option("--ticket", wish->ticket, "file that `activate` is given afterwards")->required();
}

void add_activate(CLI::App& app, cli::Chosen& chosen) {
  auto wish = std::make_shared<Wish>();
  CLI::App* verb =
      add_verb(app, chosen, wish, "activate", "take a new UKey over: your own PIN in place of the first one", activate);
  wish->hall.add_to(*verb, "hall");
  cli::add_token_options(*verb, wish->token);
  verb->add_option("--container", wish->container)->capture_default_str();
  verb->add_option("--ticket", wish->ticket, "file that `send-code` wrote; without it a code is asked for now");
  verb->add_option("--mobile-file", wish->mobile,
                   "without --ticket: the requester's mobile number, a file, or - for a line of input");
  verb->add_option("--code-file", wish->code, "code that came by SMS: a file, or - for a line of input");
  verb->add_option("--roles-ca", wish->roles_ca, "certificate of the office's roles CA")->required();
  verb->add_option("--secret-file", wish->secret, "activation secret: a file, or - for a line of input");
  verb->add_option("--new-pin-file", wish->new_pin, "your own PIN, 8 to 16 characters: a file, or - for a line");
  verb->add_option("--numbers-file", wish->numbers,
                   "identity numbers, telephone, credit code, one a line: none may stand in the PIN");
  verb->add_option("--seal-out", wish->seal, "where your seal goes (.esl)");
  verb->add_flag("--only-confirm", wish->only_confirm, "the PIN was set already, the last step is to be said again");
}

}  // namespace yinxin::agent
