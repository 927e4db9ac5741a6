#pragma once
// The holder's side: the activation secret buys the token's first PINs, once, and the holder's own replace them.

#include <functional>

#include "terminal/station.h"

namespace yinxin::office {

constexpr std::size_t min_chosen_pin_size = 8;
constexpr std::size_t longest_run_of_identity = 5;  // as many characters of an identity number may stand in a PIN

// invalid_input for a PIN that is the activation secret, one character over and over, or has a run of one of the
// holder's numbers in it: identity numbers, telephone, credit code (trust.md 3.4).
Result<void> check_chosen_pin(const SecretBytes& pin, const SecretBytes& activation_secret,
                              const std::vector<std::string>& numbers);

// The PIN domain as an agent sees it, wherever it is: two certificates and a way to it.
struct PinDoor {
  x509::Certificate door;    // the activation secret is sealed to its key
  x509::Certificate domain;  // signs the answers
  std::function<Result<Bytes>(BytesView activation)> ask;
};
// The code that came to the requester's telephone, and what it was asked for with.
struct ActivationCode {
  pin::MessageId challenge{};
  SecretBytes digits;
};
struct ActivationAsk {
  std::string line;  // "<case>/<number>"
  Bytes signing;     // certificate
  const ActivationCode& code;
  PinDoor pin;
};
// Seals A and the code to the PIN domain's door, opens its answer, changes both PINs. pin_wrong and pin_locked as the
// PIN domain counts; expired for a code that is not out. The holder's PIN is verified afterwards.
Result<void> take_over_token(token::Ukey& ukey, const ActivationAsk& ask, const SecretBytes& activation_secret,
                             const SecretBytes& chosen_pin, Random& random, Instant now);

}  // namespace yinxin::office
