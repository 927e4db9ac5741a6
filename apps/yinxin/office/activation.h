#pragma once
// The holder's side: the activation secret buys the token's first PINs, once, and the holder's own replace them.

#include "trust/snapshot.h"
#include "yinxin/office/station.h"

namespace yinxin::office {

class PinDomain;

constexpr std::size_t min_chosen_pin_size = 8;
constexpr std::size_t longest_run_of_identity = 5;  // as many characters of an identity number may stand in a PIN

// invalid_input for a PIN that is the activation secret, one character over and over, or has a run of the holder's
// numbers in it (trust.md 3.4).
Result<void> check_chosen_pin(const SecretBytes& pin, const SecretBytes& activation_secret,
                              const trust::Snapshot& shot);

struct ActivationAsk {
  std::string line;  // "<case>/<number>"
  Bytes signing;     // certificate
  PinDomain* pin_domain = nullptr;
};
// Seals A to the PIN domain's door, opens its answer, changes both PINs. pin_wrong and pin_locked as the PIN domain
// counts. The holder's PIN is verified afterwards.
Result<void> take_over_token(token::Ukey& ukey, const ActivationAsk& ask, const SecretBytes& activation_secret,
                             const SecretBytes& chosen_pin, Random& random, Instant now);

}  // namespace yinxin::office
