#pragma once
// A responder without a store: its copy of the status is in memory, fed in batches by the vault, and gone with the
// process. What it was fed it answers only as far as a head that the authority signed confirms it, and only as long as
// that head is young: whoever brings old rows brings an old head with them.

#include <deque>

#include "pki/ocsp/responder.h"
#include "pki/ocsp/status_batch.h"

namespace yinxin::pki {

class FedResponder {
 public:
  explicit FedResponder(const Clock& clock, OcspResponder::Alarm alarm = {}, ResponderSettings settings = {});
  FedResponder(const FedResponder&) = delete;
  FedResponder& operator=(const FedResponder&) = delete;

  // As OcspResponder::serve(), at most max_fed_issuers authorities: conflict.
  Result<void> serve(const x509::Certificate& issuer, const x509::Certificate& delegate, crypto::Signer& signer);
  [[nodiscard]] StatusPlaces where() const;
  // As StatusDoors::feed(); invalid_input when the head is not that of the batch's last row.
  Result<void> feed(BytesView batch);
  // From any thread, also while it is fed.
  Bytes answer(BytesView request) { return responder_.answer(request); }

 private:
  // The batch that is being taken over, as the responder reads it.
  class Received final : public StatusFeed, public HeadKeeper {
   public:
    Result<std::vector<StatusRow>> status_rows(const IssuerId& issuer, std::int64_t sequence,
                                               std::size_t limit) override;
    Result<std::optional<Bytes>> last(const IssuerId& issuer) override;
    Result<void> keep(const IssuerId& issuer, BytesView signed_head) override;
    std::optional<StatusBatch> batch{};
  };
  static ResponderSettings fed(ResponderSettings settings);

  mutable std::mutex mutex_;  // one batch at a time
  std::map<IssuerId, x509::PublicKey> issuers_;
  Received received_;
  OcspResponder responder_;
};

}  // namespace yinxin::pki
