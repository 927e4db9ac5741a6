#pragma once
// The pin domain: token administration and activation secrets (trust.md 3). Everything is idempotent by message id,
// audited before it is done, and stored before it is said.

#include <mutex>

#include "audit/record.h"
#include "base/clock.h"
#include "crypto/signer.h"
#include "crypto/wrapping.h"
#include "crypto/x509/certificate.h"
#include "pin/secret_store.h"

namespace yinxin::pin {

constexpr std::uint32_t max_tries = 5;
constexpr std::chrono::minutes release_life{10};
constexpr std::chrono::minutes code_life{5};
constexpr std::chrono::seconds code_pause{60};  // between two codes of one line
constexpr std::uint32_t max_codes_a_day = 10;   // of one line

// All of it outlives the service.
struct Parts {
  SecretStore& store;
  const crypto::WrappingKeys& keys;
  audit::Recorder& audit;
  const Clock& clock;
  Random& random;
  crypto::Signer& signer;             // for answers
  const crypto::Sm2PrivateKey& door;  // agents seal A to its public key
};

struct Pinned {
  x509::Certificate service;
  std::vector<x509::Certificate> vaults;
  std::vector<x509::Certificate> outsides;
  std::vector<crypto::Sm2PublicKey> adapters;  // the only keys that A is ever sealed to
};

class Service {
 public:
  Service(Parts parts, Pinned pinned) : parts_(parts), pinned_(std::move(pinned)) {}

  // An Order signed by its sender → Answer signed by the service; the same bytes when it is repeated.
  // Errors: invalid_input, forbidden (open_pinned; a kind that this sender may not order; an unknown adapter);
  // conflict for a message id that stood for another order, or a token that belongs to another line; wrong_state for a
  // move that the tables do not know, and for a code before the token waits for its holder; expired when the answer was
  // erased: its secret is no longer to be had; too_many_requests "code.pause" and "code.day".
  Result<Bytes> order(BytesView signed_order);

  // Activation (not signed: A speaks for the holder, the code for the requester's telephone) → Answer with R, SO_n,
  // SO_n+1 for the ephemeral key. A code is good for its own challenge, for code_life and for one release.
  // pin_wrong and pin_locked count and stay, whichever of the two was wrong; expired "code.expired" without a code that
  // is out (no try is counted); wrong_state before S4 and without the gate, and while another activation's
  // ten minutes run; expired when its own have run out; forbidden for another token or certificate; corrupt when the
  // secret does not open or was sealed for another activation (no try is counted: nothing was compared).
  Result<Bytes> activate(BytesView activation);

 private:
  Result<Bytes> carry_out(const Order& order, const crypto::Digest& hash);
  Result<std::optional<Secrets>> apply(const Order& order, Change& change);
  Result<std::optional<Secrets>> hear_delivered(const Order& order, Change& change);
  Result<Secrets> draw_for_keying(const Order& order, Change& change);
  Result<Secrets> draw_secret(const Order& order, Change& change);
  Result<Secrets> draw_code(const Order& order, Change& change);
  Result<void> confirm_so(DeviceRecord& device) const;
  Result<std::optional<Bytes>> repeated(const MessageId& message, const crypto::Digest& hash);
  Result<Bytes> compare(const Activation& activation, const crypto::Digest& hash, LineRecord line,
                        const SecretBytes& secret, const SecretBytes& code);
  Result<Bytes> release(const Activation& activation, const crypto::Digest& hash, LineRecord line);
  Result<Bytes> refuse(const Activation& activation, const crypto::Digest& hash, LineRecord line);
  [[nodiscard]] Result<crypto::Digest> mac(const LineRecord& line, const SecretBytes& secret) const;
  [[nodiscard]] Result<crypto::Digest> mac_of_code(const LineRecord& line, const SecretBytes& code) const;
  Result<Bytes> answer(const MessageId& message, const crypto::Digest& hash, const std::optional<Secrets>& secrets,
                       const std::optional<crypto::Sm2PublicKey>& recipient);
  [[nodiscard]] Result<Bytes> seal(const std::string& purpose, const SecretBytes& secret) const;
  [[nodiscard]] Result<SecretBytes> open(const std::string& purpose, BytesView sealed) const;

  Parts parts_;
  Pinned pinned_;
  std::mutex mutex_;
};

}  // namespace yinxin::pin
