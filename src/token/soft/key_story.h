#pragma once
// How the soft token keeps its keys, the whole story in one place.
//
//   PIN --Argon2id(salt, chip key as secret)--> key-encryption key --SM4-GCM--> master key of the application
//   master key --SM4-GCM--> private scalars of its containers
//   chip key --HMAC-SM3--> state key --SM4-GCM--> the whole device file
//
// Each application has a random master key, wrapped once under its user PIN and once under its administrator
// PIN, so that the administrator can set a new user PIN without losing a key. A right PIN is one whose
// wrapping opens; there is no stored hash beside it.
//
// A device is two files. NAME.chip holds 32 random bytes, written once: it plays the silicon. NAME.ukey holds
// everything that changes, encrypted and authenticated under a key derived from the chip key. The chip key is
// also Argon2's secret input: who copies NAME.ukey alone can neither read it, nor alter a retry counter, nor
// guess six-digit PINs. Who copies both files can put an older NAME.ukey back and so turn a counter back: a
// file cannot promise more, a chip can. The PIN's cost is then what is left.
//
// A counter is written down, one try poorer, before a PIN is judged, and restored after it proved right; the
// try that was cut off by a crash is lost.

#include "base/random.h"
#include "base/secret_bytes.h"
#include "token/soft/device_state.h"

namespace yinxin::token::soft {

constexpr std::size_t chip_key_size = 32;
constexpr std::size_t master_key_size = 16;
constexpr std::size_t scalar_size = 32;
constexpr std::size_t pin_salt_size = 16;
constexpr std::size_t application_id_size = 16;
// Argon2id cost of new PINs, and the limits for what a device file may ask of us.
constexpr std::uint32_t pin_memory_kib = 19 * 1024;
constexpr std::uint32_t pin_passes = 2;
constexpr std::uint32_t min_pin_memory_kib = 1024;
constexpr std::uint32_t max_pin_memory_kib = 256 * 1024;
constexpr std::uint32_t max_pin_passes = 16;
// Size of wrap()'s answer: nonce, ciphertext, tag.
constexpr std::size_t wrapped_size(std::size_t plain_size) { return 12 + plain_size + 16; }

// SM4-GCM under a fresh nonce; `bound_to` names what this is, so that it cannot be put elsewhere.
Bytes wrap(BytesView key, std::string_view bound_to, BytesView plain, Random& random);
// `corrupt` when the key, the place or a byte is wrong.
Result<SecretBytes> unwrap(BytesView key, std::string_view bound_to, BytesView wrapped);

// A new PIN with its full count of tries and its copy of `master`.
Result<PinState> make_pin(std::string_view pin, std::uint32_t max_retries, const SecretBytes& chip_key,
                          BytesView application_id, std::string_view role, const SecretBytes& master, Random& random);
// The master key if the PIN is right, pin_wrong if not. Counts nothing: that is the caller's duty, before.
Result<SecretBytes> open_pin(const PinState& state, std::string_view pin, const SecretBytes& chip_key,
                             BytesView application_id, std::string_view role);

// The name a container's scalar is bound to.
std::string scalar_place(BytesView application_id, std::string_view container, bool signing);

}  // namespace yinxin::token::soft
