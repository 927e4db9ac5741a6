// yinxin case permit|key|issue|write|secret and yinxin seal make: one line from permit to the holder's letter

#include <CLI/CLI.hpp>
#include <iostream>

#include "crypto/cms/pinned.h"
#include "crypto/key_file.h"
#include "terminal/files.h"
#include "yinxin/case_verbs.h"
#include "yinxin/office/production.h"

namespace yinxin::cli {

namespace {

constexpr std::size_t max_secrets_bytes = cms::max_pinned_message_size;
constexpr std::size_t max_key_file_bytes = 64 * 1024;
constexpr unsigned private_mode = 0600;

struct Wish {
  OfficeOptions office;
  std::string id;
  std::int64_t line = 1;
  std::string device_serial;
  std::string station_certificate;
  std::string officer_certificate;
  std::string secrets;
  std::string station_key;
  std::string station_passphrase = "-";
  TokenWish token;
  std::string container{token::default_container};
  std::string present_administrator_pin;
  std::string present_user_pin;
  TokenKeyWish officer;
  std::string out;
};

Exit said(std::string_view zh, std::string_view en) {
  std::cout << zh << " / " << en << "\n";
  return Exit::done;
}

Result<Exit> permit(const Wish& wish) {
  YX_TRY(const x509::Certificate station, read_certificate(wish.station_certificate));
  YX_TRY(const x509::Certificate officer, read_certificate(wish.officer_certificate));
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const Bytes secrets, office::permit_line(*house, wish.id, wish.line, wish.device_serial, station, officer));
  YX_CHECK(write_file(wish.secrets, secrets, true, private_mode));
  return said("制证许可已发放，30 分钟内有效", "the permit is given and good for 30 minutes");
}

// The drawn PINs, with the station's own key.
Result<pin::Secrets> open_station_secrets(const Wish& wish, const x509::Certificate& pin_domain) {
  YX_TRY(const Bytes sealed, read_file(wish.secrets, max_secrets_bytes));
  YX_TRY(const Bytes key_file, read_file(wish.station_key, max_key_file_bytes));
  YX_TRY(const SecretBytes passphrase,
         read_passphrase(wish.station_passphrase, "制证站口令 / passphrase of the station"));
  YX_TRY(const crypto::Sm2PrivateKey key, crypto::open_key(passphrase, key_file));
  return office::open_secrets(sealed, pin_domain, key, SystemClock().now());
}

Result<Exit> key(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const Bytes permit, house->desk().paper(wish.id, wish.line, hall::Paper::permit));
  YX_TRY(const pin::Secrets secrets, open_station_secrets(wish, house->pin().certificate()));
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(SecretBytes administrator_pin, read_pin(wish.present_administrator_pin, "现管理员 PIN / administrator PIN"));
  YX_TRY(SecretBytes user_pin, read_pin(wish.present_user_pin, "现用户 PIN / user PIN"));
  YX_CHECK(office::set_drawn_pins(ukey, secrets,
                                  {.administrator = std::move(administrator_pin), .user = std::move(user_pin)}));
  YX_TRY(const auto officer, open_token_key(wish.officer, "制证员"));
  YX_TRY(const office::NewKey made, office::bind_new_key(ukey, wish.container, permit, officer->certificate,
                                                         *officer->signer, SystemClock().now()));
  YX_CHECK(house->desk().line_bound(wish.id, wish.line, made.key_binding, made.request));
  return said("密钥已在介质内生成并绑定", "the key was born on the UKey and is bound");
}

Result<Exit> issue(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_CHECK(house->resume());
  YX_CHECK(office::issue_line(*house, wish.id, wish.line));
  YX_CHECK(house->publish_due_lists());
  return said("双证书已签发，状态为冻结", "both certificates are issued, on hold");
}

Result<Exit> make_seal(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_TRY(const Bytes seal, office::make_line_seal(*house, wish.id, wish.line));
  YX_CHECK(write_file(wish.out, seal, true));
  return said("印章已制作", "the seal is made");
}

