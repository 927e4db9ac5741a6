// What a stranger can put before the token code: structures from a driver, an envelope from a key centre, a
// device file. The first byte chooses; what is accepted must be written and read again to the same thing.

#include "crypto/enveloped_key.h"
#include "token/skf/blobs.h"
#include "token/skf/lists.h"
#include "token/soft/device_file.h"

namespace {

using namespace yinxin;

void enveloped_key(BytesView input) {
  const auto envelope = crypto::EnvelopedKey::parse(input);
  if (envelope) {
    const Bytes der = envelope->to_der();
    const auto again = crypto::EnvelopedKey::parse(der);
    ensure(again.has_value() && again->to_der() == der, "an enveloped key that does not come back");
    const auto blob = token::skf::enveloped_from_blob(token::skf::to_blob(*envelope));
    ensure(blob.has_value() && blob->to_der() == der, "an enveloped key that a blob changes");
  }
}

void enveloped_blob(BytesView input) {
  const auto envelope = token::skf::enveloped_from_blob(input);
  if (envelope) {
    const auto again = token::skf::enveloped_from_blob(token::skf::to_blob(*envelope));
    ensure(again.has_value() && again->to_der() == envelope->to_der(), "a key blob that does not come back");
  }
}

void cipher_blob(BytesView input) {
  const auto cipher = token::skf::cipher_from_blob(input);
  if (cipher) {
    const Bytes blob = token::skf::to_blob(*cipher);
    ensure(same(blob, input.first(blob.size())), "a cipher blob that does not come back");
  }
}

void device_state(BytesView input) {
  const auto state = token::soft::DeviceState::from_der(input);
  if (state) {
    const SecretBytes der = state->to_der();
    const auto again = token::soft::DeviceState::from_der(der.expose());
    ensure(again.has_value() && again->to_der().equals(der), "a device that does not come back");
  }
}

void device_file(BytesView input) {
  static const SecretBytes chip_key(32);
  (void)token::soft::unseal_state(input, chip_key).has_value();
}

void name_list(BytesView input) {
  for (const std::string& name : token::skf::split_names(input)) {
    ensure(!name.empty() && name.find('\0') == std::string::npos, "a list with a name that is none");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView input(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0: enveloped_key(input); break;
    case 1: enveloped_blob(input); break;
    case 2: cipher_blob(input); break;
    case 3: device_state(input); break;
    case 4: device_file(input); break;
    default: name_list(input); break;
  }
  return 0;
}
