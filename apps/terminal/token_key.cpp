#include "terminal/token_key.h"

#include <CLI/CLI.hpp>

#include "terminal/files.h"

namespace yinxin::cli {

void add_token_key_options(CLI::App& app, TokenKeyWish& wish, const std::string& prefix, const std::string& container) {
  wish.container = container;
  app.add_option("--" + prefix + "library", wish.token.library, "GM/T 0016 library; default: the soft token's");
  app.add_option("--" + prefix + "device", wish.token.device, "name of the UKey; default: the only one");
  app.add_option("--" + prefix + "application", wish.token.application)->capture_default_str();
  app.add_option("--" + prefix + "container", wish.container)->capture_default_str();
  app.add_option("--" + prefix + "pin-file", wish.pin, "the UKey's user PIN: a file, or - for a line of input")
      ->capture_default_str();
}

Result<std::unique_ptr<OpenTokenKey>> open_token_key(const TokenKeyWish& wish, const std::string& whose) {
  YX_TRY(token::Ukey ukey, open_token(wish.token));
  YX_TRY(const SecretBytes pin, read_pin(wish.pin, whose + "的 UKey PIN / PIN of the UKey"));
  const token::PinAnswer verified = ukey.verify_pin(token::PinRole::user, pin);
  if (!verified.outcome) {
    Error error = verified.outcome.error();
    if (verified.retries_left) {
      error.detail += "; tries left: " + std::to_string(*verified.retries_left);
    }
    return error;
  }
  YX_TRY(const Bytes der, ukey.signing_certificate(wish.container));
  YX_TRY(x509::Certificate certificate, x509::Certificate::parse(der));
  // The signer holds on to the token where it stays.
  auto open = std::make_unique<OpenTokenKey>(OpenTokenKey{std::move(ukey), nullptr, std::move(certificate)});
  YX_TRY(open->signer, open->ukey.signer(wish.container));
  if (open->certificate.public_key().sm2() != open->signer->public_key()) {
    return fail(ErrorCode::conflict, "the certificate in the container is not its key's");
  }
  return open;
}

Result<x509::Certificate> read_certificate(const std::string& path) {
  YX_TRY(const Bytes file, read_file(path, x509::max_certificate_size));
  YX_TRY(const Bytes der, x509::der_of_file(file, {"CERTIFICATE"}));
  return x509::Certificate::parse(der);
}

}  // namespace yinxin::cli
