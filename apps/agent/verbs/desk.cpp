// yinxin-agent desk login|list|show|reveal|claim|return|refuse|evidence|accept|approve|dispatch: an officer at the desk

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "agent/deeds.h"
#include "agent/verb.h"
#include "base/clock.h"
#include "pki/ca/journal.h"
#include "seal/text.h"
#include "terminal/approval_window.h"
#include "terminal/files.h"

namespace yinxin::agent {

namespace {

using cli::Exit;

constexpr unsigned private_mode = 0600;
constexpr std::size_t default_cases_listed = 50;

struct Wish {
  DeskWish desk;
  cli::TokenKeyWish approval;
  std::string id;
  std::string state;
  std::size_t limit = default_cases_listed;
  std::string field;
  std::string reason;
  std::vector<std::string> reopened;
  std::vector<std::string> overrides;
  std::string issuing_ca;
  std::string environment;
};

std::string text_in(const boost::json::object& from, std::string_view key) {
  const auto* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? seal::clean_text(std::string(found->get_string())) : std::string();
}

std::string label_in(const boost::json::object& from) {
  const auto* state = from.if_contains("state");
  return state != nullptr && state->is_object()
             ? text_in(state->get_object(), "label") + " / " + text_in(state->get_object(), "code")
             : std::string();
}

Result<boost::json::object> read_json(const std::string& text) {
  boost::system::error_code failed;
  boost::json::value read = boost::json::parse(text, failed);
  return failed || !read.is_object()
             ? Result<boost::json::object>(fail(ErrorCode::invalid_input, "the desk's answer is not understood"))
             : Result<boost::json::object>(std::move(read.get_object()));
}

// Lists of objects under a key; nothing for anything else.
std::vector<boost::json::object> objects_in(const boost::json::object& from, std::string_view key) {
  std::vector<boost::json::object> objects;
  const auto* found = from.if_contains(key);
  if (found != nullptr && found->is_array()) {
    for (const auto& each : found->get_array()) {
      if (each.is_object()) {
        objects.push_back(each.get_object());
      }
    }
  }
  return objects;
}

void print_details(const boost::json::object& shown) {
  if (const auto* unit = shown.if_contains("unit"); unit != nullptr && unit->is_object()) {
    std::cout << "  " << text_in(unit->get_object(), "name") << "  " << text_in(unit->get_object(), "uscc") << "\n";
  }
  for (const auto& line : objects_in(shown, "lines")) {
    std::cout << "  " << text_in(line, "business_label") << "  " << text_in(line, "state_label") << " / "
              << text_in(line, "state") << "\n";
  }
  for (const auto& receipt : objects_in(shown, "receipts")) {
    const auto* passed = receipt.if_contains("passed");
    std::cout << "  核验 " << text_in(receipt, "kind") << "  "
              << (passed != nullptr && passed->is_bool() && passed->get_bool() ? "通过 / passed"
                                                                               : "未通过 / not passed")
              << "  " << text_in(receipt, "at") << "\n";
  }
  for (const auto& check : objects_in(shown, "checks")) {
    std::cout << "  机检 " << text_in(check, "level") << "  " << text_in(check, "subject") << "  "
              << text_in(check, "sentence") << "  " << text_in(check, "found") << "\n";
  }
  for (const auto& event : objects_in(shown, "timeline")) {
    std::cout << "  " << text_in(event, "at") << "  " << text_in(event, "kind") << "  " << text_in(event, "actor")
              << "  " << text_in(event, "detail") << "\n";
  }
}

Result<Exit> told(const Wish& wish, const Result<std::string>& answer, bool with_details = false) {
  if (!answer) {
    return answer.error();
  }
  if (wish.desk.json) {
    std::cout << *answer << "\n";
    return Exit::done;
  }
  YX_TRY(const auto shown, read_json(*answer));
  std::cout << text_in(shown, "number") << ": " << label_in(shown) << "\n";
  if (with_details) {
    print_details(shown);
  }
  return Exit::done;
}

Result<Exit> log_in(const Wish& wish) {
  if (wish.desk.session.empty()) {
    return fail(ErrorCode::invalid_input, "desk login keeps its session in a file: --session FILE");
  }
  YX_TRY(Remote remote, wish.desk.server.remote());
  DeskClient desk(std::move(remote));
  YX_TRY(const auto key, cli::open_token_key(wish.desk.login, "登录人"));
  YX_TRY(const std::string token, desk.log_in(key->certificate, *key->signer));
  YX_CHECK(cli::write_file(wish.desk.session, bytes_of(token), true, private_mode));
  std::cout << "已登录 / logged in: " << seal::clean_text(key->certificate.subject().text()) << "\n";
  return Exit::done;
}

Result<Exit> list(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  YX_TRY(const std::string answer, desk.list(wish.state, wish.limit));
  if (wish.desk.json) {
    std::cout << answer << "\n";
    return Exit::done;
  }
  YX_TRY(const auto read, read_json(answer));
  for (const auto& one : objects_in(read, "cases")) {
    std::cout << text_in(one, "number") << "  " << label_in(one) << "  " << text_in(one, "unit") << "\n";
  }
  return Exit::done;
}

Result<Exit> show(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  return told(wish, desk.show(wish.id), true);
}

Result<Exit> reveal(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  YX_TRY(const std::string answer, desk.reveal(wish.id, wish.field));
  if (wish.desk.json) {
    std::cout << answer << "\n";
    return Exit::done;
  }
  YX_TRY(const auto read, read_json(answer));
  std::cout << text_in(read, "value") << "\n";
  return Exit::done;
}

Result<Exit> claim(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  return told(wish, desk.claim(wish.id));
}

// NAME=WORDS, as often as it is given.
Result<std::map<std::string, std::string>> pairs_of(const std::vector<std::string>& given, const std::string& option) {
  std::map<std::string, std::string> pairs;
  for (const std::string& one : given) {
    const auto equals = one.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == one.size()) {
      return fail(ErrorCode::invalid_input, option + " reads NAME=WORDS");
    }
    pairs[one.substr(0, equals)] = one.substr(equals + 1);
  }
  return pairs;
}

Result<Exit> give_back(const Wish& wish) {
  YX_TRY(const auto reopened, pairs_of(wish.reopened, "--reopen"));
  YX_TRY(DeskClient desk, wish.desk.open());
  return told(wish, desk.give_back(wish.id, wish.reason, reopened));
}

Result<Exit> refuse(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  return told(wish, desk.refuse(wish.id, wish.reason));
}

Result<Exit> evidence(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  return told(wish, desk.requery(wish.id), true);
}

Result<Exit> dispatch(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  return told(wish, desk.dispatch(wish.id));
}

Result<Exit> sign(const Wish& wish, trust::Decision decision) {
  YX_TRY(const auto overrides, pairs_of(wish.overrides, "--override"));
  YX_TRY(const x509::Certificate issuing, cli::read_certificate(wish.issuing_ca));
  YX_TRY(DeskClient desk, wish.desk.open());
  YX_TRY(const auto officer, cli::open_token_key(wish.approval, "审批人"));
  cli::TerminalWindow window;
  SystemRandom random;
  return told(wish, decide(desk, wish.id, decision, overrides,
                           {.certificate = officer->certificate,
                            .signer = officer->signer.get(),
                            .ca_key_hash = pki::issuer_id(issuing.public_key()),
                            .environment = wish.environment},
                           window, random, SystemClock().now()));
}
Result<Exit> accept(const Wish& wish) { return sign(wish, trust::Decision::accept); }
Result<Exit> approve(const Wish& wish) { return sign(wish, trust::Decision::approve); }

using Run = Result<Exit> (*)(const Wish&);

struct Verb {
  CLI::App* app;
  std::shared_ptr<Wish> wish;
};

Verb add(CLI::App& app, cli::Chosen& chosen, const char* name, const char* what, Run run, bool of_case = true) {
  auto wish = std::make_shared<Wish>();
  CLI::App* verb = add_verb(app, chosen, wish, name, what, run);
  wish->desk.add_to(*verb);
  if (of_case) {
    verb->add_option("CASE", wish->id, "number of the case")->required();
  }
  verb->add_flag("--json", wish->desk.json, "print the desk's answer as JSON");
  return {verb, wish};
}

void add_decision(CLI::App& app, cli::Chosen& chosen, const char* name, Run run) {
  const Verb verb = add(app, chosen, name, "read what it is in this window, and sign it with the UKey", run);
  cli::add_token_key_options(*verb.app, verb.wish->approval, "approval-", "approval");
  verb.app->add_option("--issuing-ca", verb.wish->issuing_ca, "certificate of the CA that this machine signs for")
      ->required();
  verb.app->add_option("--environment", verb.wish->environment, "what this machine signs for: demo, production …")
      ->required();
  if (std::string_view(name) == "accept") {
    verb.app->add_option("--override", verb.wish->overrides, "KIND=REASON: go on without this provider's answer");
  }
}

}  // namespace

