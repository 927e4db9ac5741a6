// yinxin officer request|station|install|list: officers' keys on their UKeys, before and after the ceremony

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "base/identifiers/person.h"
#include "crypto/key_file.h"
#include "crypto/x509/build.h"
#include "seal/text.h"
#include "terminal/files.h"
#include "trust/roles.h"
#include "yinxin/case_verbs.h"
#include "yinxin/office/roster.h"

namespace yinxin::cli {

namespace {

constexpr std::size_t max_roster_bytes = 1024 * 1024;
constexpr std::size_t max_envelope_bytes = 4096;
constexpr unsigned private_mode = 0600;

struct Wish {
  std::string data;
  TokenWish token;
  std::string container = "approval";
  std::string login_container = "login";
  std::string pin = "-";
  std::string name;
  std::string role;
  std::string resident_id;
  std::string request;
  std::string login_request;
  std::string login_certificate;
  std::string roster;
  std::string key;
  std::string passphrase = "-";
  std::string certificate;
  std::string envelope;
  bool json = false;
};

// Adds an entry to the JSON list that the ceremony reads; the request stands beside it.
Result<void> add_to_roster(const Wish& wish, BytesView request) {
  boost::json::array list;
  std::error_code ignored;
  if (std::filesystem::exists(wish.roster, ignored)) {
    YX_TRY(const Bytes file, read_file(wish.roster, max_roster_bytes));
    boost::system::error_code failed;
    const boost::json::value read = boost::json::parse(text_of(file), failed);
    if (failed || !read.is_array()) {
      return fail(ErrorCode::invalid_input, wish.roster + " is not a JSON list of officers");
    }
    list = read.get_array();
  }
  YX_CHECK(write_file(wish.request, request, false));
  boost::json::object entry{
      {"name", wish.name}, {"role", wish.role}, {"request", std::filesystem::path(wish.request).filename().string()}};
  if (!wish.login_request.empty()) {
    entry["login_request"] = std::filesystem::path(wish.login_request).filename().string();
  }
  if (!wish.resident_id.empty()) {
    entry["resident_id"] = wish.resident_id;
  }
  list.push_back(std::move(entry));
  return write_file(wish.roster, boost::json::serialize(list) + "\n", true);
}

// A key born in `container`, and the request that proves it.
Result<Bytes> born_key(token::Ukey& ukey, const std::string& container) {
  YX_TRY(const auto containers, ukey.containers());
  if (std::ranges::find(containers, container) == containers.end()) {
    YX_CHECK(ukey.create_container(container));
  } else if (ukey.signing_certificate(container)) {
    return fail(ErrorCode::already_exists, "the container holds a certificate; its key is not overwritten");
  }
  YX_CHECK(ukey.generate_signing_pair(container));
  YX_TRY(const auto signer, ukey.signer(container));
  return x509::make_request(x509::Name::build({}), *signer);
}

// Custodians do not sit at the desk, nor do administrators but the one who reads its audit.
bool sits_at_desk(trust::Role role) {
  return role == trust::Role::registration_officer || role == trust::Role::review_officer ||
         role == trust::Role::production_officer || role == trust::Role::finance_officer ||
         role == trust::Role::audit_administrator;
}

Result<Exit> request(const Wish& told) {
  Wish wish = told;
  YX_TRY(const trust::Role role, trust::role_of_name(wish.role));
  YX_CHECK(ResidentId::parse(wish.resident_id, SystemClock().now()));
  if (wish.login_request.empty() && sits_at_desk(role)) {
    wish.login_request = wish.request + ".login";
  }
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(const SecretBytes pin, read_pin(wish.pin, "UKey PIN"));
  YX_CHECK(ukey.verify_pin(token::PinRole::user, pin).outcome);
  YX_TRY(const Bytes made, born_key(ukey, wish.container));
  if (!wish.login_request.empty()) {
    YX_TRY(const Bytes login, born_key(ukey, wish.login_container));
    YX_CHECK(write_file(wish.login_request, login, false));
  }
  YX_CHECK(add_to_roster(wish, made));
  std::cout << "密钥已在 UKey 内生成，请求已写入 / key born on the UKey, request in " << wish.request << "\n";
  if (!wish.login_request.empty()) {
    std::cout << "登录密钥的请求 / request of the login key: " << wish.login_request << "\n";
  }
  return Exit::done;
}

// A production station is a machine: its key is a file under a passphrase.
Result<Exit> station(const Wish& told) {
  Wish wish = told;
  wish.role = "station";
  YX_TRY(const SecretBytes passphrase, read_passphrase(wish.passphrase, "制证站口令 / passphrase of the station"));
  SystemRandom random;
  crypto::SoftSigner signer(crypto::Sm2PrivateKey::generate(random));
  YX_TRY(const std::string sealed, crypto::seal_key(passphrase, signer.key(), random));
  YX_TRY(const Bytes made, x509::make_request(x509::Name::build({}), signer));
  YX_CHECK(write_file(wish.key, bytes_of(sealed), false, private_mode));
  YX_CHECK(add_to_roster(wish, made));
  std::cout << "制证站密钥与请求已写入 / key and request of the station written\n";
  return Exit::done;
}

Result<void> put_certificate(token::Ukey& ukey, const std::string& container, const x509::Certificate& certificate) {
  YX_TRY(const auto key, ukey.signing_public_key(container));
  if (certificate.public_key().sm2() != key) {
    return fail(ErrorCode::conflict, "the certificate is for another key than the container's");
  }
  return ukey.import_signing_certificate(container, certificate.der());
}

Result<Exit> install(const Wish& wish) {
  YX_TRY(const x509::Certificate certificate, read_certificate(wish.certificate));
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(const SecretBytes pin, read_pin(wish.pin, "UKey PIN"));
  YX_CHECK(ukey.verify_pin(token::PinRole::user, pin).outcome);
  YX_CHECK(put_certificate(ukey, wish.container, certificate));
  if (!wish.login_certificate.empty()) {
    YX_TRY(const x509::Certificate login, read_certificate(wish.login_certificate));
    YX_CHECK(put_certificate(ukey, wish.login_container, login));
  }
  if (!wish.envelope.empty()) {
    YX_TRY(const Bytes envelope, read_file(wish.envelope, max_envelope_bytes));
    YX_CHECK(ukey.import_encryption_pair(wish.container, envelope));
  }
  std::cout << "证书已装入 UKey / certificate installed: " << seal::clean_text(certificate.subject().text()) << "\n";
  return Exit::done;
}

Result<Exit> list(const Wish& wish) {
  boost::json::array all;
  YX_TRY(const auto roster, office::roster_of(wish.data));
  for (const office::RosterEntry& entry : roster) {
    const x509::Certificate& certificate = entry.approval;
    const std::string name = seal::clean_text(certificate.subject().text());
    all.push_back(boost::json::object{{"file", entry.file},
                                      {"subject", name},
                                      {"role", trust::name_of(entry.officer.role)},
                                      {"serial", certificate.serial_hex()},
                                      {"not_after", to_rfc3339(certificate.not_after())}});
    if (!wish.json) {
      std::cout << entry.file << "  " << trust::name_of(entry.officer.role) << "  " << name << "  至 until "
                << to_beijing_text(certificate.not_after()) << "\n";
    }
  }
  if (wish.json) {
    std::cout << boost::json::serialize(all) << "\n";
  }
  return Exit::done;
}

using Run = Result<Exit> (*)(const Wish&);

CLI::App* add(CLI::App& app, Chosen& chosen, const std::shared_ptr<Wish>& wish, const char* name, const char* what,
              Run run) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
  return verb;
}

void add_key_options(CLI::App& verb, Wish& wish) {
  add_token_options(verb, wish.token);
  verb.add_option("--container", wish.container)->capture_default_str();
  verb.add_option("--login-container", wish.login_container)->capture_default_str();
  verb.add_option("--pin-file", wish.pin, "the UKey's user PIN: a file, or - for a line of input");
}

void add_request_options(CLI::App& verb, Wish& wish) {
  verb.add_option("--name", wish.name, "as the certificate will carry it")->required();
  verb.add_option("--request", wish.request, "where the PKCS#10 goes; it must not exist")->required();
  verb.add_option("--roster", wish.roster, "JSON list for the ceremony, beside the request; made or added to")
      ->required();
}

}  // namespace

