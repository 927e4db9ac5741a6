#pragma once
// Bringing back a key that was handed over. Two deeds with doors of their own: the user's (GM/T 0034 12.4), on the
// vault's word, and the judicial one (12.5), on an order that two officers of the centre signed. Both need three
// custodians who decrypt their shares for exactly this recovery; what leaves is an envelope for one new key.
// Shares and session keys live in memory only: after a crash the custodians begin again.

#include <map>
#include <mutex>

#include "kmc/parts.h"

namespace yinxin::kmc {

constexpr std::size_t max_open_recoveries = 8;
constexpr std::chrono::hours max_recovery_age{1};

class Recovery {
 public:
  Recovery(Parts parts, Pinned pinned) : parts_(parts), pinned_(std::move(pinned)) {}

  // UserRecovery signed by a vault → RecoveryOpened signed by the centre, for the custodians.
  // Errors: open_pinned()'s; not_found when there is no such key; wrong_state when it was not handed over, or the
  // session is finished (take answer()); conflict when the session stood for another request; too_many_requests.
  Result<Bytes> open_for_user(BytesView signed_request);
  // JudicialRecovery, the same bytes signed by two different officers. Errors as above.
  Result<Bytes> open_on_order(BytesView signed_by_one, BytesView signed_by_other);
  // ShareContribution signed by the custodian whose share it is. How many are in; repeating one changes nothing.
  // forbidden for anybody else or another request; corrupt for a share that is not the one of the ceremony;
  // not_found when the session is not open in this process; expired after an hour.
  Result<std::size_t> contribute(BytesView signed_contribution);
  // With three shares: RecoveryAnswer signed by the centre. precondition before; the same bytes again when repeated,
  // also after a restart; not_found when the session is not open in this process.
  Result<Bytes> finish(const RequestId& session);

 private:
  struct Session {
    StoredRecovery stored;
    crypto::Digest request_hash{};
    crypto::Sm2PublicKey recipient;
    const EscrowRecord* escrow;
    crypto::Sm2PrivateKey session_key;
    Instant opened_at;
    Bytes opened_message;
    std::map<std::uint8_t, Share> shares{};
  };
  Result<Bytes> open(StoredRecovery recovery, const crypto::Sm2PublicKey& recipient);
  Result<Session*> find(const RequestId& session);
  void drop_old();
  [[nodiscard]] Result<const EscrowRecord*> escrow(const RequestId& id) const;

  Parts parts_;
  Pinned pinned_;
  std::mutex mutex_;
  std::map<RequestId, Session> sessions_;
};

}  // namespace yinxin::kmc
