#pragma once
// What pin hears and answers (trust.md 3). Orders come from the vault or from `outside`, as content of a message signed
// by a pinned certificate; activations come from the holder's agent through relays that must learn nothing, so their
// secret is sealed to pin's key. One value has one encoding. All answers with a secret are sealed.

#include <array>
#include <optional>
#include <string>

#include "base/time.h"
#include "crypto/sm2.h"

namespace yinxin::pin {

using MessageId = std::array<std::uint8_t, 16>;
constexpr std::size_t max_name_bytes = 64;

enum class OrderKind {
  draw_for_keying = 0,   // vault: R and the administrator PIN for a token, sealed to the station
  written = 1,           // vault, on S4
  abandon_keying = 2,    // vault: no S4, or the token failed; the line may be keyed on another token
  draw_secret = 3,       // outside: A, sealed to the adapter of a channel
  secret_delivered = 4,  // outside: the provider has definitely answered
  void_secret = 5,       // outside or vault: a returned deposit, a reissue
  open_gate = 6,         // vault: money, account and review are proven; A may release the PIN
  activated = 7,         // vault, on S5
  draw_code = 8,         // outside: the code that goes to the requester's telephone, sealed to the adapter
};

// Order ::= SEQUENCE {
//   version INTEGER (1), message OCTET STRING (SIZE (16)), kind ENUMERATED,
//   line UTF8String,                           -- "<case>/<number>"
//   device UTF8String, certificate OCTET STRING, -- serials; empty where the kind needs none
//   recipient BIT STRING OPTIONAL,             -- key of the station, or of the adapter that sends A
//   drawnBy [0] OCTET STRING (SIZE (16)) OPTIONAL } -- secret_delivered: message of the order that drew it
struct Order {
  MessageId message{};
  OrderKind kind = OrderKind::draw_for_keying;
  std::string line;
  std::string device{};
  Bytes certificate{};
  std::optional<crypto::Sm2PublicKey> recipient{};
  std::optional<MessageId> drawn_by{};

  [[nodiscard]] Bytes to_der() const;
  static Result<Order> parse(BytesView der);
};

// Activation ::= SEQUENCE {
//   version INTEGER (2), message OCTET STRING (SIZE (16)), line UTF8String, device UTF8String, certificate OCTET
//   STRING, challenge OCTET STRING (SIZE (16)), -- message of the order that drew the code
//   ephemeral BIT STRING, sealedSecret SM2Cipher }   -- of Secret, under pin's key
// Secret ::= OCTET STRING: SM3 over the Activation without sealedSecret, then A, then the code: a relay cannot put its
// own ephemeral key beside somebody else's A.
struct Activation {
  MessageId message{};
  std::string line;
  std::string device;
  Bytes certificate;
  MessageId challenge{};
  crypto::Sm2PublicKey ephemeral;
  crypto::Sm2Cipher sealed_secret;

  [[nodiscard]] Bytes to_der() const;
  static Result<Activation> parse(BytesView der);
  [[nodiscard]] crypto::Digest binding() const;
};
// The agent's side: everything but the secret in `activation` is set; A and the code go in sealed.
Result<void> seal_secret(Activation& activation, const SecretBytes& secret_a, const SecretBytes& code,
                         const crypto::Sm2PublicKey& pin_key);

// Answer ::= SEQUENCE { version INTEGER (1), message OCTET STRING, requestHash OCTET STRING (SIZE (32)),
//                       sealed SM2Cipher OPTIONAL }  -- of the secrets below; absent where there is none
struct Answer {
  MessageId message{};
  crypto::Digest request_hash{};
  std::optional<crypto::Sm2Cipher> sealed{};

  [[nodiscard]] Bytes to_der() const;
  static Result<Answer> parse(BytesView der);
};

// Secrets ::= SEQUENCE { version INTEGER (1), soCounter INTEGER,
//   initialPin [0] OCTET STRING OPTIONAL, soCurrent [1] OCTET STRING OPTIONAL, soNext [2] OCTET STRING OPTIONAL,
//   activationSecret [3] OCTET STRING OPTIONAL, activationCode [4] OCTET STRING OPTIONAL }
// To a station: initialPin; soNext to be set; soCurrent when the token has one of ours already.
// To an agent: initialPin, soCurrent, soNext. To an adapter: activationSecret or
// activationCode.
struct Secrets {
  std::uint32_t so_counter = 0;  // n of soCurrent; of soNext when there is no current one
  std::optional<SecretBytes> initial_pin{};
  std::optional<SecretBytes> so_current{};
  std::optional<SecretBytes> so_next{};
  std::optional<SecretBytes> activation_secret{};
  std::optional<SecretBytes> activation_code{};

  [[nodiscard]] SecretBytes to_der() const;
  static Result<Secrets> parse(BytesView der);
};

}  // namespace yinxin::pin
