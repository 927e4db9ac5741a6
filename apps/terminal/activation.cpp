#include "terminal/activation.h"

#include <algorithm>

namespace yinxin::office {

namespace {

bool has_run_of(std::string_view pin, std::string_view number) {
  const std::size_t run = longest_run_of_identity + 1;
  for (std::size_t at = 0; at + run <= number.size(); ++at) {
    if (pin.find(number.substr(at, run)) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<void> check_chosen_pin(const SecretBytes& pin, const SecretBytes& activation_secret,
                              const std::vector<std::string>& numbers) {
  const std::string_view chosen = text_of(pin.expose());
  if (chosen.size() < min_chosen_pin_size) {
    return fail(ErrorCode::invalid_input, "the PIN has fewer than 8 characters");
  }
  if (std::ranges::equal(pin.expose(), activation_secret.expose())) {
    return fail(ErrorCode::invalid_input, "the activation secret may not become the PIN");
  }
  if (std::ranges::all_of(chosen, [&](char c) { return c == chosen.front(); })) {
    return fail(ErrorCode::invalid_input, "one character over and over is no PIN");
  }
  for (const std::string& number : numbers) {
    if (has_run_of(chosen, number)) {
      return fail(ErrorCode::invalid_input,
                  "six characters of an identity, phone or credit code may not stand in a PIN");
    }
  }
  return {};
}

Result<void> take_over_token(token::Ukey& ukey, const ActivationAsk& ask, const SecretBytes& activation_secret,
                             const SecretBytes& chosen_pin, Random& random, Instant now) {
  YX_TRY(const auto signing, x509::Certificate::parse(ask.signing));
  const crypto::Sm2PrivateKey ephemeral = crypto::Sm2PrivateKey::generate(random);
  pin::Activation activation{.message = {},
                             .line = ask.line,
                             .device = ukey.info().serial,
                             .certificate = to_bytes(signing.serial()),
                             .challenge = ask.code.challenge,
                             .ephemeral = ephemeral.public_key(),
                             .sealed_secret = {}};
  const Bytes drawn = random.bytes(activation.message.size());
  std::ranges::copy(drawn, activation.message.begin());
  const auto door = ask.pin.door.public_key().sm2();
  if (!door) {
    return fail(ErrorCode::corrupt, "the PIN domain's door has no SM2 key");
  }
  YX_CHECK(pin::seal_secret(activation, activation_secret, ask.code.digits, *door));
  YX_TRY(const Bytes reply, ask.pin.ask(activation.to_der()));
  YX_TRY(const pin::Secrets secrets, open_secrets(reply, ask.pin.domain, ephemeral, now));
  if (!secrets.initial_pin || !secrets.so_current || !secrets.so_next) {
    return fail(ErrorCode::corrupt, "the PIN domain answered without the token's PINs");
  }
  YX_CHECK(ukey.change_pin(token::PinRole::user, *secrets.initial_pin, chosen_pin).outcome);
  YX_CHECK(ukey.change_pin(token::PinRole::administrator, *secrets.so_current, *secrets.so_next).outcome);
  return ukey.verify_pin(token::PinRole::user, chosen_pin).outcome;
}

}  // namespace yinxin::office
