#include "pin/draw.h"

#include <bitset>

namespace yinxin::pin {

namespace {

SecretBytes draw_digits(std::size_t count, Random& random) {
  SecretBytes out(count);
  for (std::uint8_t& digit : out.expose_for_writing()) {
    digit = static_cast<std::uint8_t>('0' + random.below(10));
  }
  return out;
}

}  // namespace

SecretBytes draw_pin(Random& random) {
  SecretBytes out(pin_characters);
  for (std::uint8_t& character : out.expose_for_writing()) {
    character = static_cast<std::uint8_t>(pin_alphabet[random.below(pin_alphabet.size())]);
  }
  return out;
}

bool has_run(std::string_view digits) {
  std::bitset<256> different;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    different.set(static_cast<unsigned char>(digits[at]));
    if (at >= 2) {
      const int step = digits[at] - digits[at - 1];
      if (step == digits[at - 1] - digits[at - 2] && step >= -1 && step <= 1) {
        return true;
      }
    }
  }
  return different.count() <= 2;
}

SecretBytes draw_activation_secret(Random& random) {
  for (;;) {
    SecretBytes out = draw_digits(secret_digits, random);
    if (!has_run(out.expose_text())) {
      return out;
    }
  }
}

SecretBytes draw_activation_code(Random& random) { return draw_digits(code_digits, random); }

}  // namespace yinxin::pin