void add_officer(CLI::App& app, Chosen& chosen) {
  CLI::App* officer = app.add_subcommand("officer", "officers, custodians and stations: keys and certificates");
  officer->require_subcommand(1);
  auto asked = std::make_shared<Wish>();
  CLI::App* request_app =
      add(*officer, chosen, asked, "request", "a key born on an officer's UKey, and its request", request);
  add_key_options(*request_app, *asked);
  add_request_options(*request_app, *asked);
  request_app
      ->add_option("--role", asked->role,
                   "registration_officer, review_officer, production_officer, finance_officer, "
                   "system_administrator, security_administrator, "
                   "audit_administrator, custodian")
      ->required();
  request_app->add_option("--resident-id", asked->resident_id, "two roles of one person are one person")->required();
  request_app->add_option(
      "--login-request", asked->login_request,
      "where the login key's PKCS#10 goes; default for who sits at the desk: --request with .login");
  auto machine = std::make_shared<Wish>();
  CLI::App* station_app = add(*officer, chosen, machine, "station", "a production station's key and request", station);
  add_request_options(*station_app, *machine);
  station_app->add_option("--key", machine->key, "where the key file goes; it must not exist")->required();
  station_app->add_option("--passphrase", machine->passphrase, "of the key file: a file, - or credential:NAME");
  auto installed = std::make_shared<Wish>();
  CLI::App* install_app =
      add(*officer, chosen, installed, "install", "put a certificate into its key's container", install);
  add_key_options(*install_app, *installed);
  install_app->add_option("--certificate", installed->certificate)->required();
  install_app->add_option("--login-certificate", installed->login_certificate, "of the login container");
  install_app->add_option("--envelope", installed->envelope, "a custodian's encryption key");
  auto listed = std::make_shared<Wish>();
  CLI::App* list_app = add(*officer, chosen, listed, "list", "the officers of an office", list);
  list_app->add_option("--data", listed->data, "the office's folder")->required();
  list_app->add_flag("--json", listed->json, "print JSON");
}

}  // namespace yinxin::cli