Result<Exit> write(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  YX_CHECK(house->resume());
  YX_TRY(const office::LineCertificates line, office::certificates_of_line(*house, wish.id, wish.line));
  YX_TRY(const hall::CaseRecord record, house->desk().find(wish.id));
  const hall::CaseLine* now = record.find_line(wish.line);
  if (now != nullptr && now->state == hall::LineState::writing) {
    YX_TRY(const pin::Secrets secrets, open_station_secrets(wish, house->pin().certificate()));
    YX_TRY(token::Ukey ukey, open_token(wish.token));
    YX_CHECK(ukey.verify_pin(token::PinRole::user, *secrets.initial_pin).outcome);
    SystemRandom random;
    YX_TRY(const Bytes written, office::write_token(ukey, wish.container, line, random, SystemClock().now()));
    YX_CHECK(office::hear_written(*house, wish.id, wish.line, written));
  }
  // The PIN domain has erased them; so does the station.
  std::error_code ignored;
  std::filesystem::remove(wish.secrets, ignored);
  return said("已写入介质并回读核对", "written to the UKey and read back");
}

Result<Exit> draw_secret(const Wish& wish) {
  YX_TRY(const auto house, open_house(wish.office, office::Opened::making));
  const std::string line = wish.id + "/" + std::to_string(wish.line);
  const auto pin = [&](BytesView order) { return house->pin().order(order); };
  YX_TRY(const SecretBytes secret, house->outside().draw_secret(line, "letter", pin, house->pin().certificate()));
  YX_CHECK(write_file(wish.out, secret.expose(), false, private_mode));
  YX_CHECK(house->outside().secret_delivered(line, "letter", pin));
  return said("激活码已写入信函文件，内部不再保存",
              "the activation secret is in the letter's file, and kept nowhere else");
}

using Run = Result<Exit> (*)(const Wish&);

struct Verb {
  CLI::App* app;
  std::shared_ptr<Wish> wish;
};

Verb add(CLI::App& app, Chosen& chosen, const char* name, const char* what, Run run) {
  auto wish = std::make_shared<Wish>();
  CLI::App* verb = app.add_subcommand(name, what);
  wish->office.add_to(*verb);
  verb->add_option("CASE", wish->id, "number of the case")->required();
  verb->add_option("--line", wish->line, "number of the line")->capture_default_str();
  verb->callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
  return {verb, wish};
}

void add_station_options(const Verb& verb) {
  verb.app->add_option("--secrets", verb.wish->secrets, "the PIN domain's sealed answer, from case permit")->required();
  verb.app->add_option("--station-key", verb.wish->station_key, "the station's key file")->required();
  verb.app->add_option("--station-passphrase", verb.wish->station_passphrase, "file, - or credential:NAME");
  add_token_options(*verb.app, verb.wish->token);
  verb.app->add_option("--container", verb.wish->container)->capture_default_str();
}

}  // namespace

void add_case_making(CLI::App& case_app, Chosen& chosen) {
  const Verb permitting = add(case_app, chosen, "permit", "the vault's permit for one UKey and one officer", permit);
  permitting.app->add_option("--device-serial", permitting.wish->device_serial)->required();
  permitting.app->add_option("--station", permitting.wish->station_certificate, "its certificate")->required();
  permitting.app->add_option("--officer", permitting.wish->officer_certificate, "the production officer's certificate")
      ->required();
  permitting.app->add_option("--secrets", permitting.wish->secrets, "where the sealed PINs go")->required();

  const Verb keying = add(case_app, chosen, "key", "set the drawn PINs, have the key born, bind it (S3)", key);
  add_station_options(keying);
  keying.app->add_option("--present-admin-pin-file", keying.wish->present_administrator_pin)->required();
  keying.app->add_option("--present-user-pin-file", keying.wish->present_user_pin)->required();
  add_token_key_options(*keying.app, keying.wish->officer, "officer-", "approval");

  add(case_app, chosen, "issue", "have the pair issued, on hold", issue);
  add_station_options(add(case_app, chosen, "write", "write certificates and key, read back, prove (S4)", write));

  const Verb drawing =
      add(case_app, chosen, "secret", "draw the activation secret for the holder's letter", draw_secret);
  drawing.app->add_option("--out", drawing.wish->out, "the letter's file; it must not exist")->required();
}

void add_seal_make(CLI::App& seal_app, Chosen& chosen) {
  const Verb making = add(seal_app, chosen, "make", "have the approved seal of a line made", make_seal);
  making.app->add_option("--out", making.wish->out, "where the seal goes (.esl)")->required();
}

}  // namespace yinxin::cli
