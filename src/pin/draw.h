#pragma once
// Drawing PINs and activation secrets.

#include "base/random.h"

namespace yinxin::pin {

// Without characters that are taken for one another; 32^12 is 60 bits, behind a retry counter in the token.
constexpr std::string_view pin_alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
constexpr std::size_t pin_characters = 12;
constexpr std::size_t secret_digits = 8;
constexpr std::size_t code_digits = 6;

SecretBytes draw_pin(Random& random);
// 8 digits; no digit three times in a row, no three digits counting up or down, not only two different digits.
SecretBytes draw_activation_secret(Random& random);
// 6 digits, any: what comes by SMS is typed at once and good for minutes.
SecretBytes draw_activation_code(Random& random);
bool has_run(std::string_view digits);

}  // namespace yinxin::pin
