// yinxin cms sign|encrypt|decrypt: messages with the keys on a UKey

#include <CLI/CLI.hpp>
#include <iostream>

#include "crypto/cms/enveloped_data.h"
#include "terminal/files.h"
#include "yinxin/case_verbs.h"

namespace yinxin::cli {

namespace {

constexpr std::size_t max_content_bytes = 32U * 1024 * 1024;

struct Wish {
  TokenKeyWish key;
  std::string in = "-";
  std::string out;
  std::string family = "gm";
  bool detached = false;
  std::vector<std::string> recipients;
};

cms::Family family_of(const Wish& wish) { return wish.family == "rfc" ? cms::Family::rfc : cms::Family::gm; }

Result<Exit> sign(const Wish& wish) {
  YX_TRY(const Bytes content, read_file(wish.in, max_content_bytes));
  YX_TRY(const auto key, open_token_key(wish.key, "签名人"));
  cms::SigningOptions options;
  options.family = family_of(wish);
  options.attached = !wish.detached;
  options.signing_time = SystemClock().now();
  YX_TRY(const Bytes message, cms::sign(content, key->certificate, *key->signer, options));
  YX_CHECK(write_file(wish.out, message, true));
  return Exit::done;
}

Result<Exit> encrypt(const Wish& wish) {
  YX_TRY(const Bytes content, read_file(wish.in, max_content_bytes));
  std::vector<x509::Certificate> recipients;
  for (const std::string& path : wish.recipients) {
    YX_TRY(x509::Certificate recipient, read_certificate(path));
    YX_TRY(const std::optional<std::uint32_t> usage, recipient.key_usage());
    if (usage && (*usage & (bit(x509::KeyUsage::key_encipherment) | bit(x509::KeyUsage::data_encipherment) |
                            bit(x509::KeyUsage::key_agreement))) == 0) {
      return fail(ErrorCode::invalid_input, path + " is not an encryption certificate");
    }
    recipients.push_back(std::move(recipient));
  }
  SystemRandom random;
  YX_TRY(const Bytes message, cms::envelop(content, recipients, family_of(wish), random));
  YX_CHECK(write_file(wish.out, message, true));
  return Exit::done;
}

// The content key goes into the UKey wrapped and never comes out; revocation of the certificate hinders nobody from
// reading what was sent to it before.
Result<Exit> decrypt(const Wish& wish) {
  YX_TRY(const Bytes der, read_file(wish.in, max_content_bytes));
  YX_TRY(const cms::EnvelopedData message, cms::EnvelopedData::parse(der));
  YX_TRY(const auto key, open_token_key(wish.key, "收件人"));
  YX_TRY(const Bytes own, key->ukey.encryption_certificate(wish.key.container));
  YX_TRY(const x509::Certificate certificate, x509::Certificate::parse(own));
  for (const cms::Recipient& recipient : message.recipients) {
    if (recipient.is(certificate)) {
      YX_TRY(const SecretBytes plain,
             key->ukey.unwrap_session_key_and_decrypt(wish.key.container, recipient.encrypted_key, message.iv,
                                                      message.encrypted_content));
      YX_CHECK(write_file(wish.out, plain.expose(), true));
      return Exit::done;
    }
  }
  return fail(ErrorCode::not_found, "the message is not for the encryption certificate on this UKey");
}

using Run = Result<Exit> (*)(const Wish&);

CLI::App* add(CLI::App& app, Chosen& chosen, const std::shared_ptr<Wish>& wish, const char* name, const char* what,
              Run run) {
  CLI::App* verb = app.add_subcommand(name, what);
  verb->add_option("--in", wish->in, "file; default standard input");
  verb->add_option("--out", wish->out, "file")->required();
  verb->callback([&chosen, wish, run] {
    chosen.run = [wish, run] {
      const auto exit = run(*wish);
      return exit ? *exit : tell(exit.error());
    };
  });
  return verb;
}

}  // namespace

void add_message(CLI::App& app, Chosen& chosen) {
  CLI::App* cms = app.add_subcommand("cms", "signed and encrypted messages with the keys on a UKey");
  cms->require_subcommand(1);
  const CLI::IsMember families({"gm", "rfc"});
  auto signing = std::make_shared<Wish>();
  CLI::App* sign_app = add(*cms, chosen, signing, "sign", "SignedData", sign);
  add_token_key_options(*sign_app, signing->key, "", std::string(token::default_container));
  sign_app->add_option("--family", signing->family, "gm (GB/T 35275) or rfc (RFC 5652)")->check(families);
  sign_app->add_flag("--detached", signing->detached, "without the content");
  auto encrypting = std::make_shared<Wish>();
  CLI::App* encrypt_app = add(*cms, chosen, encrypting, "encrypt", "EnvelopedData", encrypt);
  encrypt_app->add_option("--to", encrypting->recipients, "encryption certificates")->required();
  encrypt_app->add_option("--family", encrypting->family, "gm (GB/T 35275) or rfc (RFC 5652)")->check(families);
  auto opening = std::make_shared<Wish>();
  CLI::App* decrypt_app = add(*cms, chosen, opening, "decrypt", "open EnvelopedData on the UKey", decrypt);
  add_token_key_options(*decrypt_app, opening->key, "", std::string(token::default_container));
}

}  // namespace yinxin::cli