void add_desk(CLI::App& app, cli::Chosen& chosen) {
  CLI::App* desk = app.add_subcommand("desk", "an officer at the desk, by the UKey");
  desk->require_subcommand(1);
  add(*desk, chosen, "login", "open a session and keep it in --session FILE", log_in, false);
  const Verb listing = add(*desk, chosen, "list", "the newest cases", list, false);
  listing.app->add_option("--state", listing.wish->state, "only those in this state");
  listing.app->add_option("--limit", listing.wish->limit)->capture_default_str();
  add(*desk, chosen, "show", "data, lines, receipts, machine checks, timeline", show);
  const Verb revealing = add(*desk, chosen, "reveal", "one value of a person that show covers; recorded", reveal);
  revealing.app->add_option("--field", revealing.wish->field, "as the answer's \"covered\" names it")->required();
  add(*desk, chosen, "claim", "take a case in hand", claim);
  const Verb returning = add(*desk, chosen, "return", "back to the requester, with what may be changed", give_back);
  returning.app->add_option("--reason", returning.wish->reason, "the requester reads it")->required();
  returning.app->add_option("--reopen", returning.wish->reopened, "FIELD=WORDS: may be changed again");
  const Verb refusing = add(*desk, chosen, "refuse", "the end of a case that cannot be granted", refuse);
  refusing.app->add_option("--reason", refusing.wish->reason, "the requester reads it")->required();
  add(*desk, chosen, "evidence", "ask every provider again and keep the signed receipts", evidence);
  add(*desk, chosen, "dispatch", "order the courier for what was made", dispatch);
  add_decision(*desk, chosen, "accept", accept);
  add_decision(*desk, chosen, "approve", approve);
}

}  // namespace yinxin::agent
