// yinxin-agent station key|issue|seal|write: a production officer makes a line at a station

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <iostream>

#include "agent/deeds.h"
#include "agent/verb.h"
#include "base/clock.h"
#include "crypto/key_file.h"
#include "terminal/files.h"

namespace yinxin::agent {

namespace {

using cli::Exit;

constexpr std::size_t max_key_file_bytes = 64 * 1024;
constexpr std::size_t max_secrets_file_bytes = 256 * 1024;
constexpr unsigned private_mode = 0600;

struct Wish {
  DeskWish desk;
  LineOf which;
  std::string secrets;
  std::string station_key;
  std::string station_passphrase = "-";
  std::string station_certificate;
  std::string roles_ca;
  cli::TokenWish holder;
  std::string container{token::default_container};
  std::string present_administrator_pin;
  std::string present_user_pin;
  cli::TokenKeyWish approval;
  std::string out;
};

Exit said(std::string_view zh, std::string_view en) {
  std::cout << zh << " / " << en << "\n";
  return Exit::done;
}

// What stands between keying and S4: sealed to the station, still nobody else's to read.
Result<void> keep(const Keyed& keyed, const std::string& path) {
  const std::string text = boost::json::serialize(
      boost::json::object{{"secrets", to_base64(keyed.secrets)}, {"pin_domain", to_base64(keyed.pin_domain)}});
  return cli::write_file(path, bytes_of(text), true, private_mode);
}

Result<Keyed> kept(const std::string& path) {
  YX_TRY(const Bytes file, cli::read_file(path, max_secrets_file_bytes));
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse(text_of(file), failed);
  const auto bytes = [&](const char* key) -> Result<Bytes> {
    const auto* object = failed ? nullptr : read.if_object();
    const auto* value = object == nullptr ? nullptr : object->if_contains(key);
    return value != nullptr && value->is_string() ? from_base64(std::string(value->get_string()))
                                                  : Result<Bytes>(fail(ErrorCode::corrupt, path + " is damaged"));
  };
  Keyed keyed;
  YX_TRY(keyed.secrets, bytes("secrets"));
  YX_TRY(keyed.pin_domain, bytes("pin_domain"));
  return keyed;
}

struct OpenStation {
  x509::Certificate certificate;
  crypto::Sm2PrivateKey key;
  x509::Certificate roles_ca;
  [[nodiscard]] Station station() const { return {.certificate = certificate, .key = key, .roles_ca = roles_ca}; }
};
Result<OpenStation> open_station(const Wish& wish) {
  YX_TRY(x509::Certificate certificate, cli::read_certificate(wish.station_certificate));
  YX_TRY(x509::Certificate roles_ca, cli::read_certificate(wish.roles_ca));
  YX_TRY(const Bytes file, cli::read_file(wish.station_key, max_key_file_bytes));
  YX_TRY(const SecretBytes passphrase,
         cli::read_passphrase(wish.station_passphrase, "制证站口令 / passphrase of the station"));
  YX_TRY(crypto::Sm2PrivateKey key, crypto::open_key(passphrase, file));
  return OpenStation{.certificate = std::move(certificate), .key = std::move(key), .roles_ca = std::move(roles_ca)};
}

Result<Exit> key(const Wish& wish) {
  YX_TRY(const OpenStation station, open_station(wish));
  YX_TRY(DeskClient desk, wish.desk.open());
  // An earlier try of which the last answer was lost: another key would not be the bound one.
  YX_TRY(const std::string state, desk.line_state(wish.which.id, wish.which.line));
  std::error_code ignored;
  if (state == "issuing" && std::filesystem::exists(wish.secrets, ignored)) {
    return said("密钥早已绑定", "the key was bound before");
  }
  YX_TRY(const auto officer, cli::open_token_key(wish.approval, "制证员"));
  YX_TRY(token::Ukey ukey, cli::open_token(wish.holder));
  YX_TRY(SecretBytes administrator, cli::read_pin(wish.present_administrator_pin, "现管理员 PIN / administrator PIN"));
  YX_TRY(SecretBytes user, cli::read_pin(wish.present_user_pin, "现用户 PIN / user PIN"));
  YX_CHECK(key_line(desk, wish.which, ukey, wish.container, station.station(),
                    {.administrator = std::move(administrator), .user = std::move(user)}, officer->certificate,
                    *officer->signer, SystemClock(), [&](const Keyed& keyed) { return keep(keyed, wish.secrets); }));
  return said("密钥已在介质内生成并绑定", "the key was born on the UKey and is bound");
}

Result<Exit> issue(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  YX_CHECK(desk.issue(wish.which.id, wish.which.line));
  return said("双证书已签发，状态为冻结", "both certificates are issued, on hold");
}

Result<Exit> make_seal(const Wish& wish) {
  YX_TRY(DeskClient desk, wish.desk.open());
  YX_TRY(const Bytes made, desk.make_seal(wish.which.id, wish.which.line));
  if (!wish.out.empty()) {
    YX_CHECK(cli::write_file(wish.out, made, true));
  }
  return said("印章已制作", "the seal is made");
}

Result<Exit> write(const Wish& wish) {
  YX_TRY(const OpenStation station, open_station(wish));
  YX_TRY(const Keyed keyed, kept(wish.secrets));
  YX_TRY(DeskClient desk, wish.desk.open());
  YX_TRY(token::Ukey ukey, cli::open_token(wish.holder));
  SystemRandom random;
  YX_CHECK(write_line(desk, wish.which, ukey, wish.container, station.station(), keyed, random, SystemClock().now()));
  // The PIN domain has erased them; so does the station.
  std::error_code ignored;
  std::filesystem::remove(wish.secrets, ignored);
  return said("已写入介质并回读核对", "written to the UKey and read back");
}

using Run = Result<Exit> (*)(const Wish&);

struct Verb {
  CLI::App* app;
  std::shared_ptr<Wish> wish;
};

Verb add(CLI::App& app, cli::Chosen& chosen, const char* name, const char* what, Run run) {
  auto wish = std::make_shared<Wish>();
  CLI::App* verb = add_verb(app, chosen, wish, name, what, run);
  wish->desk.add_to(*verb);
  verb->add_option("CASE", wish->which.id, "number of the case")->required();
  verb->add_option("--line", wish->which.line, "number of the line")->capture_default_str();
  return {verb, wish};
}

void add_station_options(const Verb& verb) {
  CLI::App& app = *verb.app;
  Wish& wish = *verb.wish;
  app.add_option("--secrets", wish.secrets, "file for the first PINs, sealed to the station, until S4")->required();
  app.add_option("--station-key", wish.station_key, "the station's key file")->required();
  app.add_option("--station-passphrase", wish.station_passphrase, "file, - or credential:NAME");
  app.add_option("--station", wish.station_certificate, "the station's certificate")->required();
  app.add_option("--roles-ca", wish.roles_ca, "certificate of the office's roles CA")->required();
  app.add_option("--holder-library", wish.holder.library, "GM/T 0016 library of the holder's UKey");
  app.add_option("--holder-device", wish.holder.device, "name of the UKey that is made")->required();
  app.add_option("--holder-application", wish.holder.application)->capture_default_str();
  app.add_option("--holder-container", wish.container)->capture_default_str();
}

}  // namespace

void add_station(CLI::App& app, cli::Chosen& chosen) {
  CLI::App* station = app.add_subcommand("station", "a line is made, step by step; each may be repeated");
  station->require_subcommand(1);
  const Verb keying =
      add(*station, chosen, "key", "permit, first PINs, the key born on the UKey, its binding (S3)", key);
  add_station_options(keying);
  keying.app->add_option("--present-admin-pin-file", keying.wish->present_administrator_pin)->required();
  keying.app->add_option("--present-user-pin-file", keying.wish->present_user_pin)->required();
  cli::add_token_key_options(*keying.app, keying.wish->approval, "approval-", "approval");
  add(*station, chosen, "issue", "have the pair issued, on hold", issue);
  const Verb sealing = add(*station, chosen, "seal", "have the approved seal made", make_seal);
  sealing.app->add_option("--out", sealing.wish->out, "also write it here (.esl)");
  add_station_options(add(*station, chosen, "write", "write certificates and key, read back, prove (S4)", write));
}

}  // namespace yinxin::agent
