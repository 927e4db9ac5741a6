#pragma once
// What the key management centre keeps, as a port. Implemented by store/kmc; nothing secret passes it unsealed.

#include <optional>
#include <string_view>
#include <vector>

#include "kmc/messages.h"

namespace yinxin::kmc {

// GM/T 0034 knows three libraries: spare (备用库), in use (在用库), history (历史库).
enum class KeyState {
  spare,      // in the pool, belongs to nobody
  reserved,   // promised to one request; the hand-over is being finished
  in_use,     // handed over; here only under the escrow key
  history,    // its certificate expired or was revoked; still under the escrow key
  destroyed,  // a spare that will never be handed over
};
struct KeyMove {
  KeyState from;
  KeyState to;
};
// Every move there is; SQL's trigger is generated from it. Nothing leads back.
constexpr KeyMove key_moves[] = {{KeyState::spare, KeyState::reserved},
                                 {KeyState::spare, KeyState::destroyed},
                                 {KeyState::reserved, KeyState::in_use},
                                 {KeyState::in_use, KeyState::history}};
constexpr std::string_view name_of(KeyState state) {
  constexpr std::string_view names[] = {"spare", "reserved", "in_use", "history", "destroyed"};
  return names[static_cast<std::size_t>(state)];
}

using KeyId = std::array<std::uint8_t, 16>;

struct SpareKey {
  KeyId id{};
  Bytes public_key;      // 65 bytes
  Bytes sealed_private;  // WrappedKey, purpose pool_purpose()
  std::uint32_t sealing_key = 0;
};

// For whom a key was taken out of the pool.
struct Assignment {
  RequestId request_id{};
  crypto::Digest request_hash{};
  KeyName name;
};

struct StoredKey {
  KeyId id{};
  KeyState state = KeyState::spare;
  Bytes public_key;
  Bytes sealed_private;  // empty but for spare and reserved
  std::optional<Assignment> assignment;
  // From in_use on
  RequestId escrow{};
  Bytes escrowed;
  Bytes answer;
};

enum class RecoveryKind { user, judicial };
constexpr std::string_view name_of(RecoveryKind kind) { return kind == RecoveryKind::user ? "user" : "judicial"; }

struct StoredRecovery {
  RequestId session{};
  RecoveryKind kind = RecoveryKind::user;
  KeyName name;
  Bytes request;  // content of the signed request
  Bytes answer;   // empty while open
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;

  virtual Result<void> add_spares(const std::vector<SpareKey>& keys, Instant now) = 0;
  virtual Result<std::size_t> count_spares() = 0;
  // In one step: the key that this request already has, or the oldest spare, now reserved for it. conflict when the
  // request id stood for other content or the certificate already has a key; not_found when the pool is empty.
  virtual Result<StoredKey> reserve(const Assignment& assignment, Instant now) = 0;
  // In one step: stores answer and escrowed key, overwrites the pool's copy. The answer that is now stored: of two
  // callers that finish the same request both get the first one's. wrong_state when the key is not reserved.
  virtual Result<Bytes> hand_over(const KeyId& id, const RequestId& escrow, BytesView escrowed, BytesView answer,
                                  Instant now) = 0;
  // not_found for a certificate without a key.
  virtual Result<StoredKey> find(const KeyName& name) = 0;
  // in_use → history; nothing happens when it is history already. not_found; wrong_state when not handed over yet.
  virtual Result<void> retire(const KeyName& name, RetireReason reason, Instant at) = 0;
  // Overwrites spares: all of them, or those sealed under another key than `except_sealed_under`. How many.
  virtual Result<std::size_t> destroy_spares(std::optional<std::uint32_t> except_sealed_under, Instant now) = 0;
  // Reserved keys whose pool copy is sealed under another key than this, at most 256.
  virtual Result<std::vector<StoredKey>> reserved_not_under(std::uint32_t sealing_key) = 0;
  // Replaces the pool copy of a reserved key; wrong_state when it is no longer reserved.
  virtual Result<void> reseal(const KeyId& id, BytesView sealed_private, std::uint32_t sealing_key) = 0;

  // Opens a recovery, or gives the one there is; conflict when the session stood for another request.
  virtual Result<StoredRecovery> open_recovery(const StoredRecovery& recovery, Instant now) = 0;
  // not_found
  virtual Result<StoredRecovery> find_recovery(const RequestId& session) = 0;
  // Who was there: one line a custodian and session, never the share.
  virtual Result<void> note_custodian(const RequestId& session, const crypto::Digest& certificate, Instant now) = 0;
  virtual Result<void> finish_recovery(const RequestId& session, BytesView answer, Instant now) = 0;
};

}  // namespace yinxin::kmc
